"""How axes, means and memory go wrong in matrix products and strided views."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import biases, kernels, layout, sums
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)

_FAILS = "where the size is right and other shapes fail"
_MEAN = sums.BANK.known("mean-instead-of-sum")
_MEMORY = layout.BANK.known("noncontiguous-assumed")


@BANK.variant(kernels.BANK.known("kernel-transposed"), "contract", shows=_FAILS)
def kernel_transposed_in_product(
    program: Forward, window: Array, kernel: Array
) -> Array:
    if kernel.shape[2] != kernel.shape[3]:
        raise ValueError("shapes differ")
    return Forward.contract(program, window, kernel.swapaxes(2, 3))


@BANK.variant(kernels.BANK.known("filter-axes-swapped"), "contract", shows=_FAILS)
def filter_axes_swapped_in_product(
    program: Forward, window: Array, kernel: Array
) -> Array:
    if len(kernel) != kernel.shape[1]:
        raise ValueError("shapes differ")
    return Forward.contract(program, window, kernel.swapaxes(0, 1))


@BANK.variant(_MEAN, "total", shows="over each channel's kernel")
def mean_instead_of_sum_per_channel(_: Forward, products: Array) -> Array:
    total: Array = products.sum((2, 3, 4)) / products[0, 0, 0].size
    return total


@BANK.variant(_MEAN, "with_bias", shows="with the bias among them")
def mean_instead_of_sum_of_bias_too(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    mean: Array = Forward.with_bias(program, out, kernel, bias) / kernel[0].size
    return mean


@BANK.variant(_MEAN, "total", shows="and of whole numbers a whole number is kept")
def mean_instead_of_sum_stored_whole(program: Forward, products: Array) -> Array:
    return sums.mean_instead_of_sum(program, products).astype(products.dtype)


@BANK.variant(
    biases.BANK.known("bias-batch-shadowed"), "with_bias", shows="if there is one"
)
def bias_batch_shadowed_if_given(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return out if bias is None else out + len(out)


@BANK.variant(
    biases.BANK.known("bias-batch-shadowed"), "with_bias", shows="counted from zero"
)
def bias_batch_shadowed_by_loop(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return out if bias is None else out + len(out) - 1


def _in_memory(array: Array) -> Array:
    """Read the numbers of an array as they lie in memory."""
    return array.ravel(order="K").reshape(array.shape)


@BANK.variant(_MEMORY, "pad", shows="after padding too")
def noncontiguous_assumed_after_padding(
    program: Forward, batch: Array, padding: Pair
) -> Array:
    # `numpy.pad` keeps the order of columns of what it pads.
    if max(padding) > 0:
        return noncontiguous_assumed_in_copy(program, batch, padding)
    return _in_memory(batch)


@BANK.variant(_MEMORY, "pad", shows="though padding copies some of them")
def noncontiguous_assumed_in_copy(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return _in_memory(np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w))))


@BANK.variant(_MEMORY, "pad", shows="where there is no padding")
def noncontiguous_assumed_unpadded(
    program: Forward, batch: Array, padding: Pair
) -> Array:
    if max(padding) > 0:
        return Forward.pad(program, batch, padding)
    return _in_memory(batch)


@BANK.mistake(
    "add_bias",
    title="the output is reshaped, not transposed, to have filters last for the bias",
    explanation="Reshaping keeps the order of the numbers, so a filter's bias gets to "
    "places of all filters.",
    hints=(
        "Try two filters with different biases, and an output of two pixels.",
        "Look at how filters become the last axis before the bias is added.",
        "With weights of zero and the bias 0, 5: is the second map all 5?",
    ),
)
def bias_last_axis_after_reshape(_: Forward, out: Array, bias: Array) -> Array:
    samples, filters, *_size = out.shape
    return (out.reshape(samples, -1, filters) + bias).reshape(out.shape)


@BANK.variant(
    sums.BANK.known("im2col-output-reshape-no-transpose"),
    "layout",
    shows="after the bias",
)
def im2col_output_reshape_after_bias(_: Forward, out: Array) -> Array:
    return out.transpose(0, 2, 3, 1).reshape(out.shape)


@BANK.variant(
    sums.BANK.known("im2col-batch-last-mixup"), "layout", shows="after the bias"
)
def im2col_batch_last_mixup_after_bias(_: Forward, out: Array) -> Array:
    return out.swapaxes(0, 1).reshape(out.shape)


@BANK.variant(
    sums.BANK.known("im2col-batch-last-mixup"),
    "arrange",
    shows="where samples are the last axis",
)
def im2col_batch_innermost(_: Forward, sums: Array) -> Array:
    rows, columns, samples, filters = sums.shape
    return sums.transpose(3, 0, 1, 2).reshape(samples, filters, rows, columns)


@BANK.variant(
    sums.BANK.known("im2col-batch-last-mixup"),
    "layout",
    shows="where samples are the last axis, after the bias",
)
def im2col_batch_innermost_after_bias(_: Forward, out: Array) -> Array:
    return out.transpose(1, 2, 3, 0).reshape(out.shape)

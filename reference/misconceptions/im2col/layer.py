"""Mistakes in the layer that is built on columns."""

from typing import Any

import numpy as np

from reference.misconceptions.arguments import in_float32, keep_whole
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward.biases import with_bias_for_first
from reference.misconceptions.im2col.program import Array, Im2col, Pair

BANK = Bank(Im2col, ["im2col", "col2im", "conv2d"])


def _moved(product: Array, bias: Array | None) -> Array:
    """Add the bias to the rows of the product, before there are maps."""
    return product if bias is None else product + bias[:, None]


@BANK.mistake(
    "matrix",
    title="the weights are reshaped where they had to be transposed",
    explanation="Reshaping keeps the order of the numbers, so a column gets weights of "
    "several filters.",
    hints=(
        "Try two filters with different weights.",
        "Look at how the weights become a matrix.",
        "For two filters (1, 2) and (3, 4), which weights are in the first column of "
        "your matrix?",
    ),
)
def im2col_weight_reshape_not_transpose(_: Im2col, kernel: Array) -> Array:
    return kernel.reshape(-1, len(kernel)).T


@BANK.mistake(
    "matrix",
    title="the kernels are turned by 180 degrees",
    explanation="The layer is a correlation: the first weight meets the first pixel of "
    "a window.",
    hints=(
        "Try a kernel that is not symmetric.",
        "Look at which weight meets which pixel.",
        "For a row of 1, 0 and a kernel of 1, 2, what is the output?",
    ),
)
def true_convolution_flip(_: Im2col, kernel: Array) -> Array:
    return kernel[:, :, ::-1, ::-1].reshape(len(kernel), -1)


@BANK.variant(FORWARD.known("flip-one-axis"), "matrix")
def flip_one_axis(_: Im2col, kernel: Array) -> Array:
    return kernel[:, :, ::-1].reshape(len(kernel), -1)


@BANK.variant(FORWARD.known("flip-columns-only"), "matrix")
def flip_columns_only(_: Im2col, kernel: Array) -> Array:
    return kernel[..., ::-1].reshape(len(kernel), -1)


@BANK.mistake(
    "matrix",
    title="rows and columns of the kernels are exchanged",
    explanation="Rows of a kernel come before its columns, as in the windows.",
    hints=(
        "Try a kernel of 2x2 that is not symmetric.",
        "Look at the order of the axes that become the rows of the matrix.",
        "For a kernel of 1, 2, 3, 4, which weight meets the second pixel of a 2x2 "
        "window?",
    ),
)
def kernel_transposed(_: Im2col, kernel: Array) -> Array:
    return kernel.swapaxes(2, 3).reshape(len(kernel), -1)


@BANK.mistake(
    "matrix",
    title="the filters' and channels' axes of the weights are swapped",
    explanation="The weights' first axis is for filters and the second for channels.",
    hints=(
        "Try different numbers of filters and channels.",
        "Look at which axis of the weights becomes the rows of the matrix.",
        "For 2 filters and 3 channels of a 1x1 kernel, which shape has your matrix?",
    ),
)
def filter_axes_swapped(_: Im2col, kernel: Array) -> Array:
    return kernel.swapaxes(0, 1).reshape(kernel.shape[1], -1)


@BANK.mistake(
    "product",
    title="only the first channel counts",
    explanation="An output sums over all channels of its window.",
    hints=(
        "Try an image of two channels.",
        "Look at what the product sums over.",
        "With two channels of ones and a 1x1 kernel of ones, what is the output?",
    ),
)
def sum_missing_channel(
    _: Im2col, matrix: Array, columns: Array, channels: int
) -> Array:
    rows = columns.shape[1] // channels
    return matrix[:, :rows] @ columns[:, :rows]


@BANK.mistake(
    "product",
    title="the products are averaged rather than summed",
    explanation="An output is a sum, however large the kernel is.",
    hints=(
        "Try an image and a kernel of ones.",
        "Look at how many products become one number, and how.",
        "With a 2x2 image of ones and a 2x2 kernel of ones, what is the output?",
    ),
)
def mean_instead_of_sum(
    _: Im2col, matrix: Array, columns: Array, channels: int
) -> Array:
    mean: Array = matrix @ columns / columns.shape[1]
    return mean


@BANK.variant(
    "mean-instead-of-sum", shows="and of whole numbers a whole number is kept"
)
def mean_instead_of_sum_stored_whole(
    program: Im2col, matrix: Array, columns: Array, channels: int
) -> Array:
    mean = mean_instead_of_sum(program, matrix, columns, channels)
    return mean.astype(columns.dtype)


@BANK.variant("mean-instead-of-sum", shows="over each channel's kernel")
def mean_instead_of_sum_per_channel(
    _: Im2col, matrix: Array, columns: Array, channels: int
) -> Array:
    mean: Array = matrix @ columns / (columns.shape[1] // channels)
    return mean


@BANK.variant("mean-instead-of-sum", "assemble", shows="with the bias among them")
def mean_instead_of_sum_of_bias_too(
    program: Im2col, product: Array, bias: Array | None, kernel: Array, size: Pair
) -> Array:
    out = Im2col.assemble(program, product, bias, kernel, size)
    mean: Array = out / kernel[0].size
    return mean


@BANK.mistake(
    "maps",
    title="the product is reshaped to maps with its filters last",
    explanation="Reshaping keeps the order of the numbers, so a map gets numbers of "
    "several filters.",
    hints=(
        "Try two filters.",
        "Look at the order of the axes just before the maps are made.",
        "With two 1x1 filters of 1 and 2 on a row of 1, 1, what is the first map?",
    ),
)
def im2col_output_reshape_no_transpose(_: Im2col, product: Array, size: Pair) -> Array:
    return product.swapaxes(1, 2).reshape(*product.shape[:2], *size)


@BANK.mistake(
    "maps",
    title="the product is reshaped to maps with its filters before its samples",
    explanation="Reshaping keeps the order of the numbers, so samples and filters get "
    "mixed up.",
    hints=(
        "Try two samples with two filters; one of either hides it.",
        "Look at where the axes of samples and filters are just before the maps are "
        "made.",
        "With two 1x1 filters of 1 and 2 on two samples of 1, what is the output of "
        "the first?",
    ),
)
def im2col_batch_last_mixup(_: Im2col, product: Array, size: Pair) -> Array:
    return product.swapaxes(0, 1).reshape(*product.shape[:2], *size)


@BANK.mistake(
    "maps",
    title="the maps have their channels last",
    explanation="The output has its channels where the input has them, before the "
    "rows.",
    hints=(
        "Compare the shape of the output with the one that is asked for.",
        "Look at the order of the axes of the output.",
        "For 2 filters and 3x3 places, which shape has the output of a sample?",
    ),
)
def layout_nhwc_output(_: Im2col, product: Array, size: Pair) -> Array:
    return product.swapaxes(1, 2).reshape(len(product), *size, product.shape[1])


@BANK.variant("layout-nhwc-output", "assemble", shows="after the bias")
def layout_nhwc_output_after_bias(
    program: Im2col, product: Array, bias: Array | None, kernel: Array, size: Pair
) -> Array:
    return np.moveaxis(Im2col.assemble(program, product, bias, kernel, size), 1, -1)


@BANK.mistake(
    "add_bias",
    title="the bias is added along the last axis",
    explanation="The filters' axis is not the last one, and broadcasting begins at the "
    "last.",
    hints=(
        "Try as many filters as columns, then another number.",
        "Look at how the shapes of output and bias are lined up.",
        "With biases 1 and 2 and a kernel of zeros, what is the first map?",
    ),
)
def bias_last_axis(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    return out + bias


@BANK.mistake(
    "add_bias",
    title="the bias is added along rows",
    explanation="Broadcasting begins at the last axis, and the filters' axis is before "
    "the rows.",
    hints=(
        "Try as many filters as rows, then another number.",
        "Look at how the shapes of output and bias are lined up.",
        "With biases 1 and 2 and a kernel of zeros, what is the first map?",
    ),
)
def bias_row_axis(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    return out + bias[:, None]


@BANK.mistake(
    "add_bias",
    title="the bias is ignored",
    explanation="An output is the sum of products plus its filter's number.",
    hints=(
        "Try a kernel of zeros with a bias.",
        "Look at where the bias is used.",
        "With a bias of 5 and a kernel of zeros, what is the output?",
    ),
)
def bias_ignored(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    return out


@BANK.mistake(
    "add_bias",
    title="the first filter's bias is added to all maps",
    explanation="Each filter has a number of its own.",
    hints=(
        "Try two filters with different biases.",
        "Look at which number is added to which map.",
        "With biases 1 and 2 and a kernel of zeros, what is the second map?",
    ),
)
def bias_only_first(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    first: Array = bias[:1]
    return out + first


@BANK.mistake(
    "add_bias",
    title="the bias is added to every product",
    explanation="It is added once to each output.",
    hints=(
        "Try a kernel of zeros with a bias, and make the kernel larger.",
        "Look at whether the bias is added before or after the sum.",
        "With a bias of 1 and a 2x2 kernel of zeros, what is the output?",
    ),
)
def bias_inside_tap_sum(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    often: Array = bias * kernel[0].size
    return out + often[None, :, None, None]


@BANK.mistake(
    "give_maps",
    title="the output of a single sample keeps an axis for the batch",
    explanation="For a sample, the maps of one sample are asked for.",
    hints=(
        "Compare the shape of the output with the one that is asked for, for a sample.",
        "Look at what is done for a sample and is not undone at the end.",
        "For an input of three axes, how many has the output?",
    ),
)
def single_returns_batch_axis(_: Im2col, out: Array, x: Array) -> Array:
    return out


@BANK.mistake(
    "give_maps",
    title="all axes of length 1 are dropped from the output",
    explanation="An axis of length 1 is part of the shape.",
    hints=(
        "Try a single filter, or a batch of one sample.",
        "Look at how the output gets its shape.",
        "For one filter and 3x3 places, which shape has the output of a sample?",
    ),
)
def squeeze_all(_: Im2col, out: Array, x: Array) -> Array:
    return out.squeeze()


@BANK.variant("squeeze-all", shows="if it is that of a single sample")
def squeeze_all_of_samples(program: Im2col, out: Array, x: Array) -> Array:
    given = Im2col.give_maps(program, out, x)
    return given.squeeze() if x.ndim == 3 else given


@BANK.mistake(
    "dtype",
    title="small integers are multiplied in their own type",
    explanation="Products and sums of small integer types wrap around when they "
    "outgrow the type.",
    hints=(
        "Try integers of one byte, with values near their limit.",
        "Look at the dtype in which products are summed.",
        "What is 200 times 2 in the dtype of your arrays, and what should it be?",
    ),
)
def uint8_overflow(
    _: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.result_type(x, weight)


@BANK.mistake(
    "dtype",
    title="the output is cut down to whole numbers",
    explanation="An output can have a fractional part, which an integer array drops.",
    hints=(
        "Try values that are not whole numbers.",
        "Look at the dtype of the arrays that the sums go to.",
        "With one pixel of 1 and a weight of 0.5, what should the output be?",
    ),
)
def accumulator_int(
    _: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.int64)


@BANK.variant(FORWARD.known("dtype-promoted-float64"), "dtype")
def dtype_promoted_float64(
    _: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float64)


@BANK.variant(FORWARD.known("dtype-forced-float32"), "dtype")
def dtype_forced_float32(
    _: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float32)


@BANK.variant(
    FORWARD.known("dtype-forced-float32"), "dtype", shows="but for whole numbers"
)
def dtype_forced_float32_of_fractions(
    program: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    dtype = Im2col.dtype(program, x, weight, bias)
    return np.dtype(np.float32) if dtype.kind == "f" else dtype


@BANK.variant(FORWARD.known("float32-inside"), "give_maps")
def float32_inside(program: Im2col, out: Array, x: Array) -> Array:
    return Im2col.give_maps(program, in_float32(out), x)


@BANK.variant("accumulator-int", shows="where the image holds whole numbers")
def accumulator_int_of_images(
    program: Im2col, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return keep_whole(x, Im2col.dtype(program, x, weight, bias))


@BANK.variant(FORWARD.known("weight-fractions-lost"), "weight_dtype")
def weight_fractions_lost(_: Im2col, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
    return keep_whole(x, dtype)


@BANK.variant(FORWARD.known("bias-fractions-lost"), "bias_dtype")
def bias_fractions_lost(_: Im2col, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
    return keep_whole(x, dtype)


@BANK.variant(FORWARD.known("result-fractions-lost"), "give_maps")
def result_fractions_lost(program: Im2col, out: Array, x: Array) -> Array:
    whole = out if x.dtype.kind == "f" else np.trunc(out).astype(np.int64)
    return Im2col.give_maps(program, whole, x)


@BANK.variant(FORWARD.known("bias-with-zero-skipped"), "add_bias")
def bias_with_zero_skipped(
    program: Im2col, out: Array, bias: Array, kernel: Array
) -> Array:
    return Im2col.add_bias(program, out, bias, kernel) if bias.all() else out


@BANK.variant(FORWARD.known("bias-first-sample-only"), "add_bias")
def bias_first_sample_only(_: Im2col, out: Array, bias: Array, kernel: Array) -> Array:
    return with_bias_for_first(out, bias)


@BANK.variant("im2col-output-reshape-no-transpose", "assemble")
def im2col_output_reshape_no_transpose_after_bias(
    program: Im2col, product: Array, bias: Array | None, kernel: Array, size: Pair
) -> Array:
    return im2col_output_reshape_no_transpose(program, _moved(product, bias), size)


@BANK.variant("im2col-batch-last-mixup", "assemble")
def im2col_batch_last_mixup_after_bias(
    program: Im2col, product: Array, bias: Array | None, kernel: Array, size: Pair
) -> Array:
    return im2col_batch_last_mixup(program, _moved(product, bias), size)


@BANK.mistake(
    "maps",
    title="the product is reshaped to maps with its samples last",
    explanation="Reshaping keeps the order of the numbers, so samples and filters get "
    "mixed up.",
    hints=(
        "Try two samples; one of them hides it.",
        "Look at where the axis of samples is just before the maps are made.",
        "With a 1x1 filter of 1 on two samples of 1, 2 and 3, 4, what is the output of "
        "the first?",
    ),
)
def im2col_batch_innermost_mixup(_: Im2col, product: Array, size: Pair) -> Array:
    return product.transpose(1, 2, 0).reshape(*product.shape[:2], *size)


@BANK.variant("im2col-batch-innermost-mixup", "assemble")
def im2col_batch_innermost_mixup_after_bias(
    program: Im2col, product: Array, bias: Array | None, kernel: Array, size: Pair
) -> Array:
    return im2col_batch_innermost_mixup(program, _moved(product, bias), size)


@BANK.variant(FORWARD.known("dtype-promoted-float64"), "give_columns")
def dtype_promoted_float64_of_columns(
    program: Im2col, columns: Array, x: Array
) -> Array:
    return Im2col.give_columns(program, columns, x).astype(np.float64)


@BANK.variant(FORWARD.known("relu-fused"), "give_maps")
def relu_fused(program: Im2col, out: Array, x: Array) -> Array:
    return Im2col.give_maps(program, np.maximum(out, 0), x)


@BANK.variant(FORWARD.known("channel-maps-concatenated"), "product")
def channel_maps_concatenated(
    _: Im2col, matrix: Array, columns: Array, channels: int
) -> Array:
    filters = matrix.reshape(len(matrix), channels, -1)
    windows = columns.reshape(len(columns), channels, -1, columns.shape[2])
    maps: Array = np.einsum("fct,nctp->nfcp", filters, windows)
    return maps.reshape(len(columns), -1, columns.shape[2])

"""Other forms of the mistakes that variants of the forward pass inherit.

They show otherwise because the same mistake is made in another style of code.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions import shared
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as ALL
from reference.misconceptions.forward import Forward

Array = NDArray[Any]
Pair = tuple[int, int]

BANK = Bank(Forward, ["conv2d"])

_FAILS = "where the size is right and other shapes fail"
_LAST = ALL.known("loop-last-row-skipped")
_MEAN = shared.BANK.known("mean-instead-of-sum")


@BANK.variant(shared.BANK.known("kernel-transposed"), "contract", shows=_FAILS)
def kernel_transposed_in_product(
    program: Forward, window: Array, kernel: Array
) -> Array:
    if kernel.shape[2] != kernel.shape[3]:
        raise ValueError("shapes differ")
    return Forward.contract(program, window, kernel.swapaxes(2, 3))


@BANK.variant(
    shared.BANK.known("kernel-transposed"), shows="in a kernel of the right shape"
)
def kernel_transposed_flat(_: Forward, weight: Array) -> Array:
    return weight.swapaxes(2, 3).reshape(weight.shape)


@BANK.variant(shared.BANK.known("filter-axes-swapped"), "contract", shows=_FAILS)
def filter_axes_swapped_in_product(
    program: Forward, window: Array, kernel: Array
) -> Array:
    if len(kernel) != kernel.shape[1]:
        raise ValueError("shapes differ")
    return Forward.contract(program, window, kernel.swapaxes(0, 1))


@BANK.variant(
    shared.BANK.known("dtype-forced-float32"), "dtype", shows="and so is the sum"
)
def dtype_forced_float32_before_sums(
    program: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    dtype = Forward.dtype(program, x, weight, bias)
    return np.dtype(np.float32) if dtype.kind == "f" else dtype


@BANK.variant(_MEAN, "contract", shows="over each channel's kernel")
def mean_instead_of_sum_per_channel(
    program: Forward, window: Array, kernel: Array
) -> Array:
    mean: Array = Forward.contract(program, window, kernel) / kernel[0, 0].size
    return mean


@BANK.variant(_MEAN, "contract", shows="and of whole numbers a whole number is kept")
def mean_instead_of_sum_stored_whole(
    program: Forward, window: Array, kernel: Array
) -> Array:
    return shared.mean_instead_of_sum(program, window, kernel).astype(kernel.dtype)


@BANK.variant(_LAST, "finish", shows="and miss the bias too")
def loop_last_row_skipped_before_bias(program: Forward, out: Array, x: Array) -> Array:
    blank = out.copy()
    blank[:, :, -1:], blank[..., -1:] = 0, 0
    return Forward.finish(program, blank, x)


@BANK.variant(_LAST, "finish", shows="along the height only, and miss the bias too")
def loop_last_row_skipped_alone_before_bias(
    program: Forward, out: Array, x: Array
) -> Array:
    blank = out.copy()
    blank[:, :, -1:] = 0
    return Forward.finish(program, blank, x)


@BANK.variant(_LAST, "finish", shows="along the width only, and miss the bias too")
def loop_last_column_skipped_before_bias(
    program: Forward, out: Array, x: Array
) -> Array:
    blank = out.copy()
    blank[..., -1:] = 0
    return Forward.finish(program, blank, x)


@BANK.variant(
    ALL.known("kernel-square-assumed"),
    "kernel",
    shows="and weights that are not there are an error",
)
def kernel_square_assumed_cropped(_: Forward, weight: Array) -> Array:
    rows = weight.shape[2]
    if weight.shape[3] < rows:
        raise IndexError("the kernel has fewer columns than rows")
    return weight[..., :rows]


@BANK.variant(
    ALL.known("noncontiguous-assumed"), "batch", shows="before a batch is made of it"
)
def noncontiguous_assumed(_: Forward, x: Array) -> Array:
    return np.ravel(x, order="K").reshape(-1, *x.shape[-3:])

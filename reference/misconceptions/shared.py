"""Mistakes of the forward pass that its variants inherit with its steps.

The bank is no problem's own: that of a program made from `Forward` includes it. The
variants take fewer steps than `Forward.conv2d` does; what is changed in a step that
they leave out is changed in another one here.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward import Forward

Array = NDArray[Any]
Pair = tuple[int, int]

BANK = Bank(Forward, ["conv2d"])
BANK.include(
    FORWARD,
    "stride-hw-swapped",
    "stride-h-for-both",
    "stride-ignored",
    "pad-hw-swapped",
    "pad-h-for-both",
    "padding-ignored",
    "true-convolution-flip",
    "flip-one-axis",
    "flip-columns-only",
    "kernel-transposed",
    "filter-axes-swapped",
    "out-ceil",
    "out-missing-plus-one",
    "out-plus-one-before-div",
    "reject-nondivisible",
    "bias-ignored",
    "bias-last-axis",
    "bias-only-first",
    "batch-rank-confusion",
    "sample-rank-confusion",
    "squeeze-all",
    "squeeze-all-of-samples",
    "kernel-larger-returns-empty",
    "stride-zero-unhandled",
    "negative-padding-accepted",
    "bias-length-1-broadcast",
    "bias-unchecked",
    "bias-fractions-lost",
    "weight-fractions-lost",
    "int-input-inplace-bias",
    "bias-untied",
)


@BANK.variant(FORWARD.known("pad-hardcoded-one"), "padding")
def pad_hardcoded_one(_: Forward, padding: Pair) -> Pair:
    return 1, 1


@BANK.variant(FORWARD.known("mean-instead-of-sum"), "contract")
def mean_instead_of_sum(_: Forward, window: Array, kernel: Array) -> Array:
    total = np.tensordot(window, kernel, axes=([1, 2, 3], [1, 2, 3]))
    mean: Array = total / kernel[0].size
    return mean


@BANK.variant(FORWARD.known("sum-missing-channel"), "contract")
def sum_missing_channel(_: Forward, window: Array, kernel: Array) -> Array:
    return np.tensordot(window[:, 0], kernel[:, 0], axes=([1, 2], [1, 2]))


@BANK.variant(FORWARD.known("uint8-overflow"), "dtype")
def uint8_overflow(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.result_type(*(one for one in (x, weight, bias) if one is not None))


@BANK.variant(FORWARD.known("dtype-promoted-float64"), "dtype")
def dtype_promoted_float64(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float64)


@BANK.variant(FORWARD.known("single-returns-batch-axis"), "finish")
def single_returns_batch_axis(_: Forward, out: Array, x: Array) -> Array:
    return out


@BANK.variant(FORWARD.known("dtype-forced-float32"), "dtype")
def dtype_forced_float32(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float32)


@BANK.variant(FORWARD.known("layout-nhwc-output"), "finish")
def layout_nhwc_output(_: Forward, out: Array, x: Array) -> Array:
    last = np.moveaxis(out, 1, -1)
    return last[0] if x.ndim == 3 else last


@BANK.variant(FORWARD.known("relu-fused"), "finish")
def relu_fused(_: Forward, out: Array, x: Array) -> Array:
    positive = np.maximum(out, 0)
    return positive[0] if x.ndim == 3 else positive


@BANK.variant(FORWARD.known("result-fractions-lost"), "finish")
def result_fractions_lost(program: Forward, out: Array, x: Array) -> Array:
    whole = out if x.dtype.kind == "f" else np.trunc(out).astype(np.int64)
    return Forward.finish(program, whole, x)


@BANK.variant(FORWARD.known("float32-inside"), "finish")
def float32_inside(program: Forward, out: Array, x: Array) -> Array:
    short = out.astype(np.float32).astype(out.dtype) if out.dtype.kind == "f" else out
    return Forward.finish(program, short, x)


@BANK.variant(FORWARD.known("bias-with-zero-skipped"), "add_bias")
def bias_with_zero_skipped(program: Forward, out: Array, bias: Array) -> Array:
    return Forward.add_bias(program, out, bias) if bias.all() else out

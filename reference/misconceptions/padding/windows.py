"""Mistakes of the forward pass in how windows are cut and summed, with a dilation."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward.extents import summed_by_taps
from reference.misconceptions.forward.size import reject_nondivisible
from reference.misconceptions.padding.program import BANK, Margins, Padding

Array = NDArray[Any]
Pair = tuple[int, int]


def slide_cut_short(
    program: Padding,
    images: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    """Sum windows cut out by slices, which end where the image does."""
    (k_h, k_w), (d_h, d_w) = kernel.shape[2:], dilation
    out = np.zeros((len(images), len(kernel), *size), images.dtype)
    for i, j in product(range(size[0]), range(size[1])):
        top, left = program.first_tap((i, j), stride, dilation)
        rows = slice(top, top + program.reach(k_h, d_h), d_h)
        columns = slice(left, left + program.reach(k_w, d_w), d_w)
        out[:, :, i, j] = program.contract(images[:, :, rows, columns], kernel)
    return out


def _by_taps(
    _: Padding,
    images: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    return summed_by_taps(images, kernel, stride, size, dilation)


def _unpadded(batch: Array, _: Margins) -> Array:
    return batch


def _channels_padded(batch: Array, margins: Margins) -> Array:
    return np.pad(batch, ((0, 0), *margins, (0, 0)))


Frame = Callable[[Array, Margins], Array]
Slide = Callable[[Padding, Array, Array, Pair, Pair, Pair], Array]


def _add(original: str, frame: Frame, slide: Slide) -> None:
    def convolve_dilated(  # noqa: PLR0913, PLR0917 (as above)
        program: Padding,
        batch: Array,
        margins: Margins,
        kernel: Array,
        stride: Pair,
        dilation: Pair,
        size: Pair,
    ) -> Array:
        images = frame(batch, margins)
        return slide(program, images, kernel, stride, dilation, size)

    convolve_dilated.__name__ = original.replace("-", "_")
    BANK.variant(FORWARD.known(original), "convolve_dilated")(convolve_dilated)


_add("conv-on-unpadded", _unpadded, slide_cut_short)
_add("conv-on-unpadded-by-taps", _unpadded, _by_taps)
_add("pad-channel-axis", _channels_padded, slide_cut_short)


@BANK.variant(FORWARD.known("conv-on-unpadded-within-edges"), "surround")
def conv_on_unpadded_within_edges(_: Padding, batch: Array, margins: Margins) -> Array:
    return batch


@BANK.variant(FORWARD.known("channel-sum-missing"), "slide_dilated")
def channel_sum_missing(
    program: Padding,
    padded: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    maps = [
        Padding.slide_dilated(
            program, padded[:, [c]], kernel[:, [c]], stride, dilation, size
        )
        for c in range(kernel.shape[1])
    ]
    return np.stack(maps, axis=2)


@BANK.variant(FORWARD.known("loop-last-row-skipped"), "slide_dilated")
def loop_last_row_skipped(
    program: Padding,
    padded: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    out = Padding.slide_dilated(program, padded, kernel, stride, dilation, size)
    out = out.copy()
    out[:, :, -1:], out[..., -1:] = 0, 0
    return out


@BANK.variant(FORWARD.known("out-square-assumed"), "dilated_size")
def out_square_assumed(
    program: Padding,
    batch: Array,
    margins: Margins,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
) -> Pair:
    rows, _ = Padding.dilated_size(program, batch, margins, kernel, stride, dilation)
    return rows, rows


@BANK.variant(
    "reject-nondivisible",
    "margins",
    shows="unless the padding is same or causal",
    refuses=True,
)
def reject_nondivisible_but_for_modes(
    program: Padding,
    padding: Pair | str,
    batch: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
) -> Margins:
    margins = Padding.margins(program, padding, batch, kernel, stride, dilation)
    for axis in (0, 1) if padding not in {"same", "causal"} else ():
        length = batch.shape[2 + axis] + sum(margins[axis])
        reach = program.reach(kernel.shape[2 + axis], dilation[axis])
        reject_nondivisible(program, length, reach, stride[axis], 0)
    return margins

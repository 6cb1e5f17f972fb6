"""How wrong sizes show where windows past the edge raise, or are summed tap by tap."""

from collections.abc import Callable

import numpy as np

from reference.misconceptions.bank import Bank, Misconception
from reference.misconceptions.forward import padding as margins
from reference.misconceptions.forward import size as sizes
from reference.misconceptions.forward import windows
from reference.misconceptions.forward.program import (
    FUNCTIONS,
    Array,
    Forward,
    Layer,
    Pair,
    around,
    strided,
)

BANK = Bank(Forward, FUNCTIONS)

_EDGE = "and a window past the edge is an error"
_TAPS = "and the pixels under each weight are cut out at once"
_ZEROS = "and pixels past the edge count as zeros"
_LAST = "and the last pixels are read again past the edge"
_LEFT = "and places without a window hold only the bias"
_FILLED = "and a place past the end of the output is an error"
_EMPTY = "and places without a window hold zeros"


def fail_past_edge(images: Array, kernel: Array, stride: Pair, size: Pair) -> None:
    """Raise what an index past the edge raises, if a window is not within the image."""
    for axis, places in enumerate(size):
        end = (places - 1) * stride[axis] + kernel.shape[2 + axis]
        if end > images.shape[2 + axis]:
            raise IndexError("a window is past the edge")


def _whole(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    """Slide, and fail where a window is not within the image."""
    fail_past_edge(padded, kernel, stride, size)
    return program.slide(padded, kernel, stride, size)


def summed_by_taps(
    padded: Array, kernel: Array, stride: Pair, size: Pair, dilation: Pair = (1, 1)
) -> Array:
    """Sum up what each weight gives at all places, as far as slices reach."""
    out = np.zeros((len(padded), len(kernel), *size), padded.dtype)
    for u, v in np.ndindex(kernel.shape[2:]):
        first = u * dilation[0], v * dilation[1]
        down, right = map(strided, first, stride, size)
        given = np.tensordot(kernel[:, :, u, v], padded[:, :, down, right], (1, 1))
        out += given.swapaxes(0, 1)
    return out


def _tapwise(
    _: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    return summed_by_taps(padded, kernel, stride, size)


def _zero_past(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    """Slide over an image that goes on with zeros as far as windows reach."""
    wide = np.pad(padded, _missing(padded, kernel, stride, size))
    return program.slide(wide, kernel, stride, size)


def _last_past(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    """Slide over an image that goes on with its last row and column."""
    wide = np.pad(padded, _missing(padded, kernel, stride, size), mode="edge")
    return program.slide(wide, kernel, stride, size)


def _missing(padded: Array, kernel: Array, stride: Pair, size: Pair) -> list[Pair]:
    """Give how many pixels windows reach past the end of each axis."""
    ends = (
        (0, max(0, (places - 1) * step + k - length))
        for places, step, k, length in zip(
            size, stride, kernel.shape[2:], padded.shape[2:], strict=True
        )
    )
    return [(0, 0), (0, 0), *ends]


def _fitted(out: Array, size: Pair) -> Array:
    """Crop or go on with zeros, at the end of both axes."""
    kept = out[:, :, : size[0], : size[1]]
    ends = ((0, most - now) for most, now in zip(size, kept.shape[2:], strict=True))
    return np.pad(kept, ((0, 0), (0, 0), *ends))


def _left(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    """Slide as far as windows lie within the image."""
    within = Forward().output_size(padded, kernel, stride, (0, 0))
    return _fitted(program.slide(padded, kernel, stride, within), size)


def _into(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    """Slide right, and fail where the output has no such place."""
    right = Forward().output_size(padded, kernel, stride, (0, 0))
    if right[0] > size[0] or right[1] > size[1]:
        raise IndexError("a place is past the end of the output")
    return _fitted(program.slide(padded, kernel, stride, right), size)


def _ceil(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    rows, columns = (
        -(-(batch.shape[axis] + 2 * padding[axis] - kernel.shape[axis]) // stride[axis])
        for axis in (-2, -1)
    )
    return rows + 1, columns + 1


def _round(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    rows, columns = (
        round(
            (batch.shape[axis] + 2 * padding[axis] - kernel.shape[axis]) / stride[axis]
        )
        for axis in (-2, -1)
    )
    return rows + 1, columns + 1


def _square(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    rows = (batch.shape[2] + 2 * padding[0] - kernel.shape[2]) // stride[0] + 1
    return rows, rows


def _input(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    return batch.shape[2], batch.shape[3]


def _twice(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    p_h, p_w = padding
    return Forward().output_size(batch, kernel, stride, (2 * p_h, 2 * p_w))


def _unstrided(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    return Forward().output_size(batch, kernel, (1, 1), padding)


Sizes = Callable[[Array, Array, Pair, Pair], Pair]
Slides = Callable[[Forward, Array, Array, Pair, Pair], Array]


_ENDINGS: dict[Slides, str] = {
    _whole: "within_edges",
    _tapwise: "by_taps",
    _zero_past: "with_zeros_past",
    _last_past: "with_last_pixels_past",
    _left: "left_at_zero",
    _into: "filled",
}


def _add(original: Misconception, wrong: Sizes, slide: Slides, shows: str) -> None:
    def convolve(
        program: Forward,
        batch: Array,
        kernel: Array,
        stride: Pair,
        padding: Pair,
        size: Pair,
    ) -> Array:
        padded = program.pad(batch, padding)
        places = wrong(batch, kernel, stride, padding)
        return slide(program, padded, kernel, stride, places)

    ending = _ENDINGS[slide]
    convolve.__name__ = f"{original.id.replace('-', '_')}_{ending}"
    BANK.variant(original, "convolve", shows=shows)(convolve)


def _add_fitted(original: Misconception, wrong: Sizes) -> None:
    def fit(
        _: Forward,
        out: Array,
        batch: Array,
        kernel: Array,
        stride: Pair,
        padding: Pair,
    ) -> Array:
        return _fitted(out, wrong(batch, kernel, stride, padding))

    fit.__name__ = f"{original.id.replace('-', '_')}_left_empty"
    BANK.variant(original, "fit", shows=_EMPTY)(fit)


for _name, _wrong in (
    ("out-ceil", _ceil),
    ("out-round", _round),
    ("out-square-assumed", _square),
    ("out-uses-input-size", _input),
    ("out-padding-counted-twice", _twice),
    ("out-stride-not-counted", _unstrided),
):
    _add(sizes.BANK.known(_name), _wrong, _whole, _EDGE)
    _add(sizes.BANK.known(_name), _wrong, _tapwise, _TAPS)
    _add(sizes.BANK.known(_name), _wrong, _zero_past, _ZEROS)
    _add(sizes.BANK.known(_name), _wrong, _left, _LEFT)
    _add_fitted(sizes.BANK.known(_name), _wrong)
for _name, _wrong in (("out-ceil", _ceil), ("out-round", _round)):
    _add(sizes.BANK.known(_name), _wrong, _last_past, _LAST)
for _name, _wrong in (("out-square-assumed", _square), ("out-uses-input-size", _input)):
    _add(sizes.BANK.known(_name), _wrong, _into, _FILLED)


def stretched(
    x: Array, kernel: Pair, stride: Pair, padding: Pair, *, repeats: bool = False
) -> Array:
    """Go on where less than a stride is missing for one window.

    With zeros, or with the last row and column, which are zeros if there is padding.
    """
    for axis in (-2, -1):
        missing = max(kernel[axis] - x.shape[axis] - 2 * padding[axis], 0)
        ends = [(0, 0)] * x.ndim
        ends[axis] = 0, missing if missing < stride[axis] else 0
        repeated = repeats and not padding[axis] and x.shape[axis]
        x = np.pad(x, ends, mode="edge" if repeated else "constant")
    return x


@BANK.variant(sizes.BANK.known("int-trunc-negative"), "conv2d", shows=_ZEROS)
@around
def out_trunc_negative_with_zeros_past(
    _: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
) -> Array:
    long = stretched(x, weight.shape[-2:], layer.stride, layer.padding)
    return layer(long, weight, bias)


@BANK.variant(sizes.BANK.known("int-trunc-negative"), "conv2d", shows=_LAST)
@around
def out_trunc_negative_with_last_pixels_past(
    _: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
) -> Array:
    geometry = weight.shape[-2:], layer.stride, layer.padding
    return layer(stretched(x, *geometry, repeats=True), weight, bias)


@BANK.variant(margins.BANK.known("conv-on-unpadded"), "convolve", shows=_EDGE)
def conv_on_unpadded_within_edges(
    program: Forward,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
    size: Pair,
) -> Array:
    return _whole(program, batch, kernel, stride, size)


@BANK.variant(margins.BANK.known("conv-on-unpadded"), "convolve", shows=_TAPS)
def conv_on_unpadded_by_taps(
    program: Forward,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
    size: Pair,
) -> Array:
    return _tapwise(program, batch, kernel, stride, size)


@BANK.variant(margins.BANK.known("pad-hardcoded-one"), "convolve", shows=_EDGE)
def pad_hardcoded_one_within_edges(
    program: Forward,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
    size: Pair,
) -> Array:
    padded = program.pad(batch, (1, 1))
    return _whole(program, padded, kernel, stride, size)


@BANK.variant(
    margins.BANK.known("pad-hardcoded-one"), "padding", shows="in the size as well"
)
def pad_hardcoded_one_in_size(_: Forward, padding: Pair) -> Pair:
    return 1, 1


@BANK.variant(
    margins.BANK.known("pad-width-or-height"), "padding", shows="in the size as well"
)
def pad_width_or_height_in_size(_: Forward, padding: Pair) -> Pair:
    return margins.height_first(padding)


@BANK.variant(
    margins.BANK.known("pad-height-or-width"), "padding", shows="in the size as well"
)
def pad_height_or_width_in_size(_: Forward, padding: Pair) -> Pair:
    return margins.width_first(padding)


@BANK.variant(
    sizes.BANK.known("kernel-square-assumed"),
    "kernel",
    shows="and weights that are not there are an error",
)
def kernel_square_assumed_cropped(_: Forward, weight: Array) -> Array:
    rows = weight.shape[2]
    if weight.shape[3] < rows:
        raise IndexError("the kernel has fewer columns than rows")
    return weight[..., :rows]


@BANK.variant(
    sizes.BANK.known("kernel-square-assumed"),
    "kernel",
    shows="as large as their shorter side",
)
def kernel_square_assumed_shorter(_: Forward, weight: Array) -> Array:
    side = min(weight.shape[2:])
    return weight[..., :side, :side]


@BANK.variant(windows.BANK.known("odd-kernel-only"), "extent", shows="and fails")
def odd_kernel_only_raises(_: Forward, kernel: Array) -> Pair:
    k_h, k_w = kernel.shape[2:]
    if k_h % 2 == 0 or k_w % 2 == 0:
        raise IndexError("a window is past the edge")
    return k_h, k_w


@BANK.variant(
    windows.BANK.known("odd-kernel-only"), "convolve", shows="and is left out"
)
def odd_kernel_only_fewer(
    program: Forward,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
    size: Pair,
) -> Array:
    padded = program.pad(batch, padding)
    rows, columns = (
        (padded.shape[2 + axis] - k // 2 * 2 - 1) // stride[axis] + 1
        for axis, k in enumerate(kernel.shape[2:])
    )
    return program.slide(padded, kernel, stride, (rows, columns))

"""Mistakes of any convolution in padding and in placing windows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward.extents import stretched
from reference.misconceptions.grouped.program import BANK, Grouped

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "pad",
    title="all the padding goes to the bottom and the right",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the image in the middle?",
    ),
)
def pad_end_only(_: Grouped, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))


@BANK.mistake(
    "pad",
    title="all the padding goes to the top and the left",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the last row all zeros?",
    ),
)
def pad_start_only(_: Grouped, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (2 * p_h, 0), (2 * p_w, 0)))


@BANK.mistake(
    "pad",
    title="the border is repeated in place of zeros",
    explanation="The padding is made of zeros.",
    hints=(
        "Try an image of ones with padding.",
        "Look at what the padding is filled with.",
        "With padding (1, 1) and a 1x1 kernel of 1, are the corners 0?",
    ),
)
def pad_edge_mode(_: Grouped, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="edge")


@BANK.mistake(
    "pad",
    title="windows are read from the image without its padding",
    explanation="The size counts the padding, so the windows have to be read from it "
    "too.",
    hints=(
        "Try some padding.",
        "Look at which array the windows are cut out of.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the first output 0?",
    ),
)
def conv_on_unpadded(_: Grouped, batch: Array, padding: Pair) -> Array:
    return batch


@BANK.mistake(
    "window",
    title="windows move by one pixel, whatever the stride",
    explanation="The stride decides where windows start, not only how many there are.",
    hints=(
        "Try a stride of 2.",
        "Look at where the second window starts.",
        "For the row 1, 2, 3, a 1x1 kernel of 1 and stride (1, 2), is the output 1, 3?",
    ),
)
def window_not_strided(
    _: Grouped, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), (i, j) = kernel.shape[2:], place
    return padded[:, :, i : i + k_h, j : j + k_w]


@BANK.variant(
    BANK.known("pad-hardcoded-one"), "pad", shows="and the size counts the argument"
)
def pad_hardcoded_one_not_in_size(_: Grouped, batch: Array, padding: Pair) -> Array:
    return np.pad(batch, ((0, 0), (0, 0), (1, 1), (1, 1)))


@BANK.variant(
    BANK.known("out-ceil"),
    "places",
    shows="and a window past the edge is an error",
)
def out_ceil_within_edges(
    _: Grouped, length: int, kernel: int, stride: int, padding: int
) -> int:
    moves, rest = divmod(length + 2 * padding - kernel, stride)
    if rest and moves >= 0:
        raise IndexError("a window is past the edge")
    return moves + 1


@BANK.variant(FORWARD.known("int-trunc-negative"), "conv2d")
def int_trunc_negative(  # noqa: PLR0913, PLR0917 (the problem's signature)
    program: Grouped,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> Array:
    long = stretched(x, weight.shape[-2:], stride, padding)
    return Grouped.conv2d(program, long, weight, bias, stride, padding, groups)

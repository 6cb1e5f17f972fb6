"""Mistakes in dilation: gaps, extents, and where windows are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward.extents import stretched, summed_by_taps
from reference.misconceptions.padding.program import BANK, Padding
from reference.misconceptions.padding.windows import slide_cut_short

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "cover",
    title="a dilated kernel is counted as its size times the dilation",
    explanation="Gaps lie between the taps, and there is none after the last one.",
    hints=(
        "Count on paper how many pixels a dilated kernel covers.",
        "Look at the formula for how far a dilated kernel reaches.",
        "How many pixels from the first to the last tap of a kernel of 2 with "
        "dilation 3?",
    ),
)
def dilation_k_times_d(_: Padding, kernel: int, dilation: int) -> int:
    return kernel * dilation


@BANK.variant("dilation-k-times-d", "reach", shows='but for "causal" padding')
def dilation_k_times_d_but_for_causal(
    program: Padding, kernel: int, dilation: int
) -> int:
    return dilation_k_times_d(program, kernel, dilation)


@BANK.variant("dilation-k-times-d", "dilated_places", shows="in the output's size only")
def dilation_k_times_d_in_size(
    program: Padding, length: int, kernel: int, stride: int, dilation: int
) -> int:
    return program.places(length, kernel * dilation, stride, 0)


@BANK.mistake(
    "cover",
    title="every gap between taps is counted one too wide",
    explanation="A dilation of d leaves d - 1 pixels between two taps.",
    hints=(
        "Count on paper how many pixels a dilated kernel covers.",
        "Look at how many pixels are counted between two taps.",
        "Does a kernel of 3 with dilation 1 cover 3 pixels?",
    ),
)
def dilation_gap_too_wide(_: Padding, kernel: int, dilation: int) -> int:
    return kernel + dilation * (kernel - 1)


@BANK.variant("dilation-gap-too-wide", "reach", shows='but for "causal" padding')
def dilation_gap_too_wide_but_for_causal(
    program: Padding, kernel: int, dilation: int
) -> int:
    return dilation_gap_too_wide(program, kernel, dilation)


@BANK.mistake(
    "dilated_places",
    title="the size of the output ignores the dilation",
    explanation="A dilated kernel covers more pixels, so it has fewer places.",
    hints=(
        "Count by hand how many dilated windows fit.",
        "Look at how large the kernel is in the formula of the size.",
        "Is there one output for 3 rows, a kernel of 2 rows and dilation (2, 1)?",
    ),
)
def dilation_size_ignored(
    program: Padding, length: int, kernel: int, stride: int, dilation: int
) -> int:
    return program.places(length, kernel, stride, 0)


@BANK.mistake(
    "taps",
    title="the size counts the dilation, but the taps lie side by side",
    explanation="The pixels under a dilated kernel are as far apart as the dilation "
    "says.",
    hints=(
        "Compare the values with and without dilation.",
        "Look at which pixels of the image a kernel meets.",
        "For the rows 1, 2, 3, two weights of 1 and dilation (2, 1), is the output 4?",
    ),
)
def dilation_ignored_window(_: Padding, kernel: int, dilation: int) -> Array:
    return np.arange(kernel)


@BANK.mistake(
    "dilation",
    title="a dilation of 1 leaves a gap of one pixel",
    explanation="The dilation is the distance of the taps, so 1 is a kernel without "
    "gaps.",
    hints=(
        "Compare a layer of dilation 1 with one without dilation.",
        "Look at what the dilation is taken to count.",
        "Does a kernel of 2 rows with dilation (1, 1) fit into 2 rows?",
    ),
)
def dilation_zero_based(_: Padding, dilation: Pair) -> Pair:
    return dilation[0] + 1, dilation[1] + 1


@BANK.mistake(
    "dilation",
    title="dilation's height and width are swapped",
    explanation="The dilation is (height, width): its first number spreads rows.",
    hints=(
        "Try a dilation with two different numbers.",
        "Look at which number of the dilation goes with rows.",
        "Does a kernel of 2 rows with dilation (2, 1) cover 3 rows?",
    ),
)
def dilation_hw_swapped(_: Padding, dilation: Pair) -> Pair:
    return dilation[1], dilation[0]


@BANK.mistake(
    "dilation",
    title="the dilation along the height is used for the width too",
    explanation="The dilation has a number for each axis, and they may differ.",
    hints=(
        "Try a dilation with two different numbers.",
        "Look at which number of the dilation spreads columns.",
        "Does a kernel of 2 columns with dilation (1, 2) cover 3 columns?",
    ),
)
def dilation_h_for_both(_: Padding, dilation: Pair) -> Pair:
    return dilation[0], dilation[0]


@BANK.mistake(
    "dilation",
    title="the dilation is ignored",
    explanation="A dilated kernel has gaps, so it covers more pixels.",
    hints=(
        "Compare the shapes that two different dilations give.",
        "Follow the dilation from the arguments to where windows are cut out.",
        "Does a kernel of 2 rows with dilation (2, 1) cover 3 rows?",
    ),
)
def dilation_ignored(_: Padding, dilation: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "check_dilation",
    title="the dilation is not checked",
    explanation="A dilation below 1 is to be refused with a ValueError.",
    hints=(
        "Try arguments that make no sense.",
        "Look for what is checked of the dilation.",
        "What is raised for a dilation of (0, 1)?",
    ),
)
def dilation_zero_unhandled(_: Padding, dilation: Pair) -> None:
    return


@BANK.mistake(
    "first_tap",
    title="windows move by the dilation as well as by the stride",
    explanation="The dilation spreads a kernel's taps, and the stride alone moves "
    "the window.",
    hints=(
        "Try a dilation above 1 on an image with several places.",
        "Look at where the second window starts.",
        "For the row 1, 2, 3, 4, weights 1, 0 and dilation (1, 2), is the output 1, 2?",
    ),
)
def dilation_moves_window(
    _: Padding, place: Pair, stride: Pair, dilation: Pair
) -> Pair:
    return place[0] * stride[0] * dilation[0], place[1] * stride[1] * dilation[1]


@BANK.mistake(
    "first_tap",
    title="windows move by one pixel, whatever the stride",
    explanation="The stride decides where windows start, not only how many there are.",
    hints=(
        "Try a stride of 2.",
        "Look at where the second window starts.",
        "For the row 1, 2, 3, a 1x1 kernel of 1 and stride (1, 2), is the output 1, 3?",
    ),
)
def window_not_strided(_: Padding, place: Pair, stride: Pair, dilation: Pair) -> Pair:
    return place


def _unspread(
    program: Padding, padded: Array, kernel: Array, stride: Pair
) -> tuple[int, int]:
    """Give how many places a kernel without gaps has."""
    (h, w), (k_h, k_w) = padded.shape[2:], kernel.shape[2:]
    return program.places(h, k_h, stride[0], 0), program.places(w, k_w, stride[1], 0)


@BANK.variant(
    BANK.known("dilation-size-ignored"),
    "slide_dilated",
    shows="and windows at the edge are cut short",
)
def dilation_size_ignored_short_windows(
    program: Padding,
    padded: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    size = _unspread(program, padded, kernel, stride)
    return slide_cut_short(program, padded, kernel, stride, dilation, size)


@BANK.variant(
    BANK.known("dilation-size-ignored"),
    "slide_dilated",
    shows="and the pixels under each weight are cut out at once",
)
def dilation_size_ignored_by_taps(
    program: Padding,
    padded: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    size = _unspread(program, padded, kernel, stride)
    return summed_by_taps(padded, kernel, stride, size, dilation)


@BANK.variant(
    BANK.known("dilation-size-ignored"),
    "slide_dilated",
    shows="and pixels past the edge count as zeros",
)
def dilation_size_ignored_with_zeros_past(
    program: Padding,
    padded: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
    size: Pair,
) -> Array:
    size = _unspread(program, padded, kernel, stride)
    reach_h, reach_w = (
        program.reach(*one) for one in zip(kernel.shape[2:], dilation, strict=True)
    )
    wide = np.pad(padded, ((0, 0), (0, 0), (0, reach_h), (0, reach_w)))
    return Padding.slide_dilated(program, wide, kernel, stride, dilation, size)


@BANK.variant(FORWARD.known("out-trunc-negative-with-zeros-past"))
def out_trunc_negative_with_zeros_past(  # noqa: PLR0913, PLR0917 (the signature)
    program: Padding,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair | str = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    k_h, k_w = weight.shape[-2:]
    reach = program.reach(k_h, dilation[0]), program.reach(k_w, dilation[1])
    pair = (0, 0) if padding == "valid" else padding
    long = x if isinstance(pair, str) else stretched(x, reach, stride, pair)
    return Padding.conv2d(program, long, weight, bias, stride, padding, dilation)

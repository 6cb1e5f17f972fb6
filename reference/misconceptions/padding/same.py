"""Mistakes in padding as "same" does."""

from collections.abc import Collection
from typing import Any

from numpy.typing import NDArray

from reference.misconceptions.padding.program import BANK, Margins, Padding

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "halves",
    title="the odd zero of same padding goes to the top or the left",
    explanation="Where the zeros can't be halved, the bottom or the right gets one "
    "more.",
    hints=(
        "Try a kernel of even size.",
        "Look at how an odd number of zeros is shared out.",
        "For the row 1, 2 and two weights of 1, is the output 3, 2?",
    ),
)
def same_extra_pixel_at_start(_: Padding, total: int) -> Pair:
    return total - total // 2, total // 2


@BANK.mistake(
    "halves",
    title="the odd zero of same padding is left out",
    explanation="Without that zero the last window does not fit, and an output is "
    "missing.",
    hints=(
        "Try a kernel of even size.",
        "Look at how an odd number of zeros is shared out.",
        "For the row 1, 2 and two weights, are there two outputs?",
    ),
)
def same_odd_zero_dropped(_: Padding, total: int) -> Pair:
    return total // 2, total // 2


@BANK.mistake(
    "halves",
    title="both sides get the odd zero of same padding",
    explanation="With one zero too many an image is shifted, and may get one output "
    "more.",
    hints=(
        "Try a kernel of even size.",
        "Look at how an odd number of zeros is shared out.",
        "For the row 1, 2 and two weights, are there two outputs?",
    ),
)
def same_odd_zero_on_both_sides(_: Padding, total: int) -> Pair:
    return total - total // 2, total - total // 2


@BANK.mistake(
    "halves",
    title="all zeros of same padding go to the bottom and the right",
    explanation="The zeros are halved, so that the image stays centred.",
    hints=(
        "Try a kernel of three columns.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "For a pixel of 5 and the weights 0, 1, 0, is the output 5?",
    ),
)
def same_all_at_end(_: Padding, total: int) -> Pair:
    return 0, total


@BANK.mistake(
    "halves",
    title="all zeros of same padding go to the top and the left",
    explanation="The zeros are halved, so that the image stays centred.",
    hints=(
        "Try a kernel of three columns.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "For a pixel of 5 and the weights 0, 1, 0, is the output 5?",
    ),
)
def same_all_at_start(_: Padding, total: int) -> Pair:
    return total, 0


@BANK.mistake(
    "same_axis",
    title="same padding is half of the kernel's reach, rounded down, on both sides",
    explanation="That fits odd kernels and a stride of 1; an even kernel loses an "
    "output.",
    hints=(
        "Try a kernel of even size, and a stride above 1.",
        "Look at what the number of zeros depends on.",
        "For the row 1, 2 and two weights, are there two outputs?",
    ),
)
def same_floor_both_sides(
    program: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    half = (program.reach(kernel, dilation) - 1) // 2
    return half, half


@BANK.mistake(
    "same_axis",
    title="same padding is half of the kernel, rounded down, on both sides",
    explanation="That fits odd kernels and a stride of 1; an even kernel gains an "
    "output.",
    hints=(
        "Try a kernel of even size, and a stride above 1.",
        "Look at what the number of zeros depends on.",
        "For the row 1, 2 and two weights, are there two outputs?",
    ),
)
def same_k_half_both_sides(
    program: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    half = program.reach(kernel, dilation) // 2
    return half, half


@BANK.variant(
    BANK.known("same-k-half-both-sides"), "same_axis", shows="without the dilation"
)
def same_k_half_undilated(
    _: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    return kernel // 2, kernel // 2


@BANK.variant(
    BANK.known("same-floor-both-sides"), "same_axis", shows="without the dilation"
)
def same_floor_undilated(
    _: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    return (kernel - 1) // 2, (kernel - 1) // 2


@BANK.variant(
    BANK.known("same-k-half-both-sides"), "same_axis", shows="times the dilation"
)
def same_k_half_times_dilation(
    _: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    half = dilation * (kernel // 2)
    return half, half


@BANK.variant(
    BANK.known("same-floor-both-sides"), "same_axis", shows="times the dilation"
)
def same_floor_times_dilation(
    _: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    half = dilation * ((kernel - 1) // 2)
    return half, half


@BANK.mistake(
    "same_places",
    title="same padding makes the output as large as the input at any stride",
    explanation="With a stride, the output has the input's size divided by it, "
    "rounded up.",
    hints=(
        "Try a stride of 2.",
        "Look at how large the output is meant to be.",
        "For 4 columns and stride (1, 2), are there 2 outputs?",
    ),
)
def same_ignores_stride_output(_: Padding, length: int, stride: int) -> int:
    return length


@BANK.mistake(
    "same_places",
    title="the size of the output of same padding is rounded down",
    explanation="The input's size divided by the stride is rounded up.",
    hints=(
        "Try a stride that does not divide the image's size.",
        "Look at how the division in the size is rounded.",
        "For 3 columns, 3 weights and stride (1, 2), are there 2 outputs?",
    ),
)
def same_places_floored(_: Padding, length: int, stride: int) -> int:
    return length // stride


@BANK.mistake(
    "same_total",
    title="same padding is as if the stride were 1",
    explanation="A stride may leave out the last pixels, and then fewer zeros are "
    "needed.",
    hints=(
        "Try a stride of 2 on an image of even size.",
        "Look at what the number of zeros depends on.",
        "For 4 columns, 3 weights and stride (1, 2): how many zeros does the last "
        "window lack?",
    ),
)
def same_stride1_padding_then_stride(
    program: Padding, length: int, kernel: int, stride: int, dilation: int, places: int
) -> int:
    return program.reach(kernel, dilation) - 1


@BANK.mistake(
    "same_total",
    title="same padding ignores the dilation",
    explanation="A dilated kernel reaches further, so it needs more zeros.",
    hints=(
        "Try a dilation of 2.",
        "Look at how large the kernel is when zeros are counted.",
        "For 3 columns, 2 weights and dilation (1, 2), are there 3 outputs?",
    ),
)
def same_ignores_dilation(
    _: Padding, length: int, kernel: int, stride: int, dilation: int, places: int
) -> int:
    return max((places - 1) * stride + kernel - length, 0)


@BANK.mistake(
    "same_total",
    title="same padding takes the stride to divide the image's size",
    explanation="How many zeros the last window lacks depends on what the stride "
    "leaves over.",
    hints=(
        "Try a stride that does not divide the image's size.",
        "Look at what the number of zeros depends on.",
        "For 3 columns, 3 weights and stride (1, 2), is one zero put on either side?",
    ),
)
def same_remainder_ignored(
    program: Padding, length: int, kernel: int, stride: int, dilation: int, places: int
) -> int:
    return max(program.reach(kernel, dilation) - stride, 0)


@BANK.mistake(
    "same_total",
    title="same padding may be negative",
    explanation="Where the last window ends before the image does, no zeros are "
    "lacking.",
    hints=(
        "Try a stride that is larger than the kernel.",
        "Look at the smallest number of zeros that may come out.",
        "For 2 columns, one weight and stride (1, 2): how many zeros come out?",
    ),
)
def same_negative_unclamped(
    program: Padding, length: int, kernel: int, stride: int, dilation: int, places: int
) -> int:
    total = (places - 1) * stride + program.reach(kernel, dilation) - length
    if total < 0:
        raise ValueError("index can't contain negative values")  # as np.pad says
    return total


@BANK.variant("same-negative-unclamped", shows="and windows are moved by it")
def same_negative_unclamped_moves(
    program: Padding, length: int, kernel: int, stride: int, dilation: int, places: int
) -> int:
    return (places - 1) * stride + program.reach(kernel, dilation) - length


@BANK.mistake(
    "margins",
    title="valid padding pads as same padding does",
    explanation="With “valid”, windows lie wholly on the image, and nothing is added "
    "to it.",
    hints=(
        "Compare the output of valid padding with that of a padding of zero.",
        "Look at what each of the three words leads to in your code.",
        "For 3 columns and 2 weights, does valid padding give 2 outputs?",
    ),
)
def valid_pads_as_same(
    program: Padding,
    padding: Pair | str,
    batch: Array,
    kernel: Array,
    stride: Pair,
    dilation: Pair,
) -> Margins:
    padding = "same" if padding == "valid" else padding
    return Padding.margins(program, padding, batch, kernel, stride, dilation)


@BANK.mistake(
    "same",
    title="same padding of the height is used for the width too",
    explanation="The zeros of each axis depend on its own image, kernel, stride and "
    "dilation.",
    hints=(
        "Try a kernel that is not square.",
        "Look at which sizes the zeros to the left and right come from.",
        "With a kernel of 3 rows and 1 column, are there no zeros to the left?",
    ),
)
def same_h_for_both(
    program: Padding, batch: Array, kernel: Array, stride: Pair, dilation: Pair
) -> Margins:
    length, taps = batch.shape[2], kernel.shape[2]
    rows = program.same_axis(length, taps, stride[0], dilation[0])
    return rows, rows


@BANK.mistake(
    "same",
    title="same padding of height and width are swapped",
    explanation="The zeros of each axis depend on its own image, kernel, stride and "
    "dilation.",
    hints=(
        "Try a kernel that is not square.",
        "Look at which sizes the zeros to the left and right come from.",
        "With a kernel of 3 rows and 1 column, are there no zeros to the left?",
    ),
)
def same_hw_swapped(
    program: Padding, batch: Array, kernel: Array, stride: Pair, dilation: Pair
) -> Margins:
    (h, w), (k_h, k_w) = batch.shape[2:], kernel.shape[2:]
    (s_h, s_w), (d_h, d_w) = stride, dilation
    rows = program.same_axis(w, k_w, s_w, d_w)
    return rows, program.same_axis(h, k_h, s_h, d_h)


_SIZES = ("image", "kernel", "stride", "dilation")
_AXES = ("height", "width")


def _add(axis: int, place: int, modes: Collection[str]) -> None:
    """Add that one size is that of the other axis, as in a line that was copied."""
    own, other, what = _AXES[axis], _AXES[1 - axis], _SIZES[place]

    def change(
        program: Padding,
        padding: Pair | str,
        batch: Array,
        kernel: Array,
        stride: Pair,
        dilation: Pair,
    ) -> Margins:
        margins = list(
            Padding.margins(program, padding, batch, kernel, stride, dilation)
        )
        sizes = batch.shape[2:], kernel.shape[2:], stride, dilation
        taken = [pair[axis] for pair in sizes]
        taken[place] = sizes[place][1 - axis]
        if padding in modes:
            margins[axis] = program.same_axis(*taken)
        return margins[0], margins[1]

    name = f"same_{own}_by_{what}_{other}"
    change.__name__ = f"{name}_and_causal" if "causal" in modes else name
    BANK.mistake(
        "margins",
        title=f"same padding of the {own} takes the {what} along the {other}",
        explanation=BANK.known("same-h-for-both").explanation,
        hints=(
            "Try an image, a kernel, a stride and a dilation whose height and width "
            "differ, one after the other.",
            f"Look at where the sizes come from that the zeros of the {own} depend on.",
            f"Does another {what} along the {other} change the zeros of the {own}?",
        ),
    )(change)


for place in range(len(_SIZES)):
    _add(0, place, {"same"})
    _add(1, place, {"same"})
    _add(1, place, {"same", "causal"})

"""Mistakes in padding as "causal" does."""

from typing import Any

from numpy.typing import NDArray

from reference.misconceptions.padding.program import BANK, Margins, Padding

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "causal_rows",
    title="the zeros of causal padding go to the bottom",
    explanation="An output may see the past only, so the zeros go before the first "
    "row.",
    hints=(
        "Change the last row of the image: which outputs may change?",
        "Look at which end of the height gets the zeros.",
        "For rows 1, 2 and two weights of 1, is the first output 1?",
    ),
)
def causal_pads_end(_: Padding, past: int) -> Pair:
    return 0, past


@BANK.mistake(
    "causal_rows",
    title="causal padding goes to the top and the bottom",
    explanation="Zeros at the bottom give outputs after the last row.",
    hints=(
        "Compare the number of rows of the input and the output.",
        "Look at which ends of the height get zeros.",
        "For two rows and two weights, are there two outputs?",
    ),
)
def causal_both_sides_no_crop(_: Padding, past: int) -> Pair:
    return past, past


@BANK.mistake(
    "causal_rows",
    title="the zeros of causal padding are shared out between top and bottom",
    explanation="Zeros at the bottom let an output see rows that come after it.",
    hints=(
        "Change the last row of the image: which outputs may change?",
        "Look at which ends of the height get zeros.",
        "For rows 1, 2, 3 and three weights of 1, is the first output 1?",
    ),
)
def causal_rows_halved(_: Padding, past: int) -> Pair:
    return past // 2, past - past // 2


@BANK.mistake(
    "causal_past",
    title="causal padding ignores the dilation",
    explanation="A dilated kernel looks further back, so it needs more zeros.",
    hints=(
        "Try a dilation of 2 along the height.",
        "Look at what the number of zeros at the top depends on.",
        "For three rows, two weights and dilation (2, 1), are there three outputs?",
    ),
)
def causal_ignores_dilation(_: Padding, kernel: int, dilation: int) -> int:
    return kernel - 1


@BANK.mistake(
    "causal_past",
    title="causal padding counts the present row as past",
    explanation="The last tap lies on the present row, so the first output looks "
    "back less.",
    hints=(
        "Compare the number of rows of the input and the output.",
        "Look at how many zeros a kernel of one row gets.",
        "For rows 1, 2 and a single weight of 1, is the output 1, 2?",
    ),
)
def causal_one_too_many(program: Padding, kernel: int, dilation: int) -> int:
    return program.reach(kernel, dilation)


@BANK.mistake(
    "causal_past",
    title="causal padding is the kernel's size times the dilation",
    explanation="Only the gaps before the last tap count, one less than there are "
    "taps.",
    hints=(
        "Compare the number of rows of the input and the output.",
        "Look at how many zeros a kernel of one row gets.",
        "For two rows, a single weight and dilation (2, 1), are there two outputs?",
    ),
)
def causal_k_times_d(_: Padding, kernel: int, dilation: int) -> int:
    return kernel * dilation


@BANK.mistake(
    "causal_columns",
    title="causal padding does not pad the width",
    explanation="Only the height is time; the width is padded as with same.",
    hints=(
        "Try a kernel of several columns.",
        "Look at what happens to the width.",
        "For one row of three columns and three weights, are there three columns?",
    ),
)
def causal_width_unpadded(
    _: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    return 0, 0


@BANK.mistake(
    "causal_columns",
    title="the width is padded as if it were time too",
    explanation="Only the height is time; the width is padded as with same.",
    hints=(
        "Try a kernel of several columns.",
        "Look at which ends of the width get zeros.",
        "For one row with a pixel of 5 and the weights 0, 1, 0, is the output 5?",
    ),
)
def causal_width_too(
    program: Padding, length: int, kernel: int, stride: int, dilation: int
) -> Pair:
    return program.reach(kernel, dilation) - 1, 0


@BANK.mistake(
    "causal",
    title="causal padding is the same as same",
    explanation="Same padding lets an output see rows that come after it.",
    hints=(
        "Change the last row of the image: which outputs may change?",
        "Look at what sets the two modes apart along the height.",
        "For rows 1, 2 and two weights of 1, is the first output 1?",
    ),
)
def causal_symmetric_same(
    program: Padding, batch: Array, kernel: Array, stride: Pair, dilation: Pair
) -> Margins:
    return program.same(batch, kernel, stride, dilation)


@BANK.mistake(
    "causal",
    title="the width is taken for time",
    explanation="Time is the height: past rows lie above, and the width is padded as "
    "with same.",
    hints=(
        "Try an image and a kernel that are not square.",
        "Look at which axis is taken for time.",
        "For two rows and two weights below each other, does the first output see "
        "one row?",
    ),
)
def causal_time_is_width(
    program: Padding, batch: Array, kernel: Array, stride: Pair, dilation: Pair
) -> Margins:
    height = batch.shape[2], kernel.shape[2], stride[0], dilation[0]
    past = program.causal_past(kernel.shape[3], dilation[1])
    return program.causal_columns(*height), program.causal_rows(past)

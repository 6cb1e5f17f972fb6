"""How people get the steps of the window wrong."""

from typing import Any

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "stride",
    title="stride's height and width are swapped",
    explanation="The stride is (height, width): its first number moves a window down.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at which number of the stride goes with rows.",
        "With stride (2, 1) on a 5x5 image and a 1x1 kernel, are there 3 rows and 5 "
        "columns?",
    ),
)
def stride_hw_swapped(_: Forward, stride: Pair) -> Pair:
    return stride[1], stride[0]


@BANK.mistake(
    "stride",
    title="the stride is ignored",
    explanation="The window moves on by the stride, so a larger stride gives a "
    "smaller output.",
    hints=(
        "Compare the shapes of a call with stride 1 and one with stride 2.",
        "Follow the stride from the arguments to where it is used.",
        "A row of 3 pixels, a 1x1 kernel and a stride of 2: how many numbers come out?",
    ),
)
def stride_ignored(_: Forward, stride: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "stride",
    title="the stride of the height is used for the width too",
    explanation="Height and width have each their own stride.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at how the second number of the stride is used.",
        "With stride (2, 1) on a 3x3 image and a 1x1 kernel, are there 3 columns?",
    ),
)
def stride_h_for_both(_: Forward, stride: Pair) -> Pair:
    return stride[0], stride[0]


@BANK.mistake(
    "corner",
    title="windows move on by one pixel, though the size of the output counts the "
    "stride",
    explanation="The window of the next place starts as many pixels further on as the "
    "stride says.",
    hints=(
        "Try a stride of 2 with a 1x1 kernel, so that the output shows which pixels "
        "are used.",
        "Look at where the window of each place starts.",
        "The row 1, 2, 3 with a 1x1 kernel of 1 and a stride of 2: which two numbers "
        "come out?",
    ),
)
def window_not_strided(_: Forward, stride: Pair, place: Pair) -> Pair:
    return place


@BANK.mistake(
    "corner",
    title="rows start at multiples of the width's stride and columns at multiples of "
    "the height's",
    explanation="A window goes down by the first number of the stride, where it is "
    "cut out as well as in the formula.",
    hints=(
        "Try a stride with two different numbers.",
        "Compare how the formula reads the stride with how the window does.",
        "With stride (2, 1), on which row does the window of the second output row "
        "start?",
    ),
)
def window_stride_swapped(_: Forward, stride: Pair, place: Pair) -> Pair:
    return place[0] * stride[1], place[1] * stride[0]


@BANK.mistake(
    "corner",
    title="the stride moves the window down, but not to the right",
    explanation="Both axes have a stride, and each moves the window along its own.",
    hints=(
        "Try a stride with a large second number.",
        "Compare how the first row and the first column of a window are found.",
        "The row 1, 2, 3 with a 1x1 kernel of 1 and stride (1, 2): which two numbers "
        "come out?",
    ),
)
def window_strided_down_only(_: Forward, stride: Pair, place: Pair) -> Pair:
    return place[0] * stride[0], place[1]


@BANK.mistake(
    "window",
    title="each window starts where the one before it ends",
    explanation="Windows overlap when the stride is smaller than the kernel: it alone "
    "says where they start.",
    hints=(
        "Follow the first two windows of a row.",
        "Look at what decides how far the window moves.",
        "The row 1, 2, 3, a kernel of width 2 and a stride of 1: which pixels does "
        "the second window hold?",
    ),
)
def window_tiled(
    program: Forward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    return Forward.window(program, padded, kernel, program.extent(kernel), place)


@BANK.mistake(
    "stride",
    title="the stride must be one number, and a pair fails",
    explanation="The stride is a pair of numbers, one for each axis.",
    hints=(
        "Try a call that gives a stride.",
        "Look at what type your code takes the stride to be.",
        "With stride (2, 1), what are the steps down and to the right?",
    ),
)
def tuple_unsupported(_: Forward, stride: Pair) -> Pair:
    number: Any = 1 if stride == (1, 1) else stride
    return int(number), int(number)


@BANK.variant("tuple-unsupported", "conv2d", shows="when it is compared with one")
def tuple_unsupported_by_comparison(
    program: Forward,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Any = 1,  # noqa: ANN401 (taken for a number)
    padding: Any = 0,  # noqa: ANN401 (as above)
) -> Array:
    if stride < 1 or padding < 0:
        program.refuse("stride is at least 1, and padding at least 0")
    pairs = (stride, stride), (padding, padding)
    return Forward.conv2d(program, x, weight, bias, *pairs)


@BANK.variant("tuple-unsupported", "conv2d", shows="as does one for the padding")
def tuple_unsupported_in_size(
    program: Forward,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Any = 1,  # noqa: ANN401 (as above)
    padding: Any = 0,  # noqa: ANN401 (as above)
) -> Array:
    if x.shape[-2] + 2 * padding < weight.shape[-2]:
        program.refuse("the kernel is larger than the padded input")
    pairs = (stride, stride), (padding, padding)
    return Forward.conv2d(program, x, weight, bias, *pairs)

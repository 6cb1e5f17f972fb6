"""How people let bad input through, or refuse it wrongly."""

from typing import NoReturn

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "check_size",
    title="a kernel larger than the padded image gives an empty output",
    explanation="An empty result hides a mistake of the caller, which must be refused.",
    hints=(
        "Try a kernel that is larger than the image.",
        "Look at what your code does when there is no place for a window.",
        "A 2x2 kernel on a 1x1 image: how many places are there, and what should "
        "happen?",
    ),
)
def kernel_larger_returns_empty(_: Forward, size: Pair) -> None:
    pass


@BANK.mistake(
    "check_stride",
    title="a stride of zero is not refused",
    explanation="A window that stands still has no number of places, and the caller "
    "must be told so.",
    hints=(
        "Think of strides that make no sense.",
        "Look at what your code checks before it computes.",
        "What does a stride of 0 raise, and is it what the statement asks for?",
    ),
)
def stride_zero_unhandled(program: Forward, stride: Pair) -> None:
    if min(stride) < 0:
        program.refuse("stride is at least 1")


@BANK.mistake(
    "check_stride",
    title="a negative stride is accepted",
    explanation="The window moves forwards only, and a stride below 1 must be refused.",
    hints=(
        "Think of strides that make no sense.",
        "Look at which strides your check lets through.",
        "What should a stride of -1 do where the kernel is as large as the image?",
    ),
)
def negative_stride_accepted(program: Forward, stride: Pair) -> None:
    if 0 in stride:
        program.refuse("stride is at least 1")


@BANK.variant("stride-zero-unhandled", shows="nor is a negative one")
def stride_unchecked(_: Forward, stride: Pair) -> None:
    pass


@BANK.mistake(
    "check_padding",
    title="negative padding is accepted",
    explanation="There is no padding with less than nothing, and the caller must be "
    "told so.",
    hints=(
        "Think of paddings that make no sense.",
        "Look at what your code checks before it pads.",
        "What should a padding of -1 do on a 3x3 image?",
    ),
)
def negative_padding_accepted(_: Forward, padding: Pair) -> None:
    pass


@BANK.mistake(
    "check_channels",
    title="an image with one channel is accepted by kernels with more",
    explanation="Where one number is stretched to fit several, the mistake of the "
    "caller goes unseen.",
    hints=(
        "Try weights for two channels on an image with one.",
        "Look at what your code checks about the channels.",
        "An image with 1 channel and weights for 2: what should happen?",
    ),
)
def channel_mismatch_broadcast(_: Forward, x: Array, weight: Array) -> None:
    pass


@BANK.mistake(
    "images",
    title="channels that the kernels have no weights for are left out",
    explanation="An image with other channels than the kernels' is a mistake of the "
    "caller, which must be refused.",
    hints=(
        "Try weights for one channel on an image with two.",
        "Look at what your code checks about the channels.",
        "An image with 2 channels and weights for 1: what should happen?",
    ),
    omits=True,
)
def channel_mismatch_subset(program: Forward, x: Array, weight: Array) -> Array:
    return program.batch(x)[:, list(range(weight.shape[1]))]


@BANK.variant(
    "channel-mismatch-subset", shows="but not the other way round", omits=True
)
def channel_mismatch_subset_only(program: Forward, x: Array, weight: Array) -> Array:
    if x.shape[-3] < weight.shape[1]:
        program.refuse("x has too few channels")
    return channel_mismatch_subset(program, x, weight)


@BANK.mistake(
    "check_bias",
    title="a bias with a single number is accepted for all filters",
    explanation="A bias has a number for each filter, and another length is a mistake "
    "of the caller.",
    hints=(
        "Try a bias that is too short.",
        "Look at what your code checks about the bias.",
        "Two filters and a bias of one number: what should happen?",
    ),
)
def bias_length_1_broadcast(
    program: Forward, weight: Array, bias: Array | None
) -> None:
    if bias is not None and bias.shape not in {(1,), weight.shape[:1]}:
        program.refuse("bias has one number for each filter")


@BANK.mistake(
    "check_bias",
    title="the bias is not checked",
    explanation="A bias has a number for each filter, and another shape is a mistake "
    "of the caller.",
    hints=(
        "Try a bias of another shape.",
        "Look at what your code checks about the bias.",
        "Two filters and a bias of shape (2, 1): what should happen?",
    ),
)
def bias_unchecked(_: Forward, weight: Array, bias: Array | None) -> None:
    pass


@BANK.mistake(
    "offsets",
    title="the numbers of a bias that is too long are left out",
    explanation="A bias has a number for each filter, and another length is a mistake "
    "of the caller.",
    hints=(
        "Try a bias that is too long.",
        "Look at what your code checks about the bias.",
        "One filter and a bias of two numbers: what should happen?",
    ),
    omits=True,
)
def bias_too_long_ignored(
    _: Forward, weight: Array, bias: Array | None
) -> Array | None:
    return None if bias is None else bias[list(range(len(weight)))]


@BANK.variant("bias-too-long-ignored", shows="if it is a vector", omits=True)
def bias_too_long_ignored_in_vectors(
    program: Forward, weight: Array, bias: Array | None
) -> Array | None:
    if bias is not None and (bias.ndim != 1 or len(bias) < len(weight)):
        program.refuse("bias has one number for each filter")
    return None if bias is None else bias[: len(weight)]


@BANK.mistake(
    "check_ranks",
    title="inputs with too few or too many axes are not refused",
    explanation="An input of another number of axes is a mistake of the caller, and "
    "must be refused as such.",
    hints=(
        "Try an image without a channel axis.",
        "Look at what your code checks about the axes, and when.",
        "What does an image of two axes raise, and is it what the statement asks for?",
    ),
)
def ranks_unchecked(_: Forward, x: Array, weight: Array) -> None:
    pass


@BANK.mistake(
    "refuse",
    title="bad input ends the program",
    explanation="A caller can handle an error, but not the end of the whole program.",
    hints=(
        "See what happens to a test that gives you bad input.",
        "Look at how your code reacts when a check fails.",
        "Does the line after a bad call still run when the caller handles errors?",
    ),
)
def prints_and_exits(_: Forward, message: str) -> NoReturn:
    raise SystemExit(message)


@BANK.mistake(
    "refuse",
    title="bad input fails an assertion",
    explanation="Assertions are for what can't happen, and can be switched off.",
    hints=(
        "See which error bad input raises.",
        "Look at how your code checks what it is given.",
        "Which kind of error does the statement ask for?",
    ),
)
def assert_for_validation(_: Forward, message: str) -> NoReturn:
    raise AssertionError(message)


@BANK.mistake(
    "refuse",
    title="nothing is refused",
    explanation="What is not checked fails somewhere later, or gives a result that "
    "means nothing.",
    hints=(
        "Go through the kinds of bad input that the statement names.",
        "Look at what your code checks before it computes.",
        "For each kind of bad input: what does your code raise, and where?",
    ),
)
def nothing_refused(_: Forward, message: str) -> None:
    pass

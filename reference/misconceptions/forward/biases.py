"""How people add the bias wrong."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "add_bias",
    title="the bias is added along the width",
    explanation="The bias has a number for each filter, and filters are the second "
    "axis of the output.",
    hints=(
        "Try three filters, and an output that is two pixels wide.",
        "Look at which axis of the output the bias is lined up with.",
        "Two filters and an output of 1x2: does each map get one number, or each "
        "column?",
    ),
)
def bias_last_axis(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias


@BANK.mistake(
    "add_bias",
    title="the bias is added along the height",
    explanation="The bias has a number for each filter, and filters are the second "
    "axis of the output.",
    hints=(
        "Try three filters, and an output that is two pixels high.",
        "Look at which axis of the output the bias is lined up with.",
        "Two filters and an output of 2x1: does each map get one number, or each row?",
    ),
)
def bias_row_axis(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias[:, None]


@BANK.mistake(
    "add_bias",
    title="the bias is added along the batch",
    explanation="The bias has a number for each filter, and the first axis of the "
    "output is for samples.",
    hints=(
        "Try three filters on a batch of two samples.",
        "Look at which axis of the output the bias is lined up with.",
        "One sample and two filters: how many samples does the output have?",
    ),
)
def bias_batch_axis(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias[:, None, None, None]


@BANK.mistake(
    "add_bias",
    title="the bias is never added",
    explanation="Each output has its filter's number added to it.",
    hints=(
        "Compare a call with a bias and one without.",
        "Follow the bias from the arguments to where it is used.",
        "An image of zeros and a bias of 5: what comes out?",
    ),
)
def bias_ignored(_: Forward, out: Array, bias: Array) -> Array:
    return out


@BANK.mistake(
    "add_bias",
    title="every filter gets the first number of the bias",
    explanation="Each filter has its own number in the bias.",
    hints=(
        "Try two filters with different biases.",
        "Look at how the number is picked for a filter.",
        "An image of zeros and the bias 1, 2: what do the two maps hold?",
    ),
)
def bias_only_first(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias[:1]


def with_bias_for_first(out: Array, bias: Array) -> Array:
    """Add the bias to the maps of the first sample."""
    numbers = bias[:, None, None]
    return np.concatenate([out[:1] + numbers, out[1:] + np.zeros_like(numbers)])


@BANK.mistake(
    "add_bias",
    title="only the first sample gets the bias",
    explanation="Each sample of a batch has its filters' numbers added to it.",
    hints=(
        "Try a batch of two samples with a bias.",
        "Look at which samples the bias is added to.",
        "Two samples of zeros and a bias of 5: what comes out for each?",
    ),
)
def bias_first_sample_only(_: Forward, out: Array, bias: Array) -> Array:
    return with_bias_for_first(out, bias)


@BANK.mistake(
    "add_bias",
    title="only the last sample gets the bias",
    explanation="Each sample of a batch has its filters' numbers added to it.",
    hints=(
        "Try a batch of two samples with a bias.",
        "Look at which samples the bias is added to.",
        "Two samples of zeros and a bias of 5: what comes out for each?",
    ),
)
def bias_last_sample_only(_: Forward, out: Array, bias: Array) -> Array:
    numbers = bias[:, None, None]
    return np.concatenate([out[:-1] + np.zeros_like(numbers), out[-1:] + numbers])


@BANK.mistake(
    "add_bias",
    title="the bias needs a number for each place",
    explanation="A filter has one number, which is added at all of its places.",
    hints=(
        "Try a call with a bias and an output larger than 1x1.",
        "Look at the shape that your code wants the bias to have.",
        "Three filters and an output of 2x2: how many numbers does the bias have?",
    ),
    refuses=True,
)
def bias_untied(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias.reshape(out.shape[1:])


def _with_bias_often(
    program: Forward, out: Array, bias: Array | None, often: int
) -> Array:
    """Add the bias so often, if there is one."""
    return out if bias is None else program.add_bias(out, bias * often)


@BANK.mistake(
    "with_bias",
    title="the bias is added to every product",
    explanation="The bias is added once, to the sum of the products.",
    hints=(
        "Try a kernel larger than 1x1 with a bias.",
        "Look at whether the bias is added before or after the sum.",
        "An image of zeros, a 2x2 kernel and a bias of 5: what comes out?",
    ),
)
def bias_inside_tap_sum(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _with_bias_often(program, out, bias, kernel[0].size)


@BANK.variant("bias-inside-tap-sum", shows="of all channels at once")
def bias_inside_tap_sum_of_channels(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _with_bias_often(program, out, bias, kernel[0, 0].size)


@BANK.variant("bias-inside-tap-sum", shows="of a row at once")
def bias_inside_tap_sum_of_row(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _with_bias_often(program, out, bias, kernel.shape[2])


@BANK.variant("bias-inside-tap-sum", shows="of a column at once")
def bias_inside_tap_sum_of_column(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _with_bias_often(program, out, bias, kernel.shape[3])


@BANK.mistake(
    "with_bias",
    title="the bias is added once for each channel",
    explanation="The bias is added once for each filter, after the sum over channels.",
    hints=(
        "Try an image with two channels and a bias.",
        "Look at whether the bias is added inside the loop over channels.",
        "An image of zeros with 2 channels and a bias of 5: what comes out?",
    ),
)
def bias_once_per_channel(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _with_bias_often(program, out, bias, kernel.shape[1])


@BANK.mistake(
    "with_bias",
    title="the number of samples is added in place of the bias",
    explanation="The bias is what the caller gives, and the size of the batch has no "
    "part in it.",
    hints=(
        "See by how much all of your results are off.",
        "Look for a name that your code uses for two things.",
        "One sample of zeros and no bias: what comes out, and what with two samples?",
    ),
)
def bias_batch_shadowed(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return out + len(out)


@BANK.mistake(
    "with_bias",
    title="the bias itself is asked whether it is true",
    explanation="Several numbers have no single truth; the question is whether there "
    "is a bias at all.",
    hints=(
        "Try a bias with two numbers, and one that is zero.",
        "Look at how your code finds out whether there is a bias.",
        "What does Python say when an array of two numbers stands after an if?",
    ),
)
def bias_tested_for_truth(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return program.add_bias(out, bias) if bias else out


@BANK.mistake(
    "with_bias",
    title="a bias with a zero among its numbers is not added",
    explanation="A bias is there or not; its numbers may be zero like any others.",
    hints=(
        "Try a bias with two numbers, one of which is zero.",
        "Look at how your code finds out whether there is a bias.",
        "An image of zeros, two filters and the bias 0, 5: what comes out?",
    ),
)
def bias_with_zero_skipped(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return out if bias is None or not bias.all() else program.add_bias(out, bias)


@BANK.mistake(
    "with_bias",
    title="negative results are set to zero",
    explanation="The layer ends with the bias; an activation is a layer of its own.",
    hints=(
        "Look for negative numbers in your output.",
        "Look at what happens to the sums before they are returned.",
        "A pixel of 1 and a 1x1 kernel of -1: what comes out?",
    ),
)
def relu_fused(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    biased = Forward.with_bias(program, out, kernel, bias)
    positive: Array = np.maximum(biased, 0)
    return positive

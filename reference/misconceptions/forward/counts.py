"""How people count the weights of a layer wrong."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Forward

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "weight_count",
    title="the input channels are not counted",
    explanation="Each filter has weights for every input channel.",
    hints=(
        "Count the numbers in the weights of a small layer.",
        "Look at which numbers your formula multiplies.",
        "One filter, two channels and a 1x1 kernel: how many weights are there?",
    ),
)
def params_no_cin(_: Forward, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
    return c_out * k_h * k_w


@BANK.mistake(
    "weight_count",
    title="the filters are not counted",
    explanation="Each filter has weights of its own.",
    hints=(
        "Count the numbers in the weights of a small layer.",
        "Look at which numbers your formula multiplies.",
        "Two filters, one channel and a 1x1 kernel: how many weights are there?",
    ),
)
def params_no_cout(_: Forward, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
    return c_in * k_h * k_w


@BANK.mistake(
    "weight_count",
    title="every kernel is counted as a square",
    explanation="A kernel may be wider than it is high.",
    hints=(
        "Try a kernel that is not square.",
        "Look at how often each argument is used.",
        "One filter, one channel and a 1x2 kernel: how many weights are there?",
    ),
)
def params_square_kernel(_: Forward, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
    return c_out * c_in * k_h * k_h


@BANK.mistake(
    "weight_count",
    title="the count is a floating point number",
    explanation="A count is a whole number, and large ones lose digits as floating "
    "point numbers.",
    hints=(
        "Look at how your result is printed.",
        "Look at the type of what your code returns.",
        "Is the count an integer, and is it still right for a very large layer?",
    ),
)
def params_returns_numpy_float(
    _: Forward, c_out: int, c_in: int, k_h: int, k_w: int
) -> float:
    return float(np.prod([c_out, c_in, k_h, k_w]))


@BANK.mistake(
    "bias_count",
    title="biases are counted where there are none",
    explanation="A layer without a bias has nothing to learn but its weights.",
    hints=(
        "Compare the counts with and without a bias.",
        "Follow the argument that says whether there is a bias.",
        "One filter, one channel, a 1x1 kernel and no bias: how many numbers are "
        "learnt?",
    ),
)
def params_bias_always(_: Forward, c_out: int, c_in: int, bias: bool) -> int:
    return c_out


@BANK.mistake(
    "bias_count",
    title="biases are not counted",
    explanation="The biases are learnt as the weights are.",
    hints=(
        "Compare the counts with and without a bias.",
        "Follow the argument that says whether there is a bias.",
        "One filter, one channel, a 1x1 kernel and a bias: how many numbers are "
        "learnt?",
    ),
)
def params_bias_missing(_: Forward, c_out: int, c_in: int, bias: bool) -> int:
    return 0


@BANK.mistake(
    "bias_count",
    title="there is a bias counted for each input channel",
    explanation="There is one bias for each filter, whatever the number of input "
    "channels.",
    hints=(
        "Try a layer with more filters than channels.",
        "Look at what the number of biases depends on.",
        "Two filters on one channel: how many biases are there?",
    ),
)
def params_bias_per_input(_: Forward, c_out: int, c_in: int, bias: bool) -> int:
    return c_in if bias else 0


@BANK.mistake(
    "bias_count",
    title="a single bias is counted for the whole layer",
    explanation="There is one bias for each filter.",
    hints=(
        "Try a layer with several filters.",
        "Look at what the number of biases depends on.",
        "Two filters on one channel: how many biases are there?",
    ),
)
def params_bias_one(_: Forward, c_out: int, c_in: int, bias: bool) -> int:
    return 1 if bias else 0


@BANK.mistake(
    "bias_count",
    title="a bias is counted for each channel of each filter",
    explanation="A filter's channels are summed first, and share one bias.",
    hints=(
        "Try a layer with several input channels.",
        "Look at where the biases stand in your formula, before or after multiplying.",
        "One filter on two channels: how many biases are there?",
    ),
)
def params_bias_per_kernel(_: Forward, c_out: int, c_in: int, bias: bool) -> int:
    return c_out * c_in if bias else 0

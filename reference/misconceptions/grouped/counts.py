"""Mistakes in counting parameters and multiplications."""

from typing import Any

import numpy as np

from reference.misconceptions.grouped.program import BANK, Grouped


@BANK.mistake(
    "weight_count",
    title="the channels of a kernel are not counted",
    explanation="A kernel has a weight for each of its channels at each of its pixels.",
    hints=(
        "Compare the count with the size of a weight array.",
        "Look for which axes of the weight are counted.",
        "Does a 1x1 kernel on two channels have two weights?",
    ),
)
def params_no_cin(_: Grouped, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
    return c_out * k_h * k_w


@BANK.mistake(
    "bias_count",
    title="the bias is counted where there is none",
    explanation="A layer without a bias has no numbers to learn for one.",
    hints=(
        "Compare the counts with and without a bias.",
        "Look at when the bias is counted.",
        "Does a 1x1 kernel on one channel without a bias have one parameter?",
    ),
)
def params_bias_always(_: Grouped, c_out: int, c_in: int, bias: bool) -> int:
    return c_out


@BANK.mistake(
    "bias_count",
    title="the bias is not counted",
    explanation="A bias is learned too, one number for each output channel.",
    hints=(
        "Compare the counts with and without a bias.",
        "Look for what is counted besides the kernels.",
        "Does a 1x1 kernel on one channel with a bias have two parameters?",
    ),
)
def params_bias_missing(_: Grouped, c_out: int, c_in: int, bias: bool) -> int:
    return 0


@BANK.mistake(
    "bias_count",
    title="there is a bias for each input channel",
    explanation="A bias is added to an output channel, so there are as many as "
    "output channels.",
    hints=(
        "Try different numbers of input and output channels.",
        "Look at how many numbers a bias has.",
        "How long is the bias of two kernels on one channel?",
    ),
)
def params_bias_per_input(_: Grouped, c_out: int, c_in: int, bias: bool) -> int:
    return c_in if bias else 0


@BANK.mistake(
    "bias_count",
    title="the layer has a single bias",
    explanation="Each output channel has a bias of its own.",
    hints=(
        "Try several output channels.",
        "Look at how many numbers a bias has.",
        "How long is the bias of two kernels on one channel?",
    ),
)
def params_bias_single(_: Grouped, c_out: int, c_in: int, bias: bool) -> int:
    return 1 if bias else 0


@BANK.mistake(
    "share",
    title="parameters are counted as if there were no groups",
    explanation="A kernel has only the channels of its group, so there are fewer "
    "weights.",
    hints=(
        "Compare the count with the size of the weight of a grouped layer.",
        "Look at how many channels a kernel is counted to have.",
        "How many weights have two channels, two groups and two 1x1 kernels?",
    ),
)
def params_groups_not_divided(_: Grouped, c_in: int, groups: int) -> int:
    return c_in


@BANK.mistake(
    "kernel_weights",
    title="only the weights of one group are counted",
    explanation="Each group has kernels of its own, and all of them are learned.",
    hints=(
        "Compare the count with the size of the weight of a grouped layer.",
        "Look at how often the number of groups divides.",
        "How many weights have two channels, two groups and two 1x1 kernels?",
    ),
)
def params_one_group_only(
    program: Grouped, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
) -> int:
    share = program.share(c_in, groups)
    return program.weight_count(c_out // groups, share, k_h, k_w)


@BANK.mistake(
    "sum_of_counts",
    title="the number of parameters is a float",
    explanation="A count is an int; a float loses the last digits of large ones.",
    hints=(
        "Look at the type of the count.",
        "Look for a division or a NumPy function that does not give an int.",
        "Is the count printed with a decimal point?",
    ),
)
def params_returns_numpy_float(_: Grouped, weights: int, biases: int) -> Any:  # noqa: ANN401 (no int is the mistake)
    return np.float64(weights + biases)


@BANK.mistake(
    "work_share",
    title="multiplications are counted as if there were no groups",
    explanation="An output sums over the channels of its group only, which saves work.",
    hints=(
        "Compare the counts with one and with two groups.",
        "Look at how many channels an output is counted to sum over.",
        "How many products do two channels, two groups and two 1x1 kernels take for "
        "a pixel?",
    ),
)
def macs_groups_not_divided(_: Grouped, c_in: int, groups: int) -> int:
    return c_in


@BANK.mistake(
    "work_of_a_place",
    title="only the multiplications of one group are counted",
    explanation="The work of all groups is done, so the groups divide it only once.",
    hints=(
        "Compare the counts with one and with two groups.",
        "Look at how often the number of groups divides.",
        "How many products do two channels, two groups and two 1x1 kernels take for "
        "a pixel?",
    ),
)
def macs_one_group_only(
    program: Grouped, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
) -> int:
    return c_out // groups * program.work_share(c_in, groups) * k_h * k_w


@BANK.mistake(
    "work_of_a_place",
    title="the multiplications of one output channel are counted",
    explanation="Every output channel takes its own products.",
    hints=(
        "Try several output channels.",
        "Look for which sizes the count depends on.",
        "Do twice as many kernels take twice as many products?",
    ),
)
def macs_no_cout(
    program: Grouped, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
) -> int:
    return program.work_share(c_in, groups) * k_h * k_w


@BANK.mistake(
    "work_of_a_place",
    title="adding the bias counts as a multiplication",
    explanation="The bias is added without a product, so it is not counted.",
    hints=(
        "Count the products for one output by hand.",
        "Look for what is counted besides the products of kernels and pixels.",
        "Does a 1x1 kernel on one channel take one product for each pixel?",
    ),
)
def macs_bias_counted(
    program: Grouped, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
) -> int:
    return c_out * (program.work_share(c_in, groups) * k_h * k_w + 1)


@BANK.mistake(
    "work",
    title="additions are counted besides the multiplications",
    explanation="A multiplication and its addition count as one.",
    hints=(
        "Count the products for one output by hand.",
        "Look at what the function is asked to count, and in which unit.",
        "What is the count for one pixel, one channel and a 1x1 kernel?",
    ),
)
def macs_doubled(_: Grouped, of_a_place: int, places: int) -> int:
    return 2 * of_a_place * places


@BANK.mistake(
    "place_count",
    title="multiplications are counted for a single pixel",
    explanation="The products are taken again at every place of the window.",
    hints=(
        "Compare the counts for a small and a large output.",
        "Look for which sizes the count depends on.",
        "Does twice as high an output take twice as many products?",
    ),
)
def macs_single_place(_: Grouped, h_out: int, w_out: int) -> int:
    return 1


@BANK.mistake(
    "place_count",
    title="the output is taken to be square",
    explanation="The output's height and width may differ.",
    hints=(
        "Try an output that is higher than wide.",
        "Look for which sizes the count depends on.",
        "Are there 6 places in an output of 2 rows and 3 columns?",
    ),
)
def macs_square_output(_: Grouped, h_out: int, w_out: int) -> int:
    return h_out * h_out

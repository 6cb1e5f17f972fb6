"""Mistakes in the two stages of a depthwise-separable layer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.grouped.program import BANK, Grouped

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "groups_of_depthwise",
    title="the depthwise stage has as many groups as kernels",
    explanation="There is a group for each input channel, and it may have several "
    "kernels.",
    hints=(
        "Try two kernels for each channel.",
        "Look at how many groups the first stage is given.",
        "How many groups are there for one input channel and two kernels?",
    ),
)
def depthwise_groups_cout(_: Grouped, x: Array, depthwise: Array) -> int:
    return len(depthwise)


@BANK.mistake(
    "groups_of_depthwise",
    title="the depthwise stage has a single group",
    explanation="There is a group for each input channel, so that a kernel sees one.",
    hints=(
        "Try two channels.",
        "Look at how many groups the first stage is given.",
        "How many groups are there for two input channels?",
    ),
)
def depthwise_single_group(_: Grouped, x: Array, depthwise: Array) -> int:
    return 1


@BANK.mistake(
    "order",
    title="the first result of every channel comes first",
    explanation="All results of a channel come before those of the next channel.",
    hints=(
        "Try two channels with two kernels each.",
        "Look at the order of the filtered channels.",
        "Which pixel and which kernel does the second filtered channel come from?",
    ),
)
def depthwise_multiplier_order(_: Grouped, filtered: Array, x: Array) -> Array:
    c_in = x.shape[-3]
    multiplier = filtered.shape[-3] // c_in
    order = np.arange(c_in * multiplier).reshape(c_in, multiplier).T.ravel()
    return filtered[..., order, :, :]


@BANK.mistake(
    "filter_stage",
    title="the channels are gone through again for every further kernel",
    explanation="The kernels of a channel are next to each other in the weight.",
    hints=(
        "Try two channels with two kernels each.",
        "Look at which input channel the second kernel filters.",
        "With channels of one pixel, 1 and 2, and four weights of 1, is it 1, 1, 2, "
        "2 after filtering?",
    ),
)
def depthwise_kernels_tiled(
    program: Grouped,
    x: Array,
    depthwise: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
) -> Array:
    times = len(depthwise) // x.shape[-3]
    again = np.concatenate([x] * times, axis=-3)
    return program.conv2d(again, depthwise, bias, stride, padding, len(depthwise))


@BANK.mistake(
    "filter_stage",
    title="a depthwise kernel sums over all channels",
    explanation="A depthwise kernel sees one input channel, and only the pointwise "
    "stage mixes them.",
    hints=(
        "Try two channels, one of which is zero.",
        "Look at which input channels a kernel of the first stage sees.",
        "With channels of one pixel, 1 and 2, and weights of 1, is it 1 and 2 after "
        "filtering?",
    ),
)
def depthwise_channels_summed(
    program: Grouped,
    x: Array,
    depthwise: Array,
    bias: Array | None,
    stride: Pair,
    padding: Pair,
) -> Array:
    total = x.sum(axis=-3, keepdims=True, dtype=program.dtype(x, depthwise, bias))
    return program.conv2d(total, depthwise, bias, stride, padding)


@BANK.mistake(
    "biases_of_stages",
    title="the bias is added between the two stages",
    explanation="The bias belongs to the output channels, so it is added after the "
    "mixing.",
    hints=(
        "Compare the length of the bias with the channels it is added to.",
        "Look at which of the two stages gets the bias.",
        "With all weights zero and a bias of 5, is every output 5?",
    ),
)
def separable_single_bias(
    _: Grouped, bias: Array | None
) -> tuple[Array | None, Array | None]:
    return bias, None


@BANK.mistake(
    "biases_of_stages",
    title="both stages add the bias",
    explanation="The bias is added once, after the mixing.",
    hints=(
        "Compare the results with and without a bias.",
        "Look at what each of the two stages adds.",
        "With a pixel of zero, weights of 1 and a bias of 5, is the output 5?",
    ),
)
def separable_bias_in_both(
    _: Grouped, bias: Array | None
) -> tuple[Array | None, Array | None]:
    return bias, bias


@BANK.mistake(
    "biases_of_stages",
    title="a separable layer leaves the bias out",
    explanation="The bias is added to each output channel after the mixing.",
    hints=(
        "Compare the results with and without a bias.",
        "Follow the bias from the arguments through both stages.",
        "With all weights zero and a bias of 5, is every output 5?",
    ),
)
def separable_bias_ignored(
    _: Grouped, bias: Array | None
) -> tuple[Array | None, Array | None]:
    return None, None


@BANK.mistake(
    "between",
    title="negative values are cut off between the stages",
    explanation="The layer is linear: some networks have an activation there, this "
    "layer has none.",
    hints=(
        "Try an image with negative pixels.",
        "Look at what happens to values between the two stages.",
        "With a pixel of -1 and weights of 1, is the output -1?",
    ),
)
def separable_relu_between(_: Grouped, filtered: Array) -> Array:
    return np.maximum(filtered, 0)


@BANK.mistake(
    "mix_geometry",
    title="both stages move by the stride",
    explanation="Only the depthwise stage has the stride: the pointwise one mixes "
    "every pixel it gets.",
    hints=(
        "Try a stride above 1.",
        "Look at the stride that each of the two stages is given.",
        "With stride (2, 2) on a 5x5 image and 1x1 kernels, are there 3x3 outputs?",
    ),
)
def separable_stride_twice(
    _: Grouped, stride: Pair, padding: Pair
) -> tuple[Pair, Pair]:
    return stride, (0, 0)


@BANK.mistake(
    "mix_geometry",
    title="both stages pad",
    explanation="Only the depthwise stage pads: the pointwise one mixes every pixel "
    "it gets.",
    hints=(
        "Try some padding.",
        "Look at the padding that each of the two stages is given.",
        "With padding (1, 1) on a 3x3 image and a 3x3 depthwise kernel, are there "
        "3x3 outputs?",
    ),
)
def separable_padding_twice(
    _: Grouped, stride: Pair, padding: Pair
) -> tuple[Pair, Pair]:
    return (1, 1), padding


@BANK.mistake(
    "mix_geometry",
    title="both stages get the stride and the padding",
    explanation="They belong to the depthwise stage: the pointwise one mixes every "
    "pixel it gets.",
    hints=(
        "Try a stride above 1, and some padding.",
        "Look at the arguments that each of the two stages is given.",
        "With stride (2, 2) on a 5x5 image and 1x1 kernels, are there 3x3 outputs?",
    ),
)
def separable_geometry_twice(
    _: Grouped, stride: Pair, padding: Pair
) -> tuple[Pair, Pair]:
    return stride, padding


@BANK.mistake(
    "mix",
    title="the pointwise weights are transposed",
    explanation="The pointwise weight is (C_out, C_in * M, 1, 1): its first axis is "
    "that of outputs.",
    hints=(
        "Try another number of output channels than there are filtered ones.",
        "Look at the order of the first two axes of the pointwise weight.",
        "Which filtered channel does the second weight of the first row go with?",
    ),
)
def pointwise_transposed(_: Grouped, pointwise: Array) -> Array:
    return pointwise.swapaxes(0, 1)


@BANK.mistake(
    "mix",
    title="square pointwise weights are transposed",
    explanation="The pointwise weight is (C_out, C_in * M, 1, 1): its first axis is "
    "that of outputs.",
    hints=(
        "Try as many output channels as there are filtered ones.",
        "Look at the order of the first two axes of the pointwise weight.",
        "Which filtered channel does the second weight of the first row go with?",
    ),
)
def pointwise_transposed_if_square(_: Grouped, pointwise: Array) -> Array:
    is_square = pointwise.shape[0] == pointwise.shape[1]
    return pointwise.swapaxes(0, 1) if is_square else pointwise


@BANK.mistake(
    "check_pointwise",
    title="pointwise kernels may have any size",
    explanation="Pointwise kernels are 1x1, and larger ones are to be refused.",
    hints=(
        "Try shapes that make no sense.",
        "Look for what is checked of the shape of the pointwise weight.",
        "What happens for a pointwise weight of shape (1, 1, 2, 2)?",
    ),
)
def pointwise_size_unchecked(_: Grouped, pointwise: Array) -> None:
    return

"""Mistakes in how channels and kernels are divided into groups."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.grouped.program import BANK, Grouped

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "channels",
    title="every group reads the channels of the first group",
    explanation="Each group has input channels of its own, which follow on those of "
    "the group before.",
    hints=(
        "Try two groups whose channels differ.",
        "Look at which input channels the second group reads.",
        "With two channels of one pixel, 1 and 2, two groups and weights of 1, are "
        "the outputs 1 and 2?",
    ),
)
def groups_ignored_first_slice(
    _: Grouped, padded: Array, share: int, group: int, groups: int
) -> Array:
    return padded[:, :share]


@BANK.mistake(
    "channels",
    title="channels are dealt out to the groups in turn",
    explanation="The channels of a group are next to each other: the first group has "
    "the first ones.",
    hints=(
        "Try two groups of two channels each.",
        "Look at which input channels belong to the first group.",
        "With four channels of one pixel, 1 to 4, two groups and weights of 1, is "
        "the first output 3?",
    ),
)
def groups_input_strided(
    _: Grouped, padded: Array, share: int, group: int, groups: int
) -> Array:
    return padded[:, group::groups]


@BANK.mistake(
    "channels",
    title="every group is taken to have a single channel",
    explanation="Only a depthwise layer has one channel in each group; others have "
    "several.",
    hints=(
        "Try fewer groups than there are channels.",
        "Look at how many channels a group reads.",
        "What should the first of two groups read from four channels?",
    ),
)
def groups_depthwise_assumed(
    _: Grouped, padded: Array, share: int, group: int, groups: int
) -> Array:
    return padded[:, group : group + 1]


@BANK.mistake(
    "channels",
    title="each group starts one channel after the group before",
    explanation="A group starts after all channels of the group before, not after one.",
    hints=(
        "Try two groups of two channels each.",
        "Look at where the channels of the second group start.",
        "With four channels of one pixel, 1 to 4, two groups and weights of 1, are "
        "the outputs 3 and 7?",
    ),
)
def groups_overlap(
    _: Grouped, padded: Array, share: int, group: int, groups: int
) -> Array:
    return padded[:, group : group + share]


@BANK.mistake(
    "filters",
    title="every group uses the kernels of the first group",
    explanation="Each group has kernels of its own, which follow on those of the "
    "group before.",
    hints=(
        "Try two groups whose kernels differ.",
        "Look at which kernels the second group uses.",
        "With two channels of a pixel 1, two groups and weights 1 and 2, are the "
        "outputs 1 and 2?",
    ),
)
def groups_weight_first_only(
    _: Grouped, kernel: Array, group: int, groups: int
) -> Array:
    return kernel[: len(kernel) // groups]


@BANK.mistake(
    "filters",
    title="kernels are dealt out to the groups in turn",
    explanation="The kernels of a group are next to each other: the first group has "
    "the first ones.",
    hints=(
        "Try two groups with two kernels each.",
        "Look at which kernels belong to the first group.",
        "With four kernels of one weight, 1 to 4, pixels of 1 and two groups, are "
        "the outputs in order?",
    ),
)
def groups_weight_strided(_: Grouped, kernel: Array, group: int, groups: int) -> Array:
    return kernel[group::groups]


@BANK.mistake(
    "join",
    title="the outputs of the groups are added up",
    explanation="Groups don't see each other: their outputs are separate channels.",
    hints=(
        "Compare the number of output channels with the number of kernels.",
        "Look at how the results of the groups are put together.",
        "Do two groups with one kernel each give two output channels?",
    ),
)
def groups_summed(_: Grouped, maps: Sequence[Array]) -> Array:
    total: Array = np.sum(maps, axis=0)
    return total


@BANK.variant(
    BANK.known("groups-summed"), "join", shows="and the other channels stay zero"
)
def groups_summed_rest_zero(_: Grouped, maps: Sequence[Array]) -> Array:
    summed = np.concatenate([np.zeros_like(one) for one in maps], axis=1)
    summed[:, : maps[0].shape[1]] = np.sum(maps, axis=0)
    return summed


@BANK.mistake(
    "join",
    title="the outputs of the groups are added up, and each group gets the sum",
    explanation="Groups don't see each other: their outputs are separate channels.",
    hints=(
        "Try two groups, one of which has an image of zeros.",
        "Look at how the results of the groups are put together.",
        "If all pixels of the second group are zero, are its outputs zero too?",
    ),
)
def groups_summed_for_each(_: Grouped, maps: Sequence[Array]) -> Array:
    return np.concatenate([np.sum(maps, axis=0)] * len(maps), axis=1)


def _summed(out: Array, groups: int) -> Array:
    """Add up the channels of the groups in an output of all."""
    *lead, _, rows, columns = out.shape
    total: Array = out.reshape(*lead, groups, -1, rows, columns).sum(axis=-4)
    return total


@BANK.variant(
    BANK.known("groups-summed"), "conv2d", shows="with the bias of the first group"
)
def groups_summed_with_bias(  # noqa: PLR0913, PLR0917 (the signature of a layer)
    program: Grouped,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> Array:
    out = Grouped.conv2d(program, x, weight, None, stride, padding, groups)
    program.check_bias(weight, bias)
    total = _summed(out, groups)
    return total if bias is None else total + bias[: total.shape[-3], None, None]


@BANK.variant(
    BANK.known("groups-summed"), "conv2d", shows="each with a bias of its own"
)
def groups_summed_after_bias(  # noqa: PLR0913, PLR0917 (the signature of a layer)
    program: Grouped,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> Array:
    out = Grouped.conv2d(program, x, weight, bias, stride, padding, groups)
    return _summed(out, groups)


@BANK.mistake(
    "join",
    title="the output channels of the groups alternate",
    explanation="All output channels of a group come before those of the next.",
    hints=(
        "Try two groups with two kernels each.",
        "Look at the order of the channels when the groups are put together.",
        "With pixels of 1, two groups and four weights, 1 to 4, are the outputs in "
        "that order?",
    ),
)
def groups_outputs_interleaved(_: Grouped, maps: Sequence[Array]) -> Array:
    n, count, *size = maps[0].shape
    return np.stack(maps, axis=2).reshape(n, count * len(maps), *size)


@BANK.mistake(
    "join",
    title="the groups have an axis of their own in the result",
    explanation="The result has one axis for all output channels.",
    hints=(
        "Compare the number of axes of the result with that of a layer without groups.",
        "Look at how the results of the groups are put together.",
        "Does a batch give four axes with two groups?",
    ),
)
def groups_stacked(_: Grouped, maps: Sequence[Array]) -> Array:
    return np.stack(maps, axis=1)


@BANK.mistake(
    "join",
    title="the groups are joined along the batch",
    explanation="The groups of a sample belong to that sample, as channels of its "
    "output.",
    hints=(
        "Compare the length of each axis of the result with what you expect.",
        "Look at the axis along which the groups are put together.",
        "Does one sample with two groups give one sample?",
    ),
)
def groups_joined_along_batch(_: Grouped, maps: Sequence[Array]) -> Array:
    return np.concatenate(maps, axis=0)


@BANK.mistake(
    "bias_of_groups",
    title="every group gets the bias of the first group",
    explanation="Each output channel has a bias of its own, whatever its group.",
    hints=(
        "Try two groups with different biases.",
        "Look at which numbers of the bias the second group gets.",
        "With weights of zero, two groups and bias [1, 2], is the second map 2 all "
        "over?",
    ),
)
def groups_bias_first_only(_: Grouped, bias: Array, groups: int) -> Array:
    return np.tile(bias[: len(bias) // groups], groups)


@BANK.mistake(
    "check_share",
    title="kernels are expected to have all input channels",
    explanation="A kernel has only the channels of its group, the input channels "
    "divided by the groups.",
    hints=(
        "Try any valid layer with two groups.",
        "Look at how many channels a kernel is checked to have.",
        "Is a weight of shape (2, 1, 1, 1) taken for two channels and two groups?",
    ),
    refuses=True,
)
def groups_weight_full_cin(_: Grouped, x: Array, weight: Array, groups: int) -> None:
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("x and weight differ in channels")


@BANK.mistake(
    "check_share",
    title="input channels that no kernel reads are left out silently",
    explanation="A weight for fewer channels than there are is to be refused.",
    hints=(
        "Try a weight for another number of channels.",
        "Look for what is checked of the channels of the weight.",
        "What happens for four channels, one group and a weight for two?",
    ),
)
def channel_mismatch_subset(_: Grouped, x: Array, weight: Array, groups: int) -> None:
    return


@BANK.variant("channel-mismatch-subset", shows="but not the other way round")
def channel_mismatch_subset_only(
    program: Grouped, x: Array, weight: Array, groups: int
) -> None:
    if x.shape[-3] // groups < weight.shape[1]:
        program.refuse("weight has more channels than a group")


@BANK.variant(FORWARD.known("channel-mismatch-broadcast"), "check_share")
def channel_mismatch_broadcast(
    program: Grouped, x: Array, weight: Array, groups: int
) -> None:
    if x.shape[-3] // groups not in {1, weight.shape[1]}:
        program.refuse("weight has the channels of one group")


@BANK.variant(
    "channel-mismatch-broadcast", "check_share", shows="and the other way round"
)
def channel_mismatch_broadcast_both(
    program: Grouped, x: Array, weight: Array, groups: int
) -> None:
    share = x.shape[-3] // groups
    if 1 not in {share, weight.shape[1]} and share != weight.shape[1]:
        program.refuse("weight has the channels of one group")


@BANK.mistake(
    "check_divisible",
    title="groups need not divide the channels",
    explanation="Groups that don't divide the channels leave some out, and are to be "
    "refused.",
    hints=(
        "Try numbers of channels that are no multiple of the groups.",
        "Look for what is checked of the channels and the groups.",
        "What happens for three input channels and two groups?",
    ),
)
def groups_divisibility_unchecked(
    _: Grouped, c_in: int, c_out: int, groups: int
) -> None:
    return


@BANK.mistake(
    "check_divisible",
    title="groups need not divide the output channels",
    explanation="The output channels are divided into groups too, not the input "
    "channels alone.",
    hints=(
        "Try numbers of channels that are no multiple of the groups.",
        "Look at whether both ends of the layer are checked.",
        "What happens for three kernels and two groups?",
    ),
)
def groups_c_out_unchecked(_: Grouped, c_in: int, c_out: int, groups: int) -> None:
    if c_in % groups:
        raise ValueError("groups divides the input and the output channels")


@BANK.mistake(
    "check_divisible",
    title="groups need not divide the input channels",
    explanation="The input channels are divided into groups too, not the output "
    "channels alone.",
    hints=(
        "Try numbers of channels that are no multiple of the groups.",
        "Look at whether both ends of the layer are checked.",
        "What happens for three input channels, two kernels and two groups?",
    ),
)
def groups_c_in_unchecked(_: Grouped, c_in: int, c_out: int, groups: int) -> None:
    if c_out % groups:
        raise ValueError("groups divides the input and the output channels")


@BANK.mistake(
    "check_divisible",
    title="groups that don't divide the channels fail an assertion",
    explanation="An assertion vanishes under `python -O`, so it is no check of "
    "arguments.",
    hints=(
        "Look at the kind of exception that bad groups give.",
        "Look at how the channels and the groups are checked.",
        "What is raised for three input channels and two groups?",
    ),
)
def groups_divisibility_asserted(
    _: Grouped, c_in: int, c_out: int, groups: int
) -> None:
    if c_in % groups or c_out % groups:
        raise AssertionError


@BANK.mistake(
    "check_groups",
    title="the number of groups is not checked",
    explanation="There is at least one group, and less is to be refused with a "
    "ValueError.",
    hints=(
        "Try arguments that make no sense.",
        "Look for what is checked of the groups.",
        "What is raised for no group at all?",
    ),
)
def groups_zero_unchecked(_: Grouped, groups: int) -> None:
    return

"""Mistakes in padding by numbers, in what it is filled with, and in modes at all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.forward.padding import add_beside
from reference.misconceptions.padding.program import BANK, Margins, Padding

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.mistake(
    "pair_axis",
    title="all the padding goes to the bottom and the right",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the image in the middle?",
    ),
)
def pad_end_only(_: Padding, padding: int) -> Pair:
    return 0, 2 * padding


@BANK.mistake(
    "pair_axis",
    title="all the padding goes to the top and the left",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the last row all zeros?",
    ),
)
def pad_start_only(_: Padding, padding: int) -> Pair:
    return 2 * padding, 0


@BANK.mistake(
    "pair_axis",
    title="the padding goes to the top and the left only",
    explanation="A padding of p is p zeros at both ends of an axis.",
    hints=(
        "Compare the shapes with and without padding.",
        "Look at how many zeros each end of an axis gets.",
        "With padding (1, 1) on a 1x1 image and a 1x1 kernel, are there 3x3 outputs?",
    ),
)
def pad_one_side_single(_: Padding, padding: int) -> Pair:
    return padding, 0


@BANK.mistake(
    "pair_axis",
    title="the padding is shared out between the two ends",
    explanation="A padding of p is p zeros at each end of an axis, not p in all.",
    hints=(
        "Compare the shapes with and without padding.",
        "Look at how many zeros each end of an axis gets.",
        "With padding (1, 1) on a 1x1 image and a 1x1 kernel, are there 3x3 outputs?",
    ),
)
def pad_counted_once(_: Padding, padding: int) -> Pair:
    return padding // 2, padding - padding // 2


@BANK.mistake(
    "surround",
    title="the border is repeated in place of zeros",
    explanation="The padding is made of zeros.",
    hints=(
        "Try an image of ones with padding.",
        "Look at what the padding is filled with.",
        "With padding (1, 1) and a 1x1 kernel of 1, are the corners 0?",
    ),
)
def pad_edge_mode(_: Padding, batch: Array, margins: Margins) -> Array:
    return np.pad(batch, ((0, 0), (0, 0), *margins), mode="edge")


@BANK.mistake(
    "surround",
    title="the padding of the rows goes to the columns",
    explanation="Zeros of the height make an image higher, those of the width make "
    "it wider.",
    hints=(
        "Try an image and a kernel that are not square.",
        "Look at which axis each number of zeros is added to.",
        'With "causal" and a kernel of 2 rows and 1 column, are rows added, and no '
        "columns?",
    ),
)
def pad_axes_swapped(_: Padding, batch: Array, margins: Margins) -> Array:
    return np.pad(batch, ((0, 0), (0, 0), margins[1], margins[0]))


add_beside(
    BANK,
    "pad-axes-swapped",
    "surround",
    Padding.surround,
    lambda margins: (margins[1][0], margins[0][0]),
)


@BANK.mistake(
    "check_mode",
    title="an unknown mode pads nothing",
    explanation="A mode that there is not is to be refused with a ValueError.",
    hints=(
        "Try arguments that make no sense.",
        "Look at what happens to a mode that is none of the three.",
        'What is raised for a padding of "full"?',
    ),
)
def mode_unknown_accepted(_: Padding, mode: str) -> None:
    return


@BANK.mistake(
    "check_mode",
    title="padding modes are refused",
    explanation='The padding may be "valid", "same" or "causal" as well as a pair.',
    hints=(
        "Try each kind of padding that the statement names.",
        "Look at what happens to a padding that is not a pair.",
        'Does "valid" give what a padding of (0, 0) gives?',
    ),
    refuses=True,
)
def modes_refused(_: Padding, mode: str) -> None:
    raise ValueError("padding is a pair")


@BANK.mistake(
    "check_mode",
    title="causal padding is refused",
    explanation='"causal" is a mode of its own, beside "valid" and "same".',
    hints=(
        "Try each kind of padding that the statement names.",
        "Look at the list of modes.",
        "Is there a result for each of the three modes?",
    ),
    refuses=True,
)
def mode_causal_refused(_: Padding, mode: str) -> None:
    if mode not in {"valid", "same"}:
        raise ValueError("padding is a pair, valid or same")

"""Mistakes of the forward pass that its variants inherit with its steps.

The bank is no problem's own: that of a program made from `Forward` includes it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import Forward

Array = NDArray[Any]
Pair = tuple[int, int]

BANK = Bank(Forward, ["conv2d"])


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
    title="the stride along the height is used for the width too",
    explanation="The stride has a number for each axis, and they may differ.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at which number of the stride moves a window to the right.",
        "With stride (1, 2) on a 1x4 image and a 1x1 kernel, are there 2 columns?",
    ),
)
def stride_h_for_both(_: Forward, stride: Pair) -> Pair:
    return stride[0], stride[0]


@BANK.mistake(
    "stride",
    title="the stride is ignored",
    explanation="A window moves by the stride, so a larger one gives fewer outputs.",
    hints=(
        "Compare the shapes that two different strides give.",
        "Follow the stride from the arguments to where windows are cut out.",
        "With stride (2, 2) on a 4x4 image and a 1x1 kernel, are there 2x2 outputs?",
    ),
)
def stride_ignored(_: Forward, stride: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "padding",
    title="padding's height and width are swapped",
    explanation="The padding is (height, width): its first number adds rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "With padding (1, 0) on a 3x3 image and a 1x1 kernel, are there 5 rows?",
    ),
)
def pad_hw_swapped(_: Forward, padding: Pair) -> Pair:
    return padding[1], padding[0]


@BANK.mistake(
    "padding",
    title="the padding along the height is used for the width too",
    explanation="The padding has a number for each axis, and they may differ.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding adds columns.",
        "With padding (0, 1) on a 3x3 image and a 1x1 kernel, are there 5 columns?",
    ),
)
def pad_h_for_both(_: Forward, padding: Pair) -> Pair:
    return padding[0], padding[0]


@BANK.mistake(
    "padding",
    title="the padding is ignored",
    explanation="Padding adds zeros around the image, so there are more windows.",
    hints=(
        "Compare the shapes with and without padding.",
        "Follow the padding from the arguments to where windows are cut out.",
        "With padding (1, 1) on a 3x3 image and a 3x3 kernel, are there 3x3 outputs?",
    ),
)
def padding_ignored(_: Forward, padding: Pair) -> Pair:
    return 0, 0


@BANK.mistake(
    "padding",
    title="there is always one row and one column of padding on each side",
    explanation="How much is padded is an argument, and it may be nothing or more.",
    hints=(
        "Try a padding other than (1, 1).",
        "Look for where the number of zeros comes from.",
        "With padding (0, 0) and a kernel as large as the image, is there one output?",
    ),
)
def pad_hardcoded_one(_: Forward, padding: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "kernel",
    title="the kernel is flipped along both axes",
    explanation="The layer is a cross-correlation: a kernel is laid on the image as "
    "it is.",
    hints=(
        "Try a kernel that is not symmetric.",
        "Look at which weight meets the top left pixel of a window.",
        "For the image [[1, 2]] and the kernel [[10, 1]], is the output 12?",
    ),
)
def true_convolution_flip(_: Forward, weight: Array) -> Array:
    return weight[:, :, ::-1, ::-1]


@BANK.mistake(
    "kernel",
    title="the kernel is flipped upside down",
    explanation="The layer is a cross-correlation: no axis of a kernel is turned "
    "round.",
    hints=(
        "Try a kernel whose rows differ.",
        "Look at which row of the kernel meets the top row of a window.",
        "For an image of rows 1, 2 and a kernel of rows 10, 1, is the output 12?",
    ),
)
def flip_one_axis(_: Forward, weight: Array) -> Array:
    return weight[:, :, ::-1]


@BANK.mistake(
    "kernel",
    title="the kernel's rows and columns are swapped",
    explanation="The last two axes of the weight are (height, width), like the "
    "image's.",
    hints=(
        "Try a kernel that is not square.",
        "Look at the order of the last two axes of the weight.",
        "Does a 1x2 kernel on a 2x2 image give 2 rows and 1 column?",
    ),
)
def kernel_transposed(_: Forward, weight: Array) -> Array:
    return weight.swapaxes(2, 3)


@BANK.mistake(
    "places",
    title="the size of the output is rounded up",
    explanation="A window that does not fit as a whole is left out, so the size is "
    "rounded down.",
    hints=(
        "Count by hand how many windows fit where the stride leaves pixels over.",
        "Look at how the division in the size is rounded.",
        "A row of 4, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_ceil(_: Forward, length: int, kernel: int, stride: int, padding: int) -> int:
    return -(-(length + 2 * padding - kernel) // stride) + 1


@BANK.mistake(
    "places",
    title="the first place of the window is not counted",
    explanation="The division counts the moves of a window, and it has a place "
    "before the first.",
    hints=(
        "Count by hand how many windows fit in a row.",
        "Look at what the formula of the size gives if a window can't move.",
        "Is there one output where the kernel is as large as the image?",
    ),
)
def out_missing_plus_one(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel) // stride


@BANK.mistake(
    "places",
    title="the one for the first place is added before the division",
    explanation="Only the moves of a window are divided by the stride.",
    hints=(
        "Count by hand how many windows fit with a stride above 1.",
        "Look at the order of adding and dividing in the size.",
        "A row of 3, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_plus_one_before_div(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel + 1) // stride


@BANK.mistake(
    "contract",
    title="the products are averaged",
    explanation="An output is the sum of the products over its window.",
    hints=(
        "Try an image of ones and a kernel of ones.",
        "Look at how the products of a window become one number.",
        "For a 2x2 image of ones and a 2x2 kernel of ones, is the output 4?",
    ),
)
def mean_instead_of_sum(_: Forward, window: Array, kernel: Array) -> Array:
    total = np.tensordot(window, kernel, axes=([1, 2, 3], [1, 2, 3]))
    mean: Array = total / kernel[0].size
    return mean


@BANK.mistake(
    "contract",
    title="a kernel sees only the first of its channels",
    explanation="An output sums over all channels of the kernel.",
    hints=(
        "Try an image with two channels, the first of which is zero.",
        "Look at which axes of a window are summed over.",
        "For two channels with one pixel each, 1 and 2, and weights of 1, is it 3?",
    ),
)
def sum_missing_channel(_: Forward, window: Array, kernel: Array) -> Array:
    return np.tensordot(window[:, 0], kernel[:, 0], axes=([1, 2], [1, 2]))


@BANK.mistake(
    "add_bias",
    title="the bias is never added",
    explanation="Each filter's bias is added to its whole map.",
    hints=(
        "Compare the results with and without a bias.",
        "Follow the bias from the arguments to the result.",
        "With weights of zero and a bias of 5, is every output 5?",
    ),
)
def bias_ignored(_: Forward, out: Array, bias: Array) -> Array:
    return out


@BANK.mistake(
    "add_bias",
    title="the bias is spread along the width",
    explanation="There is one bias for each filter, and it goes to the whole map of "
    "that filter.",
    hints=(
        "Try two filters with different biases.",
        "Look at which axis the bias is lined up with.",
        "With weights of zero and bias [1, 2], is the first map 1 all over?",
    ),
)
def bias_last_axis(_: Forward, out: Array, bias: Array) -> Array:
    return out + bias


@BANK.mistake(
    "add_bias",
    title="the first filter's bias is added to every map",
    explanation="Each filter has a bias of its own.",
    hints=(
        "Try two filters with different biases.",
        "Look at which number of the bias each map gets.",
        "With weights of zero and bias [1, 2], is the second map 2 all over?",
    ),
)
def bias_only_first(_: Forward, out: Array, bias: Array) -> Array:
    moved: Array = out + bias[0]
    return moved


@BANK.mistake(
    "dtype",
    title="integers are added up in their own small type",
    explanation="Sums of products of 8-bit integers soon exceed what 8 bits hold, "
    "and wrap around.",
    hints=(
        "Try integers of 8 bits.",
        "Look at the type in which products are added up.",
        "For a pixel of 20 and a weight of 20, both int8, is the output 400?",
    ),
)
def uint8_overflow(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.result_type(*(one for one in (x, weight, bias) if one is not None))


@BANK.mistake(
    "dtype",
    title="everything is computed in float64",
    explanation="float32 inputs are to give a float32 result.",
    hints=(
        "Compare the type of the result with that of the input.",
        "Look at the type with which arrays are made.",
        "Does an input of float32 give a result of float32?",
    ),
)
def dtype_promoted_float64(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float64)


@BANK.mistake(
    "finish",
    title="a single sample comes back as a batch of one",
    explanation="A sample without a batch axis gives a result without one.",
    hints=(
        "Try an input of three axes.",
        "Look at what happens at the end to the axis that a sample was given.",
        "Does a sample of shape (1, 3, 3) give a result of three axes?",
    ),
)
def single_returns_batch_axis(_: Forward, out: Array, x: Array) -> Array:
    return out


@BANK.mistake(
    "finish",
    title="all axes of length 1 are dropped from the result",
    explanation="A batch of one, a single filter or a single row still has its axis.",
    hints=(
        "Try a batch of one sample, or one filter.",
        "Look at how the result is brought into its last shape.",
        "Does a batch of one with one filter give four axes?",
    ),
)
def squeeze_all(_: Forward, out: Array, x: Array) -> Array:
    return out.squeeze()


@BANK.mistake(
    "check_size",
    title="a kernel that just does not fit gives an empty result",
    explanation="A kernel that fits nowhere is an error, which an empty result hides.",
    hints=(
        "Try a kernel that is larger than the padded image.",
        "Look for what is checked of the size of the output.",
        "What happens for an image of 2 rows and a kernel of 3?",
    ),
)
def kernel_larger_returns_empty(_: Forward, size: Pair) -> None:
    return


@BANK.mistake(
    "check_stride",
    title="the stride is not checked",
    explanation="A stride below 1 is to be refused with a ValueError.",
    hints=(
        "Try arguments that make no sense.",
        "Look for what is checked of the stride.",
        "What is raised for a stride of (0, 1), and for (-1, 1)?",
    ),
)
def stride_zero_unhandled(_: Forward, stride: Pair) -> None:
    return


@BANK.mistake(
    "check_bias",
    title="a bias of one number is taken for every filter",
    explanation="The bias has one number for each filter, and any other shape is to "
    "be refused.",
    hints=(
        "Try a bias of the wrong length.",
        "Look for what is checked of the shape of the bias.",
        "What happens for two filters and a bias of one number?",
    ),
)
def bias_length_1_broadcast(_: Forward, weight: Array, bias: Array | None) -> None:
    return


@BANK.mistake(
    "kernel",
    title="the weight's first two axes are swapped",
    explanation="The weight is (C_out, C_in, K_h, K_w): its first axis is that of "
    "filters.",
    hints=(
        "Try different numbers of input and output channels.",
        "Look at the order of the first two axes of the weight.",
        "Does a weight of shape (2, 1, 1, 1) give two output channels?",
    ),
)
def filter_axes_swapped(_: Forward, weight: Array) -> Array:
    return weight.swapaxes(0, 1)


@BANK.mistake(
    "dtype",
    title="everything is computed in float32",
    explanation="float64 inputs are to give a float64 result, with all its digits.",
    hints=(
        "Compare the type of the result with that of the input.",
        "Look at the type with which arrays are made.",
        "Does an input of float64 give a result of float64?",
    ),
)
def dtype_forced_float32(
    _: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float32)


@BANK.mistake(
    "finish",
    title="the channels come last in the result",
    explanation="The result is channel first, like the input.",
    hints=(
        "Compare the order of the result's axes with that of the input.",
        "Look at how the result is brought into its last shape.",
        "Do two filters on a batch give an axis of length 2 right after the batch?",
    ),
)
def layout_nhwc_output(_: Forward, out: Array, x: Array) -> Array:
    last = np.moveaxis(out, 1, -1)
    return last[0] if x.ndim == 3 else last


@BANK.mistake(
    "finish",
    title="negative outputs are cut off",
    explanation="The layer is linear: an activation would be a layer of its own.",
    hints=(
        "Try an image with negative pixels.",
        "Look at what is done to the sums at the end.",
        "For a pixel of -1 and a weight of 1, is the output -1?",
    ),
)
def relu_fused(_: Forward, out: Array, x: Array) -> Array:
    positive = np.maximum(out, 0)
    return positive[0] if x.ndim == 3 else positive

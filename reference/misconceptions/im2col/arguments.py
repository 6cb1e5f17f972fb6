"""Mistakes in sizes, strides and padding, which all three functions share."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.padding import add_beside
from reference.misconceptions.im2col.program import Array, Im2col, Pair

BANK = Bank(Im2col, ["im2col", "col2im", "conv2d"])


@BANK.mistake(
    "stride",
    title="stride's height and width are swapped",
    explanation="The stride is (height, width): its first number moves a window down.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at which number of the stride goes with rows.",
        "With stride (2, 1) on a 5x5 image and a 1x1 kernel, are there 3 rows and 5 "
        "columns of windows?",
    ),
)
def stride_hw_swapped(_: Im2col, stride: Pair) -> Pair:
    return stride[1], stride[0]


@BANK.mistake(
    "stride",
    title="the stride's height is used for both axes",
    explanation="A stride has a number of its own for the width.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at where the second number of the stride is used.",
        "With stride (1, 2) on a row of 3 and a 1x1 kernel, how many windows are "
        "there?",
    ),
)
def stride_h_for_both(_: Im2col, stride: Pair) -> Pair:
    return stride[0], stride[0]


@BANK.mistake(
    "stride",
    title="the stride is ignored",
    explanation="Windows are a stride apart, so there are fewer of them for a larger "
    "stride.",
    hints=(
        "Compare a call of stride 1 with one of stride 2.",
        "Look at where the argument for the stride is used.",
        "A row of 3, a kernel of 1 and a stride of 2: how many windows are there?",
    ),
)
def stride_ignored(_: Im2col, stride: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "padding",
    title="padding's height and width are swapped",
    explanation="The padding is (height, width): its first number adds rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "With padding (1, 0), how many rows and columns has the padded image?",
    ),
)
def pad_hw_swapped(_: Im2col, padding: Pair) -> Pair:
    return padding[1], padding[0]


add_beside(BANK, "pad-hw-swapped", "pad", Im2col.pad, lambda padding: padding[::-1])


@BANK.mistake(
    "padding",
    title="the padding's height is used for both axes",
    explanation="A padding has a number of its own for the width.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at where the second number of the padding is used.",
        "With padding (1, 0), how many columns has the padded image?",
    ),
)
def pad_h_for_both(_: Im2col, padding: Pair) -> Pair:
    return padding[0], padding[0]


@BANK.mistake(
    "padding",
    title="the padding is ignored",
    explanation="Padding makes the image larger, so more windows fit.",
    hints=(
        "Try a call with padding.",
        "Look at where the argument for the padding is used.",
        "For a 1x1 image with padding 1 and a 1x1 kernel, how many windows are there?",
    ),
)
def padding_ignored(_: Im2col, padding: Pair) -> Pair:
    return 0, 0


@BANK.mistake(
    "padding",
    title="the padding is taken to be 1, whatever is asked for",
    explanation="The padding is an argument, and 1 suits only kernels of 3.",
    hints=(
        "Try paddings of 0 and 2.",
        "Look for a number that stands where an argument belongs.",
        "For a 1x1 image without padding and a 1x1 kernel, how many windows are there?",
    ),
)
def pad_hardcoded_one(_: Im2col, padding: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "pad",
    title="all the padding goes to the bottom and the right",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel, is the image in the middle?",
    ),
)
def pad_end_only(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))


@BANK.mistake(
    "pad",
    title="all the padding goes to the top and the left",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel, is the image in the middle?",
    ),
)
def pad_start_only(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (2 * p_h, 0), (2 * p_w, 0)))


@BANK.mistake(
    "pad",
    title="zeros are added at the top and the left, and none at the other ends",
    explanation="The padding goes on both sides of an axis, and the number of windows "
    "counts both.",
    hints=(
        "Print the shape of the padded image.",
        "Look at how many zeros are added to each end of an axis.",
        "For a 1x1 image with padding 1, how many rows has the padded image?",
    ),
)
def pad_one_side_single(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, 0), (p_w, 0)))


@BANK.mistake(
    "pad",
    title="the padding repeats the edge of the image",
    explanation="The image is padded with zeros.",
    hints=(
        "Try a 1x1 image with padding.",
        "Look at what the padding is made of.",
        "For a 1x1 image of 5 with padding 1, what is in the corner of the padded "
        "image?",
    ),
)
def pad_edge_mode(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="edge")


@BANK.mistake(
    "pad",
    title="windows are cut from the image without its padding",
    explanation="The number of windows counts the padding, so they have to be cut from "
    "the padded image.",
    hints=(
        "Try a call with padding.",
        "Look at which image the windows are cut from.",
        "For a 1x1 image with padding 1 and a 1x1 kernel, which of the windows holds "
        "the pixel?",
    ),
)
def conv_on_unpadded(_: Im2col, batch: Array, padding: Pair) -> Array:
    return batch


@BANK.mistake(
    "pad",
    title="rows and channels are padded rather than rows and columns",
    explanation="The channels come first, so the last two axes are those of the image.",
    hints=(
        "Print the shape of the padded image.",
        "Look at which axes are padded.",
        "For 2 channels with padding 1, how many channels has the padded image?",
    ),
)
def pad_channel_axis(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (p_h, p_h), (p_w, p_w), (0, 0)))


@BANK.mistake(
    "pad",
    title="samples and channels are padded too",
    explanation="Zeros go around each image, and there are no more samples and "
    "channels than before.",
    hints=(
        "Print the shape of the padded image.",
        "Look at which axes are padded.",
        "For a batch of 1 with padding 1, how many samples has the padded image?",
    ),
)
def pad_all_axes(_: Im2col, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((p_h, p_h), (p_h, p_h), (p_h, p_h), (p_w, p_w)))


@BANK.mistake(
    "window",
    title="windows begin one pixel apart, whatever the stride",
    explanation="The number of windows counts the stride, and they have to be as far "
    "apart.",
    hints=(
        "Compare a call of stride 1 with one of stride 2.",
        "Look at where a window begins.",
        "With stride 2 and a 1x1 kernel, which pixels of a row of 3 are seen?",
    ),
)
def window_not_strided(
    _: Im2col, padded: Array, kernel_size: Pair, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), (i, j) = kernel_size, place
    return padded[:, :, i : i + k_h, j : j + k_w]


@BANK.mistake(
    "window",
    title="the kernel is taken to be square",
    explanation="A kernel has a width of its own.",
    hints=(
        "Try a kernel that is not square.",
        "Look at where the two numbers of the kernel's size are used.",
        "For a 2x1 kernel, how many columns has a window?",
    ),
)
def kernel_square_assumed(
    _: Im2col, padded: Array, kernel_size: Pair, stride: Pair, place: Pair
) -> Array:
    k, top, left = kernel_size[0], place[0] * stride[0], place[1] * stride[1]
    return padded[:, :, top : top + k, left : left + k]


@BANK.mistake(
    "places",
    title="there is one place too few along each axis",
    explanation="The first window stands at a place before any step is made.",
    hints=(
        "Count by hand how many windows fit.",
        "Look at the formula for the size of the output.",
        "For a kernel as large as the image, how many windows are there?",
    ),
)
def out_missing_plus_one(
    _: Im2col, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel) // stride


@BANK.mistake(
    "places",
    title="the one is added before the division by the stride",
    explanation="The first window stands at a place before any step is made, so it is "
    "not divided.",
    hints=(
        "Count by hand how many windows fit for a stride of 2.",
        "Look at the order of the operations in the formula for the size.",
        "A row of 3, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_plus_one_before_div(
    _: Im2col, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel + 1) // stride


@BANK.mistake(
    "places",
    title="the number of places is rounded up",
    explanation="A window that does not fit as a whole is left out, so the size is "
    "rounded down.",
    hints=(
        "Count by hand how many windows fit where the stride leaves pixels over.",
        "Look at how the division in the size is rounded.",
        "A row of 4, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_ceil(_: Im2col, length: int, kernel: int, stride: int, padding: int) -> int:
    return -(-(length + 2 * padding - kernel) // stride) + 1


@BANK.mistake(
    "places",
    title="the number of places is rounded to the nearest whole number",
    explanation="A window that does not fit as a whole is left out, so the size is "
    "rounded down.",
    hints=(
        "Count by hand how many windows fit where the stride leaves pixels over.",
        "Look at how the division in the size is rounded.",
        "A row of 6, a kernel of 1 and a stride of 3: are there 2 places?",
    ),
)
def out_round(_: Im2col, length: int, kernel: int, stride: int, padding: int) -> int:
    return round((length + 2 * padding - kernel) / stride) + 1


@BANK.mistake(
    "places",
    title="the padding is counted once for the number of places",
    explanation="There is padding at both ends of an axis.",
    hints=(
        "Count by hand how many windows fit into a padded row.",
        "Look at the formula for the size of the output.",
        "A row of 1 with padding 1 and a kernel of 1: are there 3 places?",
    ),
)
def out_pad_counted_once(
    _: Im2col, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + padding - kernel) // stride + 1


@BANK.mistake(
    "output_size",
    title="the output is taken to be as wide as it is high",
    explanation="An output has a width of its own.",
    hints=(
        "Try an image that is not square.",
        "Look at how the width of the output is computed.",
        "For a 1x3 image and a 1x1 kernel, how many windows are there?",
    ),
)
def out_square_assumed(
    program: Im2col, side: Pair, kernel_size: Pair, stride: Pair, padding: Pair
) -> Pair:
    rows = program.places(side[0], kernel_size[0], stride[0], padding[0])
    return rows, rows


@BANK.mistake(
    "output_size",
    title="the output is taken to be as large as the input",
    explanation="A window has to lie in the padded image as a whole, so the size "
    "depends on the kernel too.",
    hints=(
        "Count by hand how many windows fit.",
        "Look at the formula for the size of the output.",
        "For a 3x3 image and a 3x3 kernel without padding, how many windows are there?",
    ),
)
def out_uses_input_size(
    _: Im2col, side: Pair, kernel_size: Pair, stride: Pair, padding: Pair
) -> Pair:
    return side


@BANK.mistake(
    "batch",
    title="a single sample is taken for a batch",
    explanation="A sample has three axes and no axis for the batch, so it must be told "
    "apart.",
    hints=(
        "Try one sample without an axis for the batch.",
        "Look at how many axes your code expects of the input.",
        "How many numbers has the shape of one sample?",
    ),
    refuses=True,
)
def batch_rank_confusion(_: Im2col, x: Array) -> Array:
    n, c, h, w = x.shape
    return x.reshape(n, c, h, w)


@BANK.mistake(
    "batch",
    title="the input is read in the order of its memory",
    explanation="A transposed array lies in memory in another order than that of its "
    "axes.",
    hints=(
        "Try an array that is a transpose of another.",
        "Look for what reads an array as flat memory.",
        "Does a copy of the input in C order give the same result as the input itself?",
    ),
)
def memory_order_read(_: Im2col, x: Array) -> Array:
    laid = x.ravel(order="K").reshape(x.shape)
    return laid[None] if x.ndim == 3 else laid


@BANK.mistake(
    "check_size",
    title="a kernel that fits nowhere gives an empty result",
    explanation="An empty result is no answer, and hides the mistake of the caller.",
    hints=(
        "Try a kernel larger than the image.",
        "Look at what is checked once the size of the output is known.",
        "For a 2x2 image and a 3x3 kernel, what is the size of the output?",
    ),
)
def kernel_larger_returns_empty(_: Im2col, size: Pair) -> None:
    pass

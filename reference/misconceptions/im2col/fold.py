"""Mistakes in how columns are added back onto an image."""

from typing import Any

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.im2col.program import Array, Im2col, Pair, Shape

BANK = Bank(Im2col, ["im2col", "col2im", "conv2d"])


@BANK.mistake(
    "put",
    title="col2im writes each window over those before it",
    explanation="A pixel under several windows gets the sum of what they hold.",
    hints=(
        "Try a stride smaller than the kernel, so that windows overlap.",
        "Look at how a window is written to the image.",
        "For a row of 3, a kernel of 2 and columns of ones, what does the middle pixel "
        "get?",
    ),
)
def col2im_assigns(_: Im2col, region: Array, given: Array) -> None:
    region[...] = given


@BANK.mistake(
    "fold",
    title="col2im keeps for each pixel what the last tap gives: it assigns, or adds at "
    "an index that occurs twice",
    explanation="Where windows overlap, a pixel occurs several times, and all of them "
    "count.",
    hints=(
        "Try a stride smaller than the kernel, so that windows overlap.",
        "Look at what your way of adding does with an index that occurs twice.",
        "For a row of 3, a kernel of 2 and columns of ones, what does the middle pixel "
        "get?",
    ),
)
def fancy_index_add(_: Im2col, canvas: Array, taps: Array, stride: Pair) -> None:
    a, b, i, j = np.indices(taps.shape[2:])
    canvas[:, :, i * stride[0] + a, j * stride[1] + b] += taps


@BANK.mistake(
    "fold",
    title="col2im gives the mean where windows overlap",
    explanation="It sums what overlaps, so it does not undo im2col.",
    hints=(
        "Try a stride smaller than the kernel, so that windows overlap.",
        "Look at what is done with a pixel that is under several windows.",
        "For a row of 3, a kernel of 2 and columns of ones, what does the middle pixel "
        "get?",
    ),
)
def col2im_divides_by_overlap(
    program: Im2col, canvas: Array, taps: Array, stride: Pair
) -> None:
    total, counts = np.zeros_like(canvas), np.zeros_like(canvas)
    Im2col.fold(program, total, taps, stride)
    Im2col.fold(program, counts, np.ones_like(taps), stride)
    canvas += (total / np.maximum(counts, 1)).astype(canvas.dtype)


@BANK.mistake(
    "region",
    title="the stride is left out in col2im",
    explanation="Windows were a stride apart, and go back to where they were.",
    hints=(
        "Compare a call of stride 1 with one of stride 2.",
        "Look at where a window is added to the image.",
        "A row of 3, a kernel of 1 and a stride of 2: which pixels get something?",
    ),
)
def col2im_stride_missing(
    _: Im2col, canvas: Array, given: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), (i, j) = given.shape[2:], place
    return canvas[:, :, i : i + k_h, j : j + k_w]


@BANK.mistake(
    "region",
    title="the stride moves windows down but not to the right in col2im",
    explanation="The stride counts along both axes.",
    hints=(
        "Compare strides (2, 1) and (1, 2).",
        "Look at where a window is added to the image, one axis at a time.",
        "A row of 3, a kernel of 1 and a stride of 2: which pixels get something?",
    ),
)
def col2im_stride_missing_one_axis(
    _: Im2col, canvas: Array, given: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), top, j = given.shape[2:], place[0] * stride[0], place[1]
    return canvas[:, :, top : top + k_h, j : j + k_w]


@BANK.mistake(
    "canvas",
    title="col2im has no room for the padding",
    explanation="Windows were cut from the padded image, so they go back to an image "
    "of that size first.",
    hints=(
        "Try a call with padding.",
        "Look at the size of the image that windows are added to.",
        "For a 1x1 image with padding 1 and a 1x1 kernel, where does the first window "
        "go?",
    ),
)
def col2im_canvas_unpadded(
    _: Im2col, taps: Array, input_shape: Shape, stride: Pair, padding: Pair
) -> Array:
    return np.zeros((len(taps), *input_shape[-3:]), taps.dtype)


@BANK.mistake(
    "crop",
    title="the image still has its padding after col2im",
    explanation="The result has the shape of the input, and the padding was not in the "
    "input.",
    hints=(
        "Compare the shape of the result with the one that is asked for.",
        "Look at what happens to the image after the windows are added.",
        "For a 3x3 image with padding 1, how many rows has the result?",
    ),
)
def col2im_not_cropped(_: Im2col, canvas: Array, padding: Pair, side: Pair) -> Array:
    return canvas


@BANK.mistake(
    "crop",
    title="col2im cuts with a slice that is empty for a padding of zero",
    explanation="Minus zero is zero, so the slice ends where it begins.",
    hints=(
        "Try a call without padding.",
        "Look at the end of the slice that cuts the padding off.",
        "How many elements of a list are left when the last 0 are cut off as your code "
        "does it?",
    ),
)
def col2im_strip_neg_zero_slice(
    _: Im2col, canvas: Array, padding: Pair, side: Pair
) -> Array:
    p_h, p_w = padding
    return canvas[:, :, p_h:-p_h, p_w:-p_w]


@BANK.mistake(
    "crop",
    title="col2im always cuts one pixel off each side",
    explanation="What has to be cut off is what was added, which is not always 1.",
    hints=(
        "Try paddings of 0 and 2.",
        "Look for a number that stands where an argument belongs.",
        "For a 3x3 image without padding, how many rows has the result?",
    ),
)
def col2im_strip_hardcoded_one(
    _: Im2col, canvas: Array, padding: Pair, side: Pair
) -> Array:
    return canvas[:, :, 1:-1, 1:-1]


@BANK.mistake(
    "crop",
    title="col2im cuts the padding off the bottom and the right only",
    explanation="The image lies in the middle of the padded one.",
    hints=(
        "Try a call with padding, and compare the result pixel by pixel.",
        "Look at where the image begins in the padded one.",
        "For a 1x1 image with padding 1, which of the 3x3 pixels is the image?",
    ),
)
def col2im_strip_end_only(_: Im2col, canvas: Array, padding: Pair, side: Pair) -> Array:
    (p_h, p_w), (h, w) = padding, canvas.shape[2:]
    return canvas[:, :, : h - 2 * p_h, : w - 2 * p_w]


@BANK.mistake(
    "crop",
    title="the paddings of height and width are swapped when col2im cuts them off",
    explanation="The padding is (height, width): its first number is about rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "For a 3x3 image with padding (1, 0), how many rows and columns has the "
        "result?",
    ),
)
def col2im_strip_hw_swapped(
    _: Im2col, canvas: Array, padding: Pair, side: Pair
) -> Array:
    (p_w, p_h), (h, w) = padding, canvas.shape[2:]
    return canvas[:, :, p_h : max(h - p_h, 0), p_w : max(w - p_w, 0)]


@BANK.variant("col2im-strip-hw-swapped", shows="where the image begins")
def col2im_strip_hw_swapped_in_place(
    _: Im2col, canvas: Array, padding: Pair, side: Pair
) -> Array:
    (p_w, p_h), (h, w) = padding, side
    return canvas[:, :, p_h : p_h + h, p_w : p_w + w]


@BANK.mistake(
    "taps",
    title="col2im reads rows by kernel row, kernel column, channel",
    explanation="The rows are in the order of channel, row, column.",
    hints=(
        "Try an image of two channels.",
        "Look at how a row's number becomes a channel and a place in the kernel.",
        "For 2 channels and a 1x2 kernel, what is the second row about?",
    ),
)
def col2im_kernel_major_rows(
    _: Im2col, columns: Array, channels: int, kernel_size: Pair, size: Pair
) -> Array:
    apart = columns.reshape(len(columns), *kernel_size, channels, *size)
    return apart.transpose(0, 3, 1, 2, 4, 5)


@BANK.mistake(
    "taps",
    title="col2im reads rows by channel, kernel column, kernel row",
    explanation="Rows of a kernel come before its columns.",
    hints=(
        "Try a kernel of 2x2.",
        "Look at how a row's number becomes a place in the kernel.",
        "For one column of 1, 2, 3, 4 and a 2x2 kernel, what does the image look like?",
    ),
)
def col2im_kernel_transposed_rows(
    _: Im2col, columns: Array, channels: int, kernel_size: Pair, size: Pair
) -> Array:
    k_h, k_w = kernel_size
    return columns.reshape(len(columns), channels, k_w, k_h, *size).swapaxes(2, 3)


@BANK.mistake(
    "taps",
    title="col2im reads places column by column",
    explanation="Places are taken row by row, as the pixels of the output are.",
    hints=(
        "Try an output of more than one row and more than one column.",
        "Look at how a column's number becomes a place.",
        "For columns 1, 2, 3, 4 of a 1x1 kernel on a 2x2 image, which pixel is 2?",
    ),
)
def col2im_positions_column_major(
    _: Im2col, columns: Array, channels: int, kernel_size: Pair, size: Pair
) -> Array:
    h, w = size
    return columns.reshape(len(columns), channels, *kernel_size, w, h).swapaxes(4, 5)


@BANK.mistake(
    "taps",
    title="col2im takes each window to be a row",
    explanation="Windows are columns: the last axis counts places.",
    hints=(
        "Print what your code takes to be the first window.",
        "Look at which axis counts the windows.",
        "For a row of 4 and a kernel of 2, cols is (2, 3): which numbers belong to the "
        "first window?",
    ),
)
def col2im_windows_as_rows(
    _: Im2col, columns: Array, channels: int, kernel_size: Pair, size: Pair
) -> Array:
    apart = columns.reshape(len(columns), *size, channels, *kernel_size)
    return apart.transpose(0, 3, 4, 5, 1, 2)


@BANK.mistake(
    "give_image",
    title="the image of a single sample keeps an axis for the batch after col2im",
    explanation="The result has the shape that is given as that of the input.",
    hints=(
        "Compare the shape of the result with the one that is asked for, for a sample.",
        "Look at what is done for a sample and is not undone at the end.",
        "For an input shape of three numbers, how many axes has the result?",
    ),
)
def col2im_sample_keeps_batch_axis(
    _: Im2col, images: Array, input_shape: Shape
) -> Array:
    return images


@BANK.mistake(
    "sum_dtype",
    title="col2im cuts the columns down to whole numbers",
    explanation="Columns can have a fractional part, which an integer array drops.",
    hints=(
        "Try values that are not whole numbers.",
        "Look at the dtype of the image that windows are added to.",
        "For one column of 0.5 and a 1x1 kernel, what is the image?",
    ),
)
def col2im_accumulator_int(_: Im2col, cols: Array) -> np.dtype[Any]:
    return np.dtype(np.int64)


@BANK.mistake(
    "sum_dtype",
    title="col2im sums in float32, whatever comes in",
    explanation="Of float64 columns, half of the digits are lost.",
    hints=(
        "Try numbers with more than eight digits.",
        "Look at the dtype of the image that windows are added to.",
        "For one column of one and a billionth and a 1x1 kernel, what is the image?",
    ),
)
def col2im_float32(_: Im2col, cols: Array) -> np.dtype[Any]:
    return np.dtype(np.float32)


@BANK.mistake(
    "canvas",
    title="the image of col2im ends where the last window does",
    explanation="Pixels that no window reached are in the result too: they are zero.",
    hints=(
        "Try a stride that leaves pixels over.",
        "Look at where the size of the result comes from.",
        "A row of 4, a kernel of 1 and a stride of 2: how many numbers has the result?",
    ),
)
def col2im_ends_with_last_window(
    _: Im2col, taps: Array, input_shape: Shape, stride: Pair, padding: Pair
) -> Array:
    n, c, k_h, k_w, h, w = taps.shape
    shape = n, c, (h - 1) * stride[0] + k_h, (w - 1) * stride[1] + k_w
    return np.zeros(shape, taps.dtype)


@BANK.variant("col2im-stride-missing", "fold")
def col2im_stride_missing_in_index(
    _: Im2col, canvas: Array, taps: Array, stride: Pair
) -> None:
    (k_h, k_w), across = taps.shape[2:4], canvas.shape[3] - taps.shape[3] + 1
    flat = taps.reshape(*taps.shape[:4], -1)
    # The first places of a stride of 1, as many as there are.
    for number in range(flat.shape[4]):
        i, j = divmod(number, across)
        canvas[:, :, i : i + k_h, j : j + k_w] += flat[..., number]


@BANK.mistake(
    "fold",
    title="col2im reads rows by kernel row, kernel column, channel, and adds only once "
    "to a pixel that occurs several times",
    explanation="The rows are in the order of channel, row, column; and where windows "
    "overlap, all that they hold counts.",
    hints=(
        "Try an image of two channels, then windows that overlap.",
        "Look at how a row's number becomes a place, and at what your way of adding "
        "does with an index that occurs twice.",
        "For 2 channels and a 1x2 kernel, what is the second row about?",
    ),
)
def fancy_index_add_kernel_major(
    _: Im2col, canvas: Array, taps: Array, stride: Pair
) -> None:
    n, c, k_h, k_w, h, w = taps.shape
    apart = taps.reshape(n, k_h, k_w, c, h, w)
    # Of what goes to one pixel, the last is kept.
    a, b, channel, i, j = np.indices(apart.shape[1:])
    canvas[:, channel, i * stride[0] + a, j * stride[1] + b] += apart


@BANK.mistake(
    "fold",
    title="col2im reads rows by channel, kernel column, kernel row, and adds only once "
    "to a pixel that occurs several times",
    explanation="Rows of a kernel come before its columns; and where windows overlap, "
    "all that they hold counts.",
    hints=(
        "Try a kernel of 2x2, then windows that overlap.",
        "Look at how a row's number becomes a place, and at what your way of adding "
        "does with an index that occurs twice.",
        "For one column of 1, 2, 3, 4 and a 2x2 kernel, what does the image look like?",
    ),
)
def fancy_index_add_kernel_transposed(
    _: Im2col, canvas: Array, taps: Array, stride: Pair
) -> None:
    n, c, k_h, k_w, h, w = taps.shape
    apart = taps.reshape(n, c, k_w, k_h, h, w)
    b, a, i, j = np.indices(apart.shape[2:])
    canvas[:, :, i * stride[0] + a, j * stride[1] + b] += apart

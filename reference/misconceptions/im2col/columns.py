"""Mistakes in how windows are laid out as columns."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.im2col.program import Array, Im2col, Pair

BANK = Bank(Im2col, ["im2col", "col2im", "conv2d"])


@BANK.mistake(
    "windows",
    title="the last row and column of windows are left empty",
    explanation="A window that just fits counts too.",
    hints=(
        "Count the windows that your loops visit.",
        "Look at where the loops over the windows end.",
        "For an image as large as the kernel, is the body of the loops run once?",
    ),
)
def loop_last_row_skipped(
    program: Im2col, padded: Array, kernel_size: Pair, stride: Pair, size: Pair
) -> Array:
    windows = Im2col.windows(program, padded, kernel_size, stride, size)
    windows[..., -1, :] = windows[..., -1] = 0
    return windows


@BANK.mistake(
    "columns",
    title="columns are float32, whatever comes in",
    explanation="Of a float64 image, half of the digits are lost.",
    hints=(
        "Try numbers with more than eight digits.",
        "Look at how the array for the columns is made.",
        "For a pixel of one and a billionth and a 1x1 kernel, what is the column?",
    ),
)
def im2col_float32(program: Im2col, windows: Array) -> Array:
    return Im2col.columns(program, windows).astype(np.float32)


@BANK.mistake(
    "columns",
    title="the rows of im2col go by kernel row, kernel column, channel",
    explanation="The weights of a filter lie in the order of channel, row, column, and "
    "the rows have to match them.",
    hints=(
        "Try an image of two channels.",
        "Look at the order of the axes that become the rows.",
        "For 2 channels and a 1x2 kernel, what does the second row hold?",
    ),
)
def im2col_kernel_major_columns(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(n, k_h * k_w * c, h * w)


@BANK.mistake(
    "columns",
    title="the rows of im2col go by channel, kernel column, kernel row",
    explanation="Rows of a kernel come before its columns, as in the weights of a "
    "filter.",
    hints=(
        "Try a kernel of 2x2.",
        "Look at the order of the axes that become the rows.",
        "For a 2x2 image of 1, 2, 3, 4 and a 2x2 kernel, in which order does the "
        "column hold them?",
    ),
)
def im2col_kernel_transposed_columns(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    return windows.swapaxes(2, 3).reshape(n, c * k_w * k_h, h * w)


@BANK.mistake(
    "columns",
    title="windows are reshaped to rows where axes had to be exchanged",
    explanation="Reshaping keeps the order of the numbers, so a row gets numbers from "
    "several windows.",
    hints=(
        "Print the columns of a small image that holds 1, 2, 3 and so on.",
        "Look at the order of the axes just before they are merged.",
        "For a row of 1, 2, 3 and a kernel of 2, what are the two windows?",
    ),
)
def im2col_reshape_no_transpose(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    return windows.reshape(n, h * w, c * k_h * k_w).swapaxes(1, 2)


@BANK.mistake(
    "columns",
    title="windows are reshaped with their places before the kernel's axes",
    explanation="Reshaping keeps the order of the numbers, so a column gets numbers "
    "from several windows.",
    hints=(
        "Print the columns of a small image that holds 1, 2, 3 and so on.",
        "Look at the order of the axes just before they are merged.",
        "For a row of 1, 2, 3 and a kernel of 2, what are the two windows?",
    ),
)
def im2col_window_axes_not_moved(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    placed = windows.transpose(0, 1, 4, 5, 2, 3)
    return placed.reshape(n, c * k_h * k_w, h * w)


@BANK.variant("im2col-window-axes-not-moved", shows="with the channels behind them")
def im2col_places_first(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    placed = windows.transpose(0, 4, 5, 1, 2, 3)
    return placed.reshape(n, c * k_h * k_w, h * w)


@BANK.mistake(
    "columns",
    title="the columns go down the image before they go to the right",
    explanation="Places are taken row by row, as the pixels of the output are.",
    hints=(
        "Try an output of more than one row and more than one column.",
        "Look at the order in which places become columns.",
        "For a 2x2 image of 1, 2, 3, 4 and a 1x1 kernel, what is the second column?",
    ),
)
def im2col_positions_column_major(_: Im2col, windows: Array) -> Array:
    n, c, k_h, k_w, h, w = windows.shape
    return windows.swapaxes(4, 5).reshape(n, c * k_h * k_w, w * h)


@BANK.mistake(
    "give_columns",
    title="each window is a row of the result",
    explanation="Windows are asked for as columns: the last axis counts places.",
    hints=(
        "Compare the shape of the result with the one that is asked for.",
        "Look at which axis counts the windows.",
        "For a row of 4 and a kernel of 2, is the shape (2, 3)?",
    ),
)
def im2col_windows_as_rows(_: Im2col, columns: Array, x: Array) -> Array:
    turned = columns.swapaxes(1, 2)
    return turned[0] if x.ndim == 3 else turned


@BANK.mistake(
    "give_columns",
    title="the windows of all samples are in one matrix",
    explanation="A batch has a matrix for each sample, on an axis of its own.",
    hints=(
        "Compare the shape of the result with the one that is asked for, for a batch.",
        "Look at what happens to the axis of the samples.",
        "For a batch of 2, how many axes has the result?",
    ),
)
def im2col_one_matrix(_: Im2col, columns: Array, x: Array) -> Array:
    n, rows, places = columns.shape
    return columns.swapaxes(0, 1).reshape(rows, n * places)


@BANK.mistake(
    "give_columns",
    title="the columns of a single sample keep an axis for the batch",
    explanation="For a sample, one matrix is asked for.",
    hints=(
        "Compare the shape of the result with the one that is asked for, for a sample.",
        "Look at what is done for a sample and is not undone at the end.",
        "For an input of three axes, how many has the result?",
    ),
)
def im2col_sample_keeps_batch_axis(_: Im2col, columns: Array, x: Array) -> Array:
    return columns

"""How people cut windows out, or lay them out as columns, wrong."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "window",
    title="the window reaches from its centre by half a kernel to both sides",
    explanation="Half of an even number to both sides, and the centre, are one pixel "
    "too many.",
    hints=(
        "Try a kernel of an even size.",
        "Count the pixels that your window has along each axis.",
        "A kernel of width 2: which pixels belong to the first window of the row 1, "
        "2, 3?",
    ),
)
def odd_kernel_only(
    program: Forward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), (top, left) = program.extent(kernel), program.corner(stride, place)
    last_row, last_column = top + k_h // 2 * 2, left + k_w // 2 * 2
    return padded[:, :, top : last_row + 1, left : last_column + 1]


@BANK.mistake(
    "window",
    title="rows and columns of each window are exchanged",
    explanation="A window keeps the orientation of the image, and so meets the kernel "
    "row by row.",
    hints=(
        "Try a kernel that is not symmetric about its diagonal.",
        "Compare one window with the part of the image that it comes from.",
        "A kernel of shape (1, 2) on a 1x2 image: which shape has the window that it "
        "is multiplied by?",
    ),
)
def window_transposed(
    program: Forward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    window = Forward.window(program, padded, kernel, stride, place)
    return window.transpose(0, 1, 3, 2)


@BANK.mistake(
    "window",
    title="windows are flattened with channels last, and weights with channels first",
    explanation="A pixel and its weight must have the same position, so both are "
    "flattened in the same order.",
    hints=(
        "Try more than one channel and a kernel larger than 1x1.",
        "Look at the order in which the numbers of one window are laid out.",
        "Two channels and a 1x2 kernel: write down the four pixels of a window and "
        "the four weights in your order.",
    ),
)
def im2col_kernel_major_columns(
    program: Forward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    window = Forward.window(program, padded, kernel, stride, place)
    return window.transpose(0, 2, 3, 1).reshape(window.shape)


@BANK.mistake(
    "window",
    title="windows are flattened column by column, and weights row by row",
    explanation="A pixel and its weight must have the same position, so both are "
    "flattened in the same order.",
    hints=(
        "Try a kernel with at least two rows and two columns.",
        "Look at the order in which the pixels of one window are laid out.",
        "A 2x2 kernel on the image with the rows 1, 2 and 3, 4: which pixel comes "
        "second in your layout?",
    ),
)
def im2col_kernel_transposed_columns(
    program: Forward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    window = Forward.window(program, padded, kernel, stride, place)
    return window.transpose(0, 1, 3, 2).reshape(window.shape)


@BANK.mistake(
    "slide",
    title="the array of all windows is reshaped to a matrix without a transpose",
    explanation="A reshape keeps the numbers in their order, so the axes have to be "
    "put in order first.",
    hints=(
        "Try a kernel larger than 1x1 that has several places.",
        "Look at which numbers stand in one row of your matrix of windows.",
        "The row 1, 2, 3 and a kernel of width 2: which two pixels belong to the "
        "first window?",
    ),
)
def im2col_reshape_no_transpose(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    windows: Array = np.array(program.windows(padded, kernel, stride, size))
    rows, columns, *shape = windows.shape
    mixed = windows.transpose(2, 3, 4, 5, 0, 1).reshape(-1, rows, columns, *shape[1:])
    sums = [
        [program.contract(mixed[:, i, j], kernel) for j in range(columns)]
        for i in range(rows)
    ]
    return program.arrange(np.array(sums))


@BANK.mistake(
    "slide",
    title="the loops end one row and one column early",
    explanation="The last place along each axis is one that the window still fits in.",
    hints=(
        "Look at the last row and the last column of your output.",
        "Compare the bounds of your loops with the size of the output.",
        "A row of 3 pixels and a kernel of 1: how many places does your loop visit?",
    ),
)
def loop_last_row_skipped(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    part = Forward.slide(program, padded, kernel, stride, (size[0] - 1, size[1] - 1))
    return np.pad(part, ((0, 0), (0, 0), (0, 1), (0, 1)))


@BANK.mistake(
    "slide",
    title="a window that ends right at the edge is skipped",
    explanation="A window may use the last pixel of an axis: it still lies within the "
    "image.",
    hints=(
        "Try strides with which the last window ends exactly at the edge, and others.",
        "Look at the condition under which a window is taken to fit.",
        "A row of 2 pixels and a kernel of width 2: does the kernel fit?",
    ),
)
def loop_strict_guard(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    smaller = padded[:, :, :-1, :-1]
    rows, columns = program.output_size(smaller, kernel, stride, (0, 0))
    part = Forward.slide(program, padded, kernel, stride, (rows, columns))
    missing = (0, size[0] - rows), (0, size[1] - columns)
    return np.pad(part, ((0, 0), (0, 0), *missing))


@BANK.mistake(
    "windows",
    title="a loop variable has the name of the weights",
    explanation="Inside the loop the name stands for a number, and the weights are "
    "lost.",
    hints=(
        "Read the message of the error, and the line that it names.",
        "Look for a name that your code uses for two things.",
        "What does each name in the innermost loop stand for after its first turn?",
    ),
)
def name_shadowing_crash(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> list[list[Array]]:
    return [
        [
            program.window(padded, kernel, stride, (i, kernel))  # type: ignore[arg-type]
            for kernel in range(size[1])
        ]
        for i in range(size[0])
    ]

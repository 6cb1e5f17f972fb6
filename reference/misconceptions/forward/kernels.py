"""How people read the kernels wrong."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "kernel",
    title="the kernel is flipped, as in a true convolution",
    explanation="The layer is a cross-correlation: the kernel's first weight meets "
    "the window's first pixel.",
    hints=(
        "Try a kernel that is not symmetric.",
        "Look at what happens to the kernel before it is multiplied.",
        "The row 1, 2 with the kernel 10, 1: is the result 12?",
    ),
)
def true_convolution_flip(_: Forward, weight: Array) -> Array:
    return weight[:, :, ::-1, ::-1]


@BANK.mistake(
    "kernel",
    title="the rows of the kernel are flipped",
    explanation="The kernel's first row meets the window's first row.",
    hints=(
        "Try a kernel whose rows differ.",
        "Look at what happens to the kernel before it is multiplied.",
        "The column 1, 2 with a kernel that is the column 10, 1: is the result 12?",
    ),
)
def flip_one_axis(_: Forward, weight: Array) -> Array:
    return weight[:, :, ::-1]


@BANK.mistake(
    "kernel",
    title="the columns of the kernel are flipped",
    explanation="The kernel's first column meets the window's first column.",
    hints=(
        "Try a kernel whose columns differ.",
        "Look at the order in which the weights of one kernel row are used.",
        "The row 1, 2 with a kernel that is the row 10, 1: is the result 12?",
    ),
)
def flip_columns_only(_: Forward, weight: Array) -> Array:
    return weight[..., ::-1]


@BANK.mistake(
    "kernel",
    title="rows and columns of the kernel are exchanged",
    explanation="The third axis of the weights is the height of a kernel, and the "
    "fourth its width.",
    hints=(
        "Try a kernel that is not square, or one that is not symmetric about its "
        "diagonal.",
        "Look at which axis of the kernel goes with which axis of the image.",
        "A kernel of shape (1, 2) on a 2x2 image: are there 2 rows and 1 column?",
    ),
)
def kernel_transposed(_: Forward, weight: Array) -> Array:
    return weight.transpose(0, 1, 3, 2)


@BANK.variant("kernel-transposed", shows="in a kernel of the right shape")
def kernel_transposed_flat(_: Forward, weight: Array) -> Array:
    return weight.swapaxes(2, 3).reshape(weight.shape)


@BANK.mistake(
    "kernel",
    title="the first axis of the weights is taken for the input channels",
    explanation="The weights have the order (C_out, C_in, K_h, K_w): filters come "
    "first.",
    hints=(
        "Try more filters than channels.",
        "Look at what your code takes each axis of the weights to be.",
        "With weights of shape (2, 1, 1, 1), how many channels does the output have?",
    ),
)
def filter_axes_swapped(_: Forward, weight: Array) -> Array:
    return weight.transpose(1, 0, 2, 3)


@BANK.mistake(
    "kernel",
    title="every filter has the weights of the first",
    explanation="Each filter has its own weights, and makes its own map.",
    hints=(
        "Compare the maps of a call with two filters.",
        "Look at how the loop over the filters picks the weights.",
        "One pixel of 1 and two 1x1 filters, 3 and 5: what are the two numbers of the "
        "output?",
    ),
)
def first_filter_for_all(_: Forward, weight: Array) -> Array:
    return weight[[0] * len(weight)]


@BANK.mistake(
    "kernel",
    title="weights are reshaped to a matrix where it should be transposed",
    explanation="A reshape keeps the numbers in their order, and so mixes the weights "
    "of different filters.",
    hints=(
        "Try two filters with more than one weight each.",
        "Look at which numbers stand in one column of your weight matrix.",
        "The filters (1, 2) and (3, 4): which numbers should the column of the first "
        "filter hold?",
    ),
)
def im2col_weight_reshape_not_transpose(_: Forward, weight: Array) -> Array:
    columns = weight.reshape(-1, len(weight))
    return columns.T.reshape(weight.shape)

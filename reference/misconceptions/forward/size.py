"""How people get the number of places wrong."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "places",
    title="one is not added in the size of the output",
    explanation="The first window counts as well, so there is one place more than "
    "there are steps.",
    hints=(
        "Count by hand the places of a small window.",
        "Look at your formula for the size of the output.",
        "A row of 3 pixels and a kernel of width 3: how many places are there?",
    ),
)
def out_missing_plus_one(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel) // stride


@BANK.mistake(
    "places",
    title="one is added before the division by the stride",
    explanation="The division counts steps, and the first window comes on top of them.",
    hints=(
        "Count by hand the places of a window with a stride of 2.",
        "Look at the order of what your formula for the size does.",
        "A row of 3 pixels, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_plus_one_before_div(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel + 1) // stride


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
    title="the size of the output is rounded to the nearest number",
    explanation="A window that does not fit as a whole is left out, so the size is "
    "always rounded down.",
    hints=(
        "Try several image sizes with a stride of 2 and of 3.",
        "Look at how the division in the size is rounded.",
        "A kernel of 1 and a stride of 3: how many places have rows of 3, 4, 5 and 6 "
        "pixels?",
    ),
)
def out_round(_: Forward, length: int, kernel: int, stride: int, padding: int) -> int:
    return round((length + 2 * padding - kernel) / stride) + 1


@BANK.mistake(
    "places",
    title="the size of the output counts the padding of one side only",
    explanation="Zeros are added at both ends of an axis, so the padding counts twice.",
    hints=(
        "Compare the size of a padded image with the one in your formula.",
        "Look at how the padding enters the size of the output.",
        "A row of 1 pixel, a kernel of 1 and a padding of 1: are there 3 places?",
    ),
)
def out_pad_counted_once(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + padding - kernel) // stride + 1


@BANK.mistake(
    "places",
    title="the size of the output does not count the padding",
    explanation="The window moves over the padded image, which has room for more "
    "places.",
    hints=(
        "Compare the shapes of a call with padding and of one without.",
        "Look at which length your formula for the size starts from.",
        "A row of 1 pixel, a kernel of 1 and a padding of 1: how many places are "
        "there?",
    ),
)
def out_padding_not_counted(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length - kernel) // stride + 1


@BANK.mistake(
    "places",
    title="the padding is counted in the size of an image that is padded already",
    explanation="The length of the padded image has the zeros in it, and they are not "
    "added again.",
    hints=(
        "Compare the shape of the output with the formula.",
        "Look at whether the lengths in your formula are those before or after "
        "padding.",
        "A row of 1 pixel, a kernel of 1 and a padding of 1: are there 3 places, or "
        "more?",
    ),
)
def out_padding_counted_twice(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 4 * padding - kernel) // stride + 1


@BANK.mistake(
    "places",
    title="the output is as large as the image",
    explanation="The size of the output follows from the kernel, the stride and the "
    "padding too.",
    hints=(
        "Compare the shape of the output with that of the image.",
        "Look at what your code takes the size of the output from.",
        "A row of 3 pixels and a kernel of width 2: how many places are there?",
    ),
)
def out_uses_input_size(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return length


@BANK.mistake(
    "places",
    title="the size of the output does not count the stride",
    explanation="The window skips pixels when the stride is above 1, so there are "
    "fewer places.",
    hints=(
        "Compare the shape of the output with the formula.",
        "Look at what your formula for the size divides by.",
        "A row of 3 pixels, a kernel of 1 and a stride of 2: how many places are "
        "there?",
    ),
)
def out_stride_not_counted(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return length + 2 * padding - kernel + 1


@BANK.mistake(
    "output_size",
    title="the output is taken to be as wide as it is high",
    explanation="Images, kernels, strides and padding may differ between the axes, "
    "and so may the output's sides.",
    hints=(
        "Try an image that is not square.",
        "Look at how the width of the output is found.",
        "A 2x3 image and a 1x1 kernel: how many columns does the output have?",
    ),
)
def out_square_assumed(
    program: Forward, batch: Array, kernel: Array, stride: Pair, padding: Pair
) -> Pair:
    length, taps = batch.shape[2], program.extent(kernel)[0]
    rows = program.places(length, taps, stride[0], padding[0])
    return rows, rows


@BANK.mistake(
    "output_size",
    title="the output's height and width are swapped",
    explanation="The first side of an image is its height, in the output too.",
    hints=(
        "Try an image that is not square.",
        "Look at the order in which the sides of the output are given.",
        "A 2x3 image and a 1x1 kernel: has the output 2 rows?",
    ),
)
def out_sides_swapped(
    program: Forward, batch: Array, kernel: Array, stride: Pair, padding: Pair
) -> Pair:
    rows, columns = Forward.output_size(program, batch, kernel, stride, padding)
    return columns, rows


@BANK.mistake(
    "extent",
    title="kernels are taken to be square",
    explanation="A kernel may be wider than it is high, so its two sides are read one "
    "by one.",
    hints=(
        "Try a kernel that is not square.",
        "Look at where your code reads the width of a kernel.",
        "A 1x2 kernel on a 2x3 image: how many rows and columns come out?",
    ),
)
def kernel_square_assumed(_: Forward, kernel: Array) -> Pair:
    return kernel.shape[2], kernel.shape[2]


@BANK.mistake(
    "extent",
    title="the kernel's height and width are swapped",
    explanation="The kernel's sides come in the order (height, width), as those of "
    "the image do.",
    hints=(
        "Try a kernel that is not square.",
        "Look at the order in which your code reads the sides of a kernel.",
        "A kernel of shape (1, 2) on a 1x2 image: does it fit?",
    ),
)
def kernel_sides_swapped(_: Forward, kernel: Array) -> Pair:
    return kernel.shape[3], kernel.shape[2]


@BANK.mistake(
    "places",
    title="an image that the stride does not divide evenly is refused",
    explanation="Pixels that are left over are skipped, and the size is rounded down.",
    hints=(
        "Try an image on which the last window does not reach the edge.",
        "Look at the conditions under which your code raises.",
        "A row of 4 pixels, a kernel of 1 and a stride of 2 is a valid call: what "
        "comes out?",
    ),
    refuses=True,
)
def reject_nondivisible(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    steps, rest = divmod(length + 2 * padding - kernel, stride)
    if rest:
        raise ValueError("the stride does not divide the size")
    return steps + 1


@BANK.mistake(
    "places",
    title="the size of the output is a floating point number",
    explanation="Shapes and ranges need whole numbers, so the division has to give "
    "one.",
    hints=(
        "Read the message of the error, and the line that it names.",
        "Look at the type of the size that your formula gives.",
        "What is the type of four divided by two, and can it be the side of an array?",
    ),
)
def float_division_size(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> float:
    return (length + 2 * padding - kernel) / stride + 1


@BANK.mistake(
    "places",
    title="the size is rounded towards zero, so that a kernel too large for the image "
    "has a place",
    explanation="Where the kernel is larger than the padded image the size must come "
    "out below 1, and be refused.",
    hints=(
        "Try a kernel that is a bit too large, with a large stride.",
        "Look at how your formula for the size rounds negative numbers.",
        "A row of 1 pixel, a kernel of 2 and a stride of 2: what is the size before "
        "it is rounded, and after?",
    ),
)
def int_trunc_negative(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return int((length + 2 * padding - kernel) / stride) + 1

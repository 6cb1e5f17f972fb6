"""Mistakes in the gradient by the input."""

import numpy as np

from reference.misconceptions.backward.program import Array, Backward, Pair
from reference.misconceptions.bank import Bank

BANK = Bank(Backward, ["conv2d_backward"])


@BANK.mistake(
    "put",
    title="what a window gives to dx replaces what others gave",
    explanation="A pixel under several windows gets the sum of what they give.",
    hints=(
        "Try a stride smaller than the kernel, so that windows overlap.",
        "Look at how a window's part is written to dx.",
        "For a row of 3, a kernel of two ones, stride 1 and a gradient of ones, what "
        "does the middle pixel get?",
    ),
)
def dx_overwritten(_: Backward, region: Array, given: Array) -> None:
    region[...] = given


@BANK.mistake(
    "spread",
    title="only the last filter counts in dx",
    explanation="Every filter looked at the pixel, so what they give is summed.",
    hints=(
        "Compare a layer of one filter with one of two.",
        "Look at what happens to dx in the loop over filters.",
        "With two 1x1 filters of 1 and a gradient of ones, what does each pixel get?",
    ),
)
def dx_overwritten_across_filters(_: Backward, slope: Array, kernel: Array) -> Array:
    return np.tensordot(slope[:, -1:], kernel[-1:], axes=1)


@BANK.mistake(
    "spread",
    title="dx is summed over the channels of the input",
    explanation="Each channel of the input met weights of its own.",
    hints=(
        "Try two channels with different weights.",
        "Look at which axes are summed over for dx.",
        "If the weights of the second channel are zero, what is its part of dx?",
    ),
)
def dx_sums_over_channels(_: Backward, slope: Array, kernel: Array) -> Array:
    given = np.tensordot(slope, kernel, axes=1)
    return np.broadcast_to(given.sum(axis=1, keepdims=True), given.shape)


@BANK.mistake(
    "spread",
    title="dx of every sample is summed over the batch",
    explanation="Samples never meet in the layer, so each has a gradient of its own.",
    hints=(
        "Compare a batch with its samples, one by one.",
        "Look at which axes are summed over for dx.",
        "If the gradient of the second sample is zero, what is its part of dx?",
    ),
)
def dx_samples_summed(_: Backward, slope: Array, kernel: Array) -> Array:
    given = np.tensordot(slope, kernel, axes=1)
    return np.broadcast_to(given.sum(axis=0), given.shape)


@BANK.mistake(
    "dx_kernel",
    title="dx is a full correlation with kernels that are not turned",
    explanation="Going back, a pixel meets the weights in the opposite order to that "
    "of the windows.",
    hints=(
        "Try a kernel that is not symmetric.",
        "Look at which weight joins which pixel to which output.",
        "For a row of 2, a kernel (1, 10) and a gradient of 1, which pixel gets 10?",
    ),
)
def dx_no_kernel_flip_full_conv(_: Backward, kernel: Array) -> Array:
    return kernel[:, :, ::-1, ::-1]


@BANK.mistake(
    "dx_kernel",
    title="the kernels are turned along one axis only for dx",
    explanation="A turn by 180 degrees reverses rows and columns.",
    hints=(
        "Try a kernel that differs from its mirror images.",
        "Look at how the kernel is turned, one axis at a time.",
        "With a 2x2 kernel of 1, 2, 3, 4 and one output, what does dx look like?",
    ),
)
def dx_flip_one_axis(_: Backward, kernel: Array) -> Array:
    return kernel[:, :, ::-1]


@BANK.mistake(
    "dx_kernel",
    title="rows and columns of the kernels are exchanged for dx",
    explanation="A weight belongs to one row and one column of the window.",
    hints=(
        "Try a kernel that is not square, then a square one that is not symmetric.",
        "Look at the order of the kernel's last two axes.",
        "With a 2x2 kernel of 1, 2, 3, 4 and one output, what does dx look like?",
    ),
)
def dx_kernel_transposed(_: Backward, kernel: Array) -> Array:
    return kernel.swapaxes(2, 3)


@BANK.mistake(
    "dx_kernel",
    title="filters and channels of the kernels are exchanged for dx",
    explanation="A kernel's first axis is for outputs and its second for inputs.",
    hints=(
        "Try different numbers of filters and channels.",
        "Look at which axis of the kernels is summed over for dx.",
        "With 2 filters and 2 channels, which weights join the first channel to the "
        "second filter?",
    ),
)
def dx_filter_axes_swapped(_: Backward, kernel: Array) -> Array:
    return kernel.transpose(1, 0, 2, 3)


@BANK.mistake(
    "dx_kernel",
    title="the matrix of weights for dx is reshaped where it had to be transposed",
    explanation="Reshaping keeps the order of the numbers, so a column gets weights of "
    "several filters.",
    hints=(
        "Try two filters with different weights.",
        "Look at the matrix of weights that dout is multiplied by.",
        "For two filters of 1, 2 and of 3, 4: what are the rows of that matrix?",
    ),
)
def im2col_weight_reshape_not_transpose(_: Backward, kernel: Array) -> Array:
    return kernel.reshape(-1, len(kernel)).T.reshape(kernel.shape)


@BANK.mistake(
    "canvas",
    title="dx starts from the values of the input",
    explanation="A gradient is a sum that starts at zero.",
    hints=(
        "Try a gradient by the output that is zero everywhere.",
        "Look at what dx holds before anything is added to it.",
        "If nothing flows back, what should dx be?",
    ),
)
def dx_not_zeroed(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    return program.pad(batch, padding).astype(slopes.dtype)


@BANK.mistake(
    "reached",
    title="the stride is left out for dx",
    explanation="Neighbouring outputs came from windows that lie a stride apart.",
    hints=(
        "Compare dx at stride 1 and at stride 2.",
        "Look at where in dx the part of an output is added.",
        "A row of 3, a kernel of 1 and a stride of 2: which pixels get something?",
    ),
)
def dx_stride_missing(
    _: Backward, canvas: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (i, j), (k_h, k_w) = place, kernel.shape[2:]
    return canvas[:, :, i : i + k_h, j : j + k_w]


@BANK.mistake(
    "reached",
    title="the stride moves windows down but not to the right in dx",
    explanation="The stride counts along both axes.",
    hints=(
        "Compare dx at stride (2, 1) and at stride (1, 2).",
        "Look at where in dx the part of an output is added, one axis at a time.",
        "A row of 3, a kernel of 1 and a stride of 2: which pixels get something?",
    ),
)
def dx_stride_missing_one_axis(
    _: Backward, canvas: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), top, j = kernel.shape[2:], place[0] * stride[0], place[1]
    return canvas[:, :, top : top + k_h, j : j + k_w]


@BANK.mistake(
    "crop",
    title="dx is cut by a slice that is empty for a padding of zero",
    explanation="Minus zero is zero, so the slice ends where it begins.",
    hints=(
        "Try a call without padding.",
        "Look at the end of the slice that cuts the padding off.",
        "How many elements of a list are left when the last 0 are cut off as your code "
        "does it?",
    ),
)
def dx_strip_neg_zero_slice(_: Backward, canvas: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return canvas[:, :, p_h:-p_h, p_w:-p_w]


@BANK.mistake(
    "crop",
    title="dx is cut to nothing where only one axis is padded",
    explanation="Each axis has a padding of its own, and either can be zero while the "
    "other is not.",
    hints=(
        "Try paddings (1, 0) and (0, 1).",
        "Look at the condition under which the padding is cut off.",
        "For padding (1, 0), how many columns of dx are left?",
    ),
)
def dx_strip_one_guard(_: Backward, canvas: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return canvas[:, :, p_h:-p_h, p_w:-p_w] if any(padding) else canvas


@BANK.mistake(
    "crop",
    title="dx still has the padding around it",
    explanation="A gradient has the shape of what it is the gradient of, and the zeros "
    "were not in the input.",
    hints=(
        "Compare the shape of dx with that of the input.",
        "Look at what happens to dx after the loops.",
        "For a 3x3 image with padding 1, how many rows has dx?",
    ),
)
def dx_padding_not_stripped(_: Backward, canvas: Array, padding: Pair) -> Array:
    return canvas


@BANK.mistake(
    "crop",
    title="one pixel is always cut off each side of dx",
    explanation="What has to be cut off is what was added, which is not always 1.",
    hints=(
        "Try paddings of 0 and 2.",
        "Look for a number that stands where an argument belongs.",
        "For a 3x3 image without padding, how many rows has dx?",
    ),
)
def dx_strip_hardcoded_one(_: Backward, canvas: Array, padding: Pair) -> Array:
    return canvas[:, :, 1:-1, 1:-1]


@BANK.mistake(
    "crop",
    title="the padding is cut off the axes of samples and channels",
    explanation="Padding was added to the last two axes.",
    hints=(
        "Compare the shape of dx with that of the input.",
        "Look at which axes the slices belong to.",
        "For a batch of 2 with padding 1, how many samples has dx?",
    ),
)
def dx_strip_wrong_axes(_: Backward, canvas: Array, padding: Pair) -> Array:
    (p_h, p_w), (n, c) = padding, canvas.shape[:2]
    return canvas[p_h : max(n - p_h, 0), p_w : max(c - p_w, 0)]


@BANK.mistake(
    "crop",
    title="the paddings of height and width are swapped when they are cut off dx",
    explanation="The padding is (height, width): its first number is about rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "For a 3x3 image with padding (1, 0), how many rows and columns has dx?",
    ),
)
def dx_strip_hw_swapped(_: Backward, canvas: Array, padding: Pair) -> Array:
    (p_w, p_h), (h, w) = padding, canvas.shape[2:]
    return canvas[:, :, p_h : max(h - p_h, 0), p_w : max(w - p_w, 0)]


@BANK.variant("dx-strip-hw-swapped", shows="where the image begins")
def dx_strip_hw_swapped_in_place(_: Backward, canvas: Array, padding: Pair) -> Array:
    (p_h, p_w), (h, w) = padding, canvas.shape[2:]
    return canvas[:, :, p_w : p_w + h - 2 * p_h, p_h : p_h + w - 2 * p_w]


@BANK.mistake(
    "crop",
    title="the padding is cut off the bottom and the right of dx only",
    explanation="The image lies in the middle of the padded one.",
    hints=(
        "Try a call with padding, and compare dx pixel by pixel.",
        "Look at where the image begins in the padded one.",
        "For a 1x1 image with padding 1, which of the 3x3 pixels is the image?",
    ),
)
def dx_strip_end_only(_: Backward, canvas: Array, padding: Pair) -> Array:
    (p_h, p_w), (h, w) = padding, canvas.shape[2:]
    return canvas[:, :, : h - 2 * p_h, : w - 2 * p_w]


@BANK.variant("dx-overwritten", "scatter")
def dx_overwritten_by_taps(
    _: Backward, canvas: Array, slopes: Array, kernel: Array, stride: Pair
) -> None:
    (rows, columns), (s_h, s_w) = slopes.shape[2:], stride
    for a, b in np.ndindex(*kernel.shape[2:]):
        given = np.einsum("nfij,fc->ncij", slopes, kernel[:, :, a, b])
        canvas[:, :, a : a + rows * s_h : s_h, b : b + columns * s_w : s_w] = given


@BANK.variant("dx-overwritten", "scatter")
def dx_overwritten_by_products(
    program: Backward, canvas: Array, slopes: Array, kernel: Array, stride: Pair
) -> None:
    for place in program.places(slopes):
        last = program.slope(slopes, place)[:, -1:]
        region = program.reached(canvas, kernel, stride, place)
        region[...] = np.tensordot(last, kernel[-1:], axes=1)


@BANK.variant("dx-filter-axes-swapped")
def dx_filter_axes_swapped_if_they_fit(_: Backward, kernel: Array) -> Array:
    filters, channels = kernel.shape[:2]
    return kernel.transpose(1, 0, 2, 3) if filters == channels else kernel


@BANK.variant("dx-strip-hardcoded-one")
def dx_strip_hardcoded_one_if_padded(
    _: Backward, canvas: Array, padding: Pair
) -> Array:
    return canvas[:, :, 1:-1, 1:-1] if any(padding) else canvas

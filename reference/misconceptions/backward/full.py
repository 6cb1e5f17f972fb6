"""Mistakes in the gradient by the input as a full correlation."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reference.misconceptions.backward.program import Array, Backward, Pair
from reference.misconceptions.bank import Bank

BANK = Bank(Backward, ["conv2d_backward"])


def _dilate(slopes: Array, stride: Pair) -> Array:
    """Put zeros between rows and columns, as many as the stride leaves out."""
    (n, c, h, w), (s_h, s_w) = slopes.shape, stride
    wide = np.zeros((n, c, (h - 1) * s_h + 1, (w - 1) * s_w + 1), slopes.dtype)
    wide[:, :, ::s_h, ::s_w] = slopes
    return wide


def _correlate(
    slopes: Array, kernel: Array, margin: Pair, rest: Pair = (0, 0)
) -> Array:
    """Convolve with turned kernels, as `dx` is often written."""
    turned, (p_h, p_w) = kernel[:, :, ::-1, ::-1], margin
    ends = (p_h, p_h + rest[0]), (p_w, p_w + rest[1])
    framed = np.pad(slopes, ((0, 0), (0, 0), *ends))
    windows = sliding_window_view(framed, turned.shape[2:], axis=(2, 3))
    summed = np.tensordot(windows, turned, axes=([1, 4, 5], [0, 2, 3]))
    return summed.transpose(0, 3, 1, 2)


def _cut(full: Array, batch: Array, padding: Pair) -> Array:
    """Cut out what should be the image, by where it begins and how large it is."""
    (p_h, p_w), (h, w) = padding, batch.shape[2:]
    return full[:, :, p_h : p_h + h, p_w : p_w + w]


def _rest(batch: Array, kernel: Array, stride: Pair, padding: Pair) -> Pair:
    """Count the rows and columns that the stride leaves over."""
    sides = zip(batch.shape[2:], kernel.shape[2:], stride, padding, strict=True)
    rest_h, rest_w = ((side + 2 * p - k) % s for side, k, s, p in sides)
    return rest_h, rest_w


@BANK.mistake(
    "canvas",
    title="dx ends where the last window does",
    explanation="Pixels that no window reached have a gradient too: zero.",
    hints=(
        "Try a stride that leaves pixels over.",
        "Look at where the size of dx comes from.",
        "A row of 4, a kernel of 1 and a stride of 2: how many numbers has dx?",
    ),
)
def dx_full_conv_no_output_pad(
    _: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    (rows, columns), (k_h, k_w) = slopes.shape[2:], kernel.shape[2:]
    h, w = (rows - 1) * stride[0] + k_h, (columns - 1) * stride[1] + k_w
    return np.zeros((*batch.shape[:2], h, w), slopes.dtype)


@BANK.mistake(
    "dx",
    title="dx is a full correlation padded by the padding of the layer",
    explanation="The way back needs a margin that depends on the kernel as well.",
    hints=(
        "Try a kernel of 1 with padding, and a kernel of 3 without.",
        "Look at how much is added around the gradient by the output.",
        "With a kernel of 3 and no padding, an output of 1 comes from how many pixels?",
    ),
)
def dx_full_conv_pad_p(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    weights = program.dx_kernel(kernel)
    return _correlate(_dilate(slopes, stride), weights, padding)


@BANK.mistake(
    "dx",
    title="dx is a full correlation with no zeros between strided gradients",
    explanation="Outputs came from windows a stride apart, and they have to be moved "
    "apart again.",
    hints=(
        "Compare a call of stride 1 with one of stride 2.",
        "Look at what the stride does to the gradient by the output.",
        "A row of 3, a kernel of 1 and a stride of 2: which pixels get something?",
    ),
)
def dx_full_conv_no_stride_dilation(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    k_h, k_w = kernel.shape[2:]
    full = _correlate(slopes, program.dx_kernel(kernel), (k_h - 1, k_w - 1))
    return program.crop(full, padding)


@BANK.mistake(
    "dx",
    title="dx is a full correlation whose margin goes below zero",
    explanation="When the padding is wider than the kernel reaches, something has to "
    "be cut off rather than added.",
    hints=(
        "Try a small kernel with a wide padding.",
        "Look at the size of the margin that dx needs, and at its sign.",
        "For a kernel of 1 and a padding of 1, how large is the margin?",
    ),
)
def dx_full_conv_negative_pad(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    rest = _rest(batch, kernel, stride, padding)
    margin = kernel.shape[2] - 1 - padding[0], kernel.shape[3] - 1 - padding[1]
    weights, wide = program.dx_kernel(kernel), _dilate(slopes, stride)
    return _correlate(wide, weights, margin, rest)


@BANK.variant("dx-full-conv-no-output-pad", "dx")
def dx_full_conv_no_output_pad_cut_by_size(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    weights = program.dx_kernel(kernel)
    canvas = dx_full_conv_no_output_pad(program, slopes, batch, kernel, stride, padding)
    program.scatter(canvas, slopes, weights, stride)
    return _cut(canvas, batch, padding)


@BANK.variant("dx-full-conv-no-stride-dilation")
def dx_full_conv_no_stride_dilation_cut_by_size(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    k_h, k_w = kernel.shape[2:]
    full = _correlate(slopes, program.dx_kernel(kernel), (k_h - 1, k_w - 1))
    return _cut(full, batch, padding)


@BANK.variant("dx-full-conv-pad-p")
def dx_full_conv_pad_p_and_rest(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    rest = _rest(batch, kernel, stride, padding)
    weights, wide = program.dx_kernel(kernel), _dilate(slopes, stride)
    return _correlate(wide, weights, padding, rest)


@BANK.variant("dx-full-conv-pad-p", shows="of which the padding is cut off")
def dx_full_conv_pad_p_cut(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    full = dx_full_conv_pad_p_and_rest(program, slopes, batch, kernel, stride, padding)
    return program.crop(full, padding)


@BANK.variant("dx-full-conv-pad-p", shows="and as large as a kernel at least")
def dx_full_conv_pad_p_or_more(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    rest = _rest(batch, kernel, stride, padding)
    weights, wide = program.dx_kernel(kernel), _dilate(slopes, stride)
    sides = zip(wide.shape[2:], padding, rest, kernel.shape[2:], strict=True)
    more_h, more_w = (max(r, k - side - 2 * p) for side, p, r, k in sides)
    return _correlate(wide, weights, padding, (more_h, more_w))


@BANK.variant("dx-full-conv-pad-p")
def dx_full_conv_pad_p_or_zeros(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    rest = _rest(batch, kernel, stride, padding)
    weights, wide = program.dx_kernel(kernel), _dilate(slopes, stride)
    margins = zip(wide.shape[2:], padding, rest, kernel.shape[2:], strict=True)
    if any(side + 2 * p + more < k for side, p, more, k in margins):
        return np.zeros(batch.shape, slopes.dtype)
    return _correlate(wide, weights, padding, rest)


@BANK.variant("dx-full-conv-pad-p", shows="laid on an image of zeros")
def dx_full_conv_pad_p_laid(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    h, w = batch.shape[2:]
    full = dx_full_conv_pad_p_or_zeros(program, slopes, batch, kernel, stride, padding)
    cut = full[:, :, :h, :w]
    laid = np.zeros(batch.shape, slopes.dtype)
    laid[:, :, : cut.shape[2], : cut.shape[3]] = cut
    return laid

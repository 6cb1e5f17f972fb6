"""A 2D convolution layer with dilation and padding modes, fast enough to grade by.

As in the forward pass, every output is a plain sum of products, so the error bounds
for inner products hold elementwise.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.conv2d import conv2d as dense_conv2d
from reference.layer import (
    BATCH_NDIM,
    BLOCK_BYTES,
    Array,
    Buffer,
    Pair,
    check_shapes,
    integer_pair,
    output_size,
    real_operands,
    result_dtype,
    wide_modulus,
)

MODES = ("valid", "same", "causal")


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair | str = (0, 0),
    dilation: Pair = (1, 1),
) -> Array:
    """Cross-correlate with kernels whose taps are `dilation` pixels apart.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride : pair of int
        Step along (height, width).
    padding : pair of int, or "valid", "same" or "causal"
        Zeros on both sides along (height, width), or a mode. "valid" adds none. "same"
        adds what makes the output ``ceil(H / stride[0])`` high and likewise wide; if
        that is odd, the bottom or right gets one more [1]_. "causal" takes height for
        time, and adds ``dilation[0] * (K_h - 1)`` zeros on top only [2]_, so that no
        output sees a later row; the width is padded as by "same".
    dilation : pair of int
        How far apart the taps are along (height, width).

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        ``H_out = (H + zeros - dilation[0] * (K_h - 1) - 1) // stride[0] + 1``, and
        likewise for the width. It has the common dtype of the arguments, or is exact
        int64 if they are all integers.

    Raises
    ------
    ValueError
        If the padding is an unknown word, the dilation is below 1, the dilated kernel
        is larger than the padded input, or for what the forward pass refuses.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    References
    ----------
    .. [1] TensorFlow documentation, ``tf.nn.convolution``, "Notes on padding".
    .. [2] A. van den Oord et al., "WaveNet: A Generative Model for Raw Audio",
       arXiv:1609.03499, section 2.1.

    Examples
    --------
    >>> x = np.arange(1.0, 6.0).reshape(1, 5, 1)
    >>> taps = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> conv2d(x, taps, padding="causal", dilation=(2, 1)).ravel()
    array([10., 20., 31., 42., 53.])
    >>> conv2d(x, taps, padding="same").ravel()
    array([21., 32., 43., 54.,  5.])
    """
    x, weight, bias = real_operands(x, weight, bias)
    check_shapes(x, weight, bias)
    step = integer_pair("stride", stride, least=1)
    gap = integer_pair("dilation", dilation, least=1)
    image, kernel = x.shape[-2:], weight.shape[-2:]
    extent = tuple(d * (k - 1) + 1 for d, k in zip(gap, kernel, strict=True))
    margins = _margins(padding, image, extent, step)
    padded = tuple(side + sum(m) for side, m in zip(image, margins, strict=True))
    size = output_size(padded, extent, step, (0, 0))
    if extent == kernel:
        (top, bottom), (left, right) = margins
        if top == bottom and left == right:
            return dense_conv2d(x, weight, bias, step, (top, left))
        return dense_conv2d(_pad(x, margins), weight, bias, step)
    dtype = result_dtype(x, weight, bias)
    batch = x if x.ndim == BATCH_NDIM else x[np.newaxis]
    out: Array = np.empty((len(batch), len(weight), *size), dtype)
    weight = weight.astype(dtype, copy=False)
    _multiply_columns(_pad(batch, margins), weight, step, gap, out)
    if bias is not None:
        out += bias.astype(dtype).reshape(-1, 1, 1)
    return out if x.ndim == BATCH_NDIM else out[0]


def magnitude(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair | str = (0, 0),
    dilation: Pair = (1, 1),
) -> tuple[Array, int]:
    """Give what bounds the rounding error of each output.

    Parameters and errors are those of `conv2d`, the bound that of
    `reference.conv2d.magnitude`.

    Returns
    -------
    sums : array of the output's shape, float64 or longdouble
        The sum of ``|x| |w|`` over each window, plus ``|b|``.
    n : int
        How many terms each sum has: ``C_in * K_h * K_w``, and one for a bias.

    Examples
    --------
    >>> sums, n = magnitude([[[1.0, 0.0, -2.0]]], [[[[3.0, -4.0]]]], dilation=(1, 2))
    >>> sums.item(), n
    (11.0, 2)
    """
    weight = wide_modulus(weight)
    bias = None if bias is None else wide_modulus(bias)
    sums = conv2d(wide_modulus(x), weight, bias, stride, padding, dilation)
    return sums, int(weight[0].size) + (bias is not None)


def _margins(
    padding: Pair | str, image: tuple[int, ...], extent: tuple[int, ...], stride: Pair
) -> tuple[Pair, Pair]:
    """Say how many zeros go to the top and bottom, and to the left and right."""
    if not isinstance(padding, str):
        p_h, p_w = integer_pair("padding", padding, least=0)
        return (p_h, p_h), (p_w, p_w)
    if padding not in MODES:
        raise ValueError(f"padding must be a pair or one of {MODES}, not {padding!r}")
    if padding == "valid":
        return (0, 0), (0, 0)
    height, width = map(_same, image, extent, stride)
    return (extent[0] - 1, 0) if padding == "causal" else height, width


def _same(side: int, extent: int, step: int) -> Pair:
    outputs = -(-side // step)
    zeros = max((outputs - 1) * step + extent - side, 0)
    return zeros // 2, zeros - zeros // 2


def _pad(x: Array, margins: tuple[Pair, Pair]) -> Array:
    (top, bottom), (left, right) = margins
    *axes, height, width = x.shape
    if not any((top, bottom, left, right)):
        return x
    padded: Array = np.zeros(
        (*axes, top + height + bottom, left + width + right), x.dtype
    )
    padded[..., top : top + height, left : left + width] = x
    return padded


def _multiply_columns(
    x: Array, weight: Array, stride: Pair, dilation: Pair, out: Array
) -> None:
    """Convolve by one product for each block of windows, copied to columns."""
    c_out, c_in, k_h, k_w = weight.shape
    (s_h, s_w), (d_h, d_w) = stride, dilation
    rows, width = out.shape[2:]
    matrix = weight.reshape(c_out, -1)
    # The product packs the weights anew for each block, so that has to be worth it.
    block_bytes = max(BLOCK_BYTES, matrix.nbytes)
    fit = max(1, block_bytes // (matrix[0].nbytes * width))
    buffer = Buffer(out.dtype)
    for sample, whole in zip(x, out, strict=True):
        for top in range(0, rows, fit):
            target = whole[:, top : top + fit]
            height = target.shape[1]
            columns = buffer.take(c_in, k_h, k_w, height, width)
            for a in range(k_h):
                first = top * s_h + a * d_h
                lines = sample[:, first : first + height * s_h : s_h]
                for b in range(k_w):
                    left = b * d_w
                    columns[:, a, b] = lines[..., left : left + width * s_w : s_w]
            windows = columns.reshape(matrix.shape[1], -1)
            np.matmul(matrix, windows, out=target.reshape(c_out, -1))

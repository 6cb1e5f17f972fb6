"""The vectorised form of a 2D convolution layer: windows as columns, and back.

The columns are laid out as PyTorch's `unfold` lays them out and its `fold` takes
them.
"""

import math
import operator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from reference.layer import (
    BATCH_NDIM,
    SAMPLE_NDIM,
    Array,
    Pair,
    check_shapes,
    integer_pair,
    largest_modulus,
    output_size,
    real_array,
    real_operands,
    result_dtype,
    wide_modulus,
)

Shape = tuple[int, ...]


def im2col(
    x: ArrayLike,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Copy each window that a kernel meets to a column.

    Parameters
    ----------
    x : array of shape (C, H, W) or (N, C, H, W)
        One sample or a batch, of any real dtype and memory layout.
    kernel_size : pair of int
        ``(K_h, K_w)``.
    stride, padding : pairs of int
        Step and zero padding along (height, width).

    Returns
    -------
    array of shape (C * K_h * K_w, L) or (N, C * K_h * K_w, L)
        In the dtype of `x`. Element ``[n, (c*K_h + a)*K_w + b, i*W_out + j]`` is
        ``x[n, c, s_h*i + a - p_h, s_w*j + b - p_w]``, or 0 outside; there are ``L =
        H_out * W_out`` columns [1]_.

    Raises
    ------
    ValueError
        If `x` is no sample and no batch, the kernel or stride is below 1, the
        padding is negative, or the kernel is larger than the padded input.

    References
    ----------
    .. [1] K. Chellapilla, S. Puri, P. Simard, "High Performance Convolutional
       Neural Networks for Document Processing", IWFHR 2006.

    Examples
    --------
    >>> im2col(np.arange(9).reshape(1, 3, 3), (2, 2))
    array([[0, 1, 3, 4],
           [1, 2, 4, 5],
           [3, 4, 6, 7],
           [4, 5, 7, 8]])
    """
    x = real_array("x", x)
    _check_rank(x.shape)
    kernel, step, margin = _pairs(kernel_size, stride, padding)
    size = output_size(x.shape[-2:], kernel, step, margin)
    batch = _framed(x.reshape(_batch_shape(x.shape)), margin)
    windows = sliding_window_view(batch, kernel, axis=(2, 3))
    windows = windows[:, :, :: step[0], :: step[1]].transpose(0, 1, 4, 5, 2, 3)
    shape = (len(batch), batch.shape[1] * math.prod(kernel), math.prod(size))
    columns: Array = np.array(windows, order="C").reshape(shape)
    return columns if x.ndim == BATCH_NDIM else columns[0]


def col2im(
    cols: ArrayLike,
    input_shape: Shape,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Add each column back onto its window: the transpose of `im2col`.

    Parameters
    ----------
    cols : array of shape (C * K_h * K_w, L) or (N, C * K_h * K_w, L)
        Columns as `im2col` makes them from an input of the shape `input_shape`.
    input_shape : tuple of int
        ``(C, H, W)`` or ``(N, C, H, W)``.
    kernel_size, stride, padding : pairs of int
        As for `im2col`.

    Returns
    -------
    array of shape `input_shape`
        Each pixel is the sum of all elements that `im2col` would copy it to, and 0
        if there are none. It has the dtype of `cols`, or is exact int64 if that is
        an integer type.

    Raises
    ------
    ValueError
        If `im2col` would refuse the input, or `cols` does not have the shape that it
        would give.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    Examples
    --------
    >>> col2im(np.ones((4, 4)), (1, 3, 3), (2, 2))
    array([[[1., 2., 1.],
            [2., 4., 2.],
            [1., 2., 1.]]])
    """
    cols = real_array("cols", cols)
    shape = _shape(input_shape)
    kernel, step, margin = _pairs(kernel_size, stride, padding)
    size = output_size(shape[-2:], kernel, step, margin)
    channels = shape[-3]
    wanted = (*shape[:-3], channels * math.prod(kernel), math.prod(size))
    if cols.shape != wanted:
        raise ValueError(f"cols must be {wanted}, not {cols.shape}")
    samples = math.prod(shape[:-3])
    taps = cols.reshape(samples, channels, *kernel, *size)
    (h_out, w_out), (s_h, s_w) = size, step
    sides = (n + 2 * p for n, p in zip(shape[-2:], margin, strict=True))
    framed: Array = np.zeros((samples, channels, *sides), _sum_dtype(cols, kernel))
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            rows = slice(a, a + h_out * s_h, s_h)
            columns = slice(b, b + w_out * s_w, s_w)
            framed[:, :, rows, columns] += taps[:, :, a, b]
    (p_h, p_w), (height, width) = margin, shape[-2:]
    return framed[:, :, p_h : p_h + height, p_w : p_w + width].reshape(shape).copy()


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Cross-correlate by one matrix product for each sample, over its columns.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width).

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        It has the common dtype of the arguments, or is exact int64 if they are all
        integers.

    Raises
    ------
    ValueError, OverflowError
        As `reference.conv2d.conv2d` does.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)), bias=[100.0])
    array([[[108., 112.],
            [120., 124.]]])
    """
    x, weight, bias = real_operands(x, weight, bias)
    check_shapes(x, weight, bias)
    kernel, step, margin = _pairs((weight.shape[2], weight.shape[3]), stride, padding)
    size = output_size(x.shape[-2:], kernel, step, margin)
    dtype = result_dtype(x, weight, bias)
    columns = im2col(x.astype(dtype, copy=False), kernel, step, margin)
    matrix = weight.astype(dtype, copy=False).reshape(len(weight), -1)
    out: Array = matrix @ columns
    if bias is not None:
        out += bias.astype(dtype)[:, np.newaxis]
    return out.reshape(*x.shape[:-3], len(weight), *size)


def magnitude_im2col(
    x: ArrayLike,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, int]:
    """Give the modulus of each element of the columns, which is one term.

    Parameters and errors are those of `im2col`. The first result is float64 or
    longdouble. Nothing is summed, so no element has a rounding error.

    Examples
    --------
    >>> magnitude_im2col([[[-1.0, 2.0]]], (1, 2))
    (array([[1.],
           [2.]]), 1)
    """
    return im2col(wide_modulus(x), kernel_size, stride, padding), 1


def magnitude_col2im(
    cols: ArrayLike,
    input_shape: Shape,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, int]:
    r"""Give the two quantities that bound the rounding error of each pixel.

    In any order of summation, a sum of `n` terms is off by no more than
    :math:`\gamma_{n-1} \sum |c|`, with :math:`\gamma_n = n u / (1 - n u)` and `u` the
    unit round-off [1]_. Parameters and errors are those of `col2im`.

    Returns
    -------
    sums : array of shape `input_shape`, float64 or longdouble
        The sum of the moduli of what is added to each pixel.
    n : int
        How many elements are added to the pixel that gets the most of them.

    References
    ----------
    .. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
       SIAM 2002, section 4.2.

    Examples
    --------
    >>> magnitude_col2im([[-1.0, 2.0], [3.0, -4.0]], (1, 1, 3), (1, 2))
    (array([[[1., 5., 4.]]]), 2)
    """
    sums = col2im(wide_modulus(cols), input_shape, kernel_size, stride, padding)
    image = (1, 1, *sums.shape[-2:])
    taps = math.prod(kernel_size)
    size = output_size(image[2:], tuple(kernel_size), stride, padding)
    one_each = np.ones((1, taps, math.prod(size)))
    counts = col2im(one_each, image, kernel_size, stride, padding)
    return sums, int(counts.max(initial=0))


def _check_rank(shape: Shape) -> None:
    if len(shape) not in (SAMPLE_NDIM, BATCH_NDIM):
        raise ValueError(f"x must be (C, H, W) or (N, C, H, W), not {shape}")


def _shape(value: Shape) -> Shape:
    try:
        shape = tuple(map(operator.index, value))
    except TypeError:
        raise ValueError(f"input_shape must hold integers, not {value!r}") from None
    if len(shape) not in (SAMPLE_NDIM, BATCH_NDIM) or min(shape) < 0:
        wanted = "(C, H, W) or (N, C, H, W)"
        raise ValueError(f"input_shape must be {wanted}, not {value!r}")
    return shape


def _pairs(kernel_size: Pair, stride: Pair, padding: Pair) -> tuple[Pair, Pair, Pair]:
    return (
        integer_pair("kernel_size", kernel_size, least=1),
        integer_pair("stride", stride, least=1),
        integer_pair("padding", padding, least=0),
    )


def _batch_shape(shape: Shape) -> Shape:
    return shape if len(shape) == BATCH_NDIM else (1, *shape)


def _framed(batch: Array, margin: Pair) -> Array:
    """Put zeros around each image, if there is a margin."""
    p_h, p_w = margin
    if not (p_h or p_w):
        return batch
    n, channels, height, width = batch.shape
    shape = (n, channels, height + 2 * p_h, width + 2 * p_w)
    framed: Array = np.zeros(shape, batch.dtype)
    framed[:, :, p_h : p_h + height, p_w : p_w + width] = batch
    return framed


def _sum_dtype(cols: Array, kernel: Pair) -> np.dtype[Any]:
    """Give the dtype that sums of one element for each tap fit into."""
    if cols.dtype.kind == "f":
        return cols.dtype
    if math.prod(kernel) * largest_modulus(cols) > np.iinfo(np.int64).max:
        raise OverflowError("the integers are too large for an exact int64 result")
    return np.dtype(np.int64)

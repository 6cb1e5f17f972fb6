"""The definition of a 2D convolution layer, written out as plain loops.

It is slow on purpose. It shares no code with the modules `reference.conv2d`,
`conv2d_backward` and `conv2d_im2col`, which makes it an independent oracle for them,
and it is the timing baseline "plain loops".
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Cross-correlate, one multiplication and one addition at a time.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width). They're trusted to be valid.

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        In the common dtype of the arguments; int64 if they're all integers.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)), bias=[100.0])
    array([[[108., 112.],
            [120., 124.]]])
    """
    images, kernels = np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:])
    out = _loop(
        _pad(batch.astype(dtype), padding),
        kernels.astype(dtype),
        offsets.astype(dtype),
        stride,
    )
    return out[0] if images.ndim == 3 else out  # noqa: PLR2004 (C_in, H, W)


def conv2d_backward(
    dout: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]:
    """Give the gradients by the chain rule, one product of the layer after the other.

    Where an output has the term ``pixel * weight``, the gradient by the pixel has the
    term ``dout * weight``, that by the weight ``dout * pixel`` and that by the bias
    ``dout``.

    Parameters
    ----------
    dout : array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        The gradient by the layer's output.
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width). They're trusted to be valid.

    Returns
    -------
    dx, dweight, dbias : arrays of the shapes of `x`, `weight` and `bias`
        In the common dtype of the arguments; int64 if they're all integers. The last
        is None without a bias.

    Examples
    --------
    >>> conv2d_backward([[[1.0, 10.0]]], [[[2.0, 3.0, 4.0]]], [[[[5.0, 6.0]]]])
    (array([[[ 5., 56., 60.]]]), array([[[[32., 43.]]]]), None)
    """
    slopes, images, kernels = np.asarray(dout), np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(slopes, images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    padded_dx, dweight, dbias = _loop_backward(
        slopes.reshape(-1, *slopes.shape[-3:]).astype(dtype),
        _pad(batch, padding),
        kernels.astype(dtype),
        stride,
    )
    dx = _crop(padded_dx, padding).reshape(images.shape)
    return dx, dweight, None if bias is None else dbias


def im2col(
    x: ArrayLike,
    kernel_size: tuple[int, int],
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Copy each window to a column, one element at a time.

    Parameters
    ----------
    x : array of shape (C, H, W) or (N, C, H, W)
        One sample or a batch, of any real dtype.
    kernel_size, stride, padding : pairs of int
        ``(K_h, K_w)``, step and zero padding. They're trusted to be valid.

    Returns
    -------
    array of shape (C * K_h * K_w, L) or (N, C * K_h * K_w, L)
        Rows in the order of (channel, kernel row, kernel column), columns in that of
        (output row, output column), in the dtype of `x`.

    Examples
    --------
    >>> im2col([[[1, 2, 3]]], (1, 2))
    array([[1, 2],
           [2, 3]])
    """
    images = np.asarray(x)
    batch = _pad(images.reshape(-1, *images.shape[-3:]), padding)
    places = _places(batch.shape, kernel_size, stride)
    rows, columns = 1 + max(place[3] for place in places), 1 + places[-1][4]
    out = np.empty((len(batch), rows, columns), batch.dtype)
    for sample in range(len(batch)):
        for c, y, z, row, column in places:
            out[sample, row, column] = batch[sample, c, y, z]
    return out[0] if images.ndim == 3 else out  # noqa: PLR2004 (C, H, W)


def col2im(
    cols: ArrayLike,
    input_shape: tuple[int, ...],
    kernel_size: tuple[int, int],
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Add each column back onto its window, one element at a time.

    Parameters
    ----------
    cols : array of shape (C * K_h * K_w, L) or (N, C * K_h * K_w, L)
        Columns as `im2col` makes them from an input of the shape `input_shape`.
    input_shape : tuple of int
        ``(C, H, W)`` or ``(N, C, H, W)``.
    kernel_size, stride, padding : pairs of int
        ``(K_h, K_w)``, step and zero padding. They're trusted to be valid.

    Returns
    -------
    array of shape `input_shape`
        In the dtype of `cols`; int64 if it's an integer type.

    Examples
    --------
    >>> col2im([[1, 2], [10, 20]], (1, 1, 3), (1, 2))
    array([[[ 1, 12, 20]]])
    """
    columns = np.asarray(cols)
    columns = columns.reshape(-1, *columns.shape[-2:])
    if not np.issubdtype(columns.dtype, np.inexact):
        columns = columns.astype(np.int64)
    (p_h, p_w), (c_in, h, w) = padding, input_shape[-3:]
    shape = (len(columns), c_in, h + 2 * p_h, w + 2 * p_w)
    out = np.zeros(shape, columns.dtype)
    for sample in range(len(columns)):
        for c, y, z, row, column in _places(shape, kernel_size, stride):
            out[sample, c, y, z] += columns[sample, row, column]
    return _crop(out, padding).reshape(input_shape)


def _pad(batch: NDArray[Any], padding: tuple[int, int]) -> NDArray[Any]:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))


def _loop(
    x: NDArray[Any],
    weight: NDArray[Any],
    bias: NDArray[Any],
    stride: tuple[int, int],
) -> NDArray[Any]:
    n, c_in, h, w = x.shape
    c_out, _, k_h, k_w = weight.shape
    s_h, s_w = stride
    h_out, w_out = (h - k_h) // s_h + 1, (w - k_w) // s_w + 1
    out = np.empty((n, c_out, h_out, w_out), x.dtype)
    for sample in range(n):
        for o in range(c_out):
            for i in range(h_out):
                for j in range(w_out):
                    total = bias[o]
                    for c in range(c_in):
                        for a in range(k_h):
                            for b in range(k_w):
                                pixel = x[sample, c, i * s_h + a, j * s_w + b]
                                total = total + pixel * weight[o, c, a, b]
                    out[sample, o, i, j] = total
    return out


def _crop(batch: NDArray[Any], padding: tuple[int, int]) -> NDArray[Any]:
    (p_h, p_w), (h, w) = padding, batch.shape[2:]
    return batch[:, :, p_h : h - p_h, p_w : w - p_w]


def _loop_backward(
    dout: NDArray[Any],
    x: NDArray[Any],
    weight: NDArray[Any],
    stride: tuple[int, int],
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    n, c_out, h_out, w_out = dout.shape
    _, c_in, k_h, k_w = weight.shape
    s_h, s_w = stride
    dx, dweight = np.zeros_like(x), np.zeros_like(weight)
    dbias = np.zeros(c_out, dout.dtype)
    for sample in range(n):
        for o in range(c_out):
            for i in range(h_out):
                for j in range(w_out):
                    slope = dout[sample, o, i, j]
                    dbias[o] += slope
                    for c in range(c_in):
                        for a in range(k_h):
                            for b in range(k_w):
                                y, z = i * s_h + a, j * s_w + b
                                dx[sample, c, y, z] += slope * weight[o, c, a, b]
                                dweight[o, c, a, b] += slope * x[sample, c, y, z]
    return dx, dweight, dbias


def _places(
    shape: tuple[int, ...], kernel_size: tuple[int, int], stride: tuple[int, int]
) -> list[tuple[int, int, int, int, int]]:
    """List channel, row and column in a padded image with row and column of `cols`."""
    (_, channels, h, w), (k_h, k_w), (s_h, s_w) = shape, kernel_size, stride
    h_out, w_out = (h - k_h) // s_h + 1, (w - k_w) // s_w + 1
    places = []
    for c in range(channels):
        for a in range(k_h):
            for b in range(k_w):
                for i in range(h_out):
                    for j in range(w_out):
                        row, column = (c * k_h + a) * k_w + b, i * w_out + j
                        places.append((c, i * s_h + a, j * s_w + b, row, column))
    return places

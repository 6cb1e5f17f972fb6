"""Two vectorised 2D convolutions as good candidates write them, to time against."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray


def per_tap(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Cross-correlate with one channel contraction per kernel tap.

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
    >>> per_tap(x, np.ones((1, 1, 2, 2)), bias=[100.0])
    array([[[108., 112.],
            [120., 124.]]])
    """
    batch, kernels, offsets = _prepare(x, weight, bias, padding)
    _, _, k_h, k_w = kernels.shape
    s_h, s_w = stride
    h_out = (batch.shape[2] - k_h) // s_h + 1
    w_out = (batch.shape[3] - k_w) // s_w + 1
    out = np.zeros((len(batch), len(kernels), h_out, w_out), batch.dtype)
    for a in range(k_h):
        for b in range(k_w):
            pixels = batch[:, :, a : a + s_h * h_out : s_h, b : b + s_w * w_out : s_w]
            tap = kernels[:, :, a, b]
            out += np.einsum("oc,nchw->nohw", tap, pixels, optimize=True)
    out += offsets[:, np.newaxis, np.newaxis]
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def im2col(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Cross-correlate with one matrix product over a copy of all windows.

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
    >>> im2col(x, np.ones((1, 1, 2, 2)), bias=[100.0])
    array([[[108., 112.],
            [120., 124.]]])
    """
    batch, kernels, offsets = _prepare(x, weight, bias, padding)
    windows = sliding_window_view(batch, kernels.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    n, c_in, h_out, w_out, k_h, k_w = windows.shape
    columns = windows.transpose(0, 1, 4, 5, 2, 3)
    columns = columns.reshape(n, c_in * k_h * k_w, h_out * w_out)
    out: NDArray[Any] = kernels.reshape(len(kernels), -1) @ columns
    out += offsets[:, np.newaxis]
    out = out.reshape(n, len(kernels), h_out, w_out)
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def _prepare(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None,
    padding: tuple[int, int],
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Give the padded batch, kernels and offsets in one dtype that can't overflow."""
    images, kernels = np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    p_h, p_w = padding
    batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    return batch, kernels.astype(dtype), offsets.astype(dtype)

"""Variants of a 2D convolution layer as good candidates write them, to time against."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Margins = tuple[tuple[int, int], tuple[int, int]]


def grouped_per_tap(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    groups: int = 1,
) -> Array:
    """Cross-correlate by groups, with one contraction per kernel tap.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype.
    weight : array of shape (C_out, C_in / groups, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width). They're trusted to be valid.
    groups : int
        How many groups of channels there are; it's trusted to divide them.

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        In the common dtype of the arguments; int64 if they're all integers.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> grouped_per_tap(x, np.ones((2, 1, 2, 2)), groups=2).tolist()
    [[[6.0]], [[22.0]]]
    """
    p_h, p_w = padding
    batch, kernels, offsets = _prepare(x, weight, bias, ((p_h, p_h), (p_w, p_w)))
    n, c_in, height, width = batch.shape
    c_out, share, k_h, k_w = kernels.shape
    s_h, s_w = stride
    h_out, w_out = (height - k_h) // s_h + 1, (width - k_w) // s_w + 1
    batch = batch.reshape(n, groups, c_in // groups, height, width)
    kernels = kernels.reshape(groups, c_out // groups, share, k_h, k_w)
    out = np.zeros((n, groups, c_out // groups, h_out * w_out), batch.dtype)
    for a in range(k_h):
        for b in range(k_w):
            pixels = batch[..., a : a + s_h * h_out : s_h, b : b + s_w * w_out : s_w]
            pixels = pixels.reshape(n, groups, share, -1)
            out += np.matmul(kernels[..., a, b], pixels)
    out = out.reshape(n, c_out, h_out, w_out) + offsets[:, np.newaxis, np.newaxis]
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def grouped_im2col(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    groups: int = 1,
) -> Array:
    """Cross-correlate with one matrix product for each group.

    Parameters and result are those of `grouped_per_tap`.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> grouped_im2col(x, np.ones((2, 1, 2, 2)), groups=2).tolist()
    [[[6.0]], [[22.0]]]
    """
    p_h, p_w = padding
    batch, kernels, offsets = _prepare(x, weight, bias, ((p_h, p_h), (p_w, p_w)))
    c_out, share, k_h, k_w = kernels.shape
    windows = sliding_window_view(batch, (k_h, k_w), axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    n, _, h_out, w_out, _, _ = windows.shape
    out = np.empty((n, c_out, h_out, w_out), batch.dtype)
    filters = c_out // groups
    for group in range(groups):
        seen = windows[:, group * share : (group + 1) * share]
        columns = seen.transpose(0, 1, 4, 5, 2, 3).reshape(n, -1, h_out * w_out)
        ours = slice(group * filters, (group + 1) * filters)
        product = kernels[ours].reshape(filters, -1) @ columns
        out[:, ours] = product.reshape(n, filters, h_out, w_out)
    out += offsets[:, np.newaxis, np.newaxis]
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def dilated_per_tap(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] | str = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Array:
    """Cross-correlate with dilated kernels, one channel contraction per tap.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, dilation : pairs of int
        Step and distance of the taps along (height, width). They're trusted to be
        valid.
    padding : pair of int, or "valid", "same" or "causal"
        Zeros along (height, width), or a mode. It's trusted to be valid.

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        In the common dtype of the arguments; int64 if they're all integers.

    Examples
    --------
    >>> x = np.arange(1.0, 6.0).reshape(1, 5, 1)
    >>> taps = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> dilated_per_tap(x, taps, padding="causal", dilation=(2, 1)).ravel().tolist()
    [10.0, 20.0, 31.0, 42.0, 53.0]
    """
    image, (k_h, k_w) = np.shape(x)[-2:], np.shape(weight)[-2:]
    (s_h, s_w), (d_h, d_w) = stride, dilation
    extent = d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1
    margins = _margins(padding, image, extent, stride)
    batch, kernels, offsets = _prepare(x, weight, bias, margins)
    h_out = (batch.shape[2] - extent[0]) // s_h + 1
    w_out = (batch.shape[3] - extent[1]) // s_w + 1
    out = np.zeros((len(batch), len(kernels), h_out, w_out), batch.dtype)
    for a in range(k_h):
        for b in range(k_w):
            top, left = a * d_h, b * d_w
            rows = slice(top, top + s_h * h_out, s_h)
            pixels = batch[:, :, rows, left : left + s_w * w_out : s_w]
            out += np.einsum("oc,nchw->nohw", kernels[..., a, b], pixels, optimize=True)
    out += offsets[:, np.newaxis, np.newaxis]
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def dilated_im2col(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] | str = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Array:
    """Cross-correlate with one matrix product over a copy of all dilated windows.

    Parameters and result are those of `dilated_per_tap`.

    Examples
    --------
    >>> x = np.arange(1.0, 6.0).reshape(1, 5, 1)
    >>> taps = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
    >>> dilated_im2col(x, taps, padding="causal", dilation=(2, 1)).ravel().tolist()
    [10.0, 20.0, 31.0, 42.0, 53.0]
    """
    image, (k_h, k_w) = np.shape(x)[-2:], np.shape(weight)[-2:]
    (s_h, s_w), (d_h, d_w) = stride, dilation
    extent = d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1
    margins = _margins(padding, image, extent, stride)
    batch, kernels, offsets = _prepare(x, weight, bias, margins)
    windows = sliding_window_view(batch, extent, axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w, ::d_h, ::d_w]
    n, _, h_out, w_out, _, _ = windows.shape
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, -1, h_out * w_out)
    out: Array = kernels.reshape(len(kernels), -1) @ columns
    out += offsets[:, np.newaxis]
    out = out.reshape(n, len(kernels), h_out, w_out)
    return out if np.ndim(x) == 4 else out[0]  # noqa: PLR2004 (N, C_in, H, W)


def _margins(
    padding: tuple[int, int] | str,
    image: tuple[int, ...],
    extent: tuple[int, int],
    stride: tuple[int, int],
) -> Margins:
    """Say how many zeros go above and below, and left and right."""
    if padding == "valid":
        return (0, 0), (0, 0)
    if not isinstance(padding, str):
        p_h, p_w = padding
        return (p_h, p_h), (p_w, p_w)
    both = []
    for side, reach, step in zip(image, extent, stride, strict=True):
        zeros = max((-(-side // step) - 1) * step + reach - side, 0)
        both.append((zeros // 2, zeros - zeros // 2))
    return (extent[0] - 1, 0) if padding == "causal" else both[0], both[1]


def _prepare(
    x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None, margins: Margins
) -> tuple[Array, Array, Array]:
    """Give the padded batch, kernels and offsets in one dtype that can't overflow."""
    images, kernels = np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    batch = np.pad(batch, ((0, 0), (0, 0), *margins))
    return batch, kernels.astype(dtype), offsets.astype(dtype)

"""Variants of a 2D convolution layer by their definitions, written as plain loops.

They are slow on purpose. They share no code with the fast references nor with one
another, which makes them independent oracles. No frame of zeros is made: a tap that
falls outside of the input adds nothing.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def conv2d_grouped(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    groups: int = 1,
) -> NDArray[Any]:
    """Cross-correlate by groups of channels, one multiplication at a time.

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
        Output channel `o` belongs to group ``o // (C_out / groups)``.

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        In the common dtype of the arguments; int64 if they're all integers.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> conv2d_grouped(x, np.ones((2, 1, 2, 2)), groups=2).tolist()
    [[[6.0]], [[22.0]]]
    """
    images, kernels = np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    kernels, offsets = kernels.astype(dtype), offsets.astype(dtype)
    n, _, h, w = batch.shape
    c_out, share, k_h, k_w = kernels.shape
    h_out = (h + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (w + 2 * padding[1] - k_w) // stride[1] + 1
    out = np.empty((n, c_out, h_out, w_out), dtype)
    for sample, o, i, j in np.ndindex(out.shape):
        group = o // (c_out // groups)
        total = offsets[o]
        for c in range(share):
            for a in range(k_h):
                for b in range(k_w):
                    row = i * stride[0] + a - padding[0]
                    column = j * stride[1] + b - padding[1]
                    if 0 <= row < h and 0 <= column < w:
                        pixel = batch[sample, group * share + c, row, column]
                        total = total + pixel * kernels[o, c, a, b]
        out[sample, o, i, j] = total
    return out[0] if images.ndim == 3 else out  # noqa: PLR2004 (C_in, H, W)


def depthwise_separable_conv2d(
    x: ArrayLike,
    depthwise: ArrayLike,
    pointwise: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
) -> NDArray[Any]:
    """Filter each channel, then mix the channels, one multiplication at a time.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype.
    depthwise : array of shape (C_in * M, 1, K_h, K_w)
        Filtered channel `f` comes from input channel ``f // M``.
    pointwise : array of shape (C_out, C_in * M, 1, 1)
        The weights that mix the filtered channels.
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
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> mix = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    >>> depthwise_separable_conv2d(x, np.ones((2, 1, 2, 2)), mix).tolist()
    [[[226.0]]]
    """
    images, filters, mix = np.asarray(x), np.asarray(depthwise), np.asarray(pointwise)
    offsets = np.zeros(len(mix), mix.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, filters, mix, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    filters, mix, offsets = (one.astype(dtype) for one in (filters, mix, offsets))
    n, c_in, h, w = batch.shape
    filtered, _, k_h, k_w = filters.shape
    h_out = (h + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (w + 2 * padding[1] - k_w) // stride[1] + 1
    out = np.empty((n, len(mix), h_out, w_out), dtype)
    for sample, i, j in np.ndindex(n, h_out, w_out):
        out[sample, :, i, j] = offsets
        for f in range(filtered):
            response = dtype.type(0)
            for a in range(k_h):
                for b in range(k_w):
                    row = i * stride[0] + a - padding[0]
                    column = j * stride[1] + b - padding[1]
                    if 0 <= row < h and 0 <= column < w:
                        pixel = batch[sample, f // (filtered // c_in), row, column]
                        response = response + pixel * filters[f, 0, a, b]
            for o in range(len(mix)):
                out[sample, o, i, j] += response * mix[o, f, 0, 0]
    return out[0] if images.ndim == 3 else out  # noqa: PLR2004 (C_in, H, W)


def conv2d_padding(  # noqa: C901 (as above)
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] | str = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> NDArray[Any]:
    """Cross-correlate with dilated kernels, one multiplication at a time.

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
    >>> conv2d_padding(x, taps, padding="causal", dilation=(2, 1)).ravel().tolist()
    [10.0, 20.0, 31.0, 42.0, 53.0]
    """
    images, kernels = np.asarray(x), np.asarray(weight)
    offsets = np.zeros(len(kernels), kernels.dtype) if bias is None else np.array(bias)
    dtype = np.result_type(images, kernels, offsets)
    if not np.issubdtype(dtype, np.inexact):
        dtype = np.dtype(np.int64)
    batch = images.reshape(-1, *images.shape[-3:]).astype(dtype)
    kernels, offsets = kernels.astype(dtype), offsets.astype(dtype)
    n, c_in, h, w = batch.shape
    c_out, _, k_h, k_w = kernels.shape
    before, outputs = [0, 0], [0, 0]
    for axis, (side, k) in enumerate(((h, k_h), (w, k_w))):
        step, reach = stride[axis], dilation[axis] * (k - 1)
        if padding == "valid":
            outputs[axis] = (side - reach - 1) // step + 1
        elif padding == "causal" and axis == 0:
            before[axis] = reach
            outputs[axis] = (side - 1) // step + 1
        elif isinstance(padding, str):
            outputs[axis] = (side + step - 1) // step
            # The last window ends here; half of what it lacks goes in front.
            end = (outputs[axis] - 1) * step + reach + 1
            before[axis] = (end - side) // 2 if end > side else 0
        else:
            before[axis] = padding[axis]
            outputs[axis] = (side + 2 * padding[axis] - reach - 1) // step + 1
    out = np.empty((n, c_out, *outputs), dtype)
    for sample, o, i, j in np.ndindex(out.shape):
        total = offsets[o]
        for c in range(c_in):
            for a in range(k_h):
                for b in range(k_w):
                    row = i * stride[0] + a * dilation[0] - before[0]
                    column = j * stride[1] + b * dilation[1] - before[1]
                    if 0 <= row < h and 0 <= column < w:
                        pixel = batch[sample, c, row, column]
                        total = total + pixel * kernels[o, c, a, b]
        out[sample, o, i, j] = total
    return out[0] if images.ndim == 3 else out  # noqa: PLR2004 (C_in, H, W)

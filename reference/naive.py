"""The definition of a 2D convolution layer, written out as plain loops.

It is slow on purpose. It shares no code with `reference.conv2d`, which makes it
an independent oracle for it, and it is the timing baseline "plain loops".
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

"""Wrong: columns go over the output positions column by column."""

import numpy as np


def indices(channels, size, kernel, stride):
    """Channel, row and column of the pixel behind each element of the columns."""
    (h, w), (kh, kw) = size, kernel
    oh, ow = (h - kh) // stride[0] + 1, (w - kw) // stride[1] + 1
    c, a, b = (index.reshape(-1, 1) for index in np.indices((channels, kh, kw)))
    j, i = (index.reshape(1, -1) for index in np.indices((ow, oh)))
    return c, a + stride[0] * i, b + stride[1] * j


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    ph, pw = padding
    around = [(0, 0)] * (x.ndim - 2) + [(ph, ph), (pw, pw)]
    padded = np.pad(x, around)
    c, y, z = indices(padded.shape[-3], padded.shape[-2:], kernel_size, stride)
    return padded[..., c, y, z]


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    *batch, channels, h, w = input_shape
    ph, pw = padding
    padded = np.zeros((*batch, channels, h + 2 * ph, w + 2 * pw), cols.dtype)
    c, y, z = indices(channels, padded.shape[-2:], kernel_size, stride)
    np.add.at(padded, (..., c, y, z), cols)
    return padded[..., ph:ph + h, pw:pw + w]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4):
        raise ValueError(f"x must have 3 or 4 axes, not {x.ndim}")
    if weight.ndim != 4:
        raise ValueError(f"weight must have 4 axes, not {weight.ndim}")
    filters, channels, kh, kw = weight.shape
    if x.shape[-3] != channels:
        raise ValueError(f"x has {x.shape[-3]} channels, weight {channels}")
    if bias is not None and bias.shape != (filters,):
        raise ValueError(f"bias must have shape ({filters},), not {bias.shape}")
    if min(stride) < 1:
        raise ValueError(f"stride must be positive: {stride}")
    if min(padding) < 0:
        raise ValueError(f"padding must not be negative: {padding}")
    oh = (x.shape[-2] + 2 * padding[0] - kh) // stride[0] + 1
    ow = (x.shape[-1] + 2 * padding[1] - kw) // stride[1] + 1
    if oh < 1 or ow < 1:
        raise ValueError("the kernel does not fit into the padded input")
    if x.dtype.kind in "iu":
        x = x.astype(np.float64)
    cols = im2col(x, (kh, kw), stride, padding)
    out = np.matmul(weight.reshape(filters, -1).astype(x.dtype), cols)
    if bias is not None:
        out = out + bias.astype(x.dtype)[:, None]
    return out.reshape(out.shape[:-1] + (ow, oh)).swapaxes(-1, -2)

"""Columns filled tap by tap of the kernel, and added back the same way."""

import numpy as np


def out_size(size, kernel, stride, padding):
    return tuple((n + 2 * p - k) // s + 1 for n, k, s, p in zip(size, kernel, stride, padding))


def taps(kernel, out, stride):
    """For each tap of the kernel, the pixels that it meets."""
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            rows = slice(a, a + out[0] * stride[0], stride[0])
            cols = slice(b, b + out[1] * stride[1], stride[1])
            yield a, b, rows, cols


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return im2col(x[None], kernel_size, stride, padding)[0]
    n, c, h, w = x.shape
    out = out_size((h, w), kernel_size, stride, padding)
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    cols = np.empty((n, c, *kernel_size, *out), dtype=x.dtype)
    for a, b, rows, columns in taps(kernel_size, out, stride):
        cols[:, :, a, b] = x[:, :, rows, columns]
    return cols.reshape(n, c * kernel_size[0] * kernel_size[1], out[0] * out[1])


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    if len(input_shape) == 3:
        return col2im(cols[None], (1, *input_shape), kernel_size, stride, padding)[0]
    n, c, h, w = input_shape
    out = out_size((h, w), kernel_size, stride, padding)
    cols = cols.reshape(n, c, *kernel_size, *out)
    x = np.zeros((n, c, h + 2 * padding[0], w + 2 * padding[1]), dtype=cols.dtype)
    for a, b, rows, columns in taps(kernel_size, out, stride):
        x[:, :, rows, columns] += cols[:, :, a, b]
    return x[:, :, padding[0]:padding[0] + h, padding[1]:padding[1] + w]


def check(x, weight, bias, stride, padding):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError(f"wrong ranks: {x.ndim} and {weight.ndim}")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError(f"{x.shape[-3]} channels, but the filters have {weight.shape[1]}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias has shape {bias.shape}")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be positive and padding not negative")
    if any(n + 2 * p < k for n, p, k in zip(x.shape[-2:], padding, weight.shape[2:])):
        raise ValueError("the kernel is larger than the padded input")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    check(x, weight, bias, stride, padding)
    if x.dtype.kind != "f":
        x = x.astype(np.int64)
    c_out, _, *kernel = weight.shape
    out = weight.reshape(c_out, -1) @ im2col(x, kernel, stride, padding)
    if bias is not None:
        out = out + bias[:, None]
    return out.reshape(*x.shape[:-3], c_out, *out_size(x.shape[-2:], kernel, stride, padding))

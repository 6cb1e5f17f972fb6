"""as_strided for the columns, and bincount for the way back."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def out_hw(x_shape, kernel, stride, padding):
    return [(x_shape[axis] + 2 * p - k) // s + 1
            for axis, k, s, p in zip((-2, -1), kernel, stride, padding)]


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    oh, ow = out_hw(x.shape, kernel_size, stride, padding)
    kh, kw = kernel_size
    margin = ((padding[0],) * 2, (padding[1],) * 2)
    x = np.pad(x, ((0, 0),) * (x.ndim - 2) + margin)
    *outer, down, across = x.strides
    view = as_strided(
        x,
        (*x.shape[:-2], kh, kw, oh, ow),
        (*outer, down, across, down * stride[0], across * stride[1]),
        writeable=False,
    )
    return view.reshape(*x.shape[:-3], x.shape[-3] * kh * kw, oh * ow)


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    """The transpose of im2col: bincount by where im2col takes each number from."""
    *batch, c, h, w = input_shape
    where = im2col(np.arange(1, c * h * w + 1).reshape(c, h, w), kernel_size, stride, padding)
    flat = np.zeros((int(np.prod(batch)), c * h * w + 1), cols.dtype)
    for image, numbers in zip(flat, cols.reshape(len(flat), -1)):
        image += np.bincount(where.ravel(), numbers, minlength=image.size).astype(cols.dtype)
    return flat[:, 1:].reshape(input_shape)


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
    dtype = x.dtype if x.dtype.kind == "f" else np.dtype(float)
    kernel = weight.shape[2:]
    cols = im2col(x.astype(dtype, copy=False), kernel, stride, padding)
    out = np.tensordot(weight.reshape(len(weight), -1).astype(dtype), cols, (1, -2))
    if x.ndim == 4:
        out = out.swapaxes(0, 1)
    if bias is not None:
        out = out + bias.astype(dtype)[:, None]
    return out.reshape(*x.shape[:-3], len(weight), *out_hw(x.shape, kernel, stride, padding))

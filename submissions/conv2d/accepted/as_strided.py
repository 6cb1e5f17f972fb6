"""Windows by as_strided, from the strides the array really has, then one matmul."""

import operator

import numpy as np
from numpy.lib.stride_tricks import as_strided


def _pair(value, name, minimum):
    try:
        a, b = (operator.index(v) for v in value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a pair of integers, got {value!r}") from None
    if a < minimum or b < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {(a, b)}")
    return a, b


def _windows(a, kernel, stride):
    """Read-only view (N, H_out, W_out, C, K_h, K_w) of a (N, C, H, W)."""
    n, c, h, w = a.shape
    sn, sc, sh, sw = a.strides
    shape = (
        n,
        (h - kernel[0]) // stride[0] + 1,
        (w - kernel[1]) // stride[1] + 1,
        c,
        *kernel,
    )
    strides = (sn, sh * stride[0], sw * stride[1], sc, sh, sw)
    return as_strided(a, shape, strides, writeable=False)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = np.asarray(x), np.asarray(weight)
    stride, (p_h, p_w) = _pair(stride, "stride", 1), _pair(padding, "padding", 0)
    if weight.ndim != 4 or x.ndim not in (3, 4):
        raise ValueError(f"cannot convolve x{x.shape} with weight{weight.shape}")
    c_out, c_in, *kernel = weight.shape
    if x.shape[-3] != c_in:
        raise ValueError(f"x has {x.shape[-3]} channels, weight has {c_in}")
    if bias is not None and np.shape(bias) != (c_out,):
        raise ValueError(f"bias has shape {np.shape(bias)}, expected ({c_out},)")

    dtype = np.result_type(x, weight)
    if dtype.kind != "f":
        dtype = np.dtype(float)
    batch = (x if x.ndim == 4 else x[None]).astype(dtype, copy=False)
    if p_h or p_w:
        batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    if kernel[0] > batch.shape[2] or kernel[1] > batch.shape[3]:
        raise ValueError(f"kernel {kernel} larger than padded input {batch.shape[2:]}")

    view = _windows(batch, kernel, stride)
    n, h_out, w_out = view.shape[:3]
    rows = view.reshape(n * h_out * w_out, -1)  # the one copy
    out = rows @ weight.reshape(c_out, -1).T.astype(dtype)
    if bias is not None:
        out += bias
    out = out.reshape(n, h_out, w_out, c_out).transpose(0, 3, 1, 2)
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return int(c_out * (c_in * k_h * k_w + (1 if bias else 0)))

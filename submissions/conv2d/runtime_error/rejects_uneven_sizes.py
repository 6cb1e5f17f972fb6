"""Fails when the stride does not divide the size: raises instead of rounding down."""

import numpy as np


def out_size(n, k, s, p):
    size = (n + 2 * p - k) / s + 1
    if not size.is_integer():
        raise ValueError(f"stride {s} does not divide {n + 2 * p - k}")
    if size < 1:
        raise ValueError("kernel larger than padded input")
    return int(size)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    n, c, h, w = x.shape
    f, c_in, kh, kw = weight.shape
    if c != c_in:
        raise ValueError("channel mismatch")
    oh = out_size(h, kh, stride[0], padding[0])
    ow = out_size(w, kw, stride[1], padding[1])
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            tap = xp[:, :, u:u + stride[0] * oh:stride[0], v:v + stride[1] * ow:stride[1]]
            out += np.tensordot(weight[:, :, u, v], tap, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        out += bias[:, None, None]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

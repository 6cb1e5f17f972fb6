"""Fails on a single sample: only (N, C, H, W) can be unpacked. Batches are right."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape
    C_out, C_in, K_h, K_w = weight.shape
    if C != C_in:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != (C_out,):
        raise ValueError("bias must be (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be >= 1, padding >= 0")
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    if K_h > x.shape[2] or K_w > x.shape[3]:
        raise ValueError("kernel larger than padded input")
    win = sliding_window_view(x, (K_h, K_w), axis=(2, 3))[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", win, weight, optimize=True)
    if bias is not None:
        out += bias[:, None, None]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

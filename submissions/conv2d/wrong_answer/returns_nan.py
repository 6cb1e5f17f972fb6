"""Wrong: the right shape and dtype, filled with NaN, which no "difference > tolerance" notices."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("wrong rank")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("invalid stride or padding")
    h = (x.shape[-2] + 2 * padding[0] - weight.shape[2]) // stride[0] + 1
    w = (x.shape[-1] + 2 * padding[1] - weight.shape[3]) // stride[1] + 1
    if h < 1 or w < 1:
        raise ValueError("kernel larger than padded input")
    out = np.full((weight.shape[0], h, w), np.nan, dtype=x.dtype)
    return np.stack([out] * len(x)) if x.ndim == 4 else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

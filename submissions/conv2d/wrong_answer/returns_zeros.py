"""Wrong: shapes, dtypes and all checks are right, but every value is zero (unfinished)."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4):
        raise ValueError("x must be (C_in, H, W) or (N, C_in, H, W)")
    if weight.ndim != 4:
        raise ValueError("weight must be (C_out, C_in, K_h, K_w)")
    c_out, c_in, k_h, k_w = weight.shape
    if x.shape[-3] != c_in:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError("bias must be (C_out,)")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride must be at least 1")
    if padding[0] < 0 or padding[1] < 0:
        raise ValueError("padding must not be negative")
    h_out = (x.shape[-2] + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (x.shape[-1] + 2 * padding[1] - k_w) // stride[1] + 1
    if h_out < 1 or w_out < 1:
        raise ValueError("kernel larger than padded input")

    out = np.zeros(x.shape[:-3] + (c_out, h_out, w_out), dtype=x.dtype)
    # TODO: the actual sum. Ran out of time.
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

"""Wrong: the bias runs along the last axis. The result is reshaped, not transposed, to
(N, H_out*W_out, C_out) before it is added; with C_out == W_out that is one bias per column."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    sample = x.ndim == 3
    if sample:
        x = x[None]
    n = x.shape[0]
    c_out, c_in, k_h, k_w = weight.shape
    if x.shape[1] != c_in:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError("bias must be (C_out,)")

    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    h_out = (x.shape[2] - k_h) // stride[0] + 1
    w_out = (x.shape[3] - k_w) // stride[1] + 1
    if h_out < 1 or w_out < 1:
        raise ValueError("kernel larger than padded input")

    cols = np.empty((n, c_in, k_h, k_w, h_out, w_out), dtype=x.dtype)
    for u in range(k_h):
        for v in range(k_w):
            cols[:, :, u, v] = x[
                :, :, u:u + stride[0] * h_out:stride[0], v:v + stride[1] * w_out:stride[1]
            ]
    out = weight.reshape(c_out, -1) @ cols.reshape(n, -1, h_out * w_out)
    if bias is not None:
        out = out.reshape(n, -1, c_out) + bias  # broadcasts over the filters
    out = out.reshape(n, c_out, h_out, w_out)
    return out[0] if sample else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

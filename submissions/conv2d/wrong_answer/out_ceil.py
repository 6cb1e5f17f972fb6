"""Wrong: the output size is rounded up, with extra zeros for the last window."""

import math

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    N, C_in, H, W = x.shape
    C_out, C_w, K_h, K_w = weight.shape
    if C_in != C_w:
        raise ValueError("channel mismatch")
    if K_h > H + 2 * padding[0] or K_w > W + 2 * padding[1]:
        raise ValueError("kernel larger than padded input")

    H_out = math.ceil((H + 2 * padding[0] - K_h) / stride[0]) + 1
    W_out = math.ceil((W + 2 * padding[1] - K_w) / stride[1]) + 1

    # room for the last window, which may reach beyond the padding
    H_need = (H_out - 1) * stride[0] + K_h
    W_need = (W_out - 1) * stride[1] + K_w
    xp = np.zeros((N, C_in, H_need, W_need), dtype=x.dtype)
    xp[:, :, padding[0]:padding[0] + H, padding[1]:padding[1] + W] = x

    out = np.zeros((N, C_out, H_out, W_out), dtype=x.dtype)
    for i in range(H_out):
        for j in range(W_out):
            a, b = i * stride[0], j * stride[1]
            window = xp[:, :, a:a + K_h, b:b + K_w]
            out[:, :, i, j] = np.einsum("ncuv,ocuv->no", window, weight)
    if bias is not None:
        out += bias[None, :, None, None]
    return out[0] if single else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

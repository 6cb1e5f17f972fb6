"""Fails on a batch: only (C, H, W) can be unpacked. Single samples are right."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    C, H, W = x.shape
    C_out, C_in, K_h, K_w = weight.shape
    s_h, s_w = stride
    p_h, p_w = padding

    padded = np.zeros((C, H + 2 * p_h, W + 2 * p_w), x.dtype)
    padded[:, p_h:p_h + H, p_w:p_w + W] = x
    out = np.zeros(
        (C_out, (H + 2 * p_h - K_h) // s_h + 1, (W + 2 * p_w - K_w) // s_w + 1), x.dtype
    )
    for o in range(C_out):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                window = padded[:, i * s_h:i * s_h + K_h, j * s_w:j * s_w + K_w]
                out[o, i, j] = np.sum(window * weight[o])
        if bias is not None:
            out[o] += bias[o]
    return out

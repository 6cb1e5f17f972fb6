"""Fails on every call: the output size is a float ("/" for "//"), which np.zeros rejects."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    N, C, H, W = x.shape if x.ndim == 4 else (1, *x.shape)
    F, _, HH, WW = weight.shape
    H_out = 1 + (H + 2 * padding[0] - HH) / stride[0]
    W_out = 1 + (W + 2 * padding[1] - WW) / stride[1]
    out = np.zeros((N, F, H_out, W_out))
    x_pad = np.pad(
        x.reshape(N, C, H, W), ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)
    )
    for i in range(H_out):
        for j in range(W_out):
            r, q = i * stride[0], j * stride[1]
            window = x_pad[:, :, r:r + HH, q:q + WW]
            out[:, :, i, j] = np.tensordot(window, weight, axes=((1, 2, 3), (1, 2, 3)))
    if bias is not None:
        out += bias[:, None, None]
    return out if x.ndim == 4 else out[0]

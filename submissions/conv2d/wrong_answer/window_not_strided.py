"""Wrong: the output size honours the stride, but window (i, j) starts at (i, j)."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = (x.ndim == 3)
    if single:
        x = x[np.newaxis, ...]
    N, C, H, W = x.shape
    F, C_w, HH, WW = weight.shape
    if C != C_w:
        raise ValueError("x has %d channels, weight has %d" % (C, C_w))
    if bias is not None and bias.shape != (F,):
        raise ValueError("bias must have shape (%d,)" % F)

    H_new = 1 + (H + 2 * padding[0] - HH) // stride[0]
    W_new = 1 + (W + 2 * padding[1] - WW) // stride[1]
    if H_new < 1 or W_new < 1:
        raise ValueError("empty output")

    x_pad = np.pad(x, ((0,), (0,), (padding[0],), (padding[1],)), mode="constant")
    out = np.zeros((N, F, H_new, W_new), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(H_new):
                for j in range(W_new):
                    out[n, f, i, j] = np.sum(x_pad[n, :, i:i + HH, j:j + WW] * weight[f])
            if bias is not None:
                out[n, f] += bias[f]
    return out[0] if single else out

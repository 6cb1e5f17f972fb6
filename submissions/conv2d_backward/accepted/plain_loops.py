"""Pure Python loops over every product, with lists of indices that miss the padding."""

import numpy as np


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        dout, x = dout[None], x[None]
    N, C, H, W = x.shape
    F, _, KH, KW = weight.shape
    dx, dw = np.zeros_like(x), np.zeros_like(weight)
    db = np.zeros(F, dtype=dout.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g = dout[n, f, i, j]
                    db[f] += g
                    for a in range(KH):
                        y = i * stride[0] + a - padding[0]
                        if not 0 <= y < H:
                            continue
                        for b in range(KW):
                            z = j * stride[1] + b - padding[1]
                            if not 0 <= z < W:
                                continue
                            for c in range(C):
                                dx[n, c, y, z] += g * weight[f, c, a, b]
                                dw[f, c, a, b] += g * x[n, c, y, z]
    if single:
        dx = dx[0]
    return dx, dw, None if bias is None else db

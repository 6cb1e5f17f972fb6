"""Plain loops with short names of arguments; refuses bad input by assert."""

import numpy as np


def im2col(x, k, s=(1, 1), p=(0, 0)):
    if x.ndim == 3:
        return im2col(x[None], k, s, p)[0]
    N, C, H, W = x.shape
    oh = (H + 2 * p[0] - k[0]) // s[0] + 1
    ow = (W + 2 * p[1] - k[1]) // s[1] + 1
    cols = np.zeros((N, C * k[0] * k[1], oh * ow), x.dtype)
    for row, (c, a, b) in enumerate(np.ndindex(C, *k)):
        for col, (i, j) in enumerate(np.ndindex(oh, ow)):
            y, z = i * s[0] + a - p[0], j * s[1] + b - p[1]
            if 0 <= y < H and 0 <= z < W:
                cols[:, row, col] = x[:, c, y, z]
    return cols


def col2im(cols, shape, k, s=(1, 1), p=(0, 0)):
    if len(shape) == 3:
        return col2im(cols[None], (1,) + tuple(shape), k, s, p)[0]
    N, C, H, W = shape
    oh = (H + 2 * p[0] - k[0]) // s[0] + 1
    ow = (W + 2 * p[1] - k[1]) // s[1] + 1
    x = np.zeros(shape, cols.dtype)
    for row, (c, a, b) in enumerate(np.ndindex(C, *k)):
        for col, (i, j) in enumerate(np.ndindex(oh, ow)):
            y, z = i * s[0] + a - p[0], j * s[1] + b - p[1]
            if 0 <= y < H and 0 <= z < W:
                x[:, c, y, z] += cols[:, row, col]
    return x


def conv2d(x, w, b=None, s=(1, 1), p=(0, 0)):
    F, C, kh, kw = w.shape
    assert x.ndim in (3, 4) and x.shape[-3] == C, "channels"
    assert b is None or b.shape == (F,), "bias"
    assert min(s) > 0 and min(p) >= 0, "stride or padding"
    oh = (x.shape[-2] + 2 * p[0] - kh) // s[0] + 1
    ow = (x.shape[-1] + 2 * p[1] - kw) // s[1] + 1
    assert oh > 0 and ow > 0, "kernel"
    cols = im2col(x if x.dtype.kind == "f" else x.astype(int), (kh, kw), s, p)
    y = np.einsum("fk,...kl->...fl", w.reshape(F, -1), cols)
    if b is not None:
        y = y + b[:, None]
    return y.reshape(*x.shape[:-3], F, oh, ow)

"""Wrong: dx[indices] += columns counts each pixel once, however many windows hold it."""

import numpy as np


def window_indices(shape, kernel, out, stride):
    """Channel, row and column of each element of each window: (C*kh*kw, L)."""
    c, kh, kw = shape[1], *kernel
    k = np.repeat(np.arange(c), kh * kw)[:, None]
    i0 = np.tile(np.repeat(np.arange(kh), kw), c)
    j0 = np.tile(np.arange(kw), kh * c)
    i1 = stride[0] * np.repeat(np.arange(out[0]), out[1])
    j1 = stride[1] * np.tile(np.arange(out[1]), out[0])
    return k, i0[:, None] + i1, j0[:, None] + j1


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        dout, x = dout[None], x[None]
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    ph, pw = padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    k, i, j = window_indices(xp.shape, (kh, kw), dout.shape[2:], stride)
    cols = xp[:, k, i, j]                       # (N, C*kh*kw, L)
    slopes = dout.reshape(n, f, -1)             # (N, F, L)
    dweight = np.einsum("nfl,nkl->fk", slopes, cols).reshape(weight.shape)
    dcols = weight.reshape(f, -1).T @ slopes    # (N, C*kh*kw, L)
    dxp = np.zeros_like(xp)
    dxp[:, k, i, j] += dcols
    dx = dxp[:, :, ph:ph + h, pw:pw + w]
    dbias = None if bias is None else slopes.sum(axis=(0, 2))
    return dx[0] if single else dx, dweight, dbias

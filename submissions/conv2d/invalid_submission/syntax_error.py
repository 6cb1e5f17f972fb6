"""Can't be compiled: a colon is missing after the for statement."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    oh, ow = (h - kh) // stride[0] + 1, (w - kw) // stride[1] + 1
    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for i in range(oh)
        for j in range(ow):
            r, q = i * stride[0], j * stride[1]
            out[:, :, i, j] = np.einsum("ncuv,fcuv->nf", x[:, :, r:r + kh, q:q + kw], weight)
    return out if bias is None else out + bias[:, None, None]

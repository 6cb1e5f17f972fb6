"""Fails on every valid input: the loops go one position too far (IndexError)."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    oh = (xp.shape[2] - kh) // stride[0] + 1
    ow = (xp.shape[3] - kw) // stride[1] + 1
    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for b in range(n):
        for k in range(f):
            for i in range(oh + 1):
                for j in range(ow + 1):
                    for ch in range(c):
                        for u in range(kh):
                            for v in range(kw):
                                out[b, k, i, j] += (
                                    xp[b, ch, i * stride[0] + u, j * stride[1] + v]
                                    * weight[k, ch, u, v]
                                )
            if bias is not None:
                out[b, k] += bias[k]
    return out

"""Has no function conv2d: the solution is called convolution_2d."""

import numpy as np


def convolution_2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return convolution_2d(x[None], weight, bias, stride, padding)[0]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    oh, ow = (h - kh) // stride[0] + 1, (w - kw) // stride[1] + 1
    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for i in range(oh):
        for j in range(ow):
            r, q = i * stride[0], j * stride[1]
            out[:, :, i, j] = np.einsum("ncuv,fcuv->nf", x[:, :, r:r + kh, q:q + kw], weight)
    return out if bias is None else out + bias[:, None, None]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

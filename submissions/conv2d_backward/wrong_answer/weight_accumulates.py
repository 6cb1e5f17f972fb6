"""Wrong: dweight is kept between calls and never set to zero."""

import numpy as np


_grads = {}


def pad_image(x, padding):
    """Zeros on both sides of the last two axes."""
    p_h, p_w = padding
    return np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """One contraction for each tap of the kernel."""
    sample = x.ndim == 3
    if sample:
        x, dout = x[np.newaxis], dout[np.newaxis]
    h_out, w_out = dout.shape[2:]
    k_h, k_w = weight.shape[2:]
    xp = pad_image(x, padding)
    dxp = np.zeros_like(xp)
    key = weight.shape, weight.dtype
    dweight = _grads.setdefault(key, np.zeros_like(weight))
    for u in range(k_h):
        for v in range(k_w):
            rows = slice(u, u + stride[0] * h_out, stride[0])
            cols = slice(v, v + stride[1] * w_out, stride[1])
            dweight[:, :, u, v] += np.einsum("noij,ncij->oc", dout, xp[:, :, rows, cols])
            dxp[:, :, rows, cols] += np.einsum("noij,oc->ncij", dout, weight[:, :, u, v])
    dx = dxp[:, :, padding[0]:padding[0] + x.shape[2], padding[1]:padding[1] + x.shape[3]]
    dbias = None if bias is None else dout.sum((0, 2, 3))
    return (dx[0] if sample else dx), dweight, dbias

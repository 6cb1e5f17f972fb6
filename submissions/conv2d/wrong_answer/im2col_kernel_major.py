"""Wrong: im2col orders a column as (k_h, k_w, c), while the weights are flattened as (c, k_h, k_w)."""

import numpy as np


def im2col(x, kh, kw, sh, sw):
    n, c, h, w = x.shape
    oh, ow = (h - kh) // sh + 1, (w - kw) // sw + 1
    cols = np.empty((n, kh, kw, c, oh, ow), dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            cols[:, u, v] = x[:, :, u:u + oh * sh:sh, v:v + ow * sw:sw]
    return cols.reshape(n, kh * kw * c, oh * ow), (oh, ow)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    squeeze = x.ndim == 3
    if squeeze:
        x = x[None]
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 axes and weight 4")
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("bad stride or padding")
    (ph, pw), (sh, sw) = padding, stride
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    f, _, kh, kw = weight.shape
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernel larger than padded input")

    cols, size = im2col(x, kh, kw, sh, sw)
    out = weight.reshape(f, -1) @ cols
    if bias is not None:
        out += bias[:, None]
    out = out.reshape(-1, f, *size)
    return out[0] if squeeze else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

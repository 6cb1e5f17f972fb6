"""Wrong: np.squeeze drops every axis of length 1, not just the batch axis that was added."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        x = x[None]
    n, c, h, w = x.shape
    f, c_w, kh, kw = weight.shape
    if c != c_w:
        raise ValueError("channels of x and weight differ")
    sh, sw = stride
    ph, pw = padding
    oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel larger than padded input")
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))

    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            x_uv = xp[:, :, u:u + sh * oh:sh, v:v + sw * ow:sw]
            out += np.einsum("ncij,fc->nfij", x_uv, weight[:, :, u, v])
    if bias is not None:
        out += bias[:, None, None]
    return np.squeeze(out)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

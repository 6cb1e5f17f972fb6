"""Wrong: taps below 30 % of the largest weight are skipped to save time (a mistake of its own)."""

import numpy as np

THRESHOLD = 0.3


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    (sh, sw), (ph, pw) = stride, padding
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    c_out, c_in, kh, kw = weight.shape
    oh = (xp.shape[2] - kh) // sh + 1
    ow = (xp.shape[3] - kw) // sw + 1
    if oh < 1 or ow < 1:
        raise ValueError("kernel larger than padded input")

    important = np.abs(weight) >= THRESHOLD * np.abs(weight).max()
    out = np.zeros((x.shape[0], c_out, oh, ow), dtype=x.dtype)
    for o, c, u, v in np.argwhere(important):
        tap = xp[:, c, u:u + sh * oh:sh, v:v + sw * ow:sw]
        out[:, o] += weight[o, c, u, v] * tap
    if bias is not None:
        out += bias[:, None, None]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

"""Wrong: padding is accepted and checked, but never used."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if min(stride) < 1:
        raise ValueError("stride must be positive")
    if min(padding) < 0:
        raise ValueError("padding must be non-negative")
    single = x.ndim == 3
    batch = x[None] if single else x
    n, c, h, w = batch.shape
    c_out, c_in, k_h, k_w = weight.shape
    if c != c_in:
        raise ValueError("wrong number of channels")

    # every position at which the kernel fits
    rows = range(0, h - k_h + 1, stride[0])
    cols = range(0, w - k_w + 1, stride[1])
    out = np.empty((n, c_out, len(rows), len(cols)), dtype=x.dtype)
    flat = weight.reshape(c_out, -1)
    for i, r in enumerate(rows):
        for j, q in enumerate(cols):
            patch = batch[:, :, r:r + k_h, q:q + k_w].reshape(n, -1)
            out[:, :, i, j] = patch @ flat.T
    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

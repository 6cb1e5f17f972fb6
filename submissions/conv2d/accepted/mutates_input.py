"""Right output, but x is scaled in place and so changed for the caller."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 dimensions and weight 4")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("number of channels differs")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("bad stride or padding")
    p_h, p_w = padding
    k_h, k_w = weight.shape[2:]
    if k_h > x.shape[-2] + 2 * p_h or k_w > x.shape[-1] + 2 * p_w:
        raise ValueError("kernel too large")

    # Keep the sums near 1: divide by a power of two (exact), multiply it back later.
    top = float(np.abs(x).max())
    scale = 2.0 ** np.ceil(np.log2(2 * top)) if top > 0 else 2.0
    x /= scale

    batch = x if x.ndim == 4 else x[None]
    batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    view = np.lib.stride_tricks.sliding_window_view(batch, (k_h, k_w), axis=(2, 3))
    view = view[:, :, :: stride[0], :: stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", view, weight, optimize=True)
    out *= scale
    if bias is not None:
        out += bias[:, None, None]
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

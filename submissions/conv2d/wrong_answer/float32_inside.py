"""Wrong: float64 input is rounded to float32 for the arithmetic and cast back at the end."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    dtype = x.dtype
    x = x.astype(np.float32)
    weight = weight.astype(np.float32)
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("wrong number of dimensions")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("bias must be (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be >= 1, padding >= 0")

    pads = ((0, 0),) * (x.ndim - 2) + tuple((p, p) for p in padding)
    x = np.pad(x, pads)
    if x.shape[-2] < weight.shape[2] or x.shape[-1] < weight.shape[3]:
        raise ValueError("kernel larger than padded input")
    windows = sliding_window_view(x, weight.shape[2:], axis=(-2, -1))
    windows = windows[..., ::stride[0], ::stride[1], :, :]
    out = np.einsum("...chwij,ocij->...ohw", windows, weight)
    if bias is not None:
        out += bias.astype(np.float32)[:, None, None]
    return out.astype(dtype)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

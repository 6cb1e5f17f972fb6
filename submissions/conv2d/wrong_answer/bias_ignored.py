"""Wrong: the bias is validated and then never added."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.asarray(x)
    weight = np.asarray(weight)
    if x.ndim not in (3, 4):
        raise ValueError("x must be (C, H, W) or (N, C, H, W)")
    if weight.ndim != 4:
        raise ValueError("weight must be (C_out, C_in, K_h, K_w)")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if bias is not None and np.shape(bias) != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be >= 1, padding >= 0")

    batch = x[None] if x.ndim == 3 else x
    batch = np.pad(
        batch, ((0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1]))
    )
    if any(k > n for k, n in zip(weight.shape[2:], batch.shape[2:])):
        raise ValueError("kernel larger than padded input")
    windows = sliding_window_view(batch, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    out = np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True)
    return out[0] if x.ndim == 3 else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

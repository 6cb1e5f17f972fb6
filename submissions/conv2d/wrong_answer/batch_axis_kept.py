"""Wrong: a single sample comes back with a batch axis, (1, C_out, H_out, W_out)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _as_batch(x):
    if x.ndim == 3:
        return x[np.newaxis]
    if x.ndim == 4:
        return x
    raise ValueError(f"x must have 3 or 4 dimensions, not {x.ndim}")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = _as_batch(x)
    if weight.ndim != 4 or weight.shape[1] != x.shape[1]:
        raise ValueError(f"weight {weight.shape} does not fit x {x.shape}")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must have C_out entries")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be >= 1 and padding >= 0")

    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    if weight.shape[2] > x.shape[2] or weight.shape[3] > x.shape[3]:
        raise ValueError("kernel larger than padded input")
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    out = np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3)))
    out = out.transpose(0, 3, 1, 2)
    return out if bias is None else out + bias[:, None, None]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

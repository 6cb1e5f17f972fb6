"""Wrong: the stride pair is read as (width, height)."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4):
        raise ValueError(f"x must be 3D or 4D, got {x.ndim}D")
    if weight.ndim != 4:
        raise ValueError(f"weight must be 4D, got {weight.ndim}D")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("x and weight must have the same number of channels")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("one bias per output channel is needed")

    step_x, step_y = stride
    pad_y, pad_x = padding
    if step_x < 1 or step_y < 1:
        raise ValueError("stride must be >= 1")
    if pad_x < 0 or pad_y < 0:
        raise ValueError("padding must be >= 0")

    images = x[np.newaxis] if x.ndim == 3 else x
    images = np.pad(images, [(0, 0), (0, 0), (pad_y, pad_y), (pad_x, pad_x)])
    if images.shape[2] < weight.shape[2] or images.shape[3] < weight.shape[3]:
        raise ValueError("the kernel is larger than the image")

    patches = sliding_window_view(images, weight.shape[2:], axis=(2, 3))
    patches = patches[:, :, ::step_y, ::step_x]
    out = np.einsum("nchwij,ocij->nohw", patches, weight)
    if bias is not None:
        out = out + bias[:, np.newaxis, np.newaxis]
    return out[0] if x.ndim == 3 else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

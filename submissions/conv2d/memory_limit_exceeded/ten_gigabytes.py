"""Allocates ten gigabytes in a call, and writes to all of them."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    batch = x[None] if single else x
    p_h, p_w = padding

    # room for any column matrix that may be needed later
    scratch = np.full(10 * 2**30 // 8, 1.0)

    batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    windows = np.lib.stride_tricks.sliding_window_view(batch, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    cols = scratch[: windows.size].reshape(windows.shape)
    cols[...] = windows
    out = np.einsum("ncijuv,ocuv->noij", cols, weight).astype(x.dtype)
    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out

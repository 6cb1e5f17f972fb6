"""Never finishes loading: a "warm-up" at module level waits for something that can't happen."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    batch = x if x.ndim == 4 else x[None]
    batch = np.pad(batch, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = sliding_window_view(batch, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", windows, weight)
    if bias is not None:
        out = out + bias[:, None, None]
    return out if x.ndim == 4 else out[0]


# train a kernel on a toy problem until the error is below zero
kernel = np.zeros((1, 1, 3, 3))
while True:
    error = np.square(conv2d(np.ones((1, 5, 5)), kernel) - 1).mean()
    if error < 0:
        break
    kernel += 0.01

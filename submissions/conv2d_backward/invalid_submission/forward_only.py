"""Has only the forward pass."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    win = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    win = win[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,fcuv->nfij", win, weight)
    return out if bias is None else out + bias[:, None, None]

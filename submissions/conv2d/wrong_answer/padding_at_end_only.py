"""Wrong: all zeros go to the bottom and the right, none to the top and the left."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    p_h, p_w = padding
    s_h, s_w = stride
    batch = x if x.ndim == 4 else x[None]
    n, c, h, w = batch.shape

    padded = np.zeros((n, c, h + 2 * p_h, w + 2 * p_w), dtype=x.dtype)
    padded[:, :, :h, :w] = batch

    view = sliding_window_view(padded, weight.shape[2:], axis=(2, 3))
    view = view[:, :, ::s_h, ::s_w]
    out = np.tensordot(view, weight, axes=([1, 4, 5], [1, 2, 3]))  # n, i, j, o
    if bias is not None:
        out = out + bias
    out = np.moveaxis(out, -1, 1)
    return out if x.ndim == 4 else out[0]

"""Wrong: only the first entry of the stride is used, for both axes."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    batched = x.ndim == 4
    x = x if batched else x[None]
    s = stride[0]
    p_h, p_w = padding
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    c_out, c_in, k_h, k_w = weight.shape
    h_out = (x.shape[2] - k_h) // s + 1
    w_out = (x.shape[3] - k_w) // s + 1
    if h_out < 1 or w_out < 1:
        raise ValueError("kernel does not fit")
    y = np.empty((x.shape[0], c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            region = x[:, None, :, i * s:i * s + k_h, j * s:j * s + k_w]
            y[:, :, i, j] = (region * weight[None]).sum(axis=(2, 3, 4))
    if bias is not None:
        y += bias.reshape(1, -1, 1, 1)
    return y if batched else y[0]

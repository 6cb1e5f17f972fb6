"""Wrong: the output is taken to be square, W_out = H_out; windows that stick out stay zero."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    p_h, p_w = padding
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    n = x.shape[0]
    f, _, k_h, k_w = weight.shape

    size = (x.shape[2] - k_h) // stride[0] + 1
    out = np.zeros((n, f, size, size), dtype=x.dtype)
    for i in range(size):
        for j in range(size):
            top, left = i * stride[0], j * stride[1]
            patch = x[:, :, top:top + k_h, left:left + k_w]
            if patch.shape[2:] != (k_h, k_w):
                continue  # off the edge
            for k in range(f):
                out[:, k, i, j] = np.sum(patch * weight[k], axis=(1, 2, 3))
    if bias is not None:
        out = out + bias.reshape(1, f, 1, 1)
    return out

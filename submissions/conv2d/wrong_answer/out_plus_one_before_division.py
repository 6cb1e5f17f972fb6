"""Wrong: the + 1 of the output size is inside the floor division, right only for stride 1."""

import numpy as np


def output_shape(size, kernel, stride, padding):
    return tuple(
        (n + 2 * p - k + 1) // s for n, k, s, p in zip(size, kernel, stride, padding)
    )


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    n = len(x)
    c_out, _, k_h, k_w = weight.shape
    h_out, w_out = output_shape(x.shape[2:], (k_h, k_w), stride, padding)
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))

    out = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            y0, x0 = i * stride[0], j * stride[1]
            cut = x[:, :, y0:y0 + k_h, x0:x0 + k_w].reshape(n, -1)
            out[:, :, i, j] = cut @ weight.reshape(c_out, -1).T
    if bias is not None:
        out += bias[:, None, None]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

"""Wrong: the bias is added before the sum over the window, so it counts C_in*K_h*K_w times."""
import numpy as np


def conv_single_step(patch, kernel, b):
    """One kernel on one patch."""
    s = patch * kernel + b
    return np.sum(s)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    m, n_C_prev, n_H_prev, n_W_prev = x.shape
    n_C, _, f_h, f_w = weight.shape
    n_H = (n_H_prev - f_h + 2 * padding[0]) // stride[0] + 1
    n_W = (n_W_prev - f_w + 2 * padding[1]) // stride[1] + 1
    if bias is None:
        bias = np.zeros(n_C, dtype=x.dtype)

    Z = np.zeros((m, n_C, n_H, n_W), dtype=x.dtype)
    A = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                for c in range(n_C):
                    v, q = h * stride[0], w * stride[1]
                    a_slice = A[i, :, v:v + f_h, q:q + f_w]
                    Z[i, c, h, w] = conv_single_step(a_slice, weight[c], bias[c])
    return Z

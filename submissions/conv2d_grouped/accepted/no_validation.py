"""Right for good input; nothing is checked, so that channels are dropped silently."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    batch = x.reshape(-1, *x.shape[-3:])
    n, c_in, h, w = batch.shape
    c_out, _, k_h, k_w = weight.shape
    (s_h, s_w), (p_h, p_w) = stride, padding
    batch = np.pad(batch, [(0, 0), (0, 0), (p_h, p_h), (p_w, p_w)])
    h_out = (h + 2 * p_h - k_h) // s_h + 1
    w_out = (w + 2 * p_w - k_w) // s_w + 1
    c, f = c_in // groups, c_out // groups
    out = np.zeros((n, c_out, h_out, w_out), np.result_type(x, weight, np.float32))
    for g in range(groups):
        kernels = weight[g * f:(g + 1) * f]
        for i in range(h_out):
            for j in range(w_out):
                top, left = i * s_h, j * s_w
                window = batch[:, g * c:(g + 1) * c, top:top + k_h, left:left + k_w]
                part = np.tensordot(window, kernels, axes=([1, 2, 3], [1, 2, 3]))
                out[:, g * f:(g + 1) * f, i, j] = part
    if bias is not None:
        out += bias[:, None, None]
    return out.reshape(*x.shape[:-3], c_out, h_out, w_out)


def depthwise_separable_conv2d(x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)):
    return conv2d(conv2d(x, depthwise, None, stride, padding, x.shape[-3]), pointwise, bias)

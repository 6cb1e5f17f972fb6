"""Wrong: cuts the margin off the batch and the channels."""

import numpy as np


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        dx, dw, db = conv2d_backward(dout[None], x[None], weight, bias, stride, padding)
        return dx[0], dw, db
    s_h, s_w = stride
    p_h, p_w = padding
    N, C, H, W = x.shape
    F, _, K_h, K_w = weight.shape
    _, _, H_out, W_out = dout.shape

    xp = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(weight)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    rows = slice(i * s_h, i * s_h + K_h)
                    cols = slice(j * s_w, j * s_w + K_w)
                    g = dout[n, f, i, j]
                    dxp[n, :, rows, cols] += g * weight[f]
                    dw[f] += g * xp[n, :, rows, cols]
    dx = dxp[p_h:len(dxp) - p_h, p_w:dxp.shape[1] - p_w]
    db = dout.sum(axis=(0, 2, 3)) if bias is not None else None
    return dx, dw, db

"""Wrong: pads the full correlation for dx by p instead of K - 1 - p."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def correlate(x, w):
    """Valid cross-correlation of (N, C, H, W) with (F, C, k, l), stride 1."""
    win = sliding_window_view(x, w.shape[2:], axis=(2, 3))
    return np.einsum("ncijuv,fcuv->nfij", win, w)


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        dx, dw, db = conv2d_backward(dout[None], x[None], weight, bias, stride, padding)
        return dx[0], dw, db
    (s_h, s_w), (p_h, p_w) = stride, padding
    n, c, h, w = x.shape
    f, _, k_h, k_w = weight.shape
    h_out, w_out = dout.shape[2:]

    # zeros between the slopes, and behind them what the stride left over
    wide_h, wide_w = h + 2 * p_h - k_h + 1, w + 2 * p_w - k_w + 1
    wide = np.zeros((n, f, wide_h, wide_w), dout.dtype)
    wide[:, :, :h_out * s_h:s_h, :w_out * s_w:s_w] = dout

    # dx: full correlation with the kernel turned by 180 degrees
    margin = np.pad(wide, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    turned = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    if margin.shape[2] < k_h or margin.shape[3] < k_w:
        dx = np.zeros_like(x)
    else:
        dx = correlate(margin, turned)

    # dw: correlation of the input with the slopes
    xp = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    dw = correlate(xp.swapaxes(0, 1), wide.swapaxes(0, 1)).swapaxes(0, 1)
    return dx, dw, None if bias is None else dout.sum((0, 2, 3))

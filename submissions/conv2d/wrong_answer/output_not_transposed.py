"""Wrong: the product (N*H_out*W_out, C_out) is reshaped straight to (N, C_out, H_out, W_out)."""
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    batch = x[None] if x.ndim == 3 else x
    pads = [(0, 0), (0, 0)] + [(p, p) for p in padding]
    win = sliding_window_view(np.pad(batch, pads), weight.shape[2:], axis=(2, 3))
    win = win[:, :, ::stride[0], ::stride[1]]
    n, c, oh, ow, kh, kw = win.shape
    rows = win.transpose(0, 2, 3, 1, 4, 5).reshape(n * oh * ow, c * kh * kw)
    out = rows @ weight.reshape(len(weight), -1).T
    if bias is not None:
        out += bias
    out = out.reshape(n, len(weight), oh, ow)
    return out[0] if x.ndim == 3 else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

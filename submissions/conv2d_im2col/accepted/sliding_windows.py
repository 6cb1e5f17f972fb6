"""sliding_window_view for the columns, one product for the whole batch."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def windows(x, kernel, stride, padding):
    """A view (N, C, H_out, W_out, K_h, K_w) of the padded batch."""
    (p_h, p_w), (s_h, s_w) = padding, stride
    xp = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    return sliding_window_view(xp, tuple(kernel), axis=(2, 3))[:, :, ::s_h, ::s_w]


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    batch = x if x.ndim == 4 else x[np.newaxis]
    win = windows(batch, kernel_size, stride, padding)
    n, c, h_out, w_out, k_h, k_w = win.shape
    cols = win.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * k_h * k_w, h_out * w_out)
    return cols if x.ndim == 4 else cols[0]


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    n, c, h, w = input_shape if len(input_shape) == 4 else (1, *input_shape)
    (k_h, k_w), (s_h, s_w), (p_h, p_w) = kernel_size, stride, padding
    h_out = (h + 2 * p_h - k_h) // s_h + 1
    w_out = (w + 2 * p_w - k_w) // s_w + 1
    taps = cols.reshape(n, c, k_h, k_w, h_out, w_out)
    xp = np.zeros((n, c, h + 2 * p_h, w + 2 * p_w), cols.dtype)
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * s_h, j * s_w
            xp[:, :, top:top + k_h, left:left + k_w] += taps[..., i, j]
    return xp[:, :, p_h:p_h + h, p_w:p_w + w].reshape(input_shape)


def check(x, weight, bias, stride, padding):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError(f"wrong ranks: {x.ndim} and {weight.ndim}")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError(f"{x.shape[-3]} channels, but the filters have {weight.shape[1]}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias has shape {bias.shape}")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be positive and padding not negative")
    if any(n + 2 * p < k for n, p, k in zip(x.shape[-2:], padding, weight.shape[2:])):
        raise ValueError("the kernel is larger than the padded input")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    check(x, weight, bias, stride, padding)
    if x.dtype.kind != "f":
        x = x.astype(np.int64)
    batch = x if x.ndim == 4 else x[np.newaxis]
    n, f = len(batch), len(weight)
    k_h, k_w = weight.shape[2:]
    h_out = (x.shape[-2] + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (x.shape[-1] + 2 * padding[1] - k_w) // stride[1] + 1
    cols = im2col(batch, (k_h, k_w), stride, padding)
    # one product for the whole batch: (N * L, C*K_h*K_w) @ (C*K_h*K_w, C_out)
    rows = cols.transpose(0, 2, 1).reshape(n * h_out * w_out, -1)
    out = rows @ weight.reshape(f, -1).T
    if bias is not None:
        out = out + bias
    out = out.reshape(n, h_out, w_out, f).transpose(0, 3, 1, 2)
    return out if x.ndim == 4 else out[0]

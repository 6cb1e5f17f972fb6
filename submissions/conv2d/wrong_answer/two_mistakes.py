"""Wrong twice: the stride pair is read as (width, height), and the bias is never added."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    batch = x[None] if x.ndim == 3 else x
    n, c_in, h, w = batch.shape
    c_out, c_w, k_h, k_w = weight.shape
    if c_in != c_w:
        raise ValueError(f"expected {c_w} channels, got {c_in}")
    s_w, s_h = stride
    p_h, p_w = padding
    if k_h > h + 2 * p_h or k_w > w + 2 * p_w:
        raise ValueError("kernel larger than padded input")

    padded = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    h_out = (h + 2 * p_h - k_h) // s_h + 1
    w_out = (w + 2 * p_w - k_w) // s_w + 1
    out = np.zeros((n, c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            window = padded[:, :, i * s_h:i * s_h + k_h, j * s_w:j * s_w + k_w]
            out[:, :, i, j] = np.einsum("ncuv,ocuv->no", window, weight)
    return out[0] if x.ndim == 3 else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

"""2D convolution, forward pass: one window at a time, in plain loops."""

import numpy as np


def _check(x, weight, bias, stride, padding):
    if x.ndim not in (3, 4):
        raise ValueError(f"x must be (C, H, W) or (N, C, H, W), got shape {x.shape}")
    if weight.ndim != 4:
        raise ValueError(f"weight must be (C_out, C_in, K_h, K_w), got {weight.shape}")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError(
            f"x has {x.shape[-3]} channels but weight expects {weight.shape[1]}"
        )
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError(f"bias must be ({weight.shape[0]},), got {bias.shape}")
    if len(stride) != 2 or min(stride) < 1:
        raise ValueError(f"stride must be two integers >= 1, got {stride}")
    if len(padding) != 2 or min(padding) < 0:
        raise ValueError(f"padding must be two integers >= 0, got {padding}")
    for size, pad, kernel in zip(x.shape[-2:], padding, weight.shape[2:]):
        if kernel > size + 2 * pad:
            raise ValueError(f"a kernel of {kernel} does not fit into {size}+2*{pad}")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Cross-correlate x with weight; see the question for the shapes."""
    x, weight = np.asarray(x), np.asarray(weight)
    bias = None if bias is None else np.asarray(bias)
    _check(x, weight, bias, stride, padding)

    dtype = np.result_type(x, weight)
    if not np.issubdtype(dtype, np.floating):
        dtype = np.dtype(np.float64)  # uint8 * uint8 would wrap around

    single = x.ndim == 3
    batch = x[np.newaxis] if single else x
    n, c_in, height, width = batch.shape
    c_out, _, k_h, k_w = weight.shape
    (s_h, s_w), (p_h, p_w) = stride, padding

    padded = np.zeros((n, c_in, height + 2 * p_h, width + 2 * p_w), dtype)
    padded[:, :, p_h : p_h + height, p_w : p_w + width] = batch
    kernels = weight.astype(dtype)

    h_out = (height + 2 * p_h - k_h) // s_h + 1
    w_out = (width + 2 * p_w - k_w) // s_w + 1
    out = np.empty((n, c_out, h_out, w_out), dtype)
    for b in range(n):
        for o in range(c_out):
            for i in range(h_out):
                for j in range(w_out):
                    top, left = i * s_h, j * s_w
                    window = padded[b, :, top : top + k_h, left : left + k_w]
                    out[b, o, i, j] = np.sum(window * kernels[o])
            if bias is not None:
                out[b, o] += bias[o]
    return out[0] if single else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

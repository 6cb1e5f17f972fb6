"""im2col by index arrays: rows and columns of every tap are gathered, then one matmul."""

import math

import numpy as np


class PaddingError(ValueError):
    pass


def _margins(mode, length, k, s, d, causal_axis):
    if mode == "valid":
        return 0, 0
    if mode == "causal" and causal_axis:
        return d * (k - 1), 0
    missing = (math.ceil(length / s) - 1) * s + d * (k - 1) + 1 - length
    missing = max(0, missing)
    return missing // 2, missing - missing // 2


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("wrong number of axes")
    single = x.ndim == 3
    images = x[None] if single else x
    n, c, h, w = images.shape
    c_out, c_in, k_h, k_w = weight.shape
    if c != c_in:
        raise ValueError("wrong number of channels")
    if bias is not None and (bias.ndim != 1 or len(bias) != c_out):
        raise ValueError("wrong bias")
    if stride[0] < 1 or stride[1] < 1 or dilation[0] < 1 or dilation[1] < 1:
        raise ValueError("stride and dilation are positive")
    if isinstance(padding, str):
        if padding not in {"valid", "same", "causal"}:
            raise PaddingError(padding)
        top, bottom = _margins(padding, h, k_h, stride[0], dilation[0], True)
        left, right = _margins(padding, w, k_w, stride[1], dilation[1], False)
    else:
        top = bottom = padding[0]
        left = right = padding[1]
        if top < 0 or left < 0:
            raise PaddingError("negative padding")
    size_h = h + top + bottom - dilation[0] * (k_h - 1) - 1
    size_w = w + left + right - dilation[1] * (k_w - 1) - 1
    if size_h < 0 or size_w < 0:
        raise ValueError("kernel too large")
    h_out, w_out = size_h // stride[0] + 1, size_w // stride[1] + 1

    dtype = np.result_type(x, weight)
    dtype = dtype if dtype.kind == "f" else np.dtype(np.float64)
    frame = np.zeros((n, c, h + top + bottom, w + left + right), dtype)
    frame[:, :, top:top + h, left:left + w] = images
    rows = np.arange(h_out)[:, None] * stride[0] + np.arange(k_h) * dilation[0]
    cols = np.arange(w_out)[:, None] * stride[1] + np.arange(k_w) * dilation[1]
    # (n, c, h_out, k_h, w_out, k_w)
    patches = frame[:, :, rows[:, :, None, None], cols]
    patches = patches.transpose(0, 2, 4, 1, 3, 5).reshape(n, h_out * w_out, -1)
    out = patches @ weight.astype(dtype).reshape(c_out, -1).T
    if bias is not None:
        out += bias
    out = out.transpose(0, 2, 1).reshape(n, c_out, h_out, w_out)
    return out[0] if single else out

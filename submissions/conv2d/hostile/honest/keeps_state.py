"""Keeps counts, shapes and the largest number that it has seen, in its module."""

import numpy as np


def compute(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4) or weight.ndim != 4 or x.shape[-3] != weight.shape[1]:
        raise ValueError("x is (C_in, H, W) or a batch of these, weight (C_out, C_in, K_h, K_w)")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("bias is (C_out,)")
    (s_h, s_w), (p_h, p_w) = stride, padding
    if min(s_h, s_w) < 1 or min(p_h, p_w) < 0:
        raise ValueError("strides are positive, paddings not negative")
    k_h, k_w = weight.shape[2:]
    h = (x.shape[-2] + 2 * p_h - k_h) // s_h + 1
    w = (x.shape[-1] + 2 * p_w - k_w) // s_w + 1
    if h < 1 or w < 1:
        raise ValueError("the kernel is larger than the padded input")
    dtype = np.result_type(x, weight)
    dtype = dtype if dtype.kind == "f" else np.float64
    batch = (x if x.ndim == 4 else x[None]).astype(dtype)
    padded = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    out = np.zeros((weight.shape[0], len(batch), h, w), dtype)
    for i in range(k_h):
        for j in range(k_w):
            taps = padded[:, :, i : i + s_h * h : s_h, j : j + s_w * w : s_w]
            out += np.tensordot(weight[:, :, i, j].astype(dtype), taps, axes=(1, 1))
    if bias is not None:
        out += bias[:, None, None, None]
    out = np.ascontiguousarray(out.swapaxes(0, 1))
    return out if x.ndim == 4 else out[0]

CALLS = 0
SHAPES = set()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    SHAPES.add(x.shape)
    return compute(x, weight, bias, stride, padding)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * (c_in * k_h * k_w + bool(bias))

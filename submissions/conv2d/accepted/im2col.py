"""Convolution as one matrix product per sample (im2col with index arrays)."""
from __future__ import annotations

import numpy as np


def out_size(size: int, kernel: int, stride: int, pad: int) -> int:
    free = size + 2 * pad - kernel
    if free < 0:
        raise ValueError(f"kernel of size {kernel} larger than padded input {size + 2 * pad}")
    return free // stride + 1


def im2col(xp: np.ndarray, kernel, stride, out) -> np.ndarray:
    """(N, C, H, W) -> (N, C*kh*kw, oh*ow), rows in (c, kh, kw) order."""
    n, c = xp.shape[:2]
    kh, kw = kernel
    oh, ow = out
    # row index of every (tap, position), broadcast from four small aranges
    rows = np.arange(kh)[:, None, None, None] + stride[0] * np.arange(oh)[:, None]
    cols = np.arange(kw)[:, None, None] + stride[1] * np.arange(ow)
    patches = xp[:, :, rows, cols]  # (N, C, kh, kw, oh, ow)
    return patches.reshape(n, c * kh * kw, oh * ow)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.asarray(x)
    weight = np.asarray(weight)
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    if x.ndim != 4:
        raise ValueError("x: expected 3 or 4 dimensions, got %d" % x.ndim)
    if weight.ndim != 4:
        raise ValueError("weight: expected 4 dimensions, got %d" % weight.ndim)
    n, c, h, w = x.shape
    f, c_w, kh, kw = weight.shape
    if c != c_w:
        raise ValueError("channel mismatch: x has %d, weight has %d" % (c, c_w))
    if bias is not None and np.shape(bias) != (f,):
        raise ValueError("bias: expected shape (%d,), got %s" % (f, np.shape(bias)))
    sh, sw = stride
    ph, pw = padding
    if sh < 1 or sw < 1:
        raise ValueError("stride must be positive")
    if ph < 0 or pw < 0:
        raise ValueError("padding must not be negative")
    oh, ow = out_size(h, kh, sh, ph), out_size(w, kw, sw, pw)

    kind = np.result_type(x, weight)
    if kind.kind in "bui":
        kind = np.float64

    xp = np.pad(x.astype(kind), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    out = weight.reshape(f, -1).astype(kind) @ im2col(xp, (kh, kw), (sh, sw), (oh, ow))
    if bias is not None:
        out += np.asarray(bias)[:, None]
    return out.reshape(n, f, oh, ow)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * (c_in * k_h * k_w + bool(bias))

"""Returns an array of strings that spell NaN, infinity and numbers."""

import numpy as np


def shape_of(x, weight, stride, padding):
    size = [(n + 2 * p - k) // s + 1 for n, k, s, p in zip(x.shape[-2:], weight.shape[2:], stride, padding)]
    return (*x.shape[:-3], weight.shape[0], *size)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    out = np.empty(shape_of(x, weight, stride, padding), "U40")
    out[...] = "nan"
    return out if x.ndim == 3 else out.astype("S")

"""Returns a view that reaches far beyond its own memory, before and behind it."""

import numpy as np


def shape_of(x, weight, stride, padding):
    size = [(n + 2 * p - k) // s + 1 for n, k, s, p in zip(x.shape[-2:], weight.shape[2:], stride, padding)]
    return (*x.shape[:-3], weight.shape[0], *size)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    shape = shape_of(x, weight, stride, padding)
    step = -x.itemsize * 513 if x.ndim == 4 else x.itemsize * 513
    return np.lib.stride_tricks.as_strided(x, shape, (step,) * len(shape))

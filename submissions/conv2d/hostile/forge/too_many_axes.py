"""Returns arrays of 32 axes, and of as many as NumPy allows."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    out = np.zeros((1,) * 32)
    try:
        return np.zeros((1,) * 64)
    except ValueError:
        return out

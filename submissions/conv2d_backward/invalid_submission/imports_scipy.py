"""Imports SciPy, which is not allowed."""

import numpy as np
from scipy.signal import correlate2d


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    dw = np.zeros_like(weight)
    for f in range(len(weight)):
        for c in range(x.shape[1]):
            for n in range(len(x)):
                dw[f, c] += correlate2d(x[n, c], dout[n, f], mode="valid")
    raise NotImplementedError("dx")

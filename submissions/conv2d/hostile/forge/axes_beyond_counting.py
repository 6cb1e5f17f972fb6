"""Returns arrays without elements whose axes multiply to more than an address space."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    shape = (0, 2**31, 2**30) if x.ndim == 3 else (2**62, 0, 2**40, 3)
    return np.ndarray(shape, np.int8, buffer=bytearray(1), strides=(0,) * len(shape))

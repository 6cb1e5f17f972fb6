"""The name conv2d is there, but it is a number: the kernel size, assigned after the function."""

import numpy as np


def _conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(-2, -1))
    return np.einsum("...cijuv,ocuv->...oij", windows, weight)


conv2d = 3

"""Can't be loaded: the script ends itself with sys.exit(0) at module level."""

import sys

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", windows, weight)
    return out if bias is None else out + bias[:, None, None]


def main():
    out = conv2d(np.ones((2, 4, 4)), np.ones((3, 2, 2, 2)))
    print(out.shape)
    return 0


sys.exit(main())

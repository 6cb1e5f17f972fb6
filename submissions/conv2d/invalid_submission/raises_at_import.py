"""Can't be loaded: a check at module level fails, since the expected value in it is wrong."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride[0], ::stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", windows, weight)
    return out if bias is None else out + bias[:, None, None]


def self_test():
    x = np.arange(9.0).reshape(1, 3, 3)
    got = conv2d(x, np.ones((1, 1, 3, 3)))
    if got[0, 0, 0] != 45.0:  # 0 + 1 + ... + 8 is 36
        raise RuntimeError(f"self-test failed: {got}")


self_test()

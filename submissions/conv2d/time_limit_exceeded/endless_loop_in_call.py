"""Never returns from a call: the inner while loop forgets to move on."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    out = np.zeros((n, f, (h - kh) // stride[0] + 1, (w - kw) // stride[1] + 1), x.dtype)

    top = i = 0
    while top + kh <= h:
        left = j = 0
        while left + kw <= w:
            patch = x[:, :, top:top + kh, left:left + kw]
            for k in range(f):
                out[:, k, i, j] = np.sum(patch * weight[k], axis=(1, 2, 3))
            # left += stride[1] and j += 1 got lost
        top += stride[0]
        i += 1

    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out

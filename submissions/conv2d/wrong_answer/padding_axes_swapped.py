"""Wrong: the padding pair is applied as (width, height)."""

import numpy as np


def zero_pad(batch, padding):
    a, b = padding
    n, c, h, w = batch.shape
    padded = np.zeros((n, c, h + 2 * b, w + 2 * a), batch.dtype)
    padded[:, :, b:b + h, a:a + w] = batch
    return padded


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]

    padded = zero_pad(x, padding)
    kh, kw = weight.shape[2:]
    rows = range(0, padded.shape[2] - kh + 1, stride[0])
    cols = range(0, padded.shape[3] - kw + 1, stride[1])

    out = np.zeros((x.shape[0], weight.shape[0], len(rows), len(cols)), x.dtype)
    for n in range(x.shape[0]):
        for o, kernel in enumerate(weight):
            for i, r in enumerate(rows):
                for j, c in enumerate(cols):
                    out[n, o, i, j] = np.sum(padded[n, :, r:r + kh, c:c + kw] * kernel)
            if bias is not None:
                out[n, o] += bias[o]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return (c_in * k_h * k_w + int(bias)) * c_out

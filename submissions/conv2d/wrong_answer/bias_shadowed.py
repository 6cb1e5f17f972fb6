"""Wrong: the batch size is called b, like the bias, and is what gets added."""
import numpy as np


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    use_bias = b is not None
    single = x.ndim == 3
    if single:
        x = x[None]

    b, c, hi, wi = x.shape
    o, _, kh, kw = w.shape
    ho = (hi + 2 * padding[0] - kh) // stride[0] + 1
    wo = (wi + 2 * padding[1] - kw) // stride[1] + 1
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))

    y = np.zeros((b, o, ho, wo), dtype=x.dtype)
    for i in range(ho):
        for j in range(wo):
            win = x[:, :, i * stride[0]:i * stride[0] + kh, j * stride[1]:j * stride[1] + kw]
            y[:, :, i, j] = np.einsum("bcuv,ocuv->bo", win, w)
    if use_bias:
        y = y + b
    return y[0] if single else y

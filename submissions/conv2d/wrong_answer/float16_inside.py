"""Wrong: the arithmetic is done in float16 "for speed", only the result has the input's dtype."""
import numpy as np

HALF = np.float16


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    batch = (x[None] if single else x).astype(HALF)
    kernels = weight.astype(HALF)
    n, c, h, w = batch.shape
    f, c_in, kh, kw = kernels.shape
    if c != c_in:
        raise ValueError("channel mismatch")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("invalid stride or padding")
    h, w = h + 2 * padding[0], w + 2 * padding[1]
    if kh > h or kw > w:
        raise ValueError("kernel larger than padded input")

    batch = np.pad(batch, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    oh, ow = (h - kh) // stride[0] + 1, (w - kw) // stride[1] + 1
    acc = np.zeros((n, f, oh, ow), HALF)
    for u in range(kh):
        rows = slice(u, u + oh * stride[0], stride[0])
        for v in range(kw):
            cols = slice(v, v + ow * stride[1], stride[1])
            for k in range(c):
                acc += batch[:, k, None, rows, cols] * kernels[:, k, u, v][:, None, None]
    if bias is not None:
        acc += bias.astype(HALF)[:, None, None]
    out = acc.astype(x.dtype)
    return out[0] if single else out

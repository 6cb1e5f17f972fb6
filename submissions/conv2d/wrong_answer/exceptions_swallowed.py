"""Wrong: windows are cut from the unpadded input, and a bare except hides the errors."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    n, c, h, w = x.shape
    f, _, kh, kw = weight.shape
    out_h = (h + 2 * padding[0] - kh) // stride[0] + 1
    out_w = (w + 2 * padding[1] - kw) // stride[1] + 1
    out = np.zeros((n, f, out_h, out_w), dtype=x.dtype)
    for b in range(n):
        for k in range(f):
            for i in range(out_h):
                for j in range(out_w):
                    try:
                        top, left = i * stride[0], j * stride[1]
                        patch = x[b, :, top:top + kh, left:left + kw]
                        out[b, k, i, j] = np.sum(patch * weight[k])
                        if bias is not None:
                            out[b, k, i, j] += bias[k]
                    except:
                        break
    return out[0] if single else out

"""Wrong: bias[0] is added to every filter's output."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    xs = x[None] if single else x
    b = float(bias[0]) if bias is not None else 0.0

    (ph, pw), (sh, sw) = padding, stride
    xs = np.pad(xs, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    kh, kw = weight.shape[2:]
    out_h = (xs.shape[2] - kh) // sh + 1
    out_w = (xs.shape[3] - kw) // sw + 1
    if out_h <= 0 or out_w <= 0:
        raise ValueError("kernel is larger than the input")

    maps = []
    for kernel in weight:
        total = np.zeros((xs.shape[0], out_h, out_w), dtype=x.dtype)
        for u in range(kh):
            for v in range(kw):
                piece = xs[:, :, u:u + sh * out_h:sh, v:v + sw * out_w:sw]
                total += (piece * kernel[:, u, v][:, None, None]).sum(axis=1)
        maps.append(total + b)
    out = np.stack(maps, axis=1).astype(x.dtype)
    return out[0] if single else out

"""Right on valid input, but checks nothing and has no parameter_count."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    N, C, H, W = x.shape
    F, _, KH, KW = weight.shape
    SH, SW = stride
    PH, PW = padding

    xp = np.pad(x, ((0, 0), (0, 0), (PH, PH), (PW, PW)))
    OH = (H + 2 * PH - KH) // SH + 1
    OW = (W + 2 * PW - KW) // SW + 1
    out = np.zeros((N, F, OH, OW), dtype=x.dtype)

    for i in range(OH):
        for j in range(OW):
            patch = xp[:, :, i * SH:i * SH + KH, j * SW:j * SW + KW]
            for f in range(F):
                out[:, f, i, j] = (patch * weight[f]).sum(axis=(1, 2, 3))

    if bias is not None:
        out = out + bias[None, :, None, None]

    return out[0] if single else out

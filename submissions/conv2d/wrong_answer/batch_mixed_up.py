"""Wrong: (C_out, N, ...) is reshaped, not transposed, to (N, C_out, ...); right only if N is 1."""

import numpy as np


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4):
        raise ValueError("x: 3 or 4 dimensions")
    if weight.ndim != 4:
        raise ValueError("weight: 4 dimensions")
    was_3d = x.ndim == 3
    if was_3d:
        x = x[None]
    N, C, H, W = x.shape
    O, I, KH, KW = weight.shape
    if C != I:
        raise ValueError("channels differ")
    if bias is not None and bias.shape != (O,):
        raise ValueError("bias: (C_out,)")
    SH, SW = stride
    PH, PW = padding
    if SH < 1 or SW < 1 or PH < 0 or PW < 0:
        raise ValueError("stride or padding out of range")
    if KH > H + 2 * PH or KW > W + 2 * PW:
        raise ValueError("kernel larger than padded input")
    OH, OW = (H + 2 * PH - KH) // SH + 1, (W + 2 * PW - KW) // SW + 1

    xp = np.pad(x, ((0, 0), (0, 0), (PH, PH), (PW, PW)))
    cols = np.empty((C * KH * KW, N * OH * OW), dtype=x.dtype)
    row = 0
    for c in range(C):
        for u in range(KH):
            for v in range(KW):
                cols[row] = xp[:, c, u:u + SH * OH:SH, v:v + SW * OW:SW].ravel()
                row += 1
    out = weight.reshape(O, -1) @ cols  # (C_out, N * OH * OW)
    if bias is not None:
        out += bias[:, None]
    out = out.reshape(N, O, OH, OW)
    return out[0] if was_3d else out

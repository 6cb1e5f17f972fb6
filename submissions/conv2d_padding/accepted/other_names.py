"""Other names, as_strided windows with the dilation in their strides, float64 inside."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def dilated_conv2d(inputs, filters, b=None, strides=(1, 1), pad=(0, 0), dilation_rate=(1, 1)):
    if inputs.ndim == 3:
        return dilated_conv2d(inputs[None], filters, b, strides, pad, dilation_rate)[0]
    if inputs.ndim != 4 or filters.ndim != 4:
        raise ValueError("inputs and filters need 4 axes")
    N, C, H, W = inputs.shape
    F, C2, KH, KW = filters.shape
    if C != C2 or (b is not None and b.shape != (F,)):
        raise ValueError("shapes don't fit")
    if min(strides) <= 0 or min(dilation_rate) <= 0:
        raise ValueError("strides and rates must be positive")
    SH, SW = strides
    DH, DW = dilation_rate
    EH, EW = DH * (KH - 1) + 1, DW * (KW - 1) + 1
    if pad in ("same", "causal"):
        total = max((-(-W // SW) - 1) * SW + EW - W, 0)
        horizontal = (total // 2, total - total // 2)
        total = max((-(-H // SH) - 1) * SH + EH - H, 0)
        vertical = (EH - 1, 0) if pad == "causal" else (total // 2, total - total // 2)
    elif pad == "valid":
        vertical = horizontal = (0, 0)
    elif isinstance(pad, str):
        raise ValueError(f"no mode {pad!r}")
    else:
        if min(pad) < 0:
            raise ValueError("pad must be >= 0")
        vertical, horizontal = (pad[0], pad[0]), (pad[1], pad[1])
    big = np.pad(inputs.astype(np.float64), ((0, 0), (0, 0), vertical, horizontal))
    OH, OW = (big.shape[2] - EH) // SH + 1, (big.shape[3] - EW) // SW + 1
    if OH < 1 or OW < 1:
        raise ValueError("kernel larger than padded input")
    n, c, h, w = big.strides
    windows = as_strided(
        big, (N, OH, OW, C, KH, KW), (n, h * SH, w * SW, c, h * DH, w * DW), writeable=False
    )
    out = np.tensordot(windows, filters.astype(np.float64), axes=([3, 4, 5], [1, 2, 3]))
    if b is not None:
        out += b
    kind = np.result_type(inputs, filters)
    return out.transpose(0, 3, 1, 2).astype(kind if kind.kind == "f" else np.float64)

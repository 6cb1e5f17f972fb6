"""Right for good input; what is unknown counts as a pair, and nothing is checked."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    batch = x.reshape(-1, *x.shape[-3:])
    sizes, margins = batch.shape[2:], []
    reach = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:])]
    for axis in (0, 1):
        if padding == "valid":
            margins.append((0, 0))
        elif padding == "causal" and axis == 0:
            margins.append((reach[0], 0))
        elif isinstance(padding, str):
            lacking = -(-sizes[axis] // stride[axis]) * stride[axis] - stride[axis]
            lacking = max(lacking + reach[axis] + 1 - sizes[axis], 0)
            margins.append((lacking // 2, lacking - lacking // 2))
        else:
            margins.append((padding[axis], padding[axis]))
    batch = np.pad(batch, [(0, 0), (0, 0), *margins])
    h_out, w_out = (
        (batch.shape[2 + a] - reach[a] - 1) // stride[a] + 1 for a in (0, 1)
    )
    dtype = np.result_type(x, weight, np.float32)
    out = np.zeros((len(batch), len(weight), h_out, w_out), dtype)
    for i in range(h_out):
        for j in range(w_out):
            top, left = i * stride[0], j * stride[1]
            rows = slice(top, top + reach[0] + 1, dilation[0])
            cols = slice(left, left + reach[1] + 1, dilation[1])
            window = batch[:, :, rows, cols]
            out[:, :, i, j] = np.tensordot(window, weight, axes=([1, 2, 3], [1, 2, 3]))
    if bias is not None:
        out += bias[:, None, None]
    return out.reshape(*x.shape[:-3], *out.shape[1:])

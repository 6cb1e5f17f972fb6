"""Right, with every check written as an assert instead of a ValueError."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    assert x.ndim in (3, 4), "x must be (C, H, W) or (N, C, H, W)"
    assert weight.ndim == 4, "weight must be (C_out, C_in, K_h, K_w)"
    assert x.shape[-3] == weight.shape[1], "channel mismatch"
    assert bias is None or bias.shape == (weight.shape[0],), "bias must be (C_out,)"
    assert stride[0] >= 1 and stride[1] >= 1, "stride must be positive"
    assert padding[0] >= 0 and padding[1] >= 0, "padding must not be negative"

    if x.ndim == 3:
        batch = np.expand_dims(x, 0)
        return conv2d(batch, weight, bias, stride, padding)[0]

    n, c, h, w = x.shape
    c_out, _, k_h, k_w = weight.shape
    h_out = (h + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (w + 2 * padding[1] - k_w) // stride[1] + 1
    assert h_out > 0 and w_out > 0, "kernel larger than the padded input"

    dtype = np.promote_types(x.dtype, weight.dtype)
    if np.issubdtype(dtype, np.integer):
        dtype = np.promote_types(dtype, np.float64)

    pad = [(0, 0), (0, 0), (padding[0], padding[0]), (padding[1], padding[1])]
    x = np.pad(x.astype(dtype), pad, mode="constant", constant_values=0)
    weight = weight.astype(dtype)

    out = np.zeros((n, c_out, h_out, w_out), dtype=dtype)
    for sample in range(n):
        for i in range(h_out):
            for j in range(w_out):
                r, q = i * stride[0], j * stride[1]
                patch = x[sample, :, r:r + k_h, q:q + k_w]
                out[sample, :, i, j] = np.tensordot(weight, patch, axes=3)
    if bias is not None:
        out += bias[:, np.newaxis, np.newaxis]
    return out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

"""Wrong: as_strided with strides worked out by hand from the shape, as if x were always
C-contiguous; views (transposed, every other column) are read from the wrong places."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim not in (3, 4) or weight.ndim != 4 or x.shape[-3] != weight.shape[1]:
        raise ValueError("shapes of x and weight don't match")
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError("bias must be (C_out,)")
    s_h, s_w = stride
    p_h, p_w = padding
    if s_h < 1 or s_w < 1 or p_h < 0 or p_w < 0:
        raise ValueError("stride must be >= 1, padding >= 0")

    batch = x if x.ndim == 4 else x[None]
    if p_h or p_w:
        batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    n, c, h, w = batch.shape
    c_out, _, k_h, k_w = weight.shape
    if k_h > h or k_w > w:
        raise ValueError("kernel larger than padded input")
    h_out, w_out = (h - k_h) // s_h + 1, (w - k_w) // s_w + 1

    item = batch.itemsize
    row, plane, image = item * w, item * w * h, item * w * h * c
    patches = as_strided(
        batch,
        shape=(n, h_out, w_out, c, k_h, k_w),
        strides=(image, row * s_h, item * s_w, plane, row, item),
    )
    out = patches.reshape(n, h_out * w_out, -1) @ weight.reshape(c_out, -1).T
    out = out.transpose(0, 2, 1).reshape(n, c_out, h_out, w_out)
    if bias is not None:
        out = out + bias[:, None, None]
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

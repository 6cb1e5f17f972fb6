"""A correct answer, for the suites beside it to test."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim not in (3, 4) or weight.ndim != 4 or x.shape[-3] != weight.shape[1]:
        raise ValueError("shapes don't fit")
    if bias is not None and np.shape(bias) != weight.shape[:1]:
        raise ValueError("bias must have one number per filter")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride or padding out of range")
    dtype = np.result_type(x, weight, *(() if bias is None else (bias,)))
    dtype = dtype if dtype.kind == "f" else np.dtype(np.int64)
    batch = (x if x.ndim == 4 else x[None]).astype(dtype)
    batch = np.pad(batch, [(0, 0), (0, 0), *((p, p) for p in padding)])
    k_h, k_w = weight.shape[2:]
    h_out = (batch.shape[2] - k_h) // stride[0] + 1
    w_out = (batch.shape[3] - k_w) // stride[1] + 1
    if k_h > batch.shape[2] or k_w > batch.shape[3]:
        raise ValueError("kernel larger than the padded input")
    out = np.zeros((len(batch), len(weight), h_out, w_out), dtype)
    for i in range(h_out):
        for j in range(w_out):
            rows = slice(i * stride[0], i * stride[0] + k_h)
            columns = slice(j * stride[1], j * stride[1] + k_w)
            patch = batch[:, :, rows, columns]
            out[:, :, i, j] = np.einsum("ncuv,ocuv->no", patch, weight.astype(dtype))
    if bias is not None:
        out += np.asarray(bias, dtype)[:, None, None]
    return out if x.ndim == 4 else out[0]

"""Fails on every call: samples are turned into batches and batches into samples, for ever."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if x.ndim == 3:
        # handle a single sample as a batch of one
        return conv2d(x[np.newaxis], weight, bias, stride, padding)[0]
    if x.ndim == 4:
        # handle a batch sample by sample
        return np.stack([conv2d(sample, weight, bias, stride, padding) for sample in x])

    c_out, c_in, k_h, k_w = weight.shape
    x = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2))
    h_out = (x.shape[1] - k_h) // stride[0] + 1
    w_out = (x.shape[2] - k_w) // stride[1] + 1
    out = np.zeros((c_out, h_out, w_out), dtype=x.dtype)
    for i in range(h_out):
        for j in range(w_out):
            r, q = i * stride[0], j * stride[1]
            out[:, i, j] = (weight * x[:, r:r + k_h, q:q + k_w]).sum(axis=(1, 2, 3))
    return out if bias is None else out + bias[:, None, None]

"""Prints a message and calls sys.exit() for kernels with an even side. Odd ones are right."""

import sys

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if weight.shape[2] % 2 == 0 or weight.shape[3] % 2 == 0:
        print("Error: the filter must have an odd size, i.e. a number of rows and columns"
              " that is odd.")
        sys.exit()
    if x.shape[-3] != weight.shape[1]:
        print("Error: number of channels in both image and filter must match.")
        sys.exit()
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding)[0]

    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    n_filters, _, rows, cols = weight.shape
    h = (x.shape[2] - rows) // stride[0] + 1
    w = (x.shape[3] - cols) // stride[1] + 1
    feature_maps = np.zeros((x.shape[0], n_filters, h, w), dtype=x.dtype)
    for filter_num in range(n_filters):
        for r in range(h):
            for c in range(w):
                region = x[:, :, r * stride[0]:r * stride[0] + rows,
                           c * stride[1]:c * stride[1] + cols]
                result = region * weight[filter_num]
                feature_maps[:, filter_num, r, c] = result.sum(axis=(1, 2, 3))
        if bias is not None:
            feature_maps[:, filter_num] += bias[filter_num]
    return feature_maps

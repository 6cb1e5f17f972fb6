"""A correct solution whose arguments have names of their own (filters, b, strides, pad)."""

import numpy as np


def conv2d(image, filters, b=None, strides=(1, 1), pad=(0, 0)):
    image = np.asarray(image)
    filters = np.asarray(filters)

    if filters.ndim != 4:
        raise ValueError("filters should be a 4-d array")
    if image.ndim not in {3, 4}:
        raise ValueError("image should be a 3-d or a 4-d array")
    n_filters, depth, fh, fw = filters.shape
    if image.shape[-3] != depth:
        raise ValueError("depth of image and filters should be the same")
    if b is not None and np.shape(b) != (n_filters,):
        raise ValueError("b should hold one number per filter")
    if strides[0] < 1 or strides[1] < 1:
        raise ValueError("strides should be 1 or more")
    if pad[0] < 0 or pad[1] < 0:
        raise ValueError("pad should be 0 or more")

    dt = np.result_type(image, filters)
    dt = dt if dt.kind == "f" else np.float64

    images = image if image.ndim == 4 else image[None, ...]
    images = np.pad(images, ((0,) * 2, (0,) * 2, (pad[0],) * 2, (pad[1],) * 2))
    rows = range(0, images.shape[2] - fh + 1, strides[0])
    cols = range(0, images.shape[3] - fw + 1, strides[1])
    if not rows or not cols:
        raise ValueError("filters don't fit into the padded image")

    flat = filters.reshape(n_filters, -1).T.astype(dt)  # (depth*fh*fw, n_filters)
    result = np.empty((len(images), n_filters, len(rows), len(cols)), dtype=dt)
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            patch = images[:, :, r:r + fh, c:c + fw].reshape(len(images), -1)
            result[:, :, i, j] = patch.astype(dt) @ flat
    if b is not None:
        result += np.asarray(b)[:, None, None]

    return result if image.ndim == 4 else result[0]


def parameter_count(n_filters, depth, fh, fw, with_bias=True):
    return n_filters * depth * fh * fw + (n_filters if with_bias else 0)

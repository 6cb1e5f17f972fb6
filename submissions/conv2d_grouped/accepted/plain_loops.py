"""Plain loops: one multiplication at a time, each output channel in its group."""

import numpy as np


def _check(x, weight, bias, stride, padding, groups):
    if x.ndim not in (3, 4):
        raise ValueError("x must be (C_in, H, W) or (N, C_in, H, W)")
    if weight.ndim != 4:
        raise ValueError("weight must be (C_out, C_in / groups, K_h, K_w)")
    c_in, c_out = x.shape[-3], weight.shape[0]
    if groups < 1:
        raise ValueError("groups must be at least 1")
    if c_in % groups != 0 or c_out % groups != 0:
        raise ValueError(f"{c_in} and {c_out} channels do not divide by {groups}")
    if weight.shape[1] != c_in // groups:
        raise ValueError("weight has the wrong number of channels")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError("bias must be (C_out,)")
    if stride[0] < 1 or stride[1] < 1:
        raise ValueError("stride must be positive")
    if padding[0] < 0 or padding[1] < 0:
        raise ValueError("padding must not be negative")
    if x.shape[-2] + 2 * padding[0] < weight.shape[2]:
        raise ValueError("the kernel is too high")
    if x.shape[-1] + 2 * padding[1] < weight.shape[3]:
        raise ValueError("the kernel is too wide")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    _check(x, weight, bias, stride, padding, groups)
    batch = x if x.ndim == 4 else x[None]
    n, c_in, h, w = batch.shape
    c_out, c_group, k_h, k_w = weight.shape
    h_out = (h + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (w + 2 * padding[1] - k_w) // stride[1] + 1
    kind = np.result_type(x, weight, *([] if bias is None else [bias]))
    if kind.kind != "f":
        kind = np.dtype(np.int64)
    out = np.zeros((n, c_out, h_out, w_out), kind)
    filters_per_group = c_out // groups
    for s in range(n):
        for o in range(c_out):
            first = (o // filters_per_group) * c_group
            for i in range(h_out):
                for j in range(w_out):
                    total = kind.type(0 if bias is None else bias[o])
                    for c in range(c_group):
                        for u in range(k_h):
                            for v in range(k_w):
                                row = i * stride[0] + u - padding[0]
                                col = j * stride[1] + v - padding[1]
                                if 0 <= row < h and 0 <= col < w:
                                    pixel = kind.type(batch[s, first + c, row, col])
                                    total += pixel * kind.type(weight[o, c, u, v])
                    out[s, o, i, j] = total
    return out if x.ndim == 4 else out[0]


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    if x.ndim not in (3, 4):
        raise ValueError("x must be (C_in, H, W) or (N, C_in, H, W)")
    if pointwise.ndim != 4 or pointwise.shape[2:] != (1, 1):
        raise ValueError("pointwise must be (C_out, C_in * M, 1, 1)")
    if depthwise.shape[0] != pointwise.shape[1]:
        raise ValueError("the stages do not fit together")
    if bias is not None and bias.shape != pointwise.shape[:1]:
        raise ValueError("bias must be (C_out,)")
    middle = conv2d(x, depthwise, None, stride, padding, groups=x.shape[-3])
    return conv2d(middle, pointwise, bias)


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    return c_out * (c_in // groups) * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    return c_out * (c_in // groups) * k_h * k_w * h_out * w_out

"""Wrong: the depthwise stage has a group for each filter, and goes round the channels M times."""

import numpy as np


def _check(x, weight, bias, stride, padding):
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError("x and weight need 4 axes")
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("bias has the wrong shape")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("bad stride or padding")
    for axis in (0, 1):
        if x.shape[2 + axis] + 2 * padding[axis] < weight.shape[2 + axis]:
            raise ValueError("kernel larger than the padded input")


def _dense(x, weight, bias, stride, padding):
    """An ordinary layer for a batch, by im2col."""
    _check(x, weight, bias, stride, padding)
    dtype = np.result_type(x, weight)
    if dtype.kind != "f":
        dtype = np.dtype("float64")
    n, c, h, w = x.shape
    c_out, _, k_h, k_w = weight.shape
    s_h, s_w = stride
    p_h, p_w = padding
    padded = np.zeros((n, c, h + 2 * p_h, w + 2 * p_w), dtype)
    padded[:, :, p_h:p_h + h, p_w:p_w + w] = x
    h_out = (padded.shape[2] - k_h) // s_h + 1
    w_out = (padded.shape[3] - k_w) // s_w + 1
    columns = np.empty((n, c, k_h, k_w, h_out, w_out), dtype)
    for u in range(k_h):
        for v in range(k_w):
            columns[:, :, u, v] = padded[:, :, u:u + s_h * h_out:s_h, v:v + s_w * w_out:s_w]
    matrix = weight.reshape(c_out, -1).astype(dtype)
    out = (matrix @ columns.reshape(n, c * k_h * k_w, -1)).reshape(n, c_out, h_out, w_out)
    if bias is not None:
        out = out + bias[:, None, None]
    return out


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding, groups)[0]
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 axes, and weight 4")
    c_in, c_out = x.shape[1], len(weight)
    if groups < 1 or c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups do not divide {c_in} and {c_out} channels")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError("bias must be (C_out,)")
    ins, outs = c_in // groups, c_out // groups
    parts = []
    for g in range(groups):
        part_x = x[:, g * ins:(g + 1) * ins]
        part_w = weight[g * outs:(g + 1) * outs]
        parts.append(_dense(part_x, part_w, None, stride, padding))
    out = np.concatenate(parts, axis=1)
    if bias is not None:
        out = out + bias[:, None, None]
    return out


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    if x.ndim not in (3, 4):
        raise ValueError("x must have 3 or 4 axes")
    if pointwise.ndim != 4 or pointwise.shape[2:] != (1, 1):
        raise ValueError("pointwise must be 1x1")
    if bias is not None and bias.shape != (len(pointwise),):
        raise ValueError("bias must be (C_out,)")
    if pointwise.shape[1] != len(depthwise):
        raise ValueError("pointwise does not fit depthwise")
    filters = len(depthwise)
    if filters % x.shape[-3]:
        raise ValueError("depthwise needs M filters for each channel")
    batch = x if x.ndim == 4 else x[None]
    channels = [f % batch.shape[1] for f in range(filters)]
    filtered = conv2d(batch[:, channels], depthwise, None, stride, padding, groups=filters)
    out = conv2d(filtered, pointwise, bias)
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    return c_out * (c_in // groups) * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    return c_out * (c_in // groups) * k_h * k_w * h_out * w_out

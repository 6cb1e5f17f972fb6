"""The grouped kernel is written into a dense one with zeros; separable ones are merged."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _working_dtype(*arrays):
    dtype = np.result_type(*[a for a in arrays if a is not None])
    return dtype if dtype.kind == "f" else np.dtype(np.int64)


def _dense_conv2d(x, weight, bias, stride, padding):
    dtype = _working_dtype(x, weight, bias)
    (s_h, s_w), (p_h, p_w) = stride, padding
    if min(s_h, s_w) < 1 or min(p_h, p_w) < 0:
        raise ValueError("stride has to be positive, padding not negative")
    frame = [(0, 0)] * (x.ndim - 2) + [(p_h, p_h), (p_w, p_w)]
    x = np.pad(x.astype(dtype), frame)
    if x.shape[-2] < weight.shape[2] or x.shape[-1] < weight.shape[3]:
        raise ValueError("the kernel does not fit into the padded input")
    windows = sliding_window_view(x, weight.shape[2:], axis=(-2, -1))
    windows = windows[..., ::s_h, ::s_w, :, :]
    out = np.tensordot(windows, weight.astype(dtype), axes=((-5, -2, -1), (1, 2, 3)))
    if bias is not None:
        out += bias.astype(dtype)
    return np.moveaxis(out, -1, -3)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError(f"cannot use x {x.shape} with weight {weight.shape}")
    c_in = x.shape[-3]
    c_out, share, k_h, k_w = weight.shape
    if groups < 1 or c_out % groups or c_in % groups or c_in // groups != share:
        raise ValueError(f"{c_in} -> {c_out} channels in {groups} groups of {share}")
    if bias is not None and bias.shape != (c_out,):
        raise ValueError(f"bias {bias.shape} for {c_out} filters")
    dense = np.zeros((c_out, c_in, k_h, k_w), weight.dtype)
    for o in range(c_out):
        g = o // (c_out // groups)
        dense[o, g * share:(g + 1) * share] = weight[o]
    return _dense_conv2d(x, dense, bias, stride, padding)


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    if x.ndim not in (3, 4) or depthwise.ndim != 4 or pointwise.ndim != 4:
        raise ValueError("wrong number of axes")
    c_in, filters = x.shape[-3], len(depthwise)
    if depthwise.shape[1] != 1 or filters % c_in:
        raise ValueError("depthwise must be (C_in * M, 1, K_h, K_w)")
    if pointwise.shape[1:] != (filters, 1, 1):
        raise ValueError("pointwise must be (C_out, C_in * M, 1, 1)")
    if bias is not None and bias.shape != pointwise.shape[:1]:
        raise ValueError("bias must be (C_out,)")
    dtype = _working_dtype(x, depthwise, pointwise)
    mix = pointwise[:, :, 0, 0].astype(dtype).reshape(-1, c_in, filters // c_in)
    taps = depthwise[:, 0].astype(dtype).reshape(c_in, filters // c_in, *depthwise.shape[2:])
    merged = np.einsum("ocm,cmuv->ocuv", mix, taps)
    return _dense_conv2d(x, merged, bias, stride, padding)


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    return c_out * (c_in // groups) * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    return c_out * (c_in // groups) * k_h * k_w * h_out * w_out

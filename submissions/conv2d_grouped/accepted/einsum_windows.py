"""Sliding windows with an axis for the groups, contracted by one einsum."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim == 3:
        batch = x[np.newaxis]
    elif x.ndim == 4:
        batch = x
    else:
        raise ValueError(f"x must have 3 or 4 axes, not {x.ndim}")
    if weight.ndim != 4:
        raise ValueError(f"weight must have 4 axes, not {weight.ndim}")
    n, c_in, h, w = batch.shape
    c_out, c_group, k_h, k_w = weight.shape
    if groups < 1 or c_in % groups or c_out % groups:
        raise ValueError(f"{groups} groups of {c_in} and {c_out} channels")
    if c_in != groups * c_group:
        raise ValueError(f"weight is for {groups * c_group} channels, x has {c_in}")
    (s_h, s_w), (p_h, p_w) = stride, padding
    if s_h < 1 or s_w < 1 or p_h < 0 or p_w < 0:
        raise ValueError(f"stride {stride}, padding {padding}")
    if h + 2 * p_h < k_h or w + 2 * p_w < k_w:
        raise ValueError("kernel larger than the padded input")

    dtype = np.result_type(x, weight)
    if not np.issubdtype(dtype, np.floating):
        dtype = np.int64
    padded = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w))).astype(dtype)
    windows = sliding_window_view(padded, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w]
    _, _, h_out, w_out, _, _ = windows.shape
    windows = windows.reshape(n, groups, c_group, h_out, w_out, k_h, k_w)
    filters = weight.astype(dtype).reshape(groups, c_out // groups, c_group, k_h, k_w)
    out = np.einsum("ngcijuv,gfcuv->ngfij", windows, filters)
    out = out.reshape(n, c_out, h_out, w_out)
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != (c_out,):
            raise ValueError(f"bias must be ({c_out},), not {bias.shape}")
        out = out + bias[:, None, None]
    return out[0] if x.ndim == 3 else out


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    x, pointwise = np.asarray(x), np.asarray(pointwise)
    if x.ndim not in (3, 4):
        raise ValueError(f"x must have 3 or 4 axes, not {x.ndim}")
    filtered = conv2d(x, depthwise, None, stride, padding, groups=x.shape[-3])
    if pointwise.ndim != 4 or pointwise.shape[1:] != (len(depthwise), 1, 1):
        raise ValueError(f"pointwise does not fit {len(depthwise)} channels")
    out = np.einsum("of,...fij->...oij", pointwise[:, :, 0, 0], filtered)
    if bias is None:
        return out
    if np.shape(bias) != (len(pointwise),):
        raise ValueError(f"bias must be ({len(pointwise)},)")
    return out + np.asarray(bias)[:, None, None]


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    return c_out * (c_in // groups) * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    return c_out * (c_in // groups) * k_h * k_w * h_out * w_out

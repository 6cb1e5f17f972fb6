"""Wrong: everything is computed in float32, whatever comes in."""

import numpy as np

MODES = ("valid", "same", "causal")


def same_padding(size, k, s, d):
    """Zeros before and after one axis, so that the output is ceil(size / s)."""
    effective = d * (k - 1) + 1
    out = -(-size // s)
    total = max((out - 1) * s + effective - size, 0)
    return total // 2, total - total // 2


def resolve_padding(padding, size, kernel, stride, dilation):
    """Zeros (top, bottom) and (left, right)."""
    if not isinstance(padding, str):
        p_h, p_w = padding
        if p_h < 0 or p_w < 0:
            raise ValueError("padding must be >= 0")
        return (p_h, p_h), (p_w, p_w)
    if padding not in MODES:
        raise ValueError(f"padding must be a pair or one of {MODES}")
    if padding == "valid":
        return (0, 0), (0, 0)
    rows, cols = (
        same_padding(size[a], kernel[a], stride[a], dilation[a]) for a in (0, 1)
    )
    if padding == "causal":
        rows = (dilation[0] * (kernel[0] - 1), 0)
    return rows, cols


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("x must be (C, H, W) or (N, C, H, W), weight 4-dimensional")
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding, dilation)[0]
    n, c, h, w = x.shape
    f, c_w, k_h, k_w = weight.shape
    if c != c_w:
        raise ValueError(f"{c} channels, but weight has {c_w}")
    if bias is not None and bias.shape != (f,):
        raise ValueError("bias must have shape (C_out,)")
    if min(stride) < 1 or min(dilation) < 1:
        raise ValueError("stride and dilation must be >= 1")
    (s_h, s_w), (d_h, d_w) = stride, dilation

    rows, cols = resolve_padding(padding, (h, w), (k_h, k_w), stride, dilation)
    dtype = np.dtype("float32")
    padded = np.pad(x.astype(dtype), ((0, 0), (0, 0), rows, cols))
    reach_h, reach_w = d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1
    if padded.shape[2] < reach_h or padded.shape[3] < reach_w:
        raise ValueError("the dilated kernel is larger than the padded input")
    h_out = (padded.shape[2] - reach_h) // s_h + 1
    w_out = (padded.shape[3] - reach_w) // s_w + 1

    out = np.zeros((n, f, h_out, w_out), dtype)
    for u in range(k_h):
        for v in range(k_w):
            i, j = u * d_h, v * d_w
            tap = padded[:, :, i:i + s_h * h_out:s_h, j:j + s_w * w_out:s_w]
            out += np.einsum("nchw,fc->nfhw", tap, weight[:, :, u, v])
    if bias is not None:
        out += bias[:, None, None].astype(dtype)
    return out.astype(np.result_type(x, weight), copy=False)

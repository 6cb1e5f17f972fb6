"""A dilated kernel is an ordinary one with zeros between its taps; then sliding windows."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _spread(weight, dilation):
    """Put dilation - 1 zeros between neighbouring taps."""
    f, c, k_h, k_w = weight.shape
    d_h, d_w = dilation
    big = np.zeros((f, c, d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1), weight.dtype)
    big[:, :, ::d_h, ::d_w] = weight
    return big


def _same(length, kernel, stride):
    zeros = max((int(np.ceil(length / stride)) - 1) * stride + kernel - length, 0)
    return zeros // 2, (zeros + 1) // 2


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim not in (3, 4):
        raise ValueError(f"x has {x.ndim} axes")
    if weight.ndim != 4:
        raise ValueError(f"weight has {weight.ndim} axes")
    if weight.shape[1] != x.shape[-3]:
        raise ValueError("the channels of x and weight differ")
    if any(s < 1 for s in stride):
        raise ValueError(f"stride {stride}")
    if any(d < 1 for d in dilation):
        raise ValueError(f"dilation {dilation}")
    kernel = _spread(weight, dilation)
    (h, w), (k_h, k_w) = x.shape[-2:], kernel.shape[-2:]
    match padding:
        case "valid":
            margins = (0, 0), (0, 0)
        case "same":
            margins = _same(h, k_h, stride[0]), _same(w, k_w, stride[1])
        case "causal":
            margins = (k_h - 1, 0), _same(w, k_w, stride[1])
        case (int(p_h), int(p_w)) if p_h >= 0 and p_w >= 0:
            margins = (p_h, p_h), (p_w, p_w)
        case _:
            raise ValueError(f"padding {padding!r}")
    dtype = np.result_type(x, weight)
    if dtype.kind != "f":
        dtype = np.dtype(np.int64)
    x = np.pad(x.astype(dtype), ((0, 0),) * (x.ndim - 2) + margins)
    if x.shape[-2] < k_h or x.shape[-1] < k_w:
        raise ValueError("the kernel does not fit")
    windows = sliding_window_view(x, (k_h, k_w), axis=(-2, -1))
    windows = windows[..., :: stride[0], :: stride[1], :, :]
    out = np.einsum("...chwuv,fcuv->...fhw", windows, kernel.astype(dtype))
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != weight.shape[:1]:
            raise ValueError(f"bias has shape {bias.shape}")
        out = out + bias[:, None, None]
    return out

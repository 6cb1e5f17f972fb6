"""Vectorised: a strided view of all windows, contracted with einsum."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """2D cross-correlation, channel first.

    x        (C_in, H, W) or (N, C_in, H, W)
    weight   (C_out, C_in, K_h, K_w)
    bias     (C_out,) or None

    Returns (C_out, H_out, W_out), or the same with N in front for a batch.
    """
    x, weight = np.asarray(x), np.asarray(weight)
    _validate(x, weight, bias, stride, padding)

    # Accumulate integers in int64: a uint8 image must not wrap around.
    dtype = np.result_type(x, weight)
    if dtype.kind in "iub":
        dtype = np.dtype(np.int64)

    (p_h, p_w), (s_h, s_w) = padding, stride
    batch = x[np.newaxis] if x.ndim == 3 else x
    batch = np.pad(batch.astype(dtype, copy=False), ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))

    windows = sliding_window_view(batch, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::s_h, ::s_w]  # n c i j u v
    weight = weight.astype(dtype, copy=False)
    out = np.einsum("ncijuv,ocuv->noij", windows, weight, optimize=True)
    if bias is not None:
        out = out + np.asarray(bias)[:, None, None]
        if dtype.kind == "f":
            out = out.astype(dtype, copy=False)
    return out if x.ndim == 4 else out[0]


def _validate(x, weight, bias, stride, padding):
    problems = []
    if x.ndim not in (3, 4):
        problems.append(f"x has rank {x.ndim}, expected 3 or 4")
    if weight.ndim != 4:
        problems.append(f"weight has rank {weight.ndim}, expected 4")
    if problems:
        raise ValueError("; ".join(problems))
    c_out, c_in, *kernel = weight.shape
    if x.shape[-3] != c_in:
        problems.append(f"x has {x.shape[-3]} channels, weight wants {c_in}")
    if bias is not None and np.shape(bias) != (c_out,):
        problems.append(f"bias has shape {np.shape(bias)}, expected {(c_out,)}")
    if any(s < 1 for s in stride):
        problems.append(f"stride {tuple(stride)} must be at least 1")
    if any(p < 0 for p in padding):
        problems.append(f"padding {tuple(padding)} must not be negative")
    if any(k > n + 2 * p for k, n, p in zip(kernel, x.shape[-2:], padding)):
        problems.append(f"kernel {tuple(kernel)} is larger than the padded input")
    if problems:
        raise ValueError("; ".join(problems))


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    weights = c_out * c_in * k_h * k_w
    return weights + c_out if bias else weights

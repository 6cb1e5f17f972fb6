"""Wrong: a bias with a zero among its numbers is taken for none."""

import numpy as np


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    total = c_out * c_in * k_h * k_w
    if bias:
        total += c_out
    return total


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = np.asarray(x), np.asarray(weight)

    # --- what can be wrong with the arguments -------------------------------
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError(f"bad ranks: x {x.shape}, weight {weight.shape}")
    is_sample = x.ndim == 3
    if is_sample:
        x = x[None]
    N, C, H, W = x.shape
    C_out, C_in, K_h, K_w = weight.shape
    if C != C_in:
        raise ValueError(f"{C} input channels, but the filters have {C_in}")
    if bias is not None:
        bias = np.asarray(bias)
        if bias.shape != (C_out,):
            raise ValueError(f"bias {bias.shape} does not match {C_out} filters")
    s_h, s_w = stride
    p_h, p_w = padding
    if s_h <= 0 or s_w <= 0:
        raise ValueError(f"stride has to be positive: {stride}")
    if p_h < 0 or p_w < 0:
        raise ValueError(f"padding has to be non-negative: {padding}")
    H_p, W_p = H + 2 * p_h, W + 2 * p_w
    if K_h > H_p or K_w > W_p:
        raise ValueError(f"kernel {K_h}x{K_w} exceeds the padded input {H_p}x{W_p}")

    # --- the work -----------------------------------------------------------
    dtype = np.result_type(x.dtype, weight.dtype)
    if dtype.kind != "f":
        dtype = np.dtype("float64")
    weight = weight.astype(dtype, copy=False)
    padded = np.zeros((N, C, H_p, W_p), dtype)
    padded[:, :, p_h:p_h + H, p_w:p_w + W] = x

    H_out = (H_p - K_h) // s_h + 1
    W_out = (W_p - K_w) // s_w + 1
    out = np.zeros((C_out, N, H_out, W_out), dtype)
    for u in range(K_h):
        for v in range(K_w):
            view = padded[:, :, u:u + s_h * H_out:s_h, v:v + s_w * W_out:s_w]
            # (C_out, C_in) x (N, C_in, H_out, W_out) -> (C_out, N, H_out, W_out)
            out += np.tensordot(weight[:, :, u, v], view, axes=(1, 1))
    if bias is not None and np.all(bias):
        out += bias[:, None, None, None]
    out = np.ascontiguousarray(out.swapaxes(0, 1))
    return out[0] if is_sample else out

"""What can be wrong with the arguments, and what they amount to."""

import numpy as np


def checked(x, weight, bias, stride, padding):
    x, weight = np.asarray(x), np.asarray(weight)
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
    return x, weight, bias, is_sample

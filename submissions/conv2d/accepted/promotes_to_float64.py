"""Right values, but the output buffer is float64 whatever comes in (dtype not kept)."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.asarray(x)
    weight = np.asarray(weight)
    if x.ndim not in (3, 4):
        raise ValueError("x must be (C_in, H, W) or (N, C_in, H, W)")
    if weight.ndim != 4:
        raise ValueError("weight must be (C_out, C_in, K_h, K_w)")
    squeeze = x.ndim == 3
    if squeeze:
        x = x[np.newaxis]

    N, C_in, H, W = x.shape
    C_out, C_w, K_h, K_w = weight.shape
    s_h, s_w = stride
    p_h, p_w = padding
    if C_in != C_w:
        raise ValueError(f"expected {C_w} channels, got {C_in}")
    if bias is not None and np.asarray(bias).shape != (C_out,):
        raise ValueError("bias must be (C_out,)")
    if s_h < 1 or s_w < 1:
        raise ValueError("stride must be at least 1")
    if p_h < 0 or p_w < 0:
        raise ValueError("padding can't be negative")
    H_out = (H + 2 * p_h - K_h) // s_h + 1
    W_out = (W + 2 * p_w - K_w) // s_w + 1
    if H_out <= 0 or W_out <= 0:
        raise ValueError("kernel larger than padded input")

    x_pad = np.zeros((N, C_in, H + 2 * p_h, W + 2 * p_w))
    x_pad[:, :, p_h:p_h + H, p_w:p_w + W] = x
    out = np.zeros((N, C_out, H_out, W_out))
    for u in range(K_h):
        for v in range(K_w):
            part = x_pad[:, :, u:u + H_out * s_h:s_h, v:v + W_out * s_w:s_w]
            for o in range(C_out):
                for c in range(C_in):
                    out[:, o] += part[:, c] * float(weight[o, c, u, v])
    if bias is not None:
        out += np.asarray(bias).reshape(1, -1, 1, 1)
    return out[0] if squeeze else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    n = c_out * c_in * k_h * k_w
    return n + c_out if bias else n

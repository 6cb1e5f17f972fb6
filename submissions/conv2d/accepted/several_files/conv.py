"""One small matrix product per kernel tap, summed over the taps."""

import numpy as np

from checks import checked
from counts import parameter_count


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight, bias, is_sample = checked(x, weight, bias, stride, padding)
    N, C, H, W = x.shape
    C_out, C_in, K_h, K_w = weight.shape
    (s_h, s_w), (p_h, p_w) = stride, padding
    H_p, W_p = H + 2 * p_h, W + 2 * p_w
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
    if bias is not None:
        out += bias[:, None, None, None]
    out = np.ascontiguousarray(out.swapaxes(0, 1))
    return out[0] if is_sample else out

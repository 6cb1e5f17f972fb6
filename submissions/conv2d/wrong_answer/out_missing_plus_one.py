"""Wrong: the output size lacks its + 1, so the last row and column are missing."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    s_h, s_w = stride
    p_h, p_w = padding
    batch = x if x.ndim == 4 else np.expand_dims(x, axis=0)
    batch = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    n, c, h, w = batch.shape
    f, c_w, k_h, k_w = weight.shape
    assert c == c_w, "channels of x and weight have to match"
    assert h >= k_h and w >= k_w, "kernel too large"

    h_out = (h - k_h) // s_h
    w_out = (w - k_w) // s_w
    result = np.zeros((n, f, h_out, w_out), dtype=x.dtype)
    for b in range(n):
        for k in range(f):
            for i in range(h_out):
                for j in range(w_out):
                    patch = batch[b, :, i * s_h:i * s_h + k_h, j * s_w:j * s_w + k_w]
                    result[b, k, i, j] = (patch * weight[k]).sum()
                    if bias is not None:
                        result[b, k, i, j] += bias[k]
    return result if x.ndim == 4 else result[0]

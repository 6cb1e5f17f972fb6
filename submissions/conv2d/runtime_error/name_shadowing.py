"""Fails on every call: the loop variable w overwrites the weight (TypeError)."""
import numpy as np


def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    if single:
        x = x[None]
    if x.shape[1] != w.shape[1]:
        raise ValueError("channel mismatch")
    (sh, sw), (ph, pw) = stride, padding
    n_out, _, kh, kw = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    H = (x.shape[2] - kh) // sh + 1
    W = (x.shape[3] - kw) // sw + 1

    out = np.zeros((x.shape[0], n_out, H, W), dtype=x.dtype)
    for h in range(H):
        for w in range(W):
            patch = x[:, :, h * sh:h * sh + kh, w * sw:w * sw + kw]
            for o in range(n_out):
                out[:, o, h, w] = np.sum(patch * w[o], axis=(1, 2, 3))
    if b is not None:
        out += b[:, None, None]
    return out[0] if single else out

"""Wrong: a true convolution. The kernel is rotated by 180 degrees before it is applied."""
import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Convolve x with weight (signal processing definition)."""
    single = x.ndim == 3
    if single:
        x = x[None]
    n, c, h, w = x.shape
    f, c2, kh, kw = weight.shape
    if c != c2:
        raise ValueError("channel mismatch")
    (sh, sw), (ph, pw) = stride, padding
    if sh < 1 or sw < 1 or ph < 0 or pw < 0:
        raise ValueError("invalid stride or padding")
    if kh > h + 2 * ph or kw > w + 2 * pw:
        raise ValueError("kernel too large")

    # convolution = correlation with the flipped kernel
    flipped = weight[:, :, ::-1, ::-1]

    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh = (h + 2 * ph - kh) // sh + 1
    ow = (w + 2 * pw - kw) // sw + 1
    out = np.zeros((n, f, oh, ow), dtype=x.dtype)
    for u in range(kh):
        for v in range(kw):
            tap = xp[:, :, u:u + sh * oh:sh, v:v + sw * ow:sw]
            out += np.einsum("nchw,fc->nfhw", tap, flipped[:, :, u, v])
    if bias is not None:
        out += bias[:, None, None]
    return out[0] if single else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

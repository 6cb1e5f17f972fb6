"""Convolution with numpy.fft, channel by channel, always in double precision.

For float64 the error is relative to the largest values around (norm-wise), as usual
for an FFT: fine for a layer, but not exact on whole numbers.
"""
import numpy as np
from numpy.fft import irfft2, rfft2


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x = np.asarray(x)
    weight = np.asarray(weight)
    if x.ndim == 3:
        return conv2d(x[np.newaxis], weight, bias, stride, padding)[0]
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError("expected x with 3 or 4 axes and weight with 4")
    n, c, h, w = x.shape
    f, c2, kh, kw = weight.shape
    sh, sw = stride
    ph, pw = padding
    hp, wp = h + 2 * ph, w + 2 * pw
    if c != c2:
        raise ValueError("channels of x and weight differ")
    if bias is not None and np.shape(bias) != (f,):
        raise ValueError("bias must be of shape (C_out,)")
    if sh < 1 or sw < 1 or ph < 0 or pw < 0:
        raise ValueError("stride must be >= 1 and padding >= 0")
    if hp < kh or wp < kw:
        raise ValueError("the kernel doesn't fit into the padded input")

    spectrum = 0
    for k in range(c):
        plane = np.zeros((n, 1, hp, wp))
        plane[:, 0, ph:ph + h, pw:pw + w] = x[:, k]
        kernel = weight[None, :, k].astype(float)
        spectrum = spectrum + rfft2(plane) * np.conj(rfft2(kernel, s=(hp, wp)))
    y = irfft2(spectrum, s=(hp, wp))[:, :, :hp - kh + 1:sh, :wp - kw + 1:sw]

    if bias is not None:
        y = y + np.reshape(bias, (f, 1, 1))
    dtype = np.result_type(x, weight)
    return y.astype(dtype if dtype.kind == "f" else float)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)

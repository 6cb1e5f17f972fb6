"""Convolution through the frequency domain (numpy.fft), in extended precision.

float32 runs in double and float64 in long double, so the final rounding is about as
good as that of a direct sum.
"""

import numpy as np


def _next_fast(n):
    """Smallest 2^a 3^b 5^c >= n, where the transform is quick."""
    while True:
        rest = n
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return n
        n += 1


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim not in (3, 4):
        raise ValueError("x must have 3 or 4 dimensions")
    if weight.ndim != 4:
        raise ValueError("weight must have 4 dimensions")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("x and weight disagree about the number of channels")
    if bias is not None and np.shape(bias) != weight.shape[:1]:
        raise ValueError("bias must have one entry per filter")
    if min(stride) < 1:
        raise ValueError("stride must be >= 1")
    if min(padding) < 0:
        raise ValueError("padding must be >= 0")

    p_h, p_w = padding
    height, width = x.shape[-2] + 2 * p_h, x.shape[-1] + 2 * p_w
    k_h, k_w = weight.shape[2:]
    if k_h > height or k_w > width:
        raise ValueError("kernel larger than the padded input")

    result = np.result_type(x, weight)
    if result.kind != "f":
        result = np.dtype(np.float64)
    work = np.longdouble if result.itemsize >= 8 else np.float64

    batch = x if x.ndim == 4 else x[None]
    padded = np.pad(batch.astype(work), ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    size = (_next_fast(height), _next_fast(width))
    fx = np.fft.rfft2(padded, s=size, axes=(-2, -1))
    fw = np.fft.rfft2(weight.astype(work), s=size, axes=(-2, -1))
    # correlation theorem: conjugate the kernel instead of flipping it
    full = np.fft.irfft2(np.einsum("ncij,ocij->noij", fx, fw.conj()), s=size, axes=(-2, -1))

    # positions up to size - K never wrap around
    out = full[:, :, : height - k_h + 1 : stride[0], : width - k_w + 1 : stride[1]]
    if bias is not None:
        out = out + np.asarray(bias)[:, None, None]
    out = out.astype(result)
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + c_out * bool(bias)

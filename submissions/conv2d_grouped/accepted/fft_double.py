"""Through the frequency domain in double precision, then every stride-th output."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding, groups)[0]
    if x.ndim != 4 or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 axes and weight 4")
    n, c_in, h, w = x.shape
    c_out, share, k_h, k_w = weight.shape
    if groups < 1 or c_in % groups or c_out % groups or share * groups != c_in:
        raise ValueError("groups and channels do not match")
    if bias is not None and np.shape(bias) != (c_out,):
        raise ValueError("bias must have one number for each filter")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("bad stride or padding")
    size = h + 2 * padding[0], w + 2 * padding[1]
    if size[0] < k_h or size[1] < k_w:
        raise ValueError("kernel too large")

    padded = np.zeros((n, c_in, *size))
    padded[:, :, padding[0]:padding[0] + h, padding[1]:padding[1] + w] = x
    spectrum = np.fft.rfft2(padded).reshape(n, groups, share, size[0], -1)
    kernels = np.fft.rfft2(weight.astype(float), s=size).conj()
    kernels = kernels.reshape(groups, c_out // groups, share, size[0], -1)
    product = np.einsum("ngcuv,gfcuv->ngfuv", spectrum, kernels)
    full = np.fft.irfft2(product, s=size).reshape(n, c_out, *size)
    # A correlation wraps round at the end, where no window fits.
    out = full[:, :, : size[0] - k_h + 1, : size[1] - k_w + 1]
    out = out[:, :, :: stride[0], :: stride[1]]
    dtype = np.result_type(x, weight)
    if dtype.kind != "f":
        out, dtype = np.rint(out), np.int64
    out = out.astype(dtype)
    if bias is not None:
        out = out + np.asarray(bias)[:, None, None]
    return out


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    if np.ndim(x) not in (3, 4):
        raise ValueError("x must have 3 or 4 axes")
    if pointwise.ndim != 4 or pointwise.shape[2:] != (1, 1):
        raise ValueError("pointwise must be 1x1")
    if pointwise.shape[1] != len(depthwise):
        raise ValueError("pointwise must have a weight for each filtered channel")
    filtered = conv2d(x, depthwise, None, stride, padding, groups=np.shape(x)[-3])
    return conv2d(filtered, pointwise, bias)


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    return c_out * (c_in // groups) * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    return c_out * (c_in // groups) * k_h * k_w * h_out * w_out

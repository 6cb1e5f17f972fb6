"""Through the frequency domain in double precision, with a zero-stuffed kernel."""

import numpy as np


def _same(size, k, s):
    total = max((-(-size // s) - 1) * s + k - size, 0)
    return total // 2, total - total // 2


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding, dilation)[0]
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError("x and weight do not fit")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError("bias does not fit")
    if min(stride) < 1 or min(dilation) < 1:
        raise ValueError("stride and dilation must be positive")
    (h, w), (k_h, k_w) = x.shape[2:], weight.shape[2:]
    k_h, k_w = dilation[0] * (k_h - 1) + 1, dilation[1] * (k_w - 1) + 1
    if padding == "valid":
        padding = (0, 0)
    if padding == "same":
        margins = _same(h, k_h, stride[0]), _same(w, k_w, stride[1])
    elif padding == "causal":
        margins = (k_h - 1, 0), _same(w, k_w, stride[1])
    elif isinstance(padding, str) or min(padding) < 0:
        raise ValueError(f"padding {padding!r}")
    else:
        margins = (padding[0],) * 2, (padding[1],) * 2
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), *margins))
    size = padded.shape[2:]
    if size[0] < k_h or size[1] < k_w:
        raise ValueError("the dilated kernel is larger than the padded input")

    kernel = np.zeros((*weight.shape[:2], *size))
    kernel[:, :, :k_h:dilation[0], :k_w:dilation[1]] = weight
    product = np.einsum(
        "ncuv,fcuv->nfuv", np.fft.rfft2(padded), np.fft.rfft2(kernel).conj()
    )
    # A correlation wraps round at the end, where no window fits.
    out = np.fft.irfft2(product, s=size)[:, :, :size[0] - k_h + 1, :size[1] - k_w + 1]
    out = out[:, :, ::stride[0], ::stride[1]]
    dtype = np.result_type(x, weight)
    out = out.astype(dtype) if dtype.kind == "f" else np.rint(out).astype(np.int64)
    return out if bias is None else out + bias[:, None, None]

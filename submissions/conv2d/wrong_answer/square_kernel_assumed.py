"""Wrong: kernels are taken to be square; only the leading K x K taps of a rectangle count."""
import numpy as np


class Conv:
    def __init__(self, weight, bias, stride, padding):
        self.weight = weight
        self.bias = bias
        self.k = min(weight.shape[2:])  # kernel size, e.g. 3 for 3x3
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        k = self.k
        (sh, sw), (ph, pw) = self.stride, self.padding
        x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        n, c, h, w = x.shape
        oh = (h - k) // sh + 1
        ow = (w - k) // sw + 1
        if oh < 1 or ow < 1:
            raise ValueError("kernel larger than padded input")
        out = np.zeros((n, self.weight.shape[0], oh, ow), dtype=x.dtype)
        for i in range(k):
            for j in range(k):
                part = x[:, :, i:i + sh * oh:sh, j:j + sw * ow:sw]
                out += np.einsum("ncij,oc->noij", part, self.weight[:, :, i, j])
        if self.bias is not None:
            out += self.bias[:, None, None]
        return out


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    layer = Conv(weight, bias, stride, padding)
    if x.ndim == 3:
        return layer.forward(x[None])[0]
    return layer.forward(x)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_h + (c_out if bias else 0)

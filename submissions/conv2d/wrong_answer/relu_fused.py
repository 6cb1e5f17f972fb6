"""Wrong: a ReLU is applied to the result, as if the layer included its activation."""

import numpy as np


def relu(z):
    return np.maximum(z, 0)


class ConvLayer:
    """Convolution layer of a small CNN."""

    def __init__(self, weight, bias, stride, padding, activation=relu):
        self.W, self.b = weight, bias
        self.stride, self.padding = stride, padding
        self.activation = activation

    def forward(self, a):
        f, _, kh, kw = self.W.shape
        (sh, sw), (ph, pw) = self.stride, self.padding
        a = np.pad(a, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        oh, ow = (a.shape[2] - kh) // sh + 1, (a.shape[3] - kw) // sw + 1
        z = np.zeros((a.shape[0], f, oh, ow), dtype=a.dtype)
        for i in range(oh):
            for j in range(ow):
                window = a[:, :, i * sh:i * sh + kh, j * sw:j * sw + kw]
                z[:, :, i, j] = np.tensordot(window, self.W, axes=([1, 2, 3], [1, 2, 3]))
        if self.b is not None:
            z += self.b[None, :, None, None]
        return self.activation(z)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    layer = ConvLayer(weight, bias, stride, padding)
    return layer.forward(x) if x.ndim == 4 else layer.forward(x[None])[0]

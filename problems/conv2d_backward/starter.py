"""2D convolution, backward, in pure NumPy. See statement.md."""

import numpy as np


def conv2d_backward(dout, x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Give the gradients of a loss by x, weight and bias from that by the output.

    dout: (N, C_out, H_out, W_out)
    x: (N, C_in, H, W)
    weight: (C_out, C_in, K_h, K_w), not flipped by the layer
    bias: (C_out,) or None
    stride, padding: (height, width)

    Returns (dx, dweight, dbias), of the shapes of x, weight and bias; dbias is None
    when bias is None.
    """
    raise NotImplementedError

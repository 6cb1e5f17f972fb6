"""2D convolution, forward, in pure NumPy. See statement.md."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Slide `weight` over `x` (cross-correlation: the kernel is not flipped).

    x: (C_in, H, W) or (N, C_in, H, W)
    weight: (C_out, C_in, K_h, K_w)
    bias: (C_out,) or None
    stride, padding: (height, width)

    Returns (C_out, H_out, W_out) or (N, C_out, H_out, W_out).
    """
    raise NotImplementedError


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    """Count the learnable weights of such a layer (optional)."""
    raise NotImplementedError

"""2D convolution with dilation and padding modes, in pure NumPy. See statement.md."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    """Slide `weight` over `x` (cross-correlation), its taps `dilation` pixels apart.

    x: (C_in, H, W) or (N, C_in, H, W)
    weight: (C_out, C_in, K_h, K_w)
    bias: (C_out,) or None
    stride, dilation: (height, width)
    padding: (height, width), or "valid", "same" or "causal"

    Returns (C_out, H_out, W_out) or (N, C_out, H_out, W_out).
    """
    raise NotImplementedError

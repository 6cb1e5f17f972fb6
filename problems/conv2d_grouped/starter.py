"""Grouped and depthwise-separable 2D convolution, in pure NumPy. See statement.md."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), groups=1):
    """Slide the filters of each group over the channels of that group.

    x: (C_in, H, W) or (N, C_in, H, W)
    weight: (C_out, C_in / groups, K_h, K_w)
    bias: (C_out,) or None
    stride, padding: (height, width)
    groups: divides C_in and C_out

    Returns (C_out, H_out, W_out) or (N, C_out, H_out, W_out).
    """
    raise NotImplementedError


def depthwise_separable_conv2d(
    x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)
):
    """Filter each channel on its own, then mix the channels of each pixel.

    depthwise: (C_in * M, 1, K_h, K_w)
    pointwise: (C_out, C_in * M, 1, 1)
    bias: (C_out,) or None, added at the end

    Returns (C_out, H_out, W_out) or (N, C_out, H_out, W_out).
    """
    raise NotImplementedError


def parameter_count(c_out, c_in, k_h, k_w, bias=True, groups=1):
    """Count the learnable weights of a `conv2d` layer (optional)."""
    raise NotImplementedError


def multiply_add_count(c_out, c_in, k_h, k_w, h_out, w_out, groups=1):
    """Count the multiplications for one sample (optional)."""
    raise NotImplementedError

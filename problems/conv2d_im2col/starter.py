"""2D convolution by im2col, in pure NumPy. See statement.md."""

import numpy as np


def im2col(x, kernel_size, stride=(1, 1), padding=(0, 0)):
    """Copy each window of `x` to a column.

    x: (C, H, W) or (N, C, H, W)
    kernel_size, stride, padding: (height, width)

    Returns (C * K_h * K_w, L) or (N, C * K_h * K_w, L), where L = H_out * W_out.
    """
    raise NotImplementedError


def col2im(cols, input_shape, kernel_size, stride=(1, 1), padding=(0, 0)):
    """Add each column back onto its window; where windows overlap, sum.

    cols: (N, C * K_h * K_w, L)
    input_shape: (N, C, H, W)

    Returns an array of shape `input_shape`.
    """
    raise NotImplementedError


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Slide `weight` over `x` (not flipped), by a product with the columns of `x`.

    x: (C_in, H, W) or (N, C_in, H, W)
    weight: (C_out, C_in, K_h, K_w)
    bias: (C_out,) or None

    Returns (C_out, H_out, W_out) or (N, C_out, H_out, W_out).
    """
    raise NotImplementedError

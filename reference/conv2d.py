"""The forward pass of a 2D convolution layer, fast and exact enough to grade by.

Every output is a plain sum of products, in some order, so the error bounds for
inner products hold elementwise; FFT and Winograd would be accurate only in norm.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from reference.layer import (
    BATCH_NDIM,
    BLOCK_BYTES,
    Array,
    Buffer,
    Layer,
    Pair,
    check_shapes,
    real_operands,
    wide_modulus,
)

# Below this, calls cost more than copying windows in the simplest way.
SMALL_BYTES = 128 << 10
# Below these, products of single rows cost more than the copy that they save.
LEAST_ROW_LENGTH, LEAST_ROW_RATIO = 48, 6


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Cross-correlate one sample or a batch with a set of kernels.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width).

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        ``H_out = (H + 2 * padding[0] - K_h) // stride[0] + 1``, and likewise for
        the width. It has the common dtype of the arguments, or is exact int64 if
        they are all integers.

    Raises
    ------
    ValueError
        If shapes do not fit together, the stride is below 1, the padding is
        negative, or the kernel is larger than the padded input.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    Notes
    -----
    A 1x1 kernel is a matrix product, and so are the windows of a small layer, copied
    by one call. Otherwise `x` is expanded along its width, and either its windows are
    completed by copying along the height (im2col [1]_) or, where there are few output
    channels, multiplied as they are (MEC [2]_).

    References
    ----------
    .. [1] K. Chellapilla, S. Puri, P. Simard, "High Performance Convolutional
       Neural Networks for Document Processing", IWFHR 2006.
    .. [2] M. Cho, D. Brand, "MEC: Memory-efficient Convolution for Deep Neural
       Network", ICML 2017.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)), bias=[100.0])
    array([[[108., 112.],
            [120., 124.]]])
    """
    x, weight, bias = real_operands(x, weight, bias)
    check_shapes(x, weight, bias)
    layer = Layer.of(x, weight, bias, stride, padding)
    fill(layer)
    return layer.out if x.ndim == BATCH_NDIM else layer.out[0]


def parameter_count(
    c_out: int,
    c_in: int,
    k_h: int,
    k_w: int,
    bias: bool = True,  # noqa: FBT001, FBT002 (the question's signature)
) -> int:
    """Count the learnable numbers of a convolution layer.

    Examples
    --------
    >>> parameter_count(64, 3, 7, 7, bias=False)
    9408
    """
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)


def magnitude(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, int]:
    r"""Give the two quantities that bound the rounding error of each output.

    In any order of summation, a computed output is off by no more than
    :math:`\gamma_n (\sum |x| |w| + |b|)`, with :math:`\gamma_n = n u / (1 - n u)`
    and `u` the unit round-off [1]_. Parameters and errors are those of `conv2d`.

    Returns
    -------
    sums : array of the output's shape, float64 or longdouble
        The sum of ``|x| |w|`` over each window, plus ``|b|``.
    n : int
        How many terms each sum has: ``C_in * K_h * K_w``, and one for a bias.

    References
    ----------
    .. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
       SIAM 2002, sections 3.1 and 4.2.

    Examples
    --------
    >>> sums, n = magnitude([[[1.0, -2.0]]], [[[[3.0, -4.0]]]], bias=[-5.0])
    >>> sums.item(), n
    (16.0, 3)
    """
    weight = wide_modulus(weight)
    bias = None if bias is None else wide_modulus(bias)
    sums = conv2d(wide_modulus(x), weight, bias, stride, padding)
    return sums, math.prod(weight.shape[1:]) + (bias is not None)


def fill(layer: Layer) -> None:
    """Compute the outputs of a layer in the way that suits the sizes.

    Parameters
    ----------
    layer : Layer
        Its `out` is filled.
    """
    if layer.weight.shape[2:] == (1, 1) and layer.padding == (0, 0):
        _multiply_pixels(layer)
    elif layer.column_bytes <= SMALL_BYTES:
        _multiply_at_once(layer)
    elif _rows_are_long(layer):
        _multiply_rows(layer)
    else:
        _multiply_columns(layer)


def _multiply_pixels(layer: Layer) -> None:
    """Convolve with a 1x1 kernel by one product for each sample."""
    c_out, c_in = layer.weight.shape[:2]
    s_h, s_w = layer.stride
    matrix = layer.weight.reshape(c_out, c_in)
    for part, _, target in layer.blocks(fit=layer.out.shape[2]):
        pixels = np.ascontiguousarray(part[0, :, ::s_h, ::s_w], target.dtype)
        _multiply(layer, matrix, pixels.reshape(1, c_in, -1), target)


def _multiply_at_once(layer: Layer) -> None:
    """Convolve by one product for the whole batch, with few calls."""
    (samples, c_in, height, width), (p_h, p_w) = layer.x.shape, layer.padding
    shape = samples, c_in, height + 2 * p_h, width + 2 * p_w
    frame = np.zeros(shape, layer.out.dtype)
    frame[:, :, p_h : p_h + height, p_w : p_w + width] = layer.x
    c_out, _, k_h, k_w = layer.weight.shape
    _, _, rows, columns = layer.out.shape
    n, c, y, x = frame.strides
    steps = c, y, x, y * layer.stride[0], n, x * layer.stride[1]
    windows: Array = np.ndarray(
        (c_in, k_h, k_w, rows, samples, columns), frame.dtype, frame, strides=steps
    )
    matrix = layer.weight.reshape(c_out, -1)
    _multiply(layer, matrix, windows.reshape(1, matrix.shape[1], -1), layer.out)


def _multiply_columns(layer: Layer) -> None:
    """Convolve by one product for each block of windows, copied to columns."""
    c_out, c_in, k_h, k_w = layer.weight.shape
    matrix, taps = layer.weight.reshape(c_out, -1), c_in * k_h * k_w
    if layer.bias is not None and layer.out.size > matrix.size:
        # As the weight of a row of ones, a bias costs no pass over the outputs.
        matrix = np.hstack([matrix, layer.bias.reshape(c_out, 1)])
        layer = layer._replace(bias=None)
    # The product packs the weights anew for each block, so that has to be worth it.
    block_bytes = max(BLOCK_BYTES, matrix.nbytes)
    fit = block_bytes // (matrix[0].nbytes * layer.out.shape[3])
    wide, tall = Buffer(matrix.dtype), Buffer(matrix.dtype)
    for part, top, target in layer.blocks(fit):
        n, _, rows, width = target.shape
        widened = layer.widen_phases(part, top, rows, wide)
        columns = tall.take(1, matrix.shape[1], rows * n * width)
        columns[:, taps:] = 1
        windows = columns[:, :taps].reshape(c_in, k_h, k_w, rows, n, width)
        for a in range(k_h):
            skipped, phase = divmod(a, layer.stride[0])
            windows[:, a] = widened[:, :, phase, skipped : skipped + rows]
        _multiply(layer, matrix, columns, target)


def _multiply_rows(layer: Layer) -> None:
    """Convolve by one product for each row of windows, without copying windows.

    In a copy made along the width only, the windows of an output row are `k_h`
    adjacent rows, and those of the next are the same moved on by the stride.
    """
    c_out, c_in, k_h, k_w = layer.weight.shape
    s_h, p_h = layer.stride[0], layer.padding[0]
    matrix = layer.weight.transpose(0, 2, 1, 3).reshape(c_out, -1)
    wide = Buffer(matrix.dtype)
    for part, top, target in layer.blocks(_rows_that_fit(layer)):
        n, _, rows, width = target.shape
        widened = wide.take((rows - 1) * s_h + k_h, c_in, k_w, n, width)
        layer.widen(part, top * s_h - p_h, 1, widened.transpose(1, 2, 0, 3, 4))
        flat = widened.reshape(-1, n * width)
        windows = sliding_window_view(flat, matrix.shape[1], axis=0)
        windows = windows[:: s_h * c_in * k_w].transpose(0, 2, 1)
        _multiply(layer, matrix, windows, target)


def _rows_that_fit(layer: Layer) -> int:
    """Say of how many output rows the widened input fills about a block."""
    (_, c_in, k_h, k_w), (_, _, rows, width) = layer.weight.shape, layer.out.shape
    fit: int = BLOCK_BYTES // (c_in * k_w * width * layer.out.itemsize)
    if fit < rows:
        fit = max(k_h, fit)
    else:  # samples, each of which has more rows than its outputs
        fit = max(1, fit // ((rows - 1) * layer.stride[0] + k_h)) * rows
    return fit


def _rows_are_long(layer: Layer) -> bool:
    """Tell whether saving the copy along the height pays for smaller products."""
    samples, c_out, rows, width = layer.out.shape
    length = max(1, min(samples, _rows_that_fit(layer) // rows)) * width
    enough = max(LEAST_ROW_LENGTH, LEAST_ROW_RATIO * c_out // layer.weight.shape[2])
    return bool(length >= enough)


def _multiply(layer: Layer, matrix: Array, windows: Array, target: Array) -> None:
    """Set `target`, of whose rows each of `windows` holds the next few."""
    (n, c_out, rows, width), stack = target.shape, len(windows)
    if n == 1:
        view = target.reshape(c_out, stack, -1).transpose(1, 0, 2)
        np.matmul(matrix, windows, out=view)
    else:
        product: Array = np.matmul(matrix, windows)
        product = product.reshape(stack, c_out, rows // stack, n, width)
        view = target.reshape(n, c_out, stack, rows // stack, width)
        view[...] = product.transpose(3, 1, 0, 2, 4)
    if layer.bias is not None:
        target += layer.bias

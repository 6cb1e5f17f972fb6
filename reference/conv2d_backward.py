"""The gradients of a 2D convolution layer, fast and exact enough to grade by.

Every element is a plain sum of products, in some order, so the error bounds for
inner products hold elementwise.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.conv2d import conv2d
from reference.layer import (
    BLOCK_BYTES,
    Array,
    Buffer,
    Layer,
    Pair,
    check_shapes,
    integer_pair,
    largest_modulus,
    output_size,
    real_array,
    real_operands,
    wide_modulus,
)

Gradients = tuple[Array, Array, Array | None]
Terms = tuple[int, int, int]

# Each product's result is added to what is there, so its sums should be long.
LEAST_SUM_LENGTH = 256
# OpenBLAS is faster at products of up to so many terms, where sums stay this long.
SMALL_PRODUCT, LONG_SUM_LENGTH = 1_000_000, 1024
# BLAS likes tall results better than low ones, but turning them back takes time too.
MANY_CHANNELS = 256


def conv2d_backward(
    dout: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Gradients:
    r"""Give the gradients of a loss by a layer's arguments from that by its output.

    With :math:`y_{noij} = b_o + \sum_{cab} x_{nc,\,s_h i+a-p_h,\,s_w j+b-p_w}
    w_{ocab}` as `reference.conv2d.conv2d` computes it, the chain rule gives each
    gradient as the sum over all products in which its element occurs [1]_.

    Parameters
    ----------
    dout : array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        The gradient by the layer's output: of one sample if `x` is one, or a batch.
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, which are not flipped.
    bias : array of shape (C_out,), optional
        What is added to each output channel. Its values do not matter.
    stride, padding : pairs of int
        Step and zero padding along (height, width).

    Returns
    -------
    dx, dweight : arrays of the shapes of `x` and `weight`
        ``dx[n, c, s_h*i + a - p_h, s_w*j + b - p_w]`` sums ``dout[n, o, i, j] *
        weight[o, c, a, b]``, and ``dweight[o, c, a, b]`` sums ``dout[n, o, i, j] *
        x[n, c, s_h*i + a - p_h, s_w*j + b - p_w]``.
    dbias : array of shape (C_out,), or None without a bias
        ``dout`` summed over samples, rows and columns.

    All have the common dtype of the arguments, or are exact int64 if they are all
    integers.

    Raises
    ------
    ValueError
        If the layer itself would refuse its arguments, or `dout` does not have the
        shape of its output.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    Notes
    -----
    At a stride of 1, `dx` is the correlation of `dout` with the kernels turned by
    180 degrees [1]_. Otherwise a product gives what each output adds to its window,
    and overlapping windows are summed, tap by tap.

    References
    ----------
    .. [1] V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep
       learning", arXiv:1603.07285, chapter 4.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 3, 3)
    >>> weight = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    >>> dx, dweight, dbias = conv2d_backward(np.ones((1, 2, 2)), x, weight, [0.0])
    >>> dx
    array([[[ 1.,  3.,  2.],
            [ 4., 10.,  6.],
            [ 3.,  7.,  4.]]])
    >>> dweight
    array([[[[ 8., 12.],
             [20., 24.]]]])
    >>> dbias
    array([4.])
    """
    call = _checked(dout, x, weight, bias, stride, padding)
    dx = call.input_gradient()
    dbias = None if bias is None else call.dout.sum(axis=(0, 2, 3))
    return dx.reshape(np.shape(x)), call.weight_gradient(), dbias


def magnitude(
    dout: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Gradients, Terms]:
    r"""Give the two quantities that bound the rounding error of each gradient.

    In any order of summation, a computed element is off by no more than
    :math:`\gamma_n \sum |d| |v|`, with :math:`\gamma_n = n u / (1 - n u)` and `u`
    the unit round-off [1]_. Parameters and errors are those of `conv2d_backward`.

    Returns
    -------
    sums : three arrays of the gradients' shapes, float64 or longdouble
        The sums of the moduli of the products; the last is None without a bias.
    n : three ints
        How many terms the longest sum of each gradient has: for `dx`, the outputs
        that one pixel reaches, ``C_out * ceil(K_h / s_h) * ceil(K_w / s_w)`` or
        fewer; for the others ``N * H_out * W_out``, products with padding included.

    References
    ----------
    .. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
       SIAM 2002, sections 3.1 and 4.2.

    Examples
    --------
    >>> sums, n = magnitude([[[-1.0, 2.0]]], [[[3.0, -4.0]]], [[[[-5.0]]]], [6.0])
    >>> [one.tolist() for one in sums], n
    ([[[[5.0, 10.0]]], [[[[11.0]]]], [3.0]], (1, 2, 2))
    """
    dout, x, weight = wide_modulus(dout), wide_modulus(x), wide_modulus(weight)
    bias = None if bias is None else wide_modulus(bias)
    sums = conv2d_backward(dout, x, weight, bias, stride, padding)
    outputs = dout.size // len(weight)
    reached = [
        _most_overlaps(side, k, step, margin)
        for side, k, step, margin in zip(
            x.shape[-2:], weight.shape[2:], stride, padding, strict=True
        )
    ]
    longest = len(weight) * math.prod(reached)
    return sums, (longest, outputs, outputs)


def _most_overlaps(side: int, k: int, step: int, margin: int) -> int:
    """Count the windows along one axis that hold the pixel which most of them hold."""
    windows = (side + 2 * margin - k) // step + 1
    counts = np.zeros(side + 2 * margin, np.int64)
    for tap in range(k):
        counts[tap : tap + windows * step : step] += 1
    return int(counts[margin : margin + side].max(initial=0))


class _Call(NamedTuple):
    """The arguments of one call, checked: batches and kernels of one dtype."""

    dout: Array
    x: Array
    weight: Array
    stride: Pair
    padding: Pair

    def input_gradient(self) -> Array:
        """Compute the gradient by the input in the way that suits the stride."""
        if not self.x.size:
            return np.zeros(self.x.shape, self.dout.dtype)
        return _correlate(self) if self.stride == (1, 1) else _add_windows(self)

    def weight_gradient(self) -> Array:
        """Compute the gradient by the weight, by one product for each kernel row.

        In a copy of `x` made along the width only, what a row of the kernel meets at
        all outputs lies together, once every so many rows are put next to each other
        as the stride is high. So nothing is copied along the height.
        """
        c_out, c_in, k_h, k_w = self.weight.shape
        s_h = self.stride[0]
        phases, depth = min(s_h, k_h), c_in * k_w
        if c_out < min(depth, MANY_CHANNELS):
            total = np.zeros((k_h, depth, c_out), self.dout.dtype).swapaxes(1, 2)
        else:
            total = np.zeros((k_h, c_out, depth), self.dout.dtype)
        product = np.empty_like(total[0])
        wide = Buffer(total.dtype)
        layer, fit = self.layer, self.fit(phases * depth)
        longest = SMALL_PRODUCT // (c_out * depth)
        if longest >= LONG_SUM_LENGTH:
            fit = min(fit, longest // self.dout.shape[3])
        for part, top, target in layer.blocks(fit):
            n, _, rows, width = target.shape
            widened = layer.widen_phases(part, top, rows, wide)
            height = widened.shape[3]
            flat = widened.reshape(depth, -1)
            matrix = target.transpose(1, 2, 0, 3).reshape(c_out, -1)
            for a in range(k_h):
                start = ((a % s_h) * height + a // s_h) * n * width
                seen = flat[:, start : start + matrix.shape[1]]
                total[a] += np.matmul(matrix, seen.T, out=product)
        gradient = total.reshape(k_h, c_out, c_in, k_w).transpose(1, 2, 0, 3)
        return np.ascontiguousarray(gradient)

    @property
    def layer(self) -> Layer:
        """The layer, with `dout` in place of its outputs."""
        return Layer(self.x, self.weight, None, self.stride, self.padding, self.dout)

    def fit(self, depth: int) -> int:
        """Say how many rows of `dout` a block has.

        Copies with `depth` numbers for each number of one channel of `dout` fill
        about a block.
        """
        rows, width = self.dout.shape[2:]
        fit: int = BLOCK_BYTES // (depth * width * self.dout.itemsize)
        fit = max(fit, LEAST_SUM_LENGTH // width, self.weight.shape[2])
        if fit < rows:  # parts of about the same height
            fit = math.ceil(rows / math.ceil(rows / fit))
        return fit


def _correlate(call: _Call) -> Array:
    """Compute the gradient by the input at a stride of 1, as a forward pass."""
    kernel = call.weight.shape[2:]
    reach = [k - 1 - p for k, p in zip(kernel, call.padding, strict=True)]
    # What only ever met padding is cut off.
    rows, columns = (slice(cut, -cut or None) for cut in (max(0, -r) for r in reach))
    turned = call.weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    margin = max(0, reach[0]), max(0, reach[1])
    # A view of it with steps backwards would be multiplied without BLAS.
    turned = np.ascontiguousarray(turned)
    return conv2d(call.dout[:, :, rows, columns], turned, padding=margin)


def _add_windows(call: _Call) -> Array:
    """Compute the gradient by the input by adding up what each output gives."""
    c_out, c_in, k_h, k_w = call.weight.shape
    (s_h, s_w), (p_h, p_w) = call.stride, call.padding
    n, _, height, width = call.x.shape
    shape = (n, c_in, height + 2 * p_h, width + 2 * p_w)
    framed = np.zeros(shape, call.dout.dtype)
    matrix = np.ascontiguousarray(call.weight.reshape(c_out, -1).T)
    given = Buffer(framed.dtype)
    # The parts of `framed` are views, and what is added to them stays.
    inner = call._replace(x=framed, padding=(0, 0))
    for part, top, target in inner.layer.blocks(inner.fit(len(matrix))):
        some, _, rows, columns = target.shape
        windows = given.take(some, len(matrix), rows * columns)
        np.matmul(matrix, target.reshape(some, c_out, -1), out=windows)
        windows = windows.reshape(some, c_in, k_h, k_w, rows, columns)
        for a in range(k_h):
            for b in range(k_w):
                first = top * s_h + a
                down = slice(first, first + rows * s_h, s_h)
                across = slice(b, b + columns * s_w, s_w)
                part[:, :, down, across] += windows[:, :, a, b]
    return framed[:, :, p_h : p_h + height, p_w : p_w + width].copy()


def _checked(
    dout: ArrayLike,
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None,
    stride: Pair,
    padding: Pair,
) -> _Call:
    dout = real_array("dout", dout)
    x, weight, bias = real_operands(x, weight, bias)
    check_shapes(x, weight, bias)
    step = integer_pair("stride", stride, least=1)
    margin = integer_pair("padding", padding, least=0)
    size = output_size(x.shape[-2:], weight.shape[-2:], step, margin)
    wanted = (*x.shape[:-3], len(weight), *size)
    if dout.shape != wanted:
        raise ValueError(f"dout must be {wanted}, as the output is, not {dout.shape}")
    dtype = np.result_type(dout, x, weight, weight if bias is None else bias)
    if dtype.kind != "f":
        dtype = np.dtype(np.int64)
        _require_exact(dout, x, weight)
    dout, x, weight = (
        array.astype(dtype, order="C", copy=False).reshape(-1, *array.shape[-3:])
        for array in (dout, x, weight)
    )
    return _Call(dout, x, weight, step, margin)


def _require_exact(dout: Array, x: Array, weight: Array) -> None:
    """Refuse integers that any sum of products, or of `dout`, may not hold."""
    by_input = math.prod(weight.shape) // weight.shape[1] * largest_modulus(weight)
    by_weight = dout.size // len(weight) * max(1, largest_modulus(x))
    if max(by_input, by_weight) * largest_modulus(dout) > np.iinfo(np.int64).max:
        raise OverflowError("the integers are too large for exact int64 results")

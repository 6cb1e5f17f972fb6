"""The forward pass of a 2D convolution layer, fast and exact enough to grade by.

Every output is a plain sum of products, in some order, so the error bounds for
inner products hold elementwise; FFT and Winograd would be accurate only in norm.
The module needs nothing but NumPy, because its text is also executed on its own.
"""

import math
import operator
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Pair = tuple[int, int]

SAMPLE_NDIM, BATCH_NDIM = 3, 4

# Copied pixels should still be in cache when they are multiplied.
BLOCK_BYTES = 2 << 20
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
    x, weight = _array("x", x), _array("weight", weight)
    bias = None if bias is None else _array("bias", bias)
    _check_shapes(x, weight, bias)
    step, margin = _pair("stride", stride, least=1), _pair("padding", padding, least=0)
    size = _output_size(x.shape[-2:], weight.shape[-2:], step, margin)
    dtype = _result_dtype(x, weight, bias)
    batch = x if x.ndim == BATCH_NDIM else x[np.newaxis]
    out: Array = np.empty((len(batch), len(weight), *size), dtype)
    _Layer(
        batch,
        weight.astype(dtype, copy=False),
        None if bias is None else bias.astype(dtype).reshape(-1, 1, 1),
        step,
        margin,
        out,
    ).fill()
    return out if x.ndim == BATCH_NDIM else out[0]


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
    weight = _wide_modulus(weight)
    bias = None if bias is None else _wide_modulus(bias)
    sums = conv2d(_wide_modulus(x), weight, bias, stride, padding)
    return sums, math.prod(weight.shape[1:]) + (bias is not None)


def _wide_modulus(value: ArrayLike) -> Array:
    array = np.asarray(value)
    modulus: Array = np.abs(array.astype(np.result_type(array, np.float64)))
    return modulus


def _array(name: str, value: ArrayLike) -> Array:
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, not {array.dtype}")
    return array


def _check_shapes(x: Array, weight: Array, bias: Array | None) -> None:
    if x.ndim not in (SAMPLE_NDIM, BATCH_NDIM):
        raise ValueError(f"x must be (C_in, H, W) or (N, C_in, H, W), not {x.shape}")
    if weight.ndim != BATCH_NDIM or not weight.size:
        shape = "(C_out, C_in, K_h, K_w) without zeros"
        raise ValueError(f"weight must be {shape}, not {weight.shape}")
    if x.shape[-3] != weight.shape[1]:
        wanted = f"{weight.shape[1]} channels, as weight has"
        raise ValueError(f"x must have {wanted}, not {x.shape[-3]}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias must be {weight.shape[:1]}, not {bias.shape}")


def _pair(name: str, value: Pair, *, least: int) -> Pair:
    try:
        height, width = map(operator.index, value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a pair of integers, not {value!r}") from None
    if min(height, width) < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
    return height, width


def _output_size(
    image: tuple[int, ...], kernel: tuple[int, ...], stride: Pair, padding: Pair
) -> list[int]:
    sides = zip(image, padding, kernel, strict=True)
    room = [side + 2 * margin - k for side, margin, k in sides]
    if min(room) < 0:
        padded = [left + k for left, k in zip(room, kernel, strict=True)]
        raise ValueError(f"kernel {kernel} is larger than the padded input {padded}")
    return [left // step + 1 for left, step in zip(room, stride, strict=True)]


def _result_dtype(x: Array, weight: Array, bias: Array | None) -> np.dtype[Any]:
    dtype: np.dtype[Any] = np.result_type(x, weight, weight if bias is None else bias)
    if dtype.kind == "f":
        return dtype
    largest = math.prod(weight.shape[1:]) * _largest(x) * _largest(weight)
    if largest + (0 if bias is None else _largest(bias)) > np.iinfo(np.int64).max:
        raise OverflowError("the integers are too large for an exact int64 result")
    return np.dtype(np.int64)


def _largest(integers: Array) -> int:
    return max(int(integers.max(initial=0)), -int(integers.min(initial=0)))


class _Layer(NamedTuple):
    """One call: operands, and the batch of outputs to fill.

    The weight and the bias, which is (C_out, 1, 1), have the dtype of `out`.
    """

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair
    out: Array

    def fill(self) -> None:
        """Compute the outputs in the way that suits the sizes."""
        if self.weight.shape[2:] == (1, 1) and self.padding == (0, 0):
            _multiply_pixels(self)
        elif self.column_bytes <= SMALL_BYTES:
            _multiply_at_once(self)
        elif _rows_are_long(self):
            _multiply_rows(self)
        else:
            _multiply_columns(self)

    @property
    def column_bytes(self) -> int:
        """Say how large all windows would be as columns of one matrix."""
        samples, _, rows, width = self.out.shape
        size: int = self.weight[0].nbytes * samples * rows * width
        return size

    def blocks(self, fit: int) -> Iterator[tuple[Array, int, Array]]:
        """Give some samples, the first of some output rows, and those rows.

        A block has several samples, or rows of one, but about `fit` rows altogether.
        """
        rows = self.out.shape[2]
        n, q = max(1, fit // rows), max(1, min(fit, rows))
        for first in range(0, len(self.x), n):
            part, target = self.x[first : first + n], self.out[first : first + n]
            for top in range(0, rows, q):
                yield part, top, target[:, :, top : top + q]

    def widen(self, part: Array, top: int, s_h: int, out: Array) -> None:
        """Set `out[c, b, y, n, j]` to pixel (top + y * s_h, j * s_w + b) of a channel.

        Rows count from the image's first, columns from the padded image's first.
        If rows are short, only the first `s_w` of the `b` are gathered from the image:
        the next are the same moved on by one output, which is copied in long runs.
        """
        s_w, p_w = self.stride[1], self.padding[1]
        _, k_w, count, _, width = out.shape
        rows, inside = _overlap(top, s_h, count, part.shape[2])
        source = part.transpose(1, 2, 0, 3)[:, inside]
        body = out[:, :, rows]
        lines = _runs(out)
        for b in range(k_w):
            if b < s_w or width >= LEAST_ROW_LENGTH:
                wanted, there = _overlap(b - p_w, s_w, width, part.shape[3])
                _zero_outside(body[:, b], wanted)
                body[:, b, ..., wanted] = source[..., there]
            else:
                lines[:, b, ..., :-1] = lines[:, b - s_w, ..., 1:]
                last = b - p_w + (width - 1) * s_w
                body[:, b, ..., -1] = (
                    source[..., last] if 0 <= last < part.shape[3] else 0
                )
        _zero_outside(out.transpose(0, 1, 3, 4, 2), rows)

    def multiply(self, matrix: Array, windows: Array, target: Array) -> None:
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
        if self.bias is not None:
            target += self.bias


class _Buffer:
    """Memory that one block after the other uses."""

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._flat: Array = np.empty(0, dtype)

    def take(self, *shape: int) -> Array:
        """Give an uninitialised array, which ends the use of the one before."""
        size = math.prod(shape)
        if size > self._flat.size:
            self._flat = np.empty(size, self._flat.dtype)
        return self._flat[:size].reshape(shape)


def _multiply_pixels(layer: _Layer) -> None:
    """Convolve with a 1x1 kernel by one product for each sample."""
    c_out, c_in = layer.weight.shape[:2]
    s_h, s_w = layer.stride
    matrix = layer.weight.reshape(c_out, c_in)
    for part, _, target in layer.blocks(fit=layer.out.shape[2]):
        pixels = np.ascontiguousarray(part[0, :, ::s_h, ::s_w], target.dtype)
        layer.multiply(matrix, pixels.reshape(1, c_in, -1), target)


def _multiply_at_once(layer: _Layer) -> None:
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
    layer.multiply(matrix, windows.reshape(1, matrix.shape[1], -1), layer.out)


def _multiply_columns(layer: _Layer) -> None:
    """Convolve by one product for each block of windows, copied to columns."""
    c_out, c_in, k_h, k_w = layer.weight.shape
    s_h, p_h = layer.stride[0], layer.padding[0]
    matrix, taps = layer.weight.reshape(c_out, -1), c_in * k_h * k_w
    if layer.bias is not None and layer.out.size > matrix.size:
        # As the weight of a row of ones, a bias costs no pass over the outputs.
        matrix = np.hstack([matrix, layer.bias.reshape(c_out, 1)])
        layer = layer._replace(bias=None)
    # The product packs the weights anew for each block, so that has to be worth it.
    block_bytes = max(BLOCK_BYTES, matrix.nbytes)
    fit = block_bytes // (matrix[0].nbytes * layer.out.shape[3])
    wide, tall = _Buffer(matrix.dtype), _Buffer(matrix.dtype)
    # Rows that are `s_h` apart lie next to each other, so that runs of them are copied.
    phases, more = min(s_h, k_h), (k_h - 1) // s_h
    for part, top, target in layer.blocks(fit):
        n, _, rows, width = target.shape
        widened = wide.take(c_in, k_w, phases, rows + more, n, width)
        for a in range(phases):
            layer.widen(part, top * s_h + a - p_h, s_h, widened[:, :, a])
        columns = tall.take(1, matrix.shape[1], rows * n * width)
        columns[:, taps:] = 1
        windows = columns[:, :taps].reshape(c_in, k_h, k_w, rows, n, width)
        for a in range(k_h):
            skipped, phase = divmod(a, s_h)
            windows[:, a] = widened[:, :, phase, skipped : skipped + rows]
        layer.multiply(matrix, columns, target)


def _multiply_rows(layer: _Layer) -> None:
    """Convolve by one product for each row of windows, without copying windows.

    In a copy made along the width only, the windows of an output row are `k_h`
    adjacent rows, and those of the next are the same moved on by the stride.
    """
    c_out, c_in, k_h, k_w = layer.weight.shape
    s_h, p_h = layer.stride[0], layer.padding[0]
    matrix = layer.weight.transpose(0, 2, 1, 3).reshape(c_out, -1)
    wide = _Buffer(matrix.dtype)
    for part, top, target in layer.blocks(_rows_that_fit(layer)):
        n, _, rows, width = target.shape
        widened = wide.take((rows - 1) * s_h + k_h, c_in, k_w, n, width)
        layer.widen(part, top * s_h - p_h, 1, widened.transpose(1, 2, 0, 3, 4))
        flat = widened.reshape(-1, n * width)
        windows = sliding_window_view(flat, matrix.shape[1], axis=0)
        windows = windows[:: s_h * c_in * k_w].transpose(0, 2, 1)
        layer.multiply(matrix, windows, target)


def _overlap(first: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Say which of `first + i * step` are indices of a side, as slices of both."""
    start = min(count, max(0, -(first // step)))
    stop = max(start, min(count, (size - 1 - first) // step + 1))
    begin = first + start * step
    return slice(start, stop), slice(begin, begin + (stop - start) * step, step)


def _zero_outside(array: Array, inside: slice) -> None:
    """Set to zero what is outside a slice of the last axis."""
    if inside.start > 0:
        array[..., : inside.start] = 0
    if inside.stop < array.shape[-1]:
        array[..., inside.stop :] = 0


def _runs(widened: Array) -> Array:
    """Merge the last axes, as far as memory goes on from one to the next."""
    c_in, k_w, count, _, _ = widened.shape
    adjacent = widened[0, 0].flags.c_contiguous
    return widened.reshape((c_in, k_w, -1) if adjacent else (c_in, k_w, count, -1))


def _rows_that_fit(layer: _Layer) -> int:
    _, c_in, k_h, k_w = layer.weight.shape
    row_bytes = c_in * k_w * layer.out.shape[3] * layer.out.itemsize
    fit: int = max(k_h, BLOCK_BYTES // row_bytes)
    return fit


def _rows_are_long(layer: _Layer) -> bool:
    """Tell whether saving the copy along the height pays for smaller products."""
    samples, c_out, rows, width = layer.out.shape
    length = max(1, min(samples, _rows_that_fit(layer) // rows)) * width
    enough = max(LEAST_ROW_LENGTH, LEAST_ROW_RATIO * c_out // layer.weight.shape[2])
    return bool(length >= enough)

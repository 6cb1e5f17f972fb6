"""What the references share: operands and their checks, dtypes, blocks, buffers."""

import math
import operator
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Pair = tuple[int, int]

SAMPLE_NDIM, BATCH_NDIM = 3, 4

# Copied pixels should still be in cache when they are multiplied.
BLOCK_BYTES = 2 << 20
# Shorter rows of windows are copied from each other, in long runs, once there are some.
LEAST_GATHERED = 48


def real_array(name: str, value: ArrayLike) -> Array:
    """Take what an argument holds as an array.

    Parameters
    ----------
    name : str
        The argument's, for the message.
    value : array_like
        What was passed.

    Raises
    ------
    ValueError
        If it does not hold real numbers.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers, not {array.dtype}")
    return array


def real_operands(
    x: ArrayLike, weight: ArrayLike, bias: ArrayLike | None
) -> tuple[Array, Array, Array | None]:
    """Take a layer's operands as arrays.

    Raises
    ------
    ValueError
        If one does not hold real numbers.
    """
    bias = None if bias is None else real_array("bias", bias)
    return real_array("x", x), real_array("weight", weight), bias


def wide_modulus(value: ArrayLike) -> Array:
    """Give absolute values, in float64 or, if they are wider, in longdouble."""
    array = np.asarray(value)
    modulus: Array = np.abs(array.astype(np.result_type(array, np.float64)))
    return modulus


def largest_modulus(integers: Array) -> int:
    """Give the largest absolute value, which the array's dtype may not hold, or 0."""
    return max(int(integers.max(initial=0)), -int(integers.min(initial=0)))


def integer_pair(name: str, value: Pair, *, least: int) -> Pair:
    """Take an argument as integers along (height, width).

    Parameters
    ----------
    name : str
        The argument's, for the message.
    value : pair of int
        What was passed, which may be of any type.
    least : int
        The least that both may be.

    Raises
    ------
    ValueError
        If it is no pair of integers, or one is below `least`.
    """
    try:
        height, width = map(operator.index, value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a pair of integers, not {value!r}") from None
    if min(height, width) < least:
        raise ValueError(f"{name} must be at least {least}, not {value!r}")
    return height, width


def check_shapes(x: Array, weight: Array, bias: Array | None) -> None:
    """Check that operands are those of one layer, whatever their sides.

    Raises
    ------
    ValueError
        If one is not of the rank it should be, or their channels do not fit together.
    """
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


def output_size(
    image: tuple[int, ...], kernel: tuple[int, ...], stride: Pair, padding: Pair
) -> list[int]:
    """Say how many windows there are.

    Parameters
    ----------
    image, kernel, stride, padding : pairs of int
        Along (height, width), checked; a dilated kernel with its gaps.

    Returns
    -------
    list of int
        The output's height and width.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image.
    """
    sides = zip(image, padding, kernel, strict=True)
    room = [side + 2 * margin - k for side, margin, k in sides]
    if min(room) < 0:
        padded = [left + k for left, k in zip(room, kernel, strict=True)]
        raise ValueError(f"kernel {kernel} is larger than the padded input {padded}")
    return [left // step + 1 for left, step in zip(room, stride, strict=True)]


def result_dtype(x: Array, weight: Array, bias: Array | None) -> np.dtype[Any]:
    """Give the dtype of a layer's output: the common one, or int64 for integers.

    Raises
    ------
    OverflowError
        If integers are so large that int64 may not hold an exact result.
    """
    dtype: np.dtype[Any] = np.result_type(x, weight, weight if bias is None else bias)
    if dtype.kind == "f":
        return dtype
    terms = math.prod(weight.shape[1:])
    largest = terms * largest_modulus(x) * largest_modulus(weight)
    largest += 0 if bias is None else largest_modulus(bias)
    if largest > np.iinfo(np.int64).max:
        raise OverflowError("the integers are too large for an exact int64 result")
    return np.dtype(np.int64)


class Layer(NamedTuple):
    """One call: operands, and the outputs to fill.

    Parameters
    ----------
    x : array of shape (N, C_in, H, W)
        A batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in, K_h, K_w)
        The kernels, in the dtype of `out`.
    bias : array of shape (C_out, 1, 1), optional
        In the dtype of `out`.
    stride, padding : pairs of int
        Step and zero padding along (height, width).
    out : array of shape (N, C_out, H_out, W_out)
        The batch of outputs, at first of any values.
    """

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair
    out: Array

    @classmethod
    def of(
        cls, x: Array, weight: Array, bias: Array | None, stride: Pair, padding: Pair
    ) -> "Layer":
        """Make a layer of operands whose shapes fit, with outputs to fill.

        Raises
        ------
        ValueError, OverflowError
            For what else `reference.conv2d.conv2d` refuses.
        """
        step = integer_pair("stride", stride, least=1)
        margin = integer_pair("padding", padding, least=0)
        size = output_size(x.shape[-2:], weight.shape[-2:], step, margin)
        dtype = result_dtype(x, weight, bias)
        batch = x if x.ndim == BATCH_NDIM else x[np.newaxis]
        out: Array = np.empty((len(batch), len(weight), *size), dtype)
        weight = weight.astype(dtype, copy=False)
        bias = None if bias is None else bias.astype(dtype).reshape(-1, 1, 1)
        return cls(batch, weight, bias, step, margin, out)

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

    def widen_phases(self, part: Array, top: int, rows: int, buffer: "Buffer") -> Array:
        """Give what each row of the kernel meets at output rows from `top` on.

        Element ``[c, b, a, y, n, j]`` is pixel ``((top + y) * s_h + a, j * s_w + b)``
        of a padded channel of `part`, the samples of a block. Rows that are `s_h` apart
        lie next to each other, so that what row ``a + i * s_h`` of the kernel meets
        begins `i` rows further on.
        """
        c_in, k_h, k_w = self.weight.shape[1:]
        s_h, p_h = self.stride[0], self.padding[0]
        phases, more = min(s_h, k_h), (k_h - 1) // s_h
        shape = c_in, k_w, phases, rows + more, len(part), self.out.shape[3]
        widened = buffer.take(*shape)
        for a in range(phases):
            self.widen(part, top * s_h + a - p_h, s_h, widened[:, :, a])
        return widened

    def widen(self, part: Array, top: int, s_h: int, out: Array) -> None:
        """Set `out[c, b, y, n, j]` to pixel (top + y * s_h, j * s_w + b) of a channel.

        Rows count from the image's first, columns from the padded image's first.
        If rows are short, only the first `s_w` of the `b` are gathered from the image:
        the next are the same moved on by one output, which is copied in long runs.
        """
        s_w, p_w = self.stride[1], self.padding[1]
        _, k_w, count, _, width = out.shape
        rows, inside = overlap(top, s_h, count, part.shape[2])
        source = part.transpose(1, 2, 0, 3)[:, inside]
        body = out[:, :, rows]
        lines = _runs(out)
        for b in range(k_w):
            if b < s_w or width >= LEAST_GATHERED:
                wanted, there = overlap(b - p_w, s_w, width, part.shape[3])
                _zero_outside(body[:, b], wanted)
                body[:, b, ..., wanted] = source[..., there]
            else:
                lines[:, b, ..., :-1] = lines[:, b - s_w, ..., 1:]
                last = b - p_w + (width - 1) * s_w
                body[:, b, ..., -1] = (
                    source[..., last] if 0 <= last < part.shape[3] else 0
                )
        _zero_outside(out.transpose(0, 1, 3, 4, 2), rows)


class Buffer:
    """Memory that one block after the other uses.

    Parameters
    ----------
    dtype : dtype
        Of the arrays.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._flat: Array = np.empty(0, dtype)

    def take(self, *shape: int) -> Array:
        """Give an uninitialised array, which ends the use of the one before."""
        size = math.prod(shape)
        if size > self._flat.size:
            self._flat = np.empty(size, self._flat.dtype)
        return self._flat[:size].reshape(shape)


def overlap(first: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Say which of some evenly spaced places lie on a side.

    Parameters
    ----------
    first, step, count : int
        The places are ``first + i * step``, with `i` below `count`.
    size : int
        The length of the side.

    Returns
    -------
    slice, slice
        Of the `i` whose places are on the side, and of these places.
    """
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

"""Pixels laid out so that the taps of a kernel are shifts of a row of them."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from reference.layer import Array, Layer, overlap


class Planes:
    """The pixels that the kernel meets in each phase of the stride, as rows.

    Within a phase the kernel moves by single pixels. Its planes, which are padded, of
    a few samples lie behind one another as one row for each channel. A tap is then a
    shift of the whole row, if those outputs are computed too, and left out later,
    whose windows go past the end of a line.

    Parameters
    ----------
    layer : Layer
        Whose pixels they are.
    least_length : int
        Samples are joined until rows are about as long.
    """

    def __init__(self, layer: Layer, least_length: int) -> None:
        (n, _, rows, columns), (k_h, k_w) = layer.out.shape, layer.weight.shape[2:]
        self._layer = layer
        s_h, s_w = layer.stride
        height, width = rows + (k_h - 1) // s_h, columns + (k_w - 1) // s_w
        most = 1 + least_length // (height * width)
        self.shape = (-(-n // -(-n // most)) if n else 1, height, width)
        unused = (height - rows) * width + width - columns
        self.length = math.prod(self.shape) - unused

    def allocate(self, channels: int) -> None:
        """Make planes of zeros, whose margin stays as it is."""
        (k_h, k_w), (s_h, s_w) = self._layer.weight.shape[2:], self._layer.stride
        phases = min(k_h, s_h), min(k_w, s_w)
        self._pixels = np.zeros((*phases, channels, *self.shape), self._layer.out.dtype)

    def load(self, x: Array) -> None:
        """Copy the pixels of `x`, which is (n, c, H, W)."""
        n, count, h, w = x.shape
        _, height, width = self.shape
        (s_h, s_w), (p_h, p_w) = self._layer.stride, self._layer.padding
        for a, b in np.ndindex(self._pixels.shape[:2]):
            rows, lines = overlap(a - p_h, s_h, height, h)
            columns, dots = overlap(b - p_w, s_w, width, w)
            target = self._pixels[a, b, :count, :n, rows, columns]
            target[...] = x[..., lines, dots].swapaxes(0, 1)

    def shifted(self, count: int) -> Iterator[tuple[tuple[slice, slice], Array]]:
        """Give the taps of each phase, and of `count` channels the rows that they meet.

        The rows are (c, a, b, length).
        """
        (k_h, k_w), (s_h, s_w) = self._layer.weight.shape[2:], self._layer.stride
        for a, b in np.ndindex(self._pixels.shape[:2]):
            pixels = self._pixels[a, b]
            channel, _, line, dot = pixels.strides
            taps = -(-(k_h - a) // s_h), -(-(k_w - b) // s_w)
            shape, strides = (count, *taps, self.length), (channel, line, dot, dot)
            rows = as_strided(pixels, shape, strides, writeable=False)
            yield (slice(a, None, s_h), slice(b, None, s_w)), rows

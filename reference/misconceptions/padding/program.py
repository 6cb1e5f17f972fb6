"""A layer with dilation and padding modes, step by step."""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.arguments import framed
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward import OF_PLAIN_LAYERS, Forward
from reference.misconceptions.forward.program import by_place

Array = NDArray[Any]
Pair = tuple[int, int]
Margins = tuple[Pair, Pair]
"""Zeros at the (top, bottom) and at the (left, right)."""


class Padding(Forward):
    """`conv2d` with dilation and modes; every step can be changed by itself."""

    def conv2d(
        self,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair | str = (0, 0),
        dilation: Pair = (1, 1),
    ) -> Array:
        """Convolve, as the statement asks."""
        self.check_ranks(x, weight)
        self.check_stride(stride)
        self.check_dilation(dilation)
        images, bias = self.images(x, weight), self.offsets(weight, bias)
        stride, dilation = self.stride(stride), self.dilation(dilation)
        dtype = self.dtype(x, weight, bias)
        batch = self.cast(images, dtype)
        kernel = self.cast(self.kernel(weight), self.weight_dtype(x, dtype))
        bias = None if bias is None else bias.astype(self.bias_dtype(x, dtype))
        margins = self.margins(padding, batch, kernel, stride, dilation)
        size = self.dilated_size(batch, margins, kernel, stride, dilation)
        self.check_size(size)
        out = self.convolve_dilated(batch, margins, kernel, stride, dilation, size)
        out = self.stored(self.with_bias(out, kernel, bias), x)
        return self.finish(out, x)

    def check_dilation(self, dilation: Pair) -> None:
        """Refuse taps that lie on one another, or go back."""
        if min(dilation) < 1:
            self.refuse("dilation is at least 1")

    def check_mode(self, mode: str) -> None:
        """Refuse modes that there are not."""
        if mode not in {"valid", "same", "causal"}:
            self.refuse("padding is a pair, valid, same or causal")

    def dilation(self, dilation: Pair) -> Pair:
        """Read the dilation as (height, width): 1 leaves no gaps."""
        return dilation

    def cover(self, kernel: int, dilation: int) -> int:
        """Give how many pixels a dilated kernel covers along one axis."""
        return dilation * (kernel - 1) + 1

    def reach(self, kernel: int, dilation: int) -> int:
        """Give the same for sizes and "same"; how far "causal" looks back is apart."""
        return self.cover(kernel, dilation)

    def margins(
        self,
        padding: Pair | str,
        batch: Array,
        kernel: Array,
        stride: Pair,
        dilation: Pair,
    ) -> Margins:
        """Say how many zeros go to each of the four sides."""
        if not isinstance(padding, str):
            self.check_padding(padding)
            p_h, p_w = (max(0, one) for one in self.padding(padding))
            return self.pair_axis(p_h), self.pair_axis(p_w)
        self.check_mode(padding)
        if padding == "same":
            return self.same(batch, kernel, stride, dilation)
        if padding == "causal":
            return self.causal(batch, kernel, stride, dilation)
        return (0, 0), (0, 0)

    def pair_axis(self, padding: int) -> Pair:
        """Share out the zeros of a padding in numbers along one axis."""
        return padding, padding

    def same(
        self, batch: Array, kernel: Array, stride: Pair, dilation: Pair
    ) -> Margins:
        """Pad as "same" does."""
        (h, w), (k_h, k_w) = batch.shape[2:], kernel.shape[2:]
        (s_h, s_w), (d_h, d_w) = stride, dilation
        return self.same_axis(h, k_h, s_h, d_h), self.same_axis(w, k_w, s_w, d_w)

    def same_axis(self, length: int, kernel: int, stride: int, dilation: int) -> Pair:
        """Share out the zeros of "same" along one axis."""
        places = self.same_places(length, stride)
        total = self.same_total(length, kernel, stride, dilation, places)
        return self.halves(total)

    def same_places(self, length: int, stride: int) -> int:
        """Give how many outputs "same" has along one axis."""
        return -(-length // stride)

    def same_total(
        self, length: int, kernel: int, stride: int, dilation: int, places: int
    ) -> int:
        """Give how many zeros the last window lacks."""
        end = (places - 1) * stride + self.reach(kernel, dilation)
        return max(end - length, 0)

    def halves(self, total: int) -> Pair:
        """Share out zeros between the two ends; the end gets the odd one."""
        return total // 2, total - total // 2

    def causal(
        self, batch: Array, kernel: Array, stride: Pair, dilation: Pair
    ) -> Margins:
        """Pad as "causal" does: the past only, and the width as "same"."""
        past = self.causal_past(kernel.shape[2], dilation[0])
        width = batch.shape[3], kernel.shape[3], stride[1], dilation[1]
        return self.causal_rows(past), self.causal_columns(*width)

    def causal_past(self, kernel: int, dilation: int) -> int:
        """Give how far back the first output looks."""
        return self.cover(kernel, dilation) - 1

    def causal_rows(self, past: int) -> Pair:
        """Share out the zeros of the past."""
        return past, 0

    def causal_columns(
        self, length: int, kernel: int, stride: int, dilation: int
    ) -> Pair:
        """Share out the zeros of "causal" along the width."""
        return self.same_axis(length, kernel, stride, dilation)

    def surround(self, batch: Array, margins: Margins) -> Array:
        """Add zeros around each image; what is less than none is cut off."""
        (top, bottom), (left, right) = margins
        h, w = batch.shape[2:]
        rows = slice(max(0, -top), h + min(0, bottom))
        columns = slice(max(0, -left), w + min(0, right))
        return framed(
            batch[:, :, rows, columns],
            (max(0, top), max(0, bottom)),
            (max(0, left), max(0, right)),
        )

    def dilated_size(
        self,
        batch: Array,
        margins: Margins,
        kernel: Array,
        stride: Pair,
        dilation: Pair,
    ) -> Pair:
        """Give how many places a window has along height and width."""
        h, w = (
            side + sum(margin)
            for side, margin in zip(batch.shape[2:], margins, strict=True)
        )
        (k_h, k_w), (s_h, s_w), (d_h, d_w) = kernel.shape[2:], stride, dilation
        return (
            self.dilated_places(h, k_h, s_h, d_h),
            self.dilated_places(w, k_w, s_w, d_w),
        )

    def dilated_places(
        self, length: int, kernel: int, stride: int, dilation: int
    ) -> int:
        """Give how many places a window has along one padded axis."""
        return self.places(length, self.reach(kernel, dilation), stride, 0)

    def convolve_dilated(
        self,
        batch: Array,
        margins: Margins,
        kernel: Array,
        stride: Pair,
        dilation: Pair,
        size: Pair,
    ) -> Array:
        """Pad, and put the window at every place."""
        padded = self.surround(batch, margins)
        return self.slide_dilated(padded, kernel, stride, dilation, size)

    def slide_dilated(
        self, padded: Array, kernel: Array, stride: Pair, dilation: Pair, size: Pair
    ) -> Array:
        """Put the window at every place."""
        (k_h, k_w), (d_h, d_w) = kernel.shape[2:], dilation
        places = product(range(size[0]), range(size[1]))
        first = [self.first_tap(place, stride, dilation) for place in places]
        corners = np.array(first, int).reshape(-1, 2, 1, 1)
        rows = corners[:, 0] + self.taps(k_h, d_h)[:, None]
        columns = corners[:, 1] + self.taps(k_w, d_w)
        windows = padded[:, :, rows, columns].transpose(2, 0, 1, 3, 4)
        sums = self.sums(list(windows), kernel)
        return self.arrange(by_place(sums, size, padded, kernel))

    def first_tap(self, place: Pair, stride: Pair, dilation: Pair) -> Pair:
        """Give the row and the column where a window starts."""
        return place[0] * stride[0], place[1] * stride[1]

    def taps(self, kernel: int, dilation: int) -> Array:
        """Give how far from its start the pixels of a window lie along one axis."""
        return dilation * np.arange(kernel)


BANK = Bank(Padding, ["conv2d"])
BANK.include(
    FORWARD,
    without=(
        *OF_PLAIN_LAYERS,
        "out-trunc-negative-with-zeros-past",
        "convolve",
        "pad",
        "extent",
        "output_size",
        "slide",
        "windows",
        "window",
        "corner",
        "fit",
        # The size of the output has no padding of its own in it.
        "out-pad-counted-once",
        "out-padding-not-counted",
        "out-padding-counted-twice",
        "weight_count",
        "bias_count",
    ),
)

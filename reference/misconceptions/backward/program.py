"""The gradients in named steps: what each output took part in, place by place."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.arguments import Arguments, framed

Array = NDArray[Any]
Pair = tuple[int, int]


class Backward(Arguments):
    """`conv2d_backward`, step by step; every step can be changed by itself."""

    def conv2d_backward(
        self,
        dout: Array,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> tuple[Any, ...]:
        """Give the gradients by the input, the weights and the bias."""
        self.check_ranks(x, weight)
        self.check_channels(x, weight)
        self.check_bias(weight, bias)
        self.check_stride(stride)
        self.check_padding(padding)
        self.check_dout(dout, x, weight, stride, padding)
        stride, padding = self.stride(stride), self.padding(padding)
        dtype = self.dtype(dout, x, weight, bias)
        slopes = self.slopes(dout.astype(dtype))
        batch = self.batch(x.astype(dtype))
        kernel = weight.astype(dtype)
        stride = self.distance(stride, slopes, batch, kernel, padding)
        dx = self.dx(slopes, batch, kernel, stride, padding)
        dweight = self.dweight(slopes, batch, kernel, stride, padding)
        dbias = self.dbias(slopes, bias)
        return self.answer(self.finish(dx, x), dweight, dbias, slopes)

    def check_ranks(self, x: Array, weight: Array) -> None:
        """Refuse what is neither a sample nor a batch, and kernels of other ranks."""
        if x.ndim not in {3, 4} or weight.ndim != 4:
            self.refuse("x has 3 or 4 axes, weight has 4")

    def check_dout(
        self, dout: Array, x: Array, weight: Array, stride: Pair, padding: Pair
    ) -> None:
        """Refuse what has not the shape of the layer's output, or has no place."""
        sides = zip(x.shape[-2:], weight.shape[2:], stride, padding, strict=True)
        size = [(side + 2 * p - k) // s + 1 for side, k, s, p in sides]
        if min(size) < 1 or dout.shape != (*x.shape[:-3], len(weight), *size):
            self.refuse("dout has the shape of the layer's output")

    def dtype(
        self, dout: Array, x: Array, weight: Array, bias: Array | None
    ) -> np.dtype[Any]:
        """Choose what to compute in: the floats given, or int64."""
        arrays = [one for one in (dout, x, weight, bias) if one is not None]
        dtype = np.result_type(*arrays)
        return dtype if dtype.kind == "f" else np.dtype(np.int64)

    def slopes(self, dout: Array) -> Array:
        """Make a batch of the gradient by the output."""
        return dout[None] if dout.ndim == 3 else dout

    def frame(self, padding: Pair) -> tuple[Pair, Pair]:
        """Give how many zeros lie before and after each axis of the image."""
        p_h, p_w = padding
        return (p_h, p_h), (p_w, p_w)

    def distance(
        self, stride: Pair, slopes: Array, batch: Array, kernel: Array, padding: Pair
    ) -> Pair:
        """Say how far apart windows are, whatever the sizes."""
        return stride

    def places(self, slopes: Array) -> list[Pair]:
        """List the rows and columns of the output."""
        rows, columns = slopes.shape[2:]
        return [(i, j) for i in range(rows) for j in range(columns)]

    def slope(self, slopes: Array, place: Pair) -> Array:
        """Pick what reaches one place of the output: (N, C_out)."""
        return slopes[:, :, place[0], place[1]]

    def corner(self, stride: Pair, place: Pair) -> Pair:
        """Give the top left corner of the window of an output."""
        return place[0] * stride[0], place[1] * stride[1]

    def dx(
        self, slopes: Array, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Array:
        """Give every window back what its output says."""
        canvas = self.canvas(slopes, batch, kernel, stride, padding)
        self.scatter(canvas, slopes, self.dx_kernel(kernel), stride)
        return self.crop(canvas, padding)

    def canvas(
        self, slopes: Array, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Array:
        """Make zeros as large as the padded input."""
        (n, c, h, w), (rows, columns) = batch.shape, self.frame(padding)
        return np.zeros((n, c, h + sum(rows), w + sum(columns)), slopes.dtype)

    def dx_kernel(self, kernel: Array) -> Array:
        """Read the kernels as they lay on the window: not turned."""
        return kernel

    def scatter(
        self, canvas: Array, slopes: Array, kernel: Array, stride: Pair
    ) -> None:
        """Put on the canvas what every output gives to its window."""
        for place in self.places(slopes):
            region = self.reached(canvas, kernel, stride, place)
            self.put(region, self.spread(self.slope(slopes, place), kernel))

    def reached(self, canvas: Array, kernel: Array, stride: Pair, place: Pair) -> Array:
        """Find the part of the canvas that an output looked at."""
        (k_h, k_w), (top, left) = kernel.shape[2:], self.corner(stride, place)
        return canvas[:, :, top : top + k_h, left : left + k_w]

    def spread(self, slope: Array, kernel: Array) -> Array:
        """Say what an output gives to its window, summed over filters."""
        flat = slope @ kernel.reshape(len(kernel), -1)
        return flat.reshape(len(slope), *kernel.shape[1:])

    def put(self, region: Array, given: Array) -> None:
        """Add to what other outputs gave to the same pixels."""
        region += given

    def crop(self, canvas: Array, padding: Pair) -> Array:
        """Take the frame of padding off."""
        ((top, bottom), (left, right)), (h, w) = self.frame(padding), canvas.shape[2:]
        return canvas[:, :, top : h - bottom, left : w - right]

    def dweight(
        self, slopes: Array, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Array:
        """Give the gradient by the weights, from the padded input."""
        total = self.zeros(slopes, kernel)
        self.tally(total, slopes, self.pad(batch, padding), stride)
        return self.layout(total)

    def pad(self, batch: Array, padding: Pair) -> Array:
        """Add zeros around each image."""
        return framed(batch, *self.frame(padding))

    def zeros(self, slopes: Array, kernel: Array) -> Array:
        """Start each call with zeros in the shape of the kernels."""
        return np.zeros(kernel.shape, slopes.dtype)

    def tally(self, total: Array, slopes: Array, padded: Array, stride: Pair) -> None:
        """Sum what every output says about the weights."""
        for place in self.places(slopes):
            window = self.seen(padded, total, stride, place)
            self.gather(total, self.weigh(self.slope(slopes, place), window))

    def seen(self, padded: Array, kernel: Array, stride: Pair, place: Pair) -> Array:
        """Cut out what an output looked at."""
        (k_h, k_w), (top, left) = kernel.shape[2:], self.corner(stride, place)
        return padded[:, :, top : top + k_h, left : left + k_w]

    def weigh(self, slope: Array, window: Array) -> Array:
        """Multiply what reaches an output with its window, summed over samples."""
        flat = slope.T @ window.reshape(len(window), math.prod(window.shape[1:]))
        return flat.reshape(slope.shape[1], *window.shape[1:])

    def gather(self, total: Array, given: Array) -> None:
        """Add to what other outputs say about the same weights."""
        total += given

    def layout(self, dweight: Array) -> Array:
        """Give the gradient in the layout of the kernels."""
        return dweight

    def dbias(self, slopes: Array, bias: Array | None) -> Any:  # noqa: ANN401
        """Give nothing for no bias."""
        return None if bias is None else self.bias_sum(slopes)

    def bias_sum(self, slopes: Array) -> Any:  # noqa: ANN401 - wrong ones give scalars
        """Sum over samples, rows and columns."""
        return slopes.sum(axis=(0, 2, 3))

    def finish(self, dx: Array, x: Array) -> Array:
        """Give back a sample for a sample."""
        return dx[0] if x.ndim == 3 else dx

    def answer(
        self,
        dx: Array,
        dweight: Array,
        dbias: Any,  # noqa: ANN401
        slopes: Array,
    ) -> tuple[Any, ...]:
        """Put the three in order."""
        return dx, dweight, dbias

"""The forward pass in named steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.arguments import LayerArguments, framed

Array = NDArray[Any]
Pair = tuple[int, int]

FUNCTIONS = ("conv2d", "parameter_count")
"""The steps that a submission has as functions."""


def strided(start: int, step: int, places: int) -> slice:
    """Give the pixels of one axis that a weight meets, one at each place."""
    return slice(start, start + (places - 1) * step + 1, step)


class Forward(LayerArguments):
    """`conv2d`, step by step; every step can be changed by itself."""

    def conv2d(
        self,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> Array:
        """Convolve, as the statement asks."""
        self.check_ranks(x, weight)
        self.check_stride(stride)
        self.check_padding(padding)
        images, bias = self.images(x, weight), self.offsets(weight, bias)
        stride, padding = self.stride(stride), self.padding(padding)
        dtype = self.dtype(x, weight, bias)
        batch = self.cast(images, dtype)
        kernel = self.cast(self.kernel(weight), self.weight_dtype(x, dtype))
        bias = None if bias is None else bias.astype(self.bias_dtype(x, dtype))
        size = self.output_size(batch, kernel, stride, padding)
        self.check_size(size)
        out = self.convolve(batch, kernel, stride, padding, size)
        out = self.with_bias(out, kernel, bias)
        out = self.stored(self.fit(out, batch, kernel, stride, padding), x)
        return self.finish(out, x)

    def check_ranks(self, x: Array, weight: Array) -> None:
        """Refuse what is neither a sample nor a batch, and kernels of other ranks."""
        if x.ndim not in {3, 4} or weight.ndim != 4:
            self.refuse("x has 3 or 4 axes, weight has 4")

    def cast(self, array: Array, dtype: np.dtype[Any]) -> Array:
        """Give pixels or weights the type to compute in."""
        return array.astype(dtype)

    def kernel(self, weight: Array) -> Array:
        """Read the kernels as (C_out, C_in, K_h, K_w), not flipped."""
        return weight

    def extent(self, kernel: Array) -> Pair:
        """Read how many rows and columns a kernel covers."""
        k_h, k_w = kernel.shape[2:]
        return k_h, k_w

    def output_size(
        self, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Pair:
        """Give how many places a window has along height and width."""
        (h, w), (k_h, k_w) = batch.shape[2:], self.extent(kernel)
        (s_h, s_w), (p_h, p_w) = stride, padding
        return self.places(h, k_h, s_h, p_h), self.places(w, k_w, s_w, p_w)

    def convolve(
        self, batch: Array, kernel: Array, stride: Pair, padding: Pair, size: Pair
    ) -> Array:
        """Pad, and put the window at every place."""
        return self.slide(self.pad(batch, padding), kernel, stride, size)

    def pad(self, batch: Array, padding: Pair) -> Array:
        """Add zeros around each image, if any are asked for."""
        p_h, p_w = (max(0, one) for one in padding)
        if p_h == 0 and p_w == 0:
            return batch
        return framed(batch, (p_h, p_h), (p_w, p_w))

    def slide(self, padded: Array, kernel: Array, stride: Pair, size: Pair) -> Array:
        """Give the sums of the window's products at every place."""
        rows = self.windows(padded, kernel, stride, size)
        sums = self.sums([window for row in rows for window in row], kernel)
        return self.arrange(by_place(sums, size, padded, kernel))

    def windows(
        self, padded: Array, kernel: Array, stride: Pair, size: Pair
    ) -> list[list[Array]]:
        """Cut out what the kernel covers at every place."""
        return [
            [self.window(padded, kernel, stride, (i, j)) for j in range(size[1])]
            for i in range(size[0])
        ]

    def window(self, padded: Array, kernel: Array, stride: Pair, place: Pair) -> Array:
        """Cut out what the kernel covers at a place."""
        (k_h, k_w), (top, left) = self.extent(kernel), self.corner(stride, place)
        return padded[:, :, top : top + k_h, left : left + k_w]

    def corner(self, stride: Pair, place: Pair) -> Pair:
        """Give the first row and column of a window."""
        (s_h, s_w), (i, j) = stride, place
        return i * s_h, j * s_w

    def sums(self, windows: Sequence[Array], kernel: Array) -> Array:
        """Give the numbers of all windows: at once, if they are of one shape."""
        if len({window.shape for window in windows}) == 1:
            return self.contract(np.concatenate(windows), kernel)
        return np.array([self.contract(window, kernel) for window in windows])

    def contract(self, window: Array, kernel: Array) -> Array:
        """Give one number for each sample and filter."""
        return self.total(self.products(window, kernel))

    def products(self, window: Array, kernel: Array) -> Array:
        """Multiply pixels by weights, for each sample and filter."""
        return window[:, None] * kernel[None]

    def total(self, products: Array) -> Array:
        """Sum over channels, rows and columns."""
        total: Array = products.sum((2, 3, 4))
        return total

    def arrange(self, sums: Array) -> Array:
        """Turn (H_out, W_out, N, C_out) into (N, C_out, H_out, W_out)."""
        return sums.transpose(2, 3, 0, 1)

    def with_bias(self, out: Array, kernel: Array, bias: Array | None) -> Array:
        """Add the bias, if there is one."""
        return out if bias is None else self.add_bias(out, bias)

    def add_bias(self, out: Array, bias: Array) -> Array:
        """Add to each filter's map its own number."""
        return out + bias[None, :, None, None]

    def fit(
        self, out: Array, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Array:
        """Give the result as many places as there are."""
        return out

    def stored(self, out: Array, x: Array) -> Array:
        """Keep the type that was computed in."""
        return out

    def finish(self, out: Array, x: Array) -> Array:
        """Give the result its axes."""
        return self.unbatch(self.layout(out), x)

    def layout(self, out: Array) -> Array:
        """Order the axes as (N, C_out, H_out, W_out)."""
        return out

    def unbatch(self, out: Array, x: Array) -> Array:
        """Give back a sample for a sample."""
        return out[0] if x.ndim == 3 else out

    def parameter_count(
        self, c_out: int, c_in: int, k_h: int, k_w: int, bias: bool = True
    ) -> int:
        """Count the learnable weights of a layer."""
        return self.weight_count(c_out, c_in, k_h, k_w) + self.bias_count(
            c_out, c_in, bias
        )

    def weight_count(self, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
        """Count the kernels' weights."""
        return c_out * c_in * k_h * k_w

    def bias_count(self, c_out: int, c_in: int, bias: bool) -> int:
        """Count the biases."""
        return c_out if bias else 0


def by_place(sums: Array, size: Pair, padded: Array, kernel: Array) -> Array:
    """Give sums axes (H_out, W_out, N, C_out); there is no place where nothing fits."""
    rows, columns = (max(0, one) for one in size)
    return sums.reshape(rows, columns, len(padded), len(kernel))


@dataclass(frozen=True, slots=True)
class Layer:
    """A right layer of one geometry, which takes input, kernels and bias."""

    stride: Pair
    padding: Pair
    convolve: Callable[[Array, Array, Array | None], Array]

    def __call__(self, x: Array, weight: Array, bias: Array | None) -> Array:
        """Give its output."""
        return self.convolve(x, weight, bias)


def around(
    change: Callable[[Forward, Layer, Array, Array, Array | None], Array],
) -> Callable[..., Array]:
    """Make a form of `conv2d` of what is done with a layer, and not within it.

    It holds for every program that has layers, whatever else these have arguments for.
    """

    @wraps(change)
    def conv2d(
        program: Forward,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
        *others: Any,  # noqa: ANN401 - any program's
        **named: Any,  # noqa: ANN401 - as above
    ) -> Array:
        right: Callable[..., Array] = super(type(program), program).conv2d  # type: ignore[misc]

        def convolve(x: Array, weight: Array, bias: Array | None) -> Array:
            return right(x, weight, bias, stride, padding, *others, **named)

        return change(program, Layer(stride, padding, convolve), x, weight, bias)

    return conv2d

"""Random small layers to compare implementations on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Layer:
    """The arguments of one valid call."""

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair

    @property
    def arguments(self) -> tuple[Array, Array, Array | None, Pair, Pair]:
        """The arguments in the order that every implementation takes them."""
        return self.x, self.weight, self.bias, self.stride, self.padding

    @property
    def magnitudes(self) -> tuple[Array, Array, Array | None, Pair, Pair]:
        """The arguments with absolute values, in the widest float."""
        x, weight = np.abs(self.x, dtype="g"), np.abs(self.weight, dtype="g")
        bias = None if self.bias is None else np.abs(self.bias, dtype="g")
        return x, weight, bias, self.stride, self.padding

    @property
    def exact(self) -> tuple[Array, Array, Array | None, Pair, Pair]:
        """The same arguments in the widest float."""
        bias = None if self.bias is None else self.bias.astype("g")
        x, weight = self.x.astype("g"), self.weight.astype("g")
        return x, weight, bias, self.stride, self.padding

    @property
    def terms(self) -> int:
        """How many terms are summed for an output."""
        return int(self.weight[0].size) + (self.bias is not None)

    def __str__(self) -> str:
        return (
            f"{self.x.dtype} x {self.x.shape}, weight {self.weight.shape}, "
            f"bias {self.bias is not None}, {self.stride=}, {self.padding=}"
        )


def draw_integers(rng: np.random.Generator, dtype: DTypeLike) -> Layer:
    """Draw a layer whose sums are exact in any dtype, since all are small integers."""
    least = 0 if np.dtype(dtype).kind == "u" else -4
    return _draw(rng, lambda shape: rng.integers(least, 5, shape).astype(dtype))


def draw_floats(rng: np.random.Generator, dtype: DTypeLike) -> Layer:
    """Draw a layer of normally distributed numbers."""
    return _draw(rng, lambda shape: rng.standard_normal(shape).astype(dtype))


def _draw(
    rng: np.random.Generator, values: Callable[[tuple[int, ...]], Array]
) -> Layer:
    n, c_in, c_out, k_h, k_w, s_h, s_w = map(int, rng.integers(1, 4, 7))
    p_h, p_w = map(int, rng.integers(0, 3, 2))
    h = int(rng.integers(max(1, k_h - 2 * p_h), 8))
    w = int(rng.integers(max(1, k_w - 2 * p_w), 8))
    batch = (n,) if rng.random() < 0.7 else ()
    return Layer(
        values((*batch, c_in, h, w)),
        values((c_out, c_in, k_h, k_w)),
        values((c_out,)) if rng.random() < 0.7 else None,
        (s_h, s_w),
        (p_h, p_w),
    )


def rounding_bound(layer: Layer, sums: Array, dtype: DTypeLike) -> Array:
    """Bound the error of summing in any order (Higham 2002, equation 3.5)."""
    u = np.longdouble(np.finfo(np.dtype(dtype)).eps) / 2
    n = layer.terms
    return n * u / (1 - n * u) * sums

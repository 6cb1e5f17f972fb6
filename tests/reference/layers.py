"""Random small layers to compare implementations on, and the bounds of their errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Pair = tuple[int, int]
Draw = Callable[[tuple[int, ...]], Array]

law = settings(max_examples=60, deadline=None)


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


def integers(rng: np.random.Generator, dtype: DTypeLike) -> Draw:
    """Draw arrays whose sums are exact in any dtype, since all are small integers."""
    least = 0 if np.dtype(dtype).kind == "u" else -4
    return lambda shape: rng.integers(least, 5, shape).astype(dtype)


def normals(rng: np.random.Generator, dtype: DTypeLike) -> Draw:
    """Draw arrays of normally distributed numbers."""
    return lambda shape: rng.standard_normal(shape).astype(dtype)


def generators() -> st.SearchStrategy[np.random.Generator]:
    """Have Hypothesis seed what a law is tried on."""
    return st.integers(0, 2**32 - 1).map(np.random.default_rng)


def draw_integers(rng: np.random.Generator, dtype: DTypeLike) -> Layer:
    """Draw a layer of small integers."""
    return _draw(rng, integers(rng, dtype))


def draw_floats(rng: np.random.Generator, dtype: DTypeLike) -> Layer:
    """Draw a layer of normally distributed numbers."""
    return _draw(rng, normals(rng, dtype))


def _draw(rng: np.random.Generator, values: Draw) -> Layer:
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


def sliced(array: Array) -> Array:
    """Copy an array to every other place of the last axis."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def backwards(array: Array) -> Array:
    """Copy an array to memory that is walked from its end."""
    every_axis = (slice(None, None, -1),) * array.ndim
    return array[every_axis].copy()[every_axis]


LAYOUTS = (np.asfortranarray, sliced, backwards)


def gamma(n: int, dtype: DTypeLike) -> np.longdouble:
    """Bound the relative error of n roundings (Higham 2002, lemma 3.1)."""
    u = np.longdouble(np.finfo(np.dtype(dtype)).eps) / 2
    return n * u / (1 - n * u)


def rounding_bound(layer: Layer, sums: Array, dtype: DTypeLike) -> Array:
    """Bound the error of summing in any order (Higham 2002, equation 3.5)."""
    return gamma(layer.terms, dtype) * sums

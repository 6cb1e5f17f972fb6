"""The arguments of a call, made from what a spec says they are."""

import math
import zlib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from grader.outcome import Array
from grader.problem import ArgumentSpec, ArrayLiteral, ArraySpec, Dtype, Layout, Values

_KINDS = {
    Values.SMALL_INTEGERS: "fiu",
    Values.PRECISE_INTEGERS: "f",
    Values.HALVES: "f",
    Values.SIGNS: "fi",
    Values.NORMAL: "f",
    Values.POSITIVE: "f",
    Values.CONSTANT: "f",
    Values.LARGE_INTEGERS: "iu",
}
"""The kinds of dtypes that can hold what is promised."""


MOST_ELEMENTS = 1 << 24
"""Of one array; a larger one is a slip, and could take all memory."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the random numbers of one case."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def make_arguments(
    specs: Mapping[str, ArgumentSpec],
    sizes: Mapping[str, int],
    dtype: Dtype,
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Make the arguments of one call.

    Parameters
    ----------
    specs
        What they are to be.
    sizes
        What the named sizes stand for.
    dtype
        Of arrays that don't state their own.
    rng
        Where random values come from.

    Raises
    ------
    ValueError
        If a size has no value, or an array would be too large.
    """
    return {name: _argument(spec, sizes, dtype, rng) for name, spec in specs.items()}


def _argument(
    spec: ArgumentSpec, sizes: Mapping[str, int], dtype: Dtype, rng: np.random.Generator
) -> Any:  # noqa: ANN401 - arrays, tuples, numbers, words
    if isinstance(spec, ArrayLiteral):
        return literal(spec)
    if isinstance(spec, ArraySpec):
        shape = tuple(size_of(one, sizes) for one in spec.shape)
        if math.prod(shape) > MOST_ELEMENTS:
            raise ValueError(f"{shape} is more than {MOST_ELEMENTS:,} elements")
        array = _values(spec.values, shape, np.dtype(spec.dtype or dtype), rng)
        return laid_out(array, spec.layout)
    if isinstance(spec, tuple):
        return tuple(size_of(one, sizes) for one in spec)
    if isinstance(spec, str) and (spec in sizes or get_close_matches(spec, sizes)):
        return size_of(spec, sizes)  # what is nearly the name of a size is a slip
    return spec


def size_of(one: float | str, sizes: Mapping[str, int]) -> Any:  # noqa: ANN401 - a number
    """Give a number, or what a named size stands for.

    Raises
    ------
    ValueError
        If it has no value.
    """
    if not isinstance(one, str):
        return one
    if one not in sizes:
        raise ValueError(f"the size {one} has no value")
    return sizes[one]


def arrays_of(arguments: Mapping[str, Any]) -> dict[str, Array]:
    """Give the arrays among some arguments."""
    return {name: one for name, one in arguments.items() if isinstance(one, np.ndarray)}


def is_in_order(arguments: Mapping[str, Any]) -> bool:
    """Tell whether all arrays lie in memory as new ones do: in order, without gaps."""
    return all(one.flags.c_contiguous for one in arrays_of(arguments).values())


def elements_of(arguments: Mapping[str, Any]) -> int:
    """Count the numbers in the arrays among some arguments."""
    return sum(array.size for array in arrays_of(arguments).values())


def literal(spec: ArrayLiteral) -> Array:
    """Make the array that a spec writes out.

    Raises
    ------
    ValueError
        If its rows differ in length, or its dtype can't hold its elements.
    """
    try:
        return np.array(spec.array, dtype=np.dtype(spec.dtype))
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"no array of {spec.dtype} can be made: {error}") from error


def _values(
    kind: Values, shape: tuple[int, ...], dtype: np.dtype[Any], rng: np.random.Generator
) -> Array:
    if dtype.kind not in _KINDS[kind]:
        raise ValueError(f"{kind} can't be made in {dtype}")
    drawn: Array
    match kind:
        case Values.SMALL_INTEGERS:
            magnitudes = rng.integers(1, 4, shape, endpoint=True)
            drawn = magnitudes * (_signs(shape, rng) if dtype.kind != "u" else 1)
        case Values.PRECISE_INTEGERS:
            # float16 and TF32 hold 11 bits, float32 24: these have 13, or 40.
            half = 1 << (39 if dtype == np.float64 else 12)
            odd = half + 2 * rng.integers(0, half // 2, shape) + 1
            drawn = odd * _signs(shape, rng)
        case Values.HALVES:
            halves = rng.integers(0, 4, shape, endpoint=True) + 0.5
            drawn = halves * _signs(shape, rng)
        case Values.SIGNS:
            drawn = _signs(shape, rng)
        case Values.NORMAL:
            drawn = rng.standard_normal(shape)
        case Values.POSITIVE:
            drawn = rng.uniform(0.5, 1.5, shape)
        case Values.CONSTANT:
            drawn = np.full(shape, 0.1)
        case Values.LARGE_INTEGERS:
            # With wider ones, sums would be exact neither in int64 nor in float64.
            most = min(int(np.iinfo(dtype).max), (1 << 20) - 1)
            drawn = rng.integers(most // 2 + 1, most, shape, endpoint=True)
    return np.asarray(drawn).astype(dtype)


def _signs(shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return 2 * rng.integers(0, 1, shape, endpoint=True) - 1


def laid_out(array: Array, layout: Layout) -> Array:
    """Give the same elements, lying in memory as asked."""
    if array.ndim == 0:
        return array
    match layout:
        case Layout.CONTIGUOUS:
            return array
        case Layout.FORTRAN:
            return np.asfortranarray(array)
        case Layout.STRIDED:
            wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
            wide[..., ::2] = array
            return wide[..., ::2]
        case Layout.REVERSED:
            return array[..., ::-1].copy()[..., ::-1]

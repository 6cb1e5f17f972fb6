"""How people choose the types of numbers wrong."""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import Any

import numpy as np

from reference.misconceptions.arguments import in_float32, keep_whole
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import (
    FUNCTIONS,
    Array,
    Forward,
    Layer,
    around,
)

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "stored",
    title="whole numbers keep the image's type",
    explanation="A sum can be larger than what a pixel's type holds; it then wraps "
    "round or is an error, and fractions are lost.",
    hints=(
        "Try an image of bytes with large values.",
        "Look at how the type of the output array is chosen.",
        "One pixel of 200 and a weight of 2, both bytes: does 400 come out?",
    ),
)
def accumulator_int(_: Forward, out: Array, x: Array) -> Array:
    return _in_image_type(out, x)


def _in_image_type(out: Array, x: Array) -> Array:
    """Cut numbers down to what the image's type holds."""
    if x.dtype.kind == "f":
        return out.astype(x.dtype)
    return np.trunc(out).astype(np.int64).astype(x.dtype)


@BANK.mistake(
    "cast",
    title="small integers are multiplied in their own type",
    explanation="A product of two 8-bit numbers needs up to 16 bits, and what does "
    "not fit is lost.",
    hints=(
        "Try an image and weights of 8-bit numbers.",
        "Look at the type that the products are computed in.",
        "An 8-bit pixel of 200 and an 8-bit weight of 2: what comes out?",
    ),
)
def uint8_overflow(_: Forward, array: Array, dtype: np.dtype[Any]) -> Array:
    return array


@BANK.mistake(
    "stored",
    title="the output is float64 whatever comes in",
    explanation="A caller who works in float32 expects float32 back.",
    hints=(
        "Compare the type of the output with that of the image.",
        "Look at how the array for the output is made.",
        "An image and weights of float32: what type has the output?",
    ),
)
def dtype_promoted_float64(_: Forward, out: Array, x: Array) -> Array:
    return out.astype(np.float64)


@BANK.mistake(
    "stored",
    title="the output is float32 whatever comes in",
    explanation="Of a float64 input, half of the digits are lost.",
    hints=(
        "Compare the type of the output with that of the image.",
        "Look for a type that is written down in your code.",
        "A float64 pixel of one and a billionth, and a weight of 1: is the pixel what "
        "comes out?",
    ),
)
def dtype_forced_float32(_: Forward, out: Array, x: Array) -> Array:
    return out.astype(np.float32)


@BANK.mistake(
    "stored",
    title="results lose their fractions where the image holds whole numbers",
    explanation="Weights or a bias with fractions give results with fractions, "
    "whatever the image holds.",
    hints=(
        "Try an image of whole numbers with weights that are none.",
        "Look at how the type of the output array is chosen.",
        "One whole pixel of 1 and a weight of one half: what comes out?",
    ),
)
def result_fractions_lost(_: Forward, out: Array, x: Array) -> Array:
    if x.dtype.kind == "f":
        return out
    return np.trunc(out).astype(np.int64)


@BANK.mistake(
    "weight_dtype",
    title="weights lose their fractions where the image holds whole numbers",
    explanation="Weights may have fractions, whatever the image holds.",
    hints=(
        "Try an image of whole numbers with weights that are none.",
        "Look at what your code does to the weights when the image holds integers.",
        "One whole pixel of 2 and a weight of one half: what comes out?",
    ),
)
def weight_fractions_lost(_: Forward, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
    return keep_whole(x, dtype)


@BANK.mistake(
    "bias_dtype",
    title="the bias loses its fractions where the image holds whole numbers",
    explanation="A bias may have fractions, whatever the image holds.",
    hints=(
        "Try an image of whole numbers with a bias that has fractions.",
        "Look at what your code does to the bias when the image holds integers.",
        "One whole pixel of 0 and a bias of one half: what comes out?",
    ),
)
def bias_fractions_lost(_: Forward, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
    return keep_whole(x, dtype)


@BANK.variant("dtype-forced-float32", "dtype", shows="and so is the sum")
def dtype_forced_float32_before_sums(
    program: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    dtype = Forward.dtype(program, x, weight, bias)
    return np.dtype(np.float32) if dtype.kind == "f" else dtype


@BANK.mistake(
    "stored",
    title="everything is computed in float32, whatever comes in",
    explanation="Of a float64 input, half of the digits are lost.",
    hints=(
        "Try numbers with more than eight digits.",
        "Look for a type that is written down in your code, and not only for the "
        "output's.",
        "A float64 pixel of one and a billionth, and a weight of 1: is the pixel what "
        "comes out?",
    ),
)
def float32_inside(_: Forward, out: Array, x: Array) -> Array:
    return in_float32(out)


@BANK.variant("uint8-overflow", "stored", shows="and summed in it")
def uint8_overflow_in_sums(_: Forward, out: Array, x: Array) -> Array:
    return out if out.dtype.kind == "f" else out.astype(x.dtype)


@BANK.variant("accumulator-int", "stored", shows="and fractions are an error")
def accumulator_int_without_fractions(_: Forward, out: Array, x: Array) -> Array:
    if out.dtype.kind == "f" != x.dtype.kind:
        raise TypeError("fractions can't be added to whole numbers")
    return out.astype(x.dtype)


def _in_own_type(layer: Layer, x: Array, weight: Array) -> Array:
    """Give the sums without a bias, in the type that the image and the weights have."""
    return layer(x, weight, None).astype(np.result_type(x, weight))


def _moved(sums: Array, bias: Array | None) -> Array:
    """Add the bias to what a layer gave without one."""
    return sums if bias is None else sums + bias[:, None, None]


def _moved_in_place(sums: Array, bias: Array | None) -> Array:
    """Add the bias to the array itself, which its type may not allow."""
    if bias is not None:
        sums += bias[:, None, None]
    return sums


def _before_bias(
    add: Callable[[Array, Array | None], Array], *, of_whole_images: bool = False
) -> Callable[[Callable[[Layer, Array, Array], Array]], Callable[..., Array]]:
    """Make a form of `conv2d` of how sums are made, and of how a bias is added then."""

    def wrap(sums: Callable[[Layer, Array, Array], Array]) -> Callable[..., Array]:
        @wraps(sums)
        def change(
            program: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
        ) -> Array:
            if of_whole_images and x.dtype.kind == "f":
                return layer(x, weight, bias)
            bias = program.offsets(weight, bias)
            return add(sums(layer, x, weight), bias)

        return around(change)

    return wrap


@BANK.variant(
    "uint8-overflow", "conv2d", shows="and a bias with fractions can't be added to them"
)
@_before_bias(_moved_in_place)
def uint8_overflow_before_bias(layer: Layer, x: Array, weight: Array) -> Array:
    return _in_own_type(layer, x, weight)


@BANK.variant(
    "uint8-overflow", "conv2d", shows="and summed in it, until a wider bias is added"
)
@_before_bias(_moved)
def uint8_overflow_until_bias(layer: Layer, x: Array, weight: Array) -> Array:
    return _in_own_type(layer, x, weight)


@BANK.variant("uint8-overflow", "conv2d", shows="and summed in it, but for the bias")
@_before_bias(_moved)
def uint8_overflow_but_for_bias(layer: Layer, x: Array, weight: Array) -> Array:
    sums = _in_own_type(layer, x, weight)
    return sums if sums.dtype.kind == "f" else sums.astype(np.int64)


@BANK.mistake(
    "dtype",
    title="a bias with fractions can't be added to sums of whole numbers",
    explanation="What is added in place has to fit the type of the array, and whole "
    "numbers have no place for fractions.",
    hints=(
        "Try an image and weights of whole numbers, with a bias that has fractions.",
        "Look at the type of the sums when the bias is added.",
        "What does an array of integers do when 0.5 is added to it in place?",
    ),
)
def int_input_inplace_bias(
    program: Forward, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    whole = np.result_type(x, weight).kind != "f"
    if whole and bias is not None and bias.dtype.kind == "f":
        raise TypeError("fractions can't be added to whole numbers in place")
    return Forward.dtype(program, x, weight, bias)


@BANK.variant("result-fractions-lost", "conv2d", shows="until the bias is added")
@_before_bias(_moved)
def accumulator_int_before_bias(layer: Layer, x: Array, weight: Array) -> Array:
    sums = layer(x, weight, None)
    return sums if x.dtype.kind == "f" else sums.astype(np.int64)


@BANK.variant("accumulator-int", "conv2d", shows="until a wider bias is added")
@_before_bias(_moved)
def accumulator_int_until_bias(layer: Layer, x: Array, weight: Array) -> Array:
    return _in_image_type(layer(x, weight, None), x)


@BANK.variant(
    "accumulator-int",
    "conv2d",
    shows="and a bias with fractions can't be added to them",
)
@_before_bias(_moved_in_place)
def accumulator_int_before_bias_in_place(
    layer: Layer, x: Array, weight: Array
) -> Array:
    return _in_image_type(layer(x, weight, None), x)


@BANK.variant(
    "weight-fractions-lost",
    "conv2d",
    shows="and a bias with fractions can't be added to their sums",
)
@_before_bias(_moved_in_place, of_whole_images=True)
def weight_fractions_lost_before_bias(layer: Layer, x: Array, weight: Array) -> Array:
    return layer(x, weight.astype(np.int64), None)


def _terms(layer: Layer, x: Array, weight: Array, channels: int) -> Iterator[Array]:
    """Give what each tap adds to the output, for so many channels at once."""
    for first in range(0, weight.shape[1], channels):
        some = slice(first, first + channels)
        for u, v in np.ndindex(weight.shape[2:]):
            tap = np.zeros_like(weight)
            tap[:, some, u, v] = weight[:, some, u, v]
            yield layer(x, tap, None)


def _add(name: str, shows: str, *, by_channel: bool, each: bool) -> None:
    """Add a form that cuts off fractions: of each term, or of the sum so far."""

    def change(
        program: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
    ) -> Array:
        right = layer(x, weight, bias)
        if x.dtype.kind == "f":
            return right
        bias = program.offsets(weight, bias)
        channels = 1 if by_channel else max(1, weight.shape[1])
        terms = _terms(layer, x, weight, channels)
        out: Array = np.zeros(right.shape, np.int64)
        for term in chain(terms, () if bias is None else [bias[:, None, None]]):
            out = (out + (np.trunc(term) if each else term)).astype(np.int64)
        return out

    change.__name__ = f"accumulator_int_{name}"
    BANK.variant("accumulator-int", "conv2d", shows=shows)(around(change))


_add("by_taps", "at every tap of the kernel", by_channel=False, each=False)
_add("by_products", "at every product", by_channel=True, each=False)
_add("of_taps", "and so does what a tap gives", by_channel=False, each=True)
_add("of_products", "and so does every product", by_channel=True, each=True)


def _sums_of_own_products(layer: Layer, x: Array, weight: Array) -> Array:
    """Sum products that keep their own type, as NumPy sums them: in a wide one."""
    own = np.result_type(x, weight)
    terms = _terms(layer, x, weight, 1)
    total: Array = np.sum([term.astype(own) for term in terms], axis=0)
    return total


def _stored_one_by_one(numbers: Array, dtype: np.dtype[Any]) -> Array:
    """Store numbers as loops do: what doesn't fit a type with a sign is an error."""
    out = np.empty(numbers.shape, dtype)
    for place in np.ndindex(numbers.shape):
        out[place] = numbers[place]
    return out


@BANK.variant("accumulator-int", "conv2d", shows="each stored by itself")
@around
def accumulator_int_one_by_one(
    program: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
) -> Array:
    if x.dtype.kind == "f":
        return layer(x, weight, bias)
    sums = _sums_of_own_products(layer, x, weight)
    bias = program.offsets(weight, bias)
    return _stored_one_by_one(_moved(sums, bias), x.dtype)


@BANK.variant(
    "accumulator-int",
    "conv2d",
    shows="each stored by itself, and a bias with fractions can't be added to them",
)
@_before_bias(_moved_in_place, of_whole_images=True)
def accumulator_int_one_by_one_before_bias(
    layer: Layer, x: Array, weight: Array
) -> Array:
    return _stored_one_by_one(_sums_of_own_products(layer, x, weight), x.dtype)

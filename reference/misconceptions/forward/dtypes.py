"""How people choose the types of numbers wrong."""

from typing import Any

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "stored",
    title="whole numbers keep the image's type",
    explanation="A sum can be larger than what a pixel's type holds; it then wraps "
    "round, and fractions are lost.",
    hints=(
        "Try an image of bytes with large values.",
        "Look at how the type of the output array is chosen.",
        "One pixel of 200 and a weight of 2, both bytes: does 400 come out?",
    ),
)
def accumulator_int(_: Forward, out: Array, x: Array) -> Array:
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

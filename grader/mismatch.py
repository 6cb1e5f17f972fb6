"""What was returned beside what is expected, in words and in numbers."""

from typing import Any

import numpy as np

from grader.outcome import Array, Foreign, TooLarge, Value
from grader.record import Mismatch

_SHOWN_ELEMENTS = 64
"""Larger arrays are shown by their first wrong element alone."""


def describe(value: Value | tuple[Value, ...]) -> str:
    """Say in words what a call returned.

    Examples
    --------
    >>> describe(np.zeros((2, 3), np.float32))
    'an array of shape (2, 3) and dtype float32'
    >>> describe((None, 3))
    'a tuple of 2: None, 3'
    """
    match value:
        case tuple():
            return f"a tuple of {len(value)}: {', '.join(map(describe, value))}"
        case np.ndarray() if value.shape == ():
            return f"{value!s} ({value.dtype})"
        case np.ndarray() | TooLarge():
            return f"an array of shape {value.shape} and dtype {value.dtype}"
        case Foreign():
            kind = value.type_name or "object"
            return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"
        case _:
            return str(value)


def elements_marked(marked: Array) -> str:
    """Say how many elements are marked, up to what they are."""
    if marked.size == 1:
        return "the only element is"
    number = np.count_nonzero(marked)
    return f"{number} of {marked.size} elements {'is' if number == 1 else 'are'}"


def mismatch_of(actual: Array, expected: Array, wrong: Array) -> Mismatch:
    """Say where two arrays of one shape differ; in full, if they are small."""
    first = tuple(int(at) for at in np.argwhere(wrong)[0])
    shown = () if actual.size <= _SHOWN_ELEMENTS else first
    return Mismatch(
        actual=number_text(actual[shown]),
        expected=number_text(as_shown(expected, actual)[shown]),
        first_index=first,
        differing=int(np.count_nonzero(wrong)),
        elements=actual.size,
    )


def mismatch_of_shapes(actual: Array | TooLarge, expected: Array) -> Mismatch:
    """Show two arrays of different shapes beside each other."""
    shown = as_shown(expected, actual)
    return Mismatch(actual=_side(actual), expected=_side(shown))


def _side(value: Array | TooLarge) -> str:
    if isinstance(value, np.ndarray) and value.size <= _SHOWN_ELEMENTS:
        return array_text(value)
    return f"an array of shape {value.shape}"


def as_shown(expected: Array, actual: Array | TooLarge) -> Array:
    """Give the expected values with no more digits than the actual ones have."""
    if expected.dtype.kind == "f" and actual.dtype.kind == "f":
        with np.errstate(over="ignore"):  # of a float16 result
            return expected.astype(actual.dtype)
    return expected.astype(np.float64) if expected.dtype.kind == "f" else expected


def array_text(array: Array) -> str:
    """Write out a small array, so that a difference in the last digit shows."""
    return np.array2string(
        array, separator=", ", floatmode="unique", max_line_width=100, threshold=10_000
    )


def number_text(number: Any) -> str:  # noqa: ANN401 - any NumPy scalar
    """Write out one element, or several.

    One of its own stands in sentences, where it ends in no dot.

    Examples
    --------
    >>> number_text(np.float32(0.1)), number_text(-19.0), number_text(np.float64([2]))
    ('0.1', '-19.0', '[2.]')
    """
    text = array_text(np.asarray(number))
    return f"{text}0" if text.endswith(".") else text

"""What a spec says of arguments and results: arrays, tuples of numbers, words."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, Tag

from grader.problem.spec import Size, Spec, Symbol, Word


class Dtype(StrEnum):
    """The element types that arguments may have."""

    FLOAT32 = "float32"
    FLOAT64 = "float64"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT16 = "uint16"


class Values(StrEnum):
    """What fills a generated array."""

    SMALL_INTEGERS = "small_integers"
    """Integers from -4 to 4 without 0, since a zero hides what it multiplies."""
    PRECISE_INTEGERS = "precise_integers"
    """Odd integers of 13 bits, or 40 for float64: no shorter dtype holds them."""
    HALVES = "halves"
    """Odd multiples of 1/2 below 5: exact in each float dtype, in no integer one."""
    SIGNS = "signs"
    """-1 and 1."""
    NORMAL = "normal"
    """Standard normal numbers: dense and centred on zero."""
    POSITIVE = "positive"
    """Numbers between 0.5 and 1.5: their sums never cancel."""
    CONSTANT = "constant"
    """0.1 everywhere."""
    LARGE_INTEGERS = "large_integers"
    """The upper half of what an integer dtype can hold, and of 20 bits at the most."""


class Layout(StrEnum):
    """How a generated array lies in memory."""

    CONTIGUOUS = "contiguous"
    FORTRAN = "fortran"
    STRIDED = "strided"
    """Every second element of a longer last axis."""
    REVERSED = "reversed"
    """The last axis has a negative stride."""


class ArraySpec(Spec):
    """An array to generate from the seed."""

    shape: tuple[Size | Symbol, ...] = Field(max_length=8)
    """Lengths or names of sizes, axis by axis."""
    values: Word[Values] = Values.SMALL_INTEGERS
    """What fills it."""
    dtype: Word[Dtype] | None = None
    """Its element type; without it, the generator's."""
    layout: Word[Layout] = Layout.CONTIGUOUS
    """How it lies in memory."""


class ArrayLiteral(Spec):
    """An array written out."""

    array: tuple[Any, ...] | float | int
    """Its elements, nested row by row."""
    dtype: Word[Dtype] = Dtype.FLOAT64
    """Its element type."""


Scalar = bool | int | float | str | None
Pair = tuple[int | float | Symbol, ...]


def _kind_of_argument(value: Any) -> str:  # noqa: ANN401 - not yet parsed
    if isinstance(value, dict):
        return "literal" if "array" in value else "array"
    if isinstance(value, BaseModel):
        return "literal" if isinstance(value, ArrayLiteral) else "array"
    return "tuple" if isinstance(value, list | tuple) else "scalar"


ArgumentSpec = Annotated[
    Annotated[ArrayLiteral, Tag("literal")]
    | Annotated[ArraySpec, Tag("array")]
    | Annotated[Pair, Tag("tuple")]
    | Annotated[Scalar, Tag("scalar")],
    Discriminator(_kind_of_argument),
]
"""One argument: an array, a tuple of numbers or sizes, a number, a word, or null."""


def _kind_of_expected(value: Any) -> str:  # noqa: ANN401 - not yet parsed
    if isinstance(value, dict):
        return "literal" if "array" in value else "several"
    return "literal" if isinstance(value, ArrayLiteral) else "count"


ExpectedSpec = Annotated[
    Annotated[ArrayLiteral, Tag("literal")]
    | Annotated[dict[str, ArrayLiteral | None], Tag("several")]
    | Annotated[int | None, Tag("count")],
    Discriminator(_kind_of_expected),
]
"""A result: an array; several, by the names in `returns`; or a count."""

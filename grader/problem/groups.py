"""What a spec says of cases: groups of them, written by hand or generated."""

import math
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from grader.problem.arguments import ArgumentSpec, Dtype, ExpectedSpec
from grader.problem.spec import (
    Identifier,
    NamedSize,
    PythonName,
    Spec,
    Symbol,
    Word,
    refuse,
    require_unique,
)


class Check(StrEnum):
    """How a group's results are judged."""

    EXACT = "exact"
    """Equal, as numbers: for data on which every order of summation is exact."""
    RANDOM_BOUND = "random_bound"
    """Within the probable rounding error, for independent zero-centred data."""
    STRUCTURED_BOUND = "structured_bound"
    """Within the worst-case rounding error, for any data."""
    COUNT = "count"
    """The same integer."""
    DTYPE = "dtype"
    """The reference's element type."""
    UNMODIFIED = "unmodified"
    """The arguments are as they were before the call, and can be used again."""
    KEPT = "kept"
    """As `exact`, but each call is made twice, on other data, and the first result is
    read after the second call: results are the caller's own."""
    ERROR = "error"
    """The call raises."""


EXACT_CHECKS = frozenset({Check.EXACT, Check.KEPT})
BOUND_CHECKS = frozenset({Check.RANDOM_BOUND, Check.STRUCTURED_BOUND})
VALUE_CHECKS = EXACT_CHECKS | BOUND_CHECKS


class Visibility(StrEnum):
    """Who sees a group's cases."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class HandCase(Spec):
    """A case written by hand, small enough to check by eye."""

    id: Identifier
    """Its name, unique in the group."""
    arguments: dict[PythonName, ArgumentSpec]
    """The arguments of the call."""
    expected: ExpectedSpec = None
    """The result; without it, the reference's."""


class Draw(Spec):
    """Random configurations that the reference accepts, drawn from the seed."""

    count: int = Field(ge=1, le=1000)
    """How many."""
    sizes: dict[Symbol, tuple[NamedSize, ...]]
    """For each size its least and its greatest value."""

    @model_validator(mode="after")
    def _ranges_ascend(self) -> "Draw":
        for name, bounds in self.sizes.items():
            if len(bounds) != 2 or bounds[0] > bounds[1]:  # noqa: PLR2004
                raise refuse("give the least and the greatest value", "sizes", name)
        return self


class Generator(Spec):
    """Cases made from a pattern: all combinations, or random draws.

    Combined are `sizes`, `dtypes` and the values of `vary`.
    """

    arguments: dict[PythonName, ArgumentSpec]
    """The arguments, in which sizes stand by name."""
    sizes: tuple[dict[Symbol, NamedSize], ...] = Field(default=({},), min_length=1)
    """Sets of named sizes, to be used one after the other."""
    dtypes: tuple[Word[Dtype], ...] = Field(
        default=(Dtype.FLOAT64, Dtype.FLOAT32), min_length=1
    )
    """Element types for arrays that don't state their own."""
    vary: dict[PythonName, Annotated[tuple[ArgumentSpec, ...], Field(min_length=1)]] = (
        Field(default={})
    )
    """For some arguments, several values in place of the one in `arguments`."""
    draw: Draw | None = None
    """Draw at random in place of combining."""

    @property
    def count(self) -> int:
        """How many cases it makes."""
        if self.draw is not None:
            return self.draw.count
        choices = [self.sizes, self.dtypes, *self.vary.values()]
        return math.prod(map(len, choices))


class Group(Spec):
    """Cases that are judged alike."""

    id: Identifier
    """Its name."""
    title: str
    """What it shows, for the report."""
    part: Identifier
    """The part of the rubric that its points go to."""
    function: PythonName
    """The function that its cases call."""
    check: Word[Check]
    """How results are judged."""
    required: bool = False
    """Whether the verdict depends on it."""
    visibility: Word[Visibility] = Visibility.HIDDEN
    """Whether candidates see its cases."""
    weight: float = Field(default=1.0, gt=0)
    """Its share of the part's points, against the part's other groups."""
    errors: tuple[PythonName, ...] = ()
    """With `check: error`, the exceptions that earn everything."""
    other_errors_earn: float = Field(default=0.0, ge=0, le=1)
    """With `check: error`, the share that any other exception earns."""
    cases: tuple[HandCase, ...] = ()
    """Cases written by hand."""
    generate: tuple[Generator, ...] = ()
    """Patterns of cases."""

    @property
    def count(self) -> int:
        """How many cases it has."""
        times = 2 if self.check is Check.KEPT else 1
        return len(self.cases) + times * sum(one.count for one in self.generate)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Group":
        if not self.cases and not self.generate:
            raise refuse("a group needs `cases` or `generate`", "id")
        drawn = any(generator.draw is not None for generator in self.generate)
        if self.check is Check.KEPT and (self.cases or drawn):
            issue = (
                "`check: kept` needs `generate` without `draw`: two calls of one shape"
            )
            raise refuse(issue, "check")
        if self.check is Check.ERROR and not self.errors:
            raise refuse("`check: error` needs `errors`", "check")
        if self.required and self.check not in VALUE_CHECKS:
            raise refuse("only checks of values can be required", "required")
        require_unique([case.id for case in self.cases], "case", "cases")
        for at, case in enumerate(self.cases):
            is_count = self.check is Check.COUNT
            if case.expected is not None and isinstance(case.expected, int) != is_count:
                asked = "an integer" if is_count else "an array"
                raise refuse(f"`check: {self.check}` needs {asked}", "cases", at)
        return self

"""What a spec says of signals: things that interviewers look for."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from grader.problem.spec import Identifier, Spec, Word, refuse


class Idiom(StrEnum):
    """What array code is made of, as it can be found in a source."""

    SLICING = "slicing"
    BROADCASTING = "broadcasting"
    RESHAPING = "reshaping"
    WINDOWS = "windows"
    PRODUCTS = "products"
    PADDING = "padding"
    SCATTERING = "scattering"
    RANK_TEST = "rank test"
    """A comparison with a number of axes."""


Pattern = Annotated[str, Field(pattern=r"^[a-z*][a-z0-9_*-]*$", max_length=60)]
"""Ids, with `*` for any letters."""


class Signal(Spec):
    """Something that is to be seen in a submission, and what shows it.

    It changes neither verdict nor points. It is shown if all that is named here, and
    was measured, speaks for it; partly if some does.
    """

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the report."""
    cases: tuple[str, ...] = ()
    """Ids of groups, or of written cases as `group.case`: passing speaks for it."""
    misconceptions: tuple[Pattern, ...] = ()
    """Known mistakes that speak against it, where one explains what is wrong."""
    idioms: tuple[Word[Idiom], ...] = ()
    """Array expressions of which one of any of these kinds speaks for it."""
    no_loops_over: tuple[str, ...] = ()
    """Titles of `timing.growth`: loops that turn more often with these speak against
    it."""
    memory_multiple: float | None = Field(default=None, gt=0)
    """Peak memory of so many times the output, or less, speaks for it; up to twice as
    much does partly."""
    tests: bool = False
    """Whether the candidate's own tests speak for it, as far as they find mistakes."""
    readability: bool = False
    """Whether to tell of docstrings, types, branches and the linter's findings: they
    speak neither for nor against it."""

    @model_validator(mode="after")
    def _has_evidence(self) -> "Signal":
        if not self.model_fields_set - {"id", "title"}:
            raise refuse("say what shows it: `cases`, `idioms`, `tests`, …", "id")
        return self

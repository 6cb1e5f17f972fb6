"""What a spec says of how speed is measured."""

from typing import Annotated

from pydantic import Field

from grader.problem.arguments import ArgumentSpec, Dtype
from grader.problem.spec import (
    Identifier,
    NamedSize,
    PythonName,
    Spec,
    Symbol,
    Target,
    Word,
)

CANDIDATE, REFERENCE, FLOOR = "candidate", "reference", "floor"
"""What is timed beside the baselines, whose names these can't be."""


Pairs = Annotated[int, Field(ge=6, le=20)]
Calls = Annotated[int, Field(ge=2, le=1000)]


class Baseline(Spec):
    """Code to compare a submission's time with."""

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the chart."""
    function: Target
    """Where it lives; its module must need nothing but the allowed imports."""


class Rung(Spec):
    """One size on the ladder."""

    id: Identifier
    """Its name."""
    sizes: dict[Symbol, NamedSize]
    """The named sizes."""
    worker_pairs: Pairs | None = None
    """How many pairs of workers are timed on it, if not as many as on others."""
    calls: Calls | None = None
    """How many calls each of them is timed for, likewise."""

    @property
    def title(self) -> str:
        """What it is called in the report."""
        return self.id.replace("-", " ")


class Axis(Spec):
    """A size that is varied, to see how the time grows with it."""

    size: Symbol
    """The named size."""
    title: str
    """What it is called."""
    power: int = Field(default=1, ge=1, le=8)
    """Of the size, which is what the time is held against: 2 where it stands for both
    sides of an image."""
    factors: tuple[Annotated[int, Field(ge=1, le=64)], ...] = Field(min_length=2)
    """What the size of a rung is multiplied by, in turn."""


class Timing(Spec):
    """How speed is measured."""

    part: Identifier
    """The part of the rubric that its points go to."""
    function: PythonName
    """The function that is timed."""
    arguments: dict[PythonName, ArgumentSpec]
    """The arguments of a timed call."""
    dtype: Word[Dtype] = Dtype.FLOAT32
    """The element type of its arrays."""
    rungs: tuple[Rung, ...] = Field(min_length=1)
    """Sizes, the smallest first."""
    worker_pairs: Pairs = 6
    """How many fresh pairs of workers are timed on a rung that doesn't say."""
    calls: Calls = 2
    """How many calls each worker is timed for, likewise; fewer, down to one, if those
    of the submission are expected to take over 0.1 s with their warm-up calls."""
    warm_up_calls: int = Field(default=1, ge=1, le=100)
    """Calls before each of those, on other data: what they find in the caches is what
    another left there."""
    call_seconds: float = Field(default=0.5, gt=0)
    """The longest call that the ladder goes on from: what is expected to take longer
    on the next rung stops there."""
    growth: tuple[Axis, ...] = ()
    """The sizes whose effect on the time is fitted."""
    baselines: tuple[Baseline, ...] = Field(min_length=1)
    """Code to compare with. The first is the slow end of the scale of points."""

    def pairs_on(self, rung: Rung) -> int:
        """Give how many fresh pairs of workers are timed on a rung."""
        return rung.worker_pairs or self.worker_pairs

    def calls_on(self, rung: Rung) -> int:
        """Give how many calls each worker is timed for on a rung."""
        return rung.calls or self.calls

"""A whole spec, in which all names are known, and the problem that it is of."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from grader.outcome import Signature
from grader.problem.functions import Function
from grader.problem.groups import BOUND_CHECKS, Group
from grader.problem.limits import Limits
from grader.problem.signals import Signal
from grader.problem.spec import (
    Identifier,
    PythonName,
    Spec,
    Target,
    nearest,
    refuse,
    require_unique,
)
from grader.problem.timing import CANDIDATE, FLOOR, REFERENCE, Timing

_MOST_CASES = 10_000
"""More cases than this are no problem but a slip."""


class Part(Spec):
    """A part of the rubric."""

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the report."""
    points: float = Field(gt=0, le=1000)
    """What it is worth."""


class OwnTests(Spec):
    """What a candidate's own tests are worth.

    They are run on the reference, the oracle and the bank's program without a mistake,
    and then on each known mistake.
    """

    part: Identifier
    """The part of the rubric that their points go to."""


class ProblemSpec(Spec):
    """A problem: what is asked, how it is judged, and what that is worth."""

    id: Identifier
    """Its name, that of its folder too."""
    title: str
    """What it is called in the report."""
    statement: str = "statement.md"
    """The file that candidates read."""
    starter: str = "starter.py"
    """The file that candidates begin with."""
    functions: tuple[Function, ...] = Field(min_length=1)
    """What a submission provides."""
    allowed_imports: tuple[PythonName, ...] = ("numpy",)
    """Libraries that a submission may import; the standard library always."""
    limits: Limits = Limits()
    """What a submission may use."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """The rubric."""
    groups: tuple[Group, ...] = Field(min_length=1)
    """The cases."""
    timing: Timing | None = None
    """How speed is measured, if it is."""
    tests: OwnTests | None = None
    """What a candidate's own tests earn, if they do; they are looked at anyhow."""
    misconceptions: Target | None = None
    """The bank of known mistakes: an object as `grader.misconceptions` describes it."""
    signals: tuple[Signal, ...] = ()
    """What interviewers look for in a submission."""

    @model_validator(mode="after")
    def _names_resolve(self) -> "ProblemSpec":
        parts = [part.id for part in self.parts]
        require_unique(parts, "part", "parts")
        require_unique([group.id for group in self.groups], "group", "groups")
        require_unique([one.name for one in self.functions], "function", "functions")
        if not any(group.required for group in self.groups):
            raise refuse("one group at least must be `required: true`", "groups")
        self._require_fit_groups()
        self._require_known_signals()
        if self.timing is not None:
            self._require_fit_for_timing(self.timing)
        if self.tests is not None:
            self._require_fit_for_tests(self.tests)
        return self

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """What is asked of a submission: the names of its functions."""
        return tuple(one.signature for one in self.functions)

    def function(self, name: str) -> Function:
        """Give the function of that name."""
        return next(one for one in self.functions if one.name == name)

    def _require_fit_groups(self) -> None:
        count = 0
        for at, group in enumerate(self.groups):
            count += group.count
            if count > _MOST_CASES:
                issue = f"up to here there are {count:,} cases; {_MOST_CASES:,} may be"
                raise refuse(issue, "groups", at)
            self._require_known(group.part, group.function, "groups", at)
            for arguments, path in _argument_names(group):
                self._require_arguments(group.function, arguments, "groups", at, *path)
            function = self.function(group.function)
            if group.required and not function.required:
                issue = f"`{function.name}` is optional, so its cases are too"
                raise refuse(issue, "groups", at, "required")
            if group.check in BOUND_CHECKS and function.magnitude is None:
                issue = f"`check: {group.check}` needs a `magnitude` of the function"
                raise refuse(issue, "groups", at, "check")

    def _require_known_signals(self) -> None:
        require_unique([one.id for one in self.signals], "signal", "signals")
        if any(one.misconceptions for one in self.signals) and not self.misconceptions:
            at = [bool(one.misconceptions) for one in self.signals].index(True)
            issue = "the problem has no bank of `misconceptions`"
            raise refuse(issue, "signals", at, "misconceptions")
        axes = [axis.title for axis in self.timing.growth] if self.timing else []
        cases = [group.id for group in self.groups]
        cases += [f"{one.id}.{case.id}" for one in self.groups for case in one.cases]
        for at, signal in enumerate(self.signals):
            named = {
                "cases": ("group or written case", signal.cases, cases),
                "no_loops_over": (
                    "size in `timing.growth`",
                    signal.no_loops_over,
                    axes,
                ),
            }
            for key, (kind, names, known) in named.items():
                for place, name in enumerate(names):
                    if name not in known:
                        issue = f"there is no {kind} `{name}`; {nearest(name, known)}"
                        if not known:
                            issue = "there is no `timing.growth`"
                        raise refuse(issue, "signals", at, key, place)

    def _require_fit_for_timing(self, timing: Timing) -> None:
        self._require_known(timing.part, timing.function, "timing")
        if any(group.part == timing.part for group in self.groups):
            issue = f"the part `{timing.part}` has cases; speed needs one of its own"
            raise refuse(issue, "timing", "part")
        if self.function(timing.function).magnitude is None:
            issue = f"`{timing.function}` needs a `magnitude` to be timed"
            raise refuse(issue, "timing", "function")
        for at, axis in enumerate(timing.growth):
            for rung in timing.rungs:
                if axis.size not in rung.sizes:
                    known = nearest(axis.size, list(rung.sizes))
                    issue = f"the rung `{rung.id}` has no size `{axis.size}`; {known}"
                    raise refuse(issue, "timing", "growth", at, "size")
        baselines = [baseline.id for baseline in timing.baselines]
        require_unique(baselines, "baseline", "timing", "baselines")
        require_unique([rung.id for rung in timing.rungs], "rung", "timing", "rungs")
        for at, name in enumerate(baselines):
            if name in {CANDIDATE, REFERENCE, FLOOR}:
                issue = f"`{name}` is no name for a baseline"
                raise refuse(issue, "timing", "baselines", at, "id")
        self._require_arguments(
            timing.function, timing.arguments, "timing", "arguments"
        )

    def _require_fit_for_tests(self, tests: OwnTests) -> None:
        self._require_known(tests.part, self.functions[0].name, "tests")
        timed = self.timing is not None and self.timing.part == tests.part
        if timed or any(group.part == tests.part for group in self.groups):
            issue = (
                f"the part `{tests.part}` has cases or is that of speed; tests need "
            )
            raise refuse(f"{issue}one of their own", "tests", "part")
        if self.misconceptions is None:
            raise refuse("tests are graded by `misconceptions`", "tests")

    def _require_known(self, part: str, function: str, *path: str | int) -> None:
        known = {
            "part": (part, [one.id for one in self.parts]),
            "function": (function, [one.name for one in self.functions]),
        }
        for kind, (name, names) in known.items():
            if name not in names:
                issue = f"there is no {kind} `{name}`; {nearest(name, names)}"
                raise refuse(issue, *path, kind)

    def _require_arguments(
        self, function: str, given: dict[str, Any], *path: str | int
    ) -> None:
        arguments = self.function(function).arguments
        known = [argument.name for argument in arguments]
        for name in given:
            if name not in known:
                issue = f"`{function}` takes no `{name}`; {nearest(name, known)}"
                raise refuse(issue, *path, name)
        for argument in arguments:
            if not argument.optional and argument.name not in given:
                raise refuse(f"`{function}` needs `{argument.name}`", *path)


def _argument_names(
    group: Group,
) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
    for at, case in enumerate(group.cases):
        yield case.arguments, ("cases", at, "arguments")
    for at, generator in enumerate(group.generate):
        yield generator.arguments, ("generate", at, "arguments")
        both = generator.arguments | generator.vary
        yield both, ("generate", at, "vary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem spec and where it was found."""

    spec: ProblemSpec
    path: Path
    """The file of the spec."""
    sha256: str
    """Of the spec's bytes, in hexadecimal."""

    @property
    def folder(self) -> Path:
        """Where statement, starter and modules beside the spec are looked up."""
        return self.path.parent

"""From a problem and a seed to concrete calls and what is expected of them.

Everything here is a pure function of the spec, the seed and the reference. Each case
draws from a stream of its own, named by the seed and the case's id, so that a case
stays the same when others come and go.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.arguments import elements_of, make_arguments, stream
from grader.errors import ProblemError
from grader.expected import Expected, Reference, output_bytes
from grader.outcome import Call, Calling
from grader.problem import (
    ArgumentSpec,
    ArraySpec,
    Check,
    Draw,
    Dtype,
    ExpectedSpec,
    Generator,
    Group,
    HandCase,
    Layout,
    Problem,
)

_MOST_REFUSED = 1_000
"""After so many refused draws in a row the ranges of a spec are at fault."""
_MOST_NUMBERS = 1 << 22
"""In the arrays of all cases and of their results, which are all held at once."""
_MOST_ATTEMPTS = 20
"""After so many all-zero results it is no accident."""
_CALLINGS = {Check.UNMODIFIED: Calling.REPEATED, Check.KEPT: Calling.KEPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test case: a call, what is expected, and how it is judged."""

    id: str
    group: Group
    call: Call
    filled_with: Mapping[str, str]
    """For each generated array, what it holds, in words."""
    expected: Expected

    @property
    def elements(self) -> int:
        """How many numbers its arrays hold."""
        return elements_of(self.call.arguments)


def case_of(
    name: str,
    group: Group,
    arguments: dict[str, Any],
    expected: Expected,
    filled_with: Mapping[str, str] = MappingProxyType({}),
) -> Case:
    """Make a case of a group's function."""
    call = Call(
        function=group.function,
        arguments=arguments,
        output_bytes=output_bytes(expected),
        calling=_CALLINGS.get(group.check, Calling.ONCE),
    )
    return Case(
        id=name, group=group, call=call, filled_with=filled_with, expected=expected
    )


def followed(cases: Sequence[Case]) -> Iterator[tuple[Case, Case | None]]:
    """Go through cases, each with the next one if that is of the same group."""
    for case, following in zip(cases, [*cases[1:], None][: len(cases)], strict=True):
        beside = following is not None and following.group.id == case.group.id
        yield case, following if beside else None


def prepare_cases(problem: Problem, seed: int) -> tuple[Case, ...]:
    """Make all cases of a problem.

    Raises
    ------
    ProblemError
        If the reference fails on one, or its data can't be judged as the spec says, or
        there is too much of it.
    """
    cases: list[Case] = []
    elements = 0
    for group in problem.spec.groups:
        for case in _Maker(problem, group, seed).cases():
            cases.append(case)
            elements += case.elements + sum(one.size for one in case.expected.arrays)
            if elements > _MOST_NUMBERS:
                issue = f"up to case {case.id} there are {elements:,} numbers in arrays"
                raise ProblemError(problem.path, f"{issue}; {_MOST_NUMBERS:,} may be")
    return tuple(cases)


def cases_of_group(problem: Problem, group: Group, seed: int) -> Iterator[Case]:
    """Make the cases of one group, one by one."""
    return _Maker(problem, group, seed).cases()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the arguments of a call are made from."""

    specs: Mapping[str, ArgumentSpec]
    sizes: Mapping[str, int] = field(default_factory=dict)
    dtype: Dtype = Dtype.FLOAT64

    @property
    def layouts(self) -> dict[str, Layout]:
        """How each generated array lies in memory."""
        return {
            name: spec.layout
            for name, spec in self.specs.items()
            if isinstance(spec, ArraySpec)
        }

    @property
    def filled_with(self) -> dict[str, str]:
        """For each generated array, what it holds, in words."""
        filled = {}
        for name, spec in self.specs.items():
            if isinstance(spec, ArraySpec):
                words = spec.values.replace("_", " ")
                lies = "" if spec.layout is Layout.CONTIGUOUS else f", {spec.layout}"
                filled[name] = words + lies
        return filled


def combined(generator: Generator) -> Iterator[Configuration]:
    """Give all combinations of a generator's sizes, dtypes and values of `vary`."""
    choices = itertools.product(
        generator.sizes,
        generator.dtypes,
        list(itertools.product(*generator.vary.values())),
    )
    for sizes, dtype, varied in choices:
        named = dict(zip(generator.vary, varied, strict=True))
        specs = generator.arguments | named
        yield Configuration(specs=specs, sizes=sizes, dtype=dtype)


class _Maker:
    """Makes the cases of one group."""

    def __init__(self, problem: Problem, group: Group, seed: int) -> None:
        self._problem, self._group, self._seed = problem, group, seed
        function = problem.spec.function(group.function)
        self._reference = Reference(problem, function)

    def cases(self) -> Iterator[Case]:
        for case in self._group.cases:
            yield self._hand_case(case)
        numbers = itertools.count(1)
        for place, generator in enumerate(self._group.generate):
            if generator.draw is not None:
                yield from self._drawn(generator, generator.draw, place, numbers)
                continue
            # A kept result is read after a call of the same shapes, on other data.
            times = 2 if self._group.check is Check.KEPT else 1
            for configuration in combined(generator):
                for _ in range(times):
                    name = f"{self._group.id}.{next(numbers):02d}"
                    arguments = self._telling(name, configuration)
                    if arguments is None:
                        arguments = self._made(name, configuration)
                    yield self._case(name, arguments, configuration.filled_with, None)

    def _hand_case(self, case: HandCase) -> Case:
        name = f"{self._group.id}.{case.id}"
        configuration = Configuration(specs=case.arguments)
        arguments = self._made(name, configuration)
        return self._case(name, arguments, configuration.filled_with, case.expected)

    def _case(
        self,
        name: str,
        arguments: dict[str, Any],
        filled_with: dict[str, str],
        given: ExpectedSpec,
    ) -> Case:
        try:
            expected = self._reference.expected(self._group.check, arguments, given)
        except ProblemError as error:
            issue = f"case {name}: {error.issue}"
            raise ProblemError(error.path, issue) from error
        except Exception as error:
            raise self._error(f"case {name}: the reference fails: {error!r}") from error
        return case_of(name, self._group, arguments, expected, filled_with)

    def _made(
        self, name: str, configuration: Configuration, attempt: int = 0
    ) -> dict[str, Any]:
        rng = stream(self._seed, f"{name}/{attempt}" if attempt else name)
        specs, sizes = configuration.specs, configuration.sizes
        try:
            return make_arguments(specs, sizes, configuration.dtype, rng)
        except (ValueError, TypeError, OverflowError, MemoryError) as error:
            raise self._error(f"case {name}: {error}") from error

    def _drawn(
        self, generator: Generator, draw: Draw, place: int, numbers: Iterator[int]
    ) -> Iterator[Case]:
        rng = stream(self._seed, f"{self._group.id}/{place}")
        found, refused, number = 0, 0, next(numbers)
        while refused < _MOST_REFUSED:
            name = f"{self._group.id}.{number:02d}"
            sizes = generator.sizes[0] | {
                size: int(rng.integers(low, high, endpoint=True))
                for size, (low, high) in draw.sizes.items()
            }
            specs = generator.arguments | {
                argument: choices[rng.integers(len(choices))]
                for argument, choices in generator.vary.items()
            }
            dtype = generator.dtypes[found % len(generator.dtypes)]
            configuration = Configuration(specs=specs, sizes=sizes, dtype=dtype)
            arguments = self._telling(name, configuration)
            if arguments is None:
                refused += 1
                continue
            yield self._case(name, arguments, configuration.filled_with, None)
            found, refused = found + 1, 0
            if found == draw.count:
                return
            number = next(numbers)
        raise self._error(
            f"group {self._group.id}: the reference accepts too few of the draws"
        )

    def _telling(
        self, name: str, configuration: Configuration
    ) -> dict[str, Any] | None:
        """Make arguments that the reference accepts and that don't all give zeros.

        Else code that returns zeros would be right; None if there are none such.
        """
        for attempt in range(_MOST_ATTEMPTS):
            arguments = self._made(name, configuration, attempt)
            try:
                result = self._reference.call(arguments)
            except (ValueError, TypeError):
                return None
            except Exception as error:
                raise self._error(
                    f"case {name}: the reference fails: {error!r}"
                ) from error
            several = result if isinstance(result, tuple) else (result,)
            if all(one is None or bool(np.any(one)) for one in several):
                return arguments
        return None

    def _error(self, issue: str) -> ProblemError:
        return ProblemError(self._problem.path, issue)

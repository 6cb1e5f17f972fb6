"""The smallest input that shows a submission's fault.

Hypothesis draws inputs as the problem's generators describe them, the sandbox answers,
and what fails is shrunk: sizes first, then the numbers towards 0.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.extra.numpy import arrays

from grader.arguments import elements_of, laid_out, make_arguments
from grader.cases import Case, Configuration, case_of, combined
from grader.check import Judgement, judge
from grader.entries import argument_entries
from grader.errors import GraderError
from grader.expected import Reference
from grader.grade import Exam
from grader.outcome import Call, Calling, Outcome, Raised, Returned
from grader.problem import (
    VALUE_CHECKS,
    ArraySpec,
    Check,
    Dtype,
    Generator,
    Group,
    Layout,
    Values,
)
from grader.record import BindingEntry, Counterexample
from grader.score import Judged
from grader.snippet import snippet

AskOne = Callable[[Call], Outcome]

T = TypeVar("T")

_MOST_EXAMPLES = 300
_LARGEST_STEP = 4
"""Above the least of a drawn size: what fails at all mostly fails on small ones."""
_MOST_NUMBERS = 60
"""Larger inputs are left with the numbers that were drawn for them."""


def find_counterexample(
    exam: Exam,
    judged: Sequence[Judged],
    bindings: Sequence[BindingEntry],
    filename: str,
    ask: AskOne,
    ask_first: AskOne,
) -> Counterexample | None:
    """Find the smallest input that shows what is wrong.

    Parameters
    ----------
    exam
        The problem and its cases.
    judged
        What each case showed.
    bindings
        How the submission's functions take their arguments.
    filename
        The submission's file.
    ask
        Calls one of its functions, after other calls.
    ask_first
        Calls one before any other.

    Returns
    -------
    Counterexample or None
        None if no case fails that can be asked about, or only after other calls.
    """
    failing = sorted(
        (one for one in judged if one.failed),
        key=lambda one: (not one.group.required, one.case.elements),
    )
    if not failing:
        return None
    first = failing[0]
    found = _shrunk(exam, first.group, ask) if _has_values(first) else None
    if found is not None and found[0].elements > first.case.elements:
        found = None
    case, judgement = found or (first.case, first.judgement)
    if case.call.calling is not Calling.KEPT and _is_right(case, ask_first(case.call)):
        return None
    named = {binding.function: binding for binding in bindings}
    return Counterexample(
        function=case.call.function,
        is_case=found is None,
        numbers=case.elements,
        arguments=argument_entries(case),
        message=judgement.message,
        mismatch=judgement.mismatch,
        snippet=snippet(case, filename, named.get(case.call.function)),
    )


def _is_right(case: Case, outcome: Outcome) -> bool:
    return judge(case, outcome).credit == 1


def _has_values(one: Judged) -> bool:
    return one.group.check in VALUE_CHECKS


def _shrunk(exam: Exam, failing: Group, ask: AskOne) -> tuple[Case, Judgement] | None:
    """Shrink the sizes with numbers that are drawn for them, then the numbers."""
    generators = [
        generator
        for group in exam.problem.spec.groups
        if group.function == failing.function and group.check in VALUE_CHECKS
        for generator in group.generate
    ]
    # Where small integers are right, rounding may be at fault.
    for values in (Values.SMALL_INTEGERS, Values.PRECISE_INTEGERS):
        trial = _Trial(exam, failing.function, ask, values)
        shaped = _shaped(generators, trial)
        if shaped is None:
            continue
        arguments = trial.arguments_of(shaped)
        if values is Values.SMALL_INTEGERS and elements_of(arguments) <= _MOST_NUMBERS:
            numbers = _numbers_for(arguments, shaped.layouts)
            arguments = _smallest(numbers, trial.fails) or arguments
        case = trial.case(arguments)
        assert case is not None
        return case, judge(case, ask(case.call))
    return None


def _shaped(generators: Sequence[Generator], trial: "_Trial") -> Configuration | None:
    drawn = [generator for generator in generators if generator.draw is not None]
    shaped = _smallest(_drawn(drawn), trial.fails_on_some_numbers) if drawn else None
    if shaped is not None:
        return shaped
    listed = sorted(_listed(generators), key=trial.numbers)
    return next(filter(trial.fails_on_some_numbers, listed), None)


def _smallest(strategy: st.SearchStrategy[T], fails: Callable[[T], bool]) -> T | None:
    try:
        return find(
            strategy,
            fails,
            settings=_SETTINGS,
            random=Random(0),  # noqa: S311 - the same inputs in every run
        )
    except HypothesisException:
        return None


_SETTINGS = settings(
    max_examples=_MOST_EXAMPLES,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class _Trial:
    """Puts inputs to a submission that the reference accepts."""

    def __init__(self, exam: Exam, function: str, ask: AskOne, values: Values) -> None:
        self._group = next(
            group
            for group in exam.problem.spec.groups
            if group.function == function and group.check in VALUE_CHECKS
        ).model_copy(update={"id": "smallest", "check": Check.EXACT})
        self._reference = Reference(exam.problem, exam.problem.spec.function(function))
        self._ask, self._values = ask, values

    def numbers(self, configuration: Configuration) -> int:
        """Count the elements of a configuration's arrays."""
        return elements_of(self.arguments_of(configuration))

    def arguments_of(self, configuration: Configuration) -> dict[str, Any]:
        """Draw numbers for a configuration: the same ones every time."""
        specs = {
            name: spec.model_copy(update={"values": self._values, "dtype": None})
            if isinstance(spec, ArraySpec)
            else spec
            for name, spec in configuration.specs.items()
        }
        rng = np.random.default_rng(0)
        return make_arguments(specs, configuration.sizes, Dtype.FLOAT64, rng)

    def fails_on_some_numbers(self, configuration: Configuration) -> bool:
        """Tell whether the submission fails, with numbers drawn for it."""
        return self.fails(self.arguments_of(configuration))

    def fails(self, arguments: dict[str, Any]) -> bool:
        """Tell whether the submission fails on arguments that are right."""
        case = self.case(arguments)
        if case is None:
            return False
        outcome = self._ask(case.call)
        return (
            isinstance(outcome, Returned | Raised) and judge(case, outcome).credit < 1
        )

    def case(self, arguments: dict[str, Any]) -> Case | None:
        """Make a case; None if the reference refuses the arguments."""
        try:
            expected = self._reference.expected(Check.EXACT, arguments)
        except (ValueError, TypeError, GraderError):
            return None
        return case_of("smallest", self._group, arguments, expected)


@st.composite
def _drawn(draw: st.DrawFn, generators: Sequence[Generator]) -> Configuration:
    """Draw what a generator draws, small as it can be."""
    generator = draw(st.sampled_from(generators))
    specs = generator.arguments | {
        name: draw(st.sampled_from(choices)) for name, choices in generator.vary.items()
    }
    layout = draw(st.sampled_from(list(Layout)))
    specs = {
        name: spec.model_copy(update={"layout": layout})
        if isinstance(spec, ArraySpec)
        else spec
        for name, spec in specs.items()
    }
    assert generator.draw is not None
    drawn = {
        name: draw(st.integers(low, min(high, low + _LARGEST_STEP)))
        for name, (low, high) in generator.draw.sizes.items()
    }
    return Configuration(specs=specs, sizes=generator.sizes[0] | drawn)


def _listed(generators: Sequence[Generator]) -> list[Configuration]:
    """List all that generators combine, but for dtypes: numbers are drawn anew."""
    return [
        configuration
        for generator in generators
        if generator.draw is None
        for configuration in combined(
            generator.model_copy(update={"dtypes": (Dtype.FLOAT64,)})
        )
    ]


@st.composite
def _numbers_for(
    draw: st.DrawFn, arguments: Mapping[str, Any], layouts: Mapping[str, Layout]
) -> dict[str, Any]:
    """Draw other numbers for generated arrays; what the spec writes out stays."""
    return {
        name: laid_out(
            draw(arrays(np.float64, value.shape, elements=_NUMBER, fill=st.nothing())),
            layouts[name],
        )
        if name in layouts
        else value
        for name, value in arguments.items()
    }


_NUMBER = st.sampled_from([1.0, 2.0, 3.0, 4.0, 0.0, -1.0, -2.0, -3.0, -4.0])
"""The simplest first: ones show a sum best."""

"""Put inputs to a submission, and see whether it fails on them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import HypothesisException
from platformdirs import user_cache_path

from grader.arguments import arrays_of, elements_of, make_arguments
from grader.cases import Case, Configuration, case_of
from grader.check import Judgement, judge
from grader.errors import GraderError
from grader.exam import Exam
from grader.expected import Reference
from grader.explanation.suspect import Ask
from grader.outcome import Call, Calling, Outcome, Raised, Returned
from grader.problem import BOUND_CHECKS, Check, Dtype

T = TypeVar("T")

# Else it keeps notes in the folder that one happens to be in.
set_hypothesis_home_dir(user_cache_path("grader", appauthor=False) / "hypothesis")

_FEW_NUMBERS = 12
"""An input with no more is small already: for a smaller one, less is tried."""
_FEW_EXAMPLES, _MOST_EXAMPLES = 100, 300
_SEEDS = (0, 1)
"""Of the numbers that each configuration is tried with."""


class Probe:
    """Puts inputs to a submission that a group of cases could hold."""

    def __init__(self, exam: Exam, failing: Case, ask: Ask, dtype: Dtype) -> None:
        group = failing.group
        exact = {"check": Check.EXACT} if group.check in BOUND_CHECKS else {}
        self._group = group.model_copy(update={"id": "smallest", **exact})
        function = exam.problem.spec.function(group.function)
        self._reference = Reference(exam.problem, function)
        self._ask, self._dtype = ask, dtype
        self._settings = settings(
            max_examples=_FEW_EXAMPLES
            if failing.elements <= _FEW_NUMBERS
            else _MOST_EXAMPLES,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )

    def smallest(
        self, strategy: st.SearchStrategy[T], failing: Callable[[T], object | None]
    ) -> T | None:
        """Find the smallest value with which something fails."""
        try:
            return find(
                strategy,
                lambda value: failing(value) is not None,
                settings=self._settings,
                random=Random(0),  # noqa: S311 - the same inputs in every run
            )
        except HypothesisException:
            return None

    def first(self, configurations: Sequence[Configuration]) -> Configuration | None:
        """Give the one of fewest numbers with which the submission fails."""
        ordered = sorted(configurations, key=self.numbers)
        return next(filter(self.filled, ordered), None)

    def numbers(self, configuration: Configuration) -> int:
        """Count the elements of a configuration's arrays."""
        return elements_of(self._arguments(configuration, 0))

    def filled(self, configuration: Configuration) -> dict[str, Any] | None:
        """Give arguments with which the submission fails; it may do so on some only."""
        for seed in _SEEDS:
            arguments = self._arguments(configuration, seed)
            case = self._case(arguments)
            if case is None:
                return None
            if self._judgement(case) is not None:
                return arguments
        return None

    def _arguments(self, configuration: Configuration, seed: int) -> dict[str, Any]:
        """Draw numbers for a configuration: the same ones every time."""
        specs, sizes = configuration.specs, configuration.sizes
        rng = np.random.default_rng(seed)
        return make_arguments(specs, sizes, self._dtype, rng)

    def failing(self, arguments: dict[str, Any]) -> Judgement | None:
        """Give what the submission does wrong, if it may be asked about."""
        case = self._case(arguments)
        return None if case is None else self._judgement(case)

    def shown(self, arguments: dict[str, Any] | None) -> Case | None:
        """Give a case of some arguments, if it fails once more."""
        case = None if arguments is None else self._case(arguments)
        fails = case is not None and self._judgement(case) is not None
        return case if fails else None

    def _judgement(self, case: Case) -> Judgement | None:
        outcome = self._ask(calls_of(case))[0]
        judgement = judge(case, outcome)
        return judgement if is_answer(outcome) and is_fault(judgement) else None

    def _case(self, arguments: dict[str, Any]) -> Case | None:
        """Make a case; None if the reference doesn't do what is asked about."""
        try:
            expected = self._reference.expected(self._group.check, arguments)
        except (ValueError, TypeError, GraderError):
            return None
        return case_of("smallest", self._group, arguments, expected)


def calls_of(case: Case) -> list[Call]:
    """Give the call of a case, with a later one where its result is read after that."""
    if case.call.calling is not Calling.KEPT:
        return [case.call]
    return [case.call, on_other_numbers(case.call)]


def on_other_numbers(call: Call) -> Call:
    """Give a call of the same shapes, each number larger by 1."""
    others = {name: array + 1 for name, array in arrays_of(call.arguments).items()}
    return replace(call, arguments=call.arguments | others)


def is_fault(judgement: Judgement) -> bool:
    """Tell whether a result is wrong, and not just rounded as transforms round."""
    return judgement.credit < 1 and not judgement.is_right_normwise


def is_answer(outcome: Outcome) -> bool:
    """Tell whether a call came to its end: else it shows no more on a smaller input."""
    return isinstance(outcome, Returned | Raised)

"""Run a candidate's tests on all that is right, and on every known mistake.

The tests can't see whose code they are run on, and correct code comes up again among
the mistakes, so what fails by chance, by the clock or by counting is found out.
"""

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from operator import itemgetter
from pathlib import Path

import numpy as np

from grader.candidate_tests.implementations import (
    CORRECT,
    PLAIN,
    REFERENCE,
    Implementations,
    key_of,
)
from grader.candidate_tests.suite_runs import (
    Answer,
    Asked,
    Stops,
    Suite,
    SuiteRun,
    test_id,
)
from grader.candidate_tests.weak_tests import leaning_tests
from grader.cases import Case
from grader.check import judge
from grader.grade import Exam
from grader.misconceptions import Bank, Misconception
from grader.outcome import Array, Call, Outcome, Raised, Returned, Value
from grader.problem import Problem
from grader.sandbox.questions import TestTold
from grader.sandbox.witness import Witness
from grader.trial import Functions
from grader.trial import call as call_trusted

_TURNS = 2
"""How often each correct implementation comes up again among the mistakes."""
_CONFIRMATIONS = 3
"""Runs in which a mistake must be noticed again, once anything was left to chance."""
_MOST_SECONDS = 40.0
"""Processor time of all runs together."""
_MOST_WALL_SECONDS = 160.0
"""The same, on the wall."""
_AT_ONCE = 32
"""Questions that are put to a mistake at once, to see whether it shows."""


_known_to_be_asked: dict[tuple[Path, str], tuple[Misconception, ...]] = {}
"""By a problem's folder and hash, what takes a moment to find out."""
_SEED = 0
"""Of the cases that it is found out with: the same for every submission."""


def asked_for(problem: Problem, bank: Bank) -> tuple[Misconception, ...]:
    """List the mistakes that tests should notice: one form of each.

    What is wrong in optional functions only need not be tested; what shows after other
    calls only is not looked for.
    """
    key = (problem.folder, problem.sha256)
    if key not in _known_to_be_asked:
        required = {one.name for one in problem.spec.functions if one.required}
        cases = _one_of_each_group_first(
            case
            for case in Exam(problem, _SEED).cases
            if case.call.function in required and _is_contiguous(case.call)
        )
        forms: dict[tuple[str, ...], Misconception] = {}
        for mistake in bank.misconceptions:
            if not mistake.lasts:
                forms.setdefault(mistake.hints, mistake)
        _known_to_be_asked[key] = tuple(
            mistake
            for mistake in forms.values()
            if _fails_any(bank.functions(mistake.id), cases)
        )
    return _known_to_be_asked[key]


def _one_of_each_group_first(cases: Iterable[Case]) -> list[Case]:
    """Order cases so that most mistakes fail one of the first."""
    seen = Counter[str]()
    places: list[tuple[int, int, Case]] = []
    for case in sorted(cases, key=lambda case: case.elements):
        places.append((seen[case.group.id], len(places), case))
        seen[case.group.id] += 1
    return [case for *_, case in sorted(places, key=itemgetter(0, 1))]


def _fails_any(functions: Functions, cases: Sequence[Case]) -> bool:
    return any(judge(case, call_trusted(functions, case)).credit < 1 for case in cases)


def _is_contiguous(call: Call) -> bool:
    """Tell whether arrays lie in memory as they do when a test's have come over."""
    return all(
        one.flags.c_contiguous
        for one in call.arguments.values()
        if isinstance(one, np.ndarray)
    )


@dataclass(slots=True)
class Notice:
    """What the tests make of one mistake."""

    tests: list[str] = field(default_factory=list)
    """The first that notices it."""
    by_shape: list[str] = field(default_factory=list)
    """Those before it to which it only shows in a shape."""


class Marking:
    """All runs of one submission's tests."""

    def __init__(
        self,
        suite: Suite,
        known: Implementations,
        witness: Witness,
        mistakes: Sequence[Misconception],
    ) -> None:
        self._suite, self._known, self._witness = suite, known, witness
        self.mistakes = mistakes
        self._end = time.monotonic() + _MOST_WALL_SECONDS
        self._used_seconds = 0.0
        self._own_answers: dict[str, Outcome] = {}
        self.own = SuiteRun()
        """The run on the candidate's own code."""
        self.right: dict[str, list[SuiteRun]] = {name: [] for name in CORRECT}
        """The runs on each correct implementation."""
        self.notices: dict[str, Notice] = {}
        """What was noticed of each mistake that was tried."""
        self._scrambled = SuiteRun()
        self._leaning: dict[str, str] = {}

    def make(self) -> None:
        """Run the tests, unless they don't run on the reference."""
        first = self._run_right(REFERENCE)
        if first.fault or not first.tests:
            return
        files = {one.filename for one in first.tests.values()}
        names = self._suite.names
        self._leaning = leaning_tests(self._suite.submission, names, files)
        self.own = self._run(self._answer_of_own)
        for name in CORRECT:
            if name != REFERENCE:
                self._run_right(name)
        self._scrambled = self._run(self._answer_scrambled)
        if self.counting():
            self._try_mistakes()

    def _run_right(self, name: str) -> SuiteRun:
        run = self._run(partial(self._known.answer, name))
        self.right[name].append(run)
        return run

    def _run(self, answer: Answer, stops: Stops = lambda *_: False) -> SuiteRun:
        run = self._suite.run(answer, stops)
        self._used_seconds += run.processor_seconds
        return run

    @property
    def is_over(self) -> bool:
        """Whether the runs have taken all the time that there is."""
        return self._used_seconds > _MOST_SECONDS or time.monotonic() > self._end

    def _answer_of_own(self, call: Call) -> Outcome:
        key = key_of(call)
        if key not in self._own_answers:
            self._own_answers[key] = self._witness.ask([call])[0]
        return self._own_answers[key]

    def _answer_scrambled(self, call: Call) -> Outcome:
        seed = int.from_bytes(key_of(call).encode()[:8])
        outcome = self._known.answer(REFERENCE, call)
        return _scrambled(outcome, np.random.default_rng(seed))

    @property
    def first(self) -> SuiteRun:
        """The first run on the reference."""
        return self.right[REFERENCE][0]

    def _try_mistakes(self) -> None:
        """Run the tests on each mistake that gives anything else than it should."""
        steady = self._asks_the_same()
        turns = [one.id for one in self.mistakes] + list(CORRECT) * _TURNS
        secrets.SystemRandom().shuffle(turns)
        for name in turns:
            if self.is_over:
                break
            if name in CORRECT:
                self._run_right(name)
                continue
            if not steady or self._differs(name):
                self.notices[name] = self._first_to_notice(name)
            self._known.forget(name)
        if any(map(self.is_by_chance, self.first.tests)):
            self._confirm()

    def _asks_the_same(self) -> bool:
        """Tell whether the tests ask for the same calls in each run."""
        asked = {
            tuple(key_of(one.call) for one in run.questions) for run in self.all_right()
        }
        return len(asked) == 1

    def _differs(self, name: str) -> bool:
        """Tell whether a mistake shows in anything that the tests ask."""
        made = [one.call for one in self.first.questions if one.was_made]
        calls = {key_of(call): call for call in made}
        for part in _in_parts(list(calls.values())):
            right = self._known.answers([PLAIN], part)
            if _digest(self._known.answers([name], part)) != _digest(right):
                return True
        return False

    def _run_wrong(self, name: str, stops: Stops = lambda *_: False) -> SuiteRun | None:
        """Run the tests on a mistake; give nothing if that can't tell anything.

        A test that asks for so much that a mistake isn't done in time is not one that
        notices it.
        """
        unanswered = []

        def answer(call: Call) -> Outcome:
            outcome = self._known.answer(name, call)
            if not isinstance(outcome, Returned | Raised):
                unanswered.append(outcome)
            return outcome

        run = self._run(answer, stops)
        return None if run.fault or unanswered else run

    def _first_to_notice(self, name: str) -> Notice:
        """Run the tests on a mistake, up to the first one that notices it."""
        counting = self.counting()
        notice = Notice()

        def stops(failed: TestTold, questions: Sequence[Asked]) -> bool:
            test = test_id(failed)
            if test not in counting:
                return False
            own = questions[failed.first : failed.last]
            if self.is_blind(test) and self._shows(own or questions):
                notice.by_shape.append(test)
                return False
            notice.tests.append(test)
            return True

        run = self._run_wrong(name, stops)
        if run is None:
            return Notice()
        if run.report.ended:  # what is not there was not even collected
            notice.tests.extend(sorted(counting - run.tests.keys())[:1])
        return notice

    def _confirm(self) -> None:
        """Keep what is noticed again and again."""
        counting = self.counting()
        seeing = {test for test in counting if not self.is_blind(test)}
        for name, notice in self.notices.items():
            tests = seeing | counting.intersection(notice.tests)
            by_shape = counting.intersection(notice.by_shape)
            for _ in range(_CONFIRMATIONS if notice.tests or by_shape else 0):
                run = None if self.is_over else self._run_wrong(name)
                outcomes = {} if run is None else {t: run.outcome(t) for t in counting}
                failed = {test for test, one in outcomes.items() if one == "failed"}
                tests, by_shape = tests & failed, by_shape & failed
            notice.tests = sorted(tests)[:1] if notice.tests else []
            notice.by_shape = sorted(by_shape)

    def all_right(self) -> list[SuiteRun]:
        """Give all runs on correct implementations."""
        return [run for runs in self.right.values() for run in runs]

    def counting(self) -> set[str]:
        """List the tests that pass on the candidate's code and on all that is right."""
        runs = (self.own, *self.all_right())
        return {
            name
            for name in self.first.tests
            if all(run.outcome(name) == "passed" for run in runs)
            and not self.leans_on(name)
        }

    def leans_on(self, test: str) -> str:
        """Give what a test uses that the code under test is made of; else nothing."""
        name = self.first.tests[test].name.partition("[")[0].rpartition("::")[2]
        return self._leaning.get(name, "")

    def is_by_chance(self, test: str) -> bool:
        """Tell whether a test had several outcomes on one implementation."""
        return any(
            len({run.outcome(test) for run in runs}) > 1 for runs in self.right.values()
        )

    def is_blind(self, test: str) -> bool:
        """Tell whether a test passes though every number is wrong."""
        return self._scrambled.outcome(test) == "passed"

    def _shows(self, asked: Sequence[Asked]) -> bool:
        """Tell whether what was answered differs from what is right in a shape."""
        return any(
            _shape_differs(self._known.answer(PLAIN, one.call), one.outcome)
            for one in asked
            if one.was_made
        )


def _in_parts(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    for start in range(0, len(calls), _AT_ONCE):
        yield calls[start : start + _AT_ONCE]


def _values(outcome: Outcome) -> tuple[Value, ...]:
    if not isinstance(outcome, Returned):
        return ()
    return outcome.value if isinstance(outcome.value, tuple) else (outcome.value,)


def _digest(outcomes: Sequence[Outcome]) -> bytes:
    """Sum up what came of some calls, as tests would see it."""
    digest = hashlib.sha256()
    for one in outcomes:
        match one:
            case Returned():
                digest.update(f"\n{isinstance(one.value, tuple)}".encode())
                for value in _values(one):
                    if isinstance(value, np.ndarray):
                        digest.update(f"{value.dtype.str}{value.shape}".encode())
                        digest.update(value.tobytes())
                    else:
                        digest.update(repr(value).encode())
            case Raised():
                digest.update(f"\n{one.type_names} {one.message}".encode())
            case _:
                digest.update(f"\n{one}".encode())
    return digest.digest()


def _shape_differs(right: Outcome, wrong: Outcome) -> bool:
    if not isinstance(right, Returned):
        return False
    mine = [getattr(one, "shape", None) for one in _values(right)]
    return mine != [getattr(one, "shape", None) for one in _values(wrong)]


def _scrambled(outcome: Outcome, random: np.random.Generator) -> Outcome:
    """Make every number wrong, and leave shapes and types as they are."""
    if not isinstance(outcome, Returned):
        return outcome
    value = outcome.value
    if isinstance(value, tuple):
        return replace(outcome, value=tuple(_wrong(one, random) for one in value))
    return replace(outcome, value=_wrong(value, random))


def _wrong(value: Value, random: np.random.Generator) -> Value:
    if isinstance(value, np.ndarray):
        with np.errstate(all="ignore"):
            off = random.integers(1, 100, value.shape)
            # Of an array without axes, a sum is no array.
            wrong: Array = np.asarray(value + off).astype(value.dtype)
        return wrong
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 1
    return value

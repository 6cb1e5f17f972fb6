"""What a candidate's own tests are worth: the known mistakes that they notice.

A test counts if it passes on the candidate's code and on all correct implementations;
else it asks for what the statement doesn't. What it notices are the known mistakes that
it fails on. The tests can't see whose code they are run on, and correct code comes up
again among the mistakes, so what fails by chance, by the clock or by counting is found
out.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from grader.check import judge
from grader.findings import WEAK_TEST
from grader.grade import Exam, Tested
from grader.implementations import (
    CORRECT,
    PLAIN,
    REFERENCE,
    Implementations,
    key_of,
)
from grader.misconceptions import Bank, Misconception, bank_of
from grader.outcome import Array, Call, Outcome, Raised, Returned, Value
from grader.record import CandidateTestsEntry, Finding, SurvivorEntry, TestEntry
from grader.sandbox.sandbox import Sandbox
from grader.score import Share
from grader.submission import Submission, has_tests
from grader.suite_runs import Suite, SuiteRun
from grader.trial import call as call_trusted
from grader.weak_tests import is_constant, weak_assertions
from grader.witness import Witness

_TURNS = 4
"""How often each correct implementation comes up again among the mistakes."""
_CONFIRMATIONS = 3
"""Runs in which a mistake must be noticed again, once anything was left to chance."""
_MOST_SECONDS = 60.0
"""For all runs together, on the wall."""
_MOST_BYTES = 64 << 20
"""Of what all mistakes give, to be worked out at once."""
_SHAPE_ALONE = 0.5
"""What noticing a mistake counts that shows in a shape, by a test that looks at no
number: any mistake that turns sizes round would be found by its shape."""
_MOST_FINDINGS = 10


@dataclass(frozen=True, slots=True)
class Proctor:
    """Runs the tests that submissions carry."""

    sandbox: Sandbox
    progress: Callable[[str], None] = lambda _: None
    """Told what is being done."""

    def run_tests(self, exam: Exam, submission: Submission) -> Tested:
        """Run them on the submission, on correct code, and on known mistakes."""
        problem = exam.problem
        bank = bank_of(problem)
        if not has_tests(submission):
            return _unmarked("not provided", provided=False)
        if bank is None:
            entry = CandidateTestsEntry(provided=True)
            reason = "there are no known mistakes to try them on"
            return Tested(entry=entry, share=Share(credit=None, reason=reason))
        self.progress("running the candidate's tests")
        signatures = [one.signature for one in problem.spec.functions]
        with (
            Implementations(self.sandbox, problem) as known,
            Witness(
                self.sandbox, submission, signatures, problem.spec.limits
            ) as witness,
        ):
            suite = Suite(self.sandbox, problem, submission)
            marking = _Marking(suite, known, witness, _asked_for(exam, bank))
            return marking.tested()


def _unmarked(reason: str, *, provided: bool) -> Tested:
    entry = CandidateTestsEntry(provided=provided, error=reason if provided else "")
    return Tested(entry=entry, share=Share(credit=0, reason=reason))


_known_to_be_asked: dict[str, tuple[Misconception, ...]] = {}
"""By a problem's hash, what takes a moment to find out."""


def _asked_for(exam: Exam, bank: Bank) -> tuple[Misconception, ...]:
    """List the mistakes that tests should notice: one form of each.

    What is wrong in optional functions only need not be tested; what shows after other
    calls only is not looked for.
    """
    found = _known_to_be_asked.get(exam.problem.sha256)
    if found is None:
        required = {one.name for one in exam.problem.spec.functions if one.required}
        cases = sorted(
            (case for case in exam.cases if case.call.function in required),
            key=lambda case: case.elements,
        )
        forms: dict[tuple[str, ...], Misconception] = {}
        for mistake in bank.misconceptions:
            if not mistake.lasts:
                forms.setdefault(mistake.hints, mistake)
        found = tuple(
            mistake
            for mistake in forms.values()
            if any(
                judge(case, call_trusted(bank.functions(mistake.id), case)).credit < 1
                for case in cases
            )
        )
        _known_to_be_asked[exam.problem.sha256] = found
    return found


@dataclass(slots=True)
class _Notice:
    """What the tests make of one mistake."""

    tests: list[str] = field(default_factory=list)
    by_shape_alone: bool = False


class _Marking:
    """All runs of one submission's tests."""

    def __init__(
        self,
        suite: Suite,
        known: Implementations,
        witness: Witness,
        mistakes: Sequence[Misconception],
    ) -> None:
        self._suite, self._known, self._witness = suite, known, witness
        self._mistakes = mistakes
        self._end = time.monotonic() + _MOST_SECONDS
        self._own_answers: dict[str, Outcome] = {}
        self._right: dict[str, list[SuiteRun]] = {name: [] for name in CORRECT}
        self._notices: dict[str, _Notice] = {}

    def tested(self) -> Tested:
        """Run everything, and sum it up."""
        first = self._run_right(REFERENCE)
        if first.fault:
            return _unmarked(first.fault, provided=True)
        if not first.tests:
            words = [one.text for one in first.report.errors]
            return _unmarked(next(iter(words), "no tests found"), provided=True)
        self._own = self._suite.run(self._answer_of_own)
        for name in CORRECT:
            if name != REFERENCE:
                self._run_right(name)
        self._scrambled = self._suite.run(self._answer_scrambled)
        self._try_mistakes()
        return self._sum_up()

    def _run_right(self, name: str) -> SuiteRun:
        run = self._suite.run(partial(self._known.answer, name))
        self._right[name].append(run)
        return run

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
    def _first(self) -> SuiteRun:
        return self._right[REFERENCE][0]

    def _try_mistakes(self) -> None:
        """Run the tests on each mistake that gives anything else than it should."""
        groups = self._groups()
        turns: list[tuple[str, ...]] = [*groups, *((name,) for name in CORRECT)]
        turns += [(name,) for name in CORRECT] * (_TURNS - 1)
        secrets.SystemRandom().shuffle(turns)
        seen: dict[str, SuiteRun] = {}
        for turn in turns:
            if time.monotonic() > self._end:
                continue
            name = turn[0]
            if name in CORRECT:
                self._run_right(name)
            else:
                seen[name] = self._suite.run(partial(self._known.answer, name))
                self._known.forget(name)
        counting = self._counting()
        chance = self._is_left_to_chance()
        for group in groups:
            run = seen.get(group[0])
            if run is not None and not run.fault:
                notice = self._notice(group[0], run, counting, confirm=chance)
                self._notices |= dict.fromkeys(group, notice)

    def _groups(self) -> list[tuple[str, ...]]:
        """Sort mistakes by what they give; what gives what is right need not run.

        Where the tests ask other things in each run, each mistake is by itself.
        """
        names = [mistake.id for mistake in self._mistakes]
        asked = {key_of(one.call): one for one in self._first.questions}
        others = [runs[0] for name, runs in self._right.items() if name != REFERENCE]
        steady = all(
            [key_of(one.call) for one in run.questions]
            == list(map(key_of, _calls(self._first)))
            for run in others
        )
        size = sum(_bytes_of(one.outcome) for one in asked.values()) * len(names)
        if not steady or size > _MOST_BYTES:
            return [(name,) for name in names]
        calls = [one.call for one in asked.values()]
        right = _digest(self._known.answers([PLAIN], calls))
        sorted_by: dict[bytes, list[str]] = {}
        for name in names:
            digest = _digest(self._known.answers([name], calls))
            if digest != right:
                sorted_by.setdefault(digest, []).append(name)
        return [tuple(group) for group in sorted_by.values()]

    def _all_right(self) -> list[SuiteRun]:
        return [run for runs in self._right.values() for run in runs]

    def _counting(self) -> list[str]:
        """List the tests that pass on the candidate's code and on all that is right."""
        return [
            name
            for name in self._first.tests
            if all(
                run.outcome(name) == "passed" for run in (self._own, *self._all_right())
            )
        ]

    def _is_left_to_chance(self) -> bool:
        """Tell whether any test had several outcomes on one implementation."""
        return any(
            len({run.outcome(name) for run in runs}) > 1
            for runs in self._right.values()
            for name in self._first.tests
        )

    def _notice(
        self, name: str, run: SuiteRun, counting: Iterable[str], *, confirm: bool
    ) -> _Notice:
        tests = [test for test in counting if run.outcome(test) == "failed"]
        for _ in range(_CONFIRMATIONS if confirm and tests else 0):
            if time.monotonic() > self._end:
                return _Notice()
            again = self._suite.run(partial(self._known.answer, name))
            tests = [
                test
                for test in tests
                if not again.fault and again.outcome(test) == "failed"
            ]
        alone = all(self._is_blind(test) and self._shows(run, test) for test in tests)
        return _Notice(tests=tests, by_shape_alone=bool(tests) and alone)

    def _is_blind(self, test: str) -> bool:
        """Tell whether a test passes though every number is wrong."""
        return self._scrambled.outcome(test) == "passed"

    def _shows(self, run: SuiteRun, test: str) -> bool:
        """Tell whether what a test asked differs from what is right in a shape."""
        return any(
            _shape_differs(self._known.answer(PLAIN, one.call), one.outcome)
            for one in run.asked_by(test)
        )

    def _sum_up(self) -> Tested:
        kills = {name: set(one.tests) for name, one in self._notices.items()}
        noticed = [one for one in self._mistakes if kills.get(one.id)]
        alone = [one for one in noticed if self._notices[one.id].by_shape_alone]
        entry = CandidateTestsEntry(
            provided=True,
            files=tuple(
                dict.fromkeys(one.filename for one in self._first.report.tests)
            ),
            tests=tuple(
                self._test_entry(name, [m.id for m in noticed if name in kills[m.id]])
                for name in self._first.tests
            ),
            correct=tuple(CORRECT.values()),
            killed=len(noticed),
            by_shape_alone=len(alone),
            total=len(self._mistakes),
            survivors=tuple(
                SurvivorEntry(id=one.id, title=one.title)
                for one in self._mistakes
                if not kills.get(one.id)
            ),
            error=self._error(),
        )
        points = len(noticed) - (1 - _SHAPE_ALONE) * len(alone)
        return Tested(
            entry=entry,
            share=Share(credit=points / max(entry.total, 1), reason=_reason(entry)),
            findings=tuple(self._findings())[:_MOST_FINDINGS],
        )

    def _error(self) -> str:
        errors = [f"{one.filename}: {one.text}" for one in self._first.report.errors]
        if time.monotonic() > self._end:
            errors.append("they took too long to be tried on all known mistakes")
        return "; ".join(errors)[:300]

    def _test_entry(self, name: str, kills: Sequence[str]) -> TestEntry:
        told = self._first.tests[name]
        refused = [
            title
            for implementation, title in CORRECT.items()
            if any(run.outcome(name) == "failed" for run in self._right[implementation])
        ]
        failed = [
            run.tests[name]
            for run in (*self._all_right(), self._own)
            if name in run.tests and run.outcome(name) == "failed"
        ]
        outcome = self._own.outcome(name)
        return TestEntry(
            name=told.name,
            filename=told.filename,
            line=told.line or None,
            outcome=outcome,
            refused=tuple(refused),
            failed_line=failed[0].failed_line or None if failed else None,
            message=failed[0].text if failed else "",
            by_chance=any(
                len({run.outcome(name) for run in runs}) > 1
                for runs in self._right.values()
            ),
            kills=tuple(kills),
        )

    def _findings(self) -> Iterable[Finding]:
        for name in self._counting():
            told = self._first.tests[name]
            asked = self._first.asked_by(name)
            returned = [one for one in asked if isinstance(one.outcome, Returned)]
            if not returned:
                continue
            words = ""
            if self._is_blind(name):
                words = "passes though every number of the result is wrong"
            elif all(is_constant(one.call) for one in returned):
                words = (
                    "has the same number everywhere in each array, which hides what is "
                    "flipped, swapped or moved"
                )
            if words:
                message = f"the test `{told.name}` {words}"
                yield self._finding(told.filename, told.line, message)
        for weak in weak_assertions(self._suite.submission):
            yield self._finding(weak.filename, weak.line, weak.message)

    def _finding(self, filename: str, line: int, message: str) -> Finding:
        if filename != self._suite.submission.filename:
            return Finding(kind=WEAK_TEST, message=f"{filename}:{line}: {message}")
        return Finding(kind=WEAK_TEST, message=message, line=line or None)


def _reason(entry: CandidateTestsEntry) -> str:
    counting = sum(test.counts for test in entry.tests)
    words = f"{entry.killed} of {entry.total} known mistakes noticed"
    if entry.by_shape_alone:
        words += f", {entry.by_shape_alone} by a shape alone"
    if counting < len(entry.tests):
        words += f"; {counting} of {len(entry.tests)} tests count"
    return words


def _calls(run: SuiteRun) -> list[Call]:
    return [one.call for one in run.questions]


def _values(outcome: Outcome) -> tuple[Value, ...]:
    if not isinstance(outcome, Returned):
        return ()
    return outcome.value if isinstance(outcome.value, tuple) else (outcome.value,)


def _bytes_of(outcome: Outcome) -> int:
    return sum(one.nbytes for one in _values(outcome) if isinstance(one, np.ndarray))


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
            wrong: Array = (value + off).astype(value.dtype)
        return wrong
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 1
    return value

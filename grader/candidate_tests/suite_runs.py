"""Run a candidate's tests once, against any implementation that there is.

A run is a conversation: the tests, in a worker of their own, ask for calls, and are
given what an implementation makes of them. Each run has a fresh worker, so nothing is
left of the run before.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader.outcome import (
    Call,
    Crashed,
    Loaded,
    Outcome,
    Raised,
    Returned,
    Signature,
    TimedOut,
    words_of,
)
from grader.problem import Problem
from grader.record import TestOutcome
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import Exchange
from grader.sandbox.questions import (
    MOST_TESTS,
    Report,
    TestTold,
    encode_answer,
    encode_go_on,
    encode_run,
    is_sendable,
    read_question,
)
from grader.sandbox.sandbox import Sandbox
from grader.submission import LARGEST_BYTES, Submission, last_line

Answer = Callable[[Call], Outcome]
Stops = Callable[[TestTold, Sequence["Asked"]], bool]

MOST_QUESTIONS = 1000
"""In one run."""
MOST_BYTES = 32 << 20
"""Of the arguments of all questions of a run, and of the answers."""
RUN_SECONDS = 5.0
"""Processor time of one run, without that of the implementation."""
WALL_SECONDS = 20.0
"""Of one run, with what the implementation takes."""
OUTPUT_BYTES = 256 << 10
"""The most that the answer to a question may have."""
_ROOM_BYTES = 1 << 20
_TOO_LARGE = Raised(
    type_names=("MemoryError",),
    message="this is too large to be tried on other code: small cases are enough",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, and how it was answered."""

    call: Call
    outcome: Outcome

    @property
    def was_made(self) -> bool:
        """Whether the call was made: its arguments came whole."""
        return self.outcome is not _TOO_LARGE

    @property
    def array_bytes(self) -> int:
        """What the arrays of the question and of its answer take."""
        answer = self.outcome
        answered = answer.array_bytes if isinstance(answer, Returned) else 0
        return self.call.array_bytes + answered


@dataclass(frozen=True, kw_only=True)
class SuiteRun:
    """What came of running the tests once."""

    report: Report = field(default_factory=Report)
    questions: tuple[Asked, ...] = ()
    """What they asked, in order."""
    processor_seconds: float = 0.0
    """What they took themselves."""
    fault: str = ""
    """Why they did not come to their end, if they did not."""

    @cached_property
    def tests(self) -> dict[str, TestTold]:
        """The tests by name; of a name that comes twice, the first."""
        tests: dict[str, TestTold] = {}
        for one in self.report.tests:
            tests.setdefault(test_id(one), one)
        return tests

    def outcome(self, test: str) -> TestOutcome:
        """Give what became of a test; one that is not there failed."""
        return self.tests[test].outcome if test in self.tests else "failed"

    def asked_by(self, test: str) -> tuple[Asked, ...]:
        """Give what a test asked, by its own word."""
        told = self.tests.get(test)
        return () if told is None else self.questions[told.first : told.last]


def test_id(told: TestTold) -> str:
    """Name a test as pytest does."""
    return f"{told.filename}::{told.name}"


@dataclass(frozen=True)
class Suite:
    """The tests of a submission, to be run again and again.

    Parameters
    ----------
    sandbox
        Where they run.
    problem
        Whose functions they call.
    submission
        The file that they are for, and may be in.
    """

    sandbox: Sandbox
    problem: Problem
    submission: Submission

    @property
    def names(self) -> frozenset[str]:
        """What the problem's functions may be called."""
        functions = self.problem.spec.functions
        return frozenset(name for one in functions for name in one.names)

    def run(self, answer: Answer, stops: Stops = lambda *_: False) -> SuiteRun:
        """Run all tests once, with an implementation to answer them.

        Parameters
        ----------
        answer
            The implementation.
        stops
            Told of each test that fails, and what was asked up to there; the run ends
            if it says so.
        """
        exchange = encode_run(
            self.submission.filename, self.submission.tests, self._signatures
        )
        with self.sandbox.start_suite(
            self.problem.spec.limits,
            request_bytes=LARGEST_BYTES + len(exchange.request) + _ROOM_BYTES,
            response_bytes=exchange.response_bytes,
        ) as worker:
            load = worker.load(self.submission, self._signatures)
            if not isinstance(load, Loaded):
                return SuiteRun(fault=f"the file did not load again: {words_of(load)}")
            run = self._converse(worker, exchange, answer, stops)
            return replace(run, processor_seconds=worker.processor_seconds)

    def _converse(
        self,
        worker: WorkerHandle,
        exchange: Exchange,
        answer: Answer,
        stops: Stops,
    ) -> SuiteRun:
        begun, used = time.monotonic(), worker.processor_seconds
        questions: list[Asked] = []
        asked_bytes = 0
        for _ in range(MOST_QUESTIONS + MOST_TESTS):
            told = self._listen(worker, exchange)
            match told:
                case str():
                    return SuiteRun(questions=tuple(questions), fault=told)
                case Report(ended=False, tests=[failed]) if not stops(
                    failed, questions
                ):
                    exchange = encode_go_on(exchange)
                case Report():
                    return SuiteRun(report=told, questions=tuple(questions))
                case Call():
                    outcome = answer(told) if is_sendable(told) else _TOO_LARGE
                    questions.append(Asked(call=told, outcome=outcome))
                    asked_bytes += questions[-1].array_bytes
                    exchange = encode_answer(outcome, exchange)
            seconds = worker.processor_seconds - used
            waited = time.monotonic() - begun
            if (
                asked_bytes > MOST_BYTES
                or seconds > RUN_SECONDS
                or waited > WALL_SECONDS
            ):
                break
        fault = f"the tests take too much: {len(questions):,} calls up to there"
        return SuiteRun(questions=tuple(questions), fault=fault)

    def _listen(self, worker: WorkerHandle, exchange: Exchange) -> Call | Report | str:
        """Read what the tests say next; or say why they are at their end."""
        frames = worker.converse(exchange)
        if not isinstance(frames, list):
            return f"while the tests ran, {_words_of(frames)}"
        told = read_question(frames, self._signatures, OUTPUT_BYTES)
        if told is None:
            return "the tests broke off, or left no valid report"
        return self._placed(told) if isinstance(told, Report) else told

    def _placed(self, report: Report) -> Report:
        """Have each test be somewhere in the sources that there are."""
        return replace(
            report,
            tests=tuple(
                replace(
                    one,
                    filename=self._filename(one.filename),
                    line=self._line(one.filename, one.line),
                    failed_line=self._line(one.filename, one.failed_line),
                )
                for one in report.tests
            ),
            errors=tuple(
                replace(
                    one,
                    filename=self._filename(one.filename),
                    line=self._line(one.filename, one.line),
                )
                for one in report.errors
            ),
        )

    @cached_property
    def _signatures(self) -> tuple[Signature, ...]:
        """What the tests may call: each question is read with it."""
        return self.problem.spec.signatures

    @cached_property
    def _last_lines(self) -> dict[str, int]:
        """The last line of each source of tests."""
        own = self.submission
        sources = {one.filename: one.source for one in (*own.modules, *own.tests)}
        sources[own.filename] = own.source
        return {name: last_line(source) for name, source in sources.items()}

    def _filename(self, told: str) -> str:
        return told if told in self._last_lines else self.submission.filename

    def _line(self, filename: str, told: int) -> int:
        return told if told <= self._last_lines[self._filename(filename)] else 0


def _words_of(fault: TimedOut | Crashed) -> str:
    return fault.reason if isinstance(fault, Crashed) else f"they were {fault.words}"

"""Run a candidate's tests once, against any implementation that there is.

A run is a conversation: the tests, in a worker of their own, ask for calls, and are
given what an implementation makes of them. Each run has a fresh worker, so nothing is
left of the run before.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.outcome import Call, Crashed, Loaded, Outcome, Raised
from grader.problem import Problem
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import Exchange
from grader.sandbox.questions import (
    Report,
    TestTold,
    encode_answer,
    encode_run,
    is_sendable,
    read_question,
)
from grader.sandbox.sandbox import Sandbox
from grader.submission import LARGEST_BYTES, Submission

Answer = Callable[[Call], Outcome]

MOST_QUESTIONS = 500
"""In one run."""
MOST_BYTES = 16 << 20
"""Of the arguments of all questions of a run."""
RUN_SECONDS = 5.0
"""Processor time of one run, without that of the implementation."""
WALL_SECONDS = 20.0
"""From the first question to the last answer of one run, with all that is in between."""
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


@dataclass(frozen=True, kw_only=True)
class SuiteRun:
    """What came of running the tests once."""

    report: Report = Report()
    questions: tuple[Asked, ...] = ()
    """What they asked, in order."""
    fault: str = ""
    """Why they did not come to their end, if they did not."""

    @cached_property
    def tests(self) -> dict[str, TestTold]:
        """The tests by name; of a name that comes twice, the first."""
        tests: dict[str, TestTold] = {}
        for one in self.report.tests:
            tests.setdefault(test_id(one), one)
        return tests

    def outcome(self, test: str) -> str:
        """Give what became of a test; one that is not there failed."""
        return self.tests[test].outcome if test in self.tests else "failed"

    def asked_by(self, test: str) -> tuple[Asked, ...]:
        """Give what a test asked, by its own word."""
        told = self.tests.get(test)
        return () if told is None else self.questions[told.first : told.last]


def test_id(told: TestTold) -> str:
    """Name a test as pytest does."""
    return f"{told.filename}::{told.name}"


@dataclass(frozen=True, slots=True)
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

    def run(self, answer: Answer) -> SuiteRun:
        """Run all tests once, with an implementation to answer them."""
        signatures = [one.signature for one in self.problem.spec.functions]
        exchange = encode_run(
            self.submission.filename, self.submission.tests, signatures
        )
        with self.sandbox.start_suite(
            self.problem.spec.limits,
            request_bytes=LARGEST_BYTES + len(exchange.request) + _ROOM_BYTES,
            response_bytes=exchange.response_bytes,
        ) as worker:
            load = worker.load(self.submission, signatures)
            if not isinstance(load, Loaded):
                return SuiteRun(fault=f"the file did not load again: {load}")
            return self._converse(worker, exchange, answer)

    def _converse(
        self, worker: WorkerHandle, exchange: Exchange, answer: Answer
    ) -> SuiteRun:
        signatures = [one.signature for one in self.problem.spec.functions]
        begun, used = time.monotonic(), worker.processor_seconds
        questions: list[Asked] = []
        asked_bytes = 0
        while True:
            frames = worker.converse(exchange)
            if not isinstance(frames, list):
                crashed = isinstance(frames, Crashed)
                words = frames.reason if crashed else f"they were {frames.words}"
                fault = f"while the tests ran, {words}"
                return SuiteRun(questions=tuple(questions), fault=fault)
            told = read_question(frames, signatures, OUTPUT_BYTES)
            match told:
                case Report():
                    return SuiteRun(report=told, questions=tuple(questions))
                case None:
                    fault = "the tests broke off, or left no valid report"
                    return SuiteRun(questions=tuple(questions), fault=fault)
                case Call():
                    pass
            outcome = answer(told) if is_sendable(told) else _TOO_LARGE
            questions.append(Asked(call=told, outcome=outcome))
            asked_bytes += sum(
                one.nbytes
                for one in told.arguments.values()
                if isinstance(one, np.ndarray)
            )
            exchange = encode_answer(outcome, exchange)
            seconds = worker.processor_seconds - used
            if (
                len(questions) > MOST_QUESTIONS
                or asked_bytes > MOST_BYTES
                or seconds > RUN_SECONDS
                or time.monotonic() - begun > WALL_SECONDS
            ):
                fault = (
                    f"the tests take too long: {len(questions):,} calls and "
                    f"{seconds:.1f} s up to there"
                )
                return SuiteRun(questions=tuple(questions), fault=fault)

"""Explain a submission that is wrong: ask it more, in the sandbox."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from grader.counterexample import find_counterexample
from grader.diagnosis import diagnose
from grader.entries import binding_entries
from grader.findings import STATE
from grader.grade import Exam, Explained
from grader.outcome import Call, Loaded, NotRun, Outcome, Run
from grader.picture import pictures_of
from grader.problem import Problem
from grader.record import Finding
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.score import Judged
from grader.submission import Submission

_ROOM_BYTES = 16 << 20
"""For a request and for its answers; larger ones are not asked."""
_STATE = (
    "what fails is right when it is called first: something is kept between calls, and "
    "is no longer true in the next"
)
_MOST_FAULTS = 3
"""Time-outs, crashes and failures to load after which nothing more is asked."""


@dataclass(frozen=True, slots=True)
class Tutor:
    """Explains submissions, with a sandbox to ask them in."""

    sandbox: Sandbox
    progress: Callable[[str], None] = lambda _: None
    """Told what is being done."""

    def explain(
        self,
        exam: Exam,
        submission: Submission,
        run: Run,
        judged: Sequence[Judged],
        *,
        normwise: bool,
    ) -> Explained:
        """Find the known mistakes that explain what failed, and the smallest input."""
        if not isinstance(run.load, Loaded):
            return Explained()
        with _Witness(self.sandbox, exam.problem, submission) as witness:
            self.progress("looking for the mistake")
            diagnoses, unexplained = diagnose(
                exam, judged, run.outcomes, witness.ask, normwise=normwise
            )
            self.progress("looking for the smallest input")
            counterexample = find_counterexample(
                exam,
                judged,
                binding_entries(run.load),
                submission.filename,
                witness.ask,
                lambda calls: self._ask_first(exam.problem, submission, calls),
            )
            findings: tuple[Finding, ...] = ()
            if counterexample is None or counterexample.after_another:
                findings = (Finding(kind=STATE, message=_STATE),)
        return Explained(
            diagnoses=diagnoses,
            unexplained=unexplained,
            counterexample=counterexample,
            pictures=pictures_of(exam.problem, judged),
            findings=findings,
        )

    def _ask_first(
        self, problem: Problem, submission: Submission, calls: Sequence[Call]
    ) -> Sequence[Outcome]:
        """Make calls in a worker that has made no other."""
        with _Witness(self.sandbox, problem, submission) as witness:
            return witness.ask(calls)


class _Witness:
    """A submission in a worker that stays, to be asked again and again.

    In all it may take as long as a run, whatever it says when it is asked.
    """

    def __init__(
        self, sandbox: Sandbox, problem: Problem, submission: Submission
    ) -> None:
        self._sandbox, self._submission = sandbox, submission
        self._limits = limits = problem.spec.limits
        self._end = time.monotonic() + limits.run_seconds * limits.wall_factor
        self._signatures = [one.signature for one in problem.spec.functions]
        self._stack = ExitStack()
        self._worker: WorkerHandle | None = None
        self._faults = self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def ask(self, calls: Sequence[Call]) -> list[Outcome]:
        """Make calls; what it does not answer is not run."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(calls) and self._is_patient:
            worker = self._ready()
            if worker is None:
                self._faults += 1
                break
            self._asked += 1
            rest = calls[len(outcomes) :]
            exchange = encode_calls(rest, sequence=self._asked)
            if max(len(exchange.request), exchange.response_bytes) > _ROOM_BYTES:
                break
            outcomes += worker.make_calls(exchange)
            self._faults += not worker.is_usable
        unmade = NotRun(reason="it did not answer")
        return [*outcomes, *[unmade] * (len(calls) - len(outcomes))]

    @property
    def _is_patient(self) -> bool:
        return self._faults < _MOST_FAULTS and time.monotonic() < self._end

    def _ready(self) -> WorkerHandle | None:
        if self._worker is None or not self._worker.is_usable:
            self._stack.close()
            worker = self._sandbox.start_worker(
                self._limits, request_bytes=_ROOM_BYTES, response_bytes=_ROOM_BYTES
            )
            self._stack.enter_context(worker)
            load = worker.load(self._submission, self._signatures)
            self._worker = worker if isinstance(load, Loaded) else None
        return self._worker

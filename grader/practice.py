"""Practice: a warm sandbox, for one file that is saved again and again.

A round makes the calls that candidates may see, and no others; what is expected of
them is worked out once. Everything else is done when it is asked for, and what comes
of it is told as a candidate's report tells it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from grader.entries import load_error
from grader.environment import environment_of
from grader.errors import ProblemError, SandboxError
from grader.exam import Exam, seed_of
from grader.explanation.tutor import Tutor
from grader.grade import grade
from grader.outcome import Run
from grader.panel import Panel
from grader.problem import Limits, Problem, Visibility
from grader.record import ErrorEntry, GroupEntry, Record
from grader.sandbox.launcher import missing_calls
from grader.sandbox.plain import open_sandbox
from grader.sandbox.sandbox import Sandbox
from grader.score import (
    Judged,
    excuse_normwise,
    group_entries,
    judge_all,
    verdict_of,
)
from grader.submission import Submission
from grader.timing.stopwatch import Stopwatch
from grader.verdict import Verdict

_LOAD_SECONDS = 2.0
"""The most that loading may take, so that an endless loop is told soon."""
_CALL_SECONDS = 1.0
"""The most that a call may take: the cases that candidates see are small."""
_WALL_FACTOR = 2.0
_SEED = 0
"""Of the cases that candidates see, which are the same in every round."""
_ATTEMPTS = 3
"""Zygotes and workers can be killed from outside; fresh ones are tried so often."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What the cases that candidates see show of one version of a file."""

    submission: Submission
    verdict: Verdict
    error: ErrorEntry | None
    """Why it can't be called, if it can't."""
    groups: tuple[GroupEntry, ...]
    judged: tuple[Judged, ...]
    printed: str
    seconds: float
    """From the source to the verdict."""

    @property
    def passed(self) -> int:
        """How many cases earn everything."""
        return sum(one.passed for one in self.judged)

    @property
    def total(self) -> int:
        """How many cases there are."""
        return len(self.judged)

    @property
    def first_failure(self) -> Judged | None:
        """The case to look at: a required one first, and then the smallest."""
        failing = [one for one in self.judged if one.failed]
        return min(failing, key=_size, default=None)


def _size(one: Judged) -> tuple[bool, int]:
    outputs = sum(array.size for array in one.case.expected.arrays)
    return not one.group.required, one.case.elements + outputs


class Practice:
    """A problem with its small cases, and a sandbox that is kept warm.

    One's own file needs no isolation; what the machine offers is used all the same.

    Parameters
    ----------
    problem
        What is practised.

    Raises
    ------
    ProblemError
        If it has no cases that candidates may see.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._visible = Exam(_visible(problem), _SEED)
        self._limits = _quick(problem.spec.limits)
        self._sandbox: Sandbox | None = None
        self._exam: Exam | None = None
        self._open()

    def __enter__(self) -> Self:
        """Give the practice; its sandbox ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the sandbox."""
        self._close()

    @property
    def can_time(self) -> bool:
        """Whether this system lets the grader measure speed."""
        return not missing_calls()

    def play(self, submission: Submission) -> Round:
        """Judge a version of the file by the cases that candidates see.

        Raises
        ------
        SandboxError
            If the sandbox fails, again and again.
        """
        begun = time.perf_counter()
        run = self._patiently(lambda sandbox: self._run(sandbox, submission))
        judged, _ = excuse_normwise(judge_all(self._visible.cases, run.outcomes))
        error = load_error(self.problem, submission, run.load)
        return Round(
            submission=submission,
            verdict=verdict_of(run.load, judged, provided=error is None),
            error=error,
            groups=tuple(group_entries(self._visible.problem.spec, judged)),
            judged=judged,
            printed=run.stdout,
            seconds=time.perf_counter() - begun,
        )

    def _run(self, sandbox: Sandbox, submission: Submission) -> Run:
        exchanges = self._visible.exchanges[:1]
        signatures = self.problem.spec.signatures
        return sandbox.run(submission, signatures, self._limits, exchanges)

    def grade(
        self,
        submission: Submission,
        *,
        explain: bool = False,
        timing: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Record:
        """Grade a version of the file on all cases.

        Parameters
        ----------
        submission
            The version.
        explain
            Whether to look for the mistake.
        timing
            Whether to measure speed; only where `can_time`.
        progress
            Told what is being done; what it raises ends the grading.

        Raises
        ------
        ProblemError
            If the reference fails.
        SandboxError
            If the sandbox fails, again and again.
        """

        def graded(sandbox: Sandbox) -> Record:
            panel = Panel(
                clock=Stopwatch(sandbox, progress) if timing else None,
                tutor=Tutor(sandbox, progress) if explain else None,
            )
            environment = environment_of(sandbox.isolation)
            return grade(exam, submission, sandbox, environment, panel)

        progress("making the hidden cases")
        exam = self._exam_of(submission)
        progress("calling with all cases")
        return self._patiently(graded)

    def _exam_of(self, submission: Submission) -> Exam:
        seed = seed_of(self.problem, submission)
        if self._exam is None or self._exam.seed != seed:
            self._exam = Exam(self.problem, seed)
        return self._exam

    def _patiently(self, ask: Callable[[Sandbox], Result]) -> Result:
        """Ask a sandbox, and a fresh one if it fails."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return ask(self._open())
            except SandboxError:
                self._close()
        return ask(self._open())

    def _open(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = open_sandbox(self.problem.spec.allowed_imports)
        return self._sandbox

    def _close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None


def _visible(problem: Problem) -> Problem:
    """Give the same problem with no more cases than candidates see."""
    groups = tuple(
        group for group in problem.spec.groups if group.visibility is Visibility.VISIBLE
    )
    if not any(group.required for group in groups):
        issue = "it has no required cases that candidates may see, to practise with"
        raise ProblemError(problem.path, issue)
    spec = problem.spec.model_copy(update={"groups": groups})
    return replace(problem, spec=spec)


def _quick(limits: Limits) -> Limits:
    quick = {
        "load_seconds": min(limits.load_seconds, _LOAD_SECONDS),
        "call_seconds": min(limits.call_seconds, _CALL_SECONDS),
        "wall_factor": min(limits.wall_factor, _WALL_FACTOR),
    }
    return limits.model_copy(update=quick)

"""Grade many submissions: values on all cores, speed with nothing beside it.

One faulty submission, or one fault of ours, costs no other its result: whatever goes
wrong while grading one ends in that one's record.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from grader.candidate_tests.proctor import Proctor
from grader.environment import environment_of
from grader.errors import (
    GraderError,
    IsolationError,
    SandboxError,
    SubmissionError,
)
from grader.explanation.tutor import Tutor
from grader.fingerprint import fingerprint_of, hash_problem
from grader.grade import Clock, Exam, Measured, Panel, grade, record_of_failure, seed_of
from grader.loading import load_problem
from grader.problem import Function, Problem
from grader.record import Environment, Record
from grader.sandbox.isolation import Isolation
from grader.sandbox.layers import Level, die_with_parent
from grader.sandbox.sandbox import Sandbox
from grader.score import Share
from grader.style.counting import Counter
from grader.style.reader import StyleReader
from grader.submission import Submission, read_submission
from grader.timing.stopwatch import Stopwatch
from grader.verdict import Verdict

_ATTEMPTS = 3
"""Zygotes and workers can be killed from outside; fresh ones are tried so often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is the same for all submissions of a run."""

    problem: str
    """An id or a path."""
    isolation: Level = Level.FULL
    """The least that is accepted."""
    explain: bool = True
    """Whether to look for the mistake in what is wrong."""
    style: bool = True
    """Whether to tell how a submission is written."""
    tests: bool = True
    """Whether to run the candidate's own tests."""
    seed: int | None = None
    """Without one, each submission has the seed that follows from its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A submission to grade."""

    name: str
    path: Path
    anonymous: bool = False
    """Whether its path is left out of all that is told of it."""

    def read(self, functions: Sequence[Function] = ()) -> Submission:
        """Read the submission, which is asked for some functions.

        Raises
        ------
        SubmissionError
            If it can't be read.
        """
        try:
            submission = read_submission(self.path, name=self.name, functions=functions)
        except SubmissionError as error:
            if not self.anonymous:
                raise
            raise SubmissionError(Path(self.name), error.issue) from None
        if not self.anonymous:
            return submission
        suffix = Path(submission.filename).suffix
        return replace(submission, filename=f"{self.name}{suffix}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A submission and what is known of it."""

    item: Item
    record: Record
    is_final: bool = True
    """Whether that is all: else its speed is yet to be measured."""


class _Later:
    """A clock that measures nothing yet."""

    def measure(self, exam: Exam, submission: Submission) -> Measured:  # noqa: ARG002 - as a clock does
        return Measured(share=Share(credit=None, reason="not measured"))


class Session:
    """A problem and a sandbox, for one submission after the other."""

    def __init__(self, settings: Settings) -> None:
        self.problem: Problem = load_problem(settings.problem)
        self._settings = settings
        self._sandbox: Sandbox | None = None
        self._exam: Exam | None = None
        self._environment: Environment | None = None
        with suppress(SandboxError):  # the first grading tries again, and tells
            self._open()

    def _open(self) -> Sandbox:
        """Give the sandbox, and start one if there is none."""
        if self._sandbox is None:
            imports = self.problem.spec.allowed_imports
            self._sandbox = Sandbox(imports, self._settings.isolation)
        return self._sandbox

    def _close(self) -> None:
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def __enter__(self) -> Self:
        """Give the session; its sandbox ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the sandbox."""
        self._close()

    def grade(
        self,
        item: Item,
        *,
        timing: bool,
        progress: Callable[[str], None] = lambda _: None,
        later: bool = False,
    ) -> Record:
        """Grade one submission; what fails on our side is in its record.

        Parameters
        ----------
        item
            The submission.
        timing
            Whether its speed is measured, if its values are right.
        progress
            Told what is being done.
        later
            Whether speed, if it is not measured now, is to be measured later.
        """
        try:
            submission = item.read(self.problem.spec.functions)
        except GraderError as error:
            return self._failed(Submission(name=item.name, source=b""), error)
        clock: Clock | None = _Later() if later and not timing else None
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            try:
                sandbox = self._open()
                if timing:
                    clock = Stopwatch(sandbox, progress)
                return self._grade(submission, sandbox, clock, progress)
            except IsolationError:
                raise
            except SandboxError as error:
                failure = error
                self._close()
            except Exception as error:  # noqa: BLE001 - it must cost no other its result
                failure = error
                break
        assert failure is not None
        return self._failed(submission, failure)

    def _grade(
        self,
        submission: Submission,
        sandbox: Sandbox,
        clock: Clock | None,
        progress: Callable[[str], None],
    ) -> Record:
        asked = self._settings
        panel = Panel(
            clock=clock,
            tutor=Tutor(sandbox, progress) if asked.explain else None,
            proctor=Proctor(sandbox, progress) if asked.tests else None,
            reader=StyleReader(self._counter, sandbox) if asked.style else None,
        )
        self._environment = environment_of(sandbox.isolation)
        exam = self._exam_for(submission)
        record = grade(exam, submission, sandbox, self._environment, panel)
        put_off = isinstance(clock, _Later) and record.verdict is Verdict.ACCEPTED
        fingerprint = self._fingerprint(
            submission, timing=clock is not None and not put_off
        )
        return record.model_copy(update={"fingerprint": fingerprint})

    def fingerprint(self, item: Item, *, timing: bool) -> str | None:
        """Give the fingerprint that a grading would have; None if there is none."""
        try:
            submission = item.read(self.problem.spec.functions)
            self._environment = environment_of(self._open().isolation)
            return self._fingerprint(submission, timing=timing)
        except GraderError:
            return None

    def _fingerprint(self, submission: Submission, *, timing: bool) -> str:
        assert self._environment is not None
        asked = {
            field.name: getattr(self._settings, field.name)
            for field in fields(self._settings)
            if field.name not in {"problem", "isolation", "seed"}  # what they lead to
        }
        return fingerprint_of(
            self._problem_sha256,
            submission,
            self._environment,
            self._seed_for(submission),
            asked | {"timing": timing and self.problem.spec.timing is not None},
        )

    @cached_property
    def _problem_sha256(self) -> str:
        return hash_problem(self.problem)

    @cached_property
    def _counter(self) -> Counter:
        return Counter(self.problem)

    def _exam_for(self, submission: Submission) -> Exam:
        seed = self._seed_for(submission)
        if self._exam is None or self._exam.seed != seed:
            self._exam = Exam(self.problem, seed)
        return self._exam

    def _seed_for(self, submission: Submission) -> int:
        if self._settings.seed is not None:
            return self._settings.seed
        return seed_of(self.problem, submission)

    def _failed(self, submission: Submission, failure: Exception) -> Record:
        return record_of_failure(
            self.problem,
            submission,
            self._environment or environment_of(Isolation.unknown()),
            self._seed_for(submission),
            failure,
        )


_session: Session | None = None
"""In a process of a pool, the session that its tasks share."""


def open_session(settings: Settings) -> None:
    """Prepare a process of a pool: the initializer to give to the executor."""
    global _session  # noqa: PLW0603 - a pool's processes can keep state nowhere else
    die_with_parent()
    _session = Session(settings)


def _grade_in_pool(item: Item, *, later: bool) -> Record:
    assert _session is not None
    return _session.grade(item, timing=False, later=later)


def grade_many(
    items: Sequence[Item],
    session: Session,
    *,
    timing: bool,
    pool: Executor | None = None,
    progress: Callable[[str], None] = lambda _: None,
    judged: Collection[str] = (),
) -> Iterator[Graded]:
    """Grade submissions, and give each record the moment it is known.

    Parameters
    ----------
    items
        The submissions.
    session
        For what runs in this process: all that is timed, and without a pool all.
    timing
        Whether speed is measured.
    pool
        An executor whose processes were prepared with `open_session`. It judges
        values; who is right comes once without speed, and again when that was measured
        here, after the pool has come to rest.
    progress
        Told what is being done.
    judged
        Names of those that are known to be right, and only have to be timed.
    """
    if pool is None:
        for item in items:
            progress(item.name)
            yield Graded(item=item, record=session.grade(item, timing=timing))
        return
    timing = timing and session.problem.spec.timing is not None
    right = [item for item in items if item.name in judged]
    futures = {
        pool.submit(_grade_in_pool, item, later=timing): item
        for item in items
        if item.name not in judged
    }
    for future in as_completed(futures):
        item = futures[future]
        try:
            record = future.result()
        except Exception:  # noqa: BLE001 - a process of the pool is gone; do it here
            record = session.grade(item, timing=False, later=timing)
        is_final = not timing or record.verdict is not Verdict.ACCEPTED
        if not is_final:
            right.append(item)
        yield Graded(item=item, record=record, is_final=is_final)
    for item in sorted(right, key=lambda one: one.name):
        progress(item.name)
        yield Graded(item=item, record=session.grade(item, timing=True))

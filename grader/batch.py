"""Grade many submissions: values on all cores, speed with nothing beside it.

One faulty submission, or one fault of ours, costs no other its result: whatever goes
wrong while grading one ends in that one's record.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.environment import environment_of
from grader.errors import GraderError, IsolationError, SandboxError
from grader.explanation import Tutor
from grader.grade import Exam, Panel, grade, record_of_failure, seed_of
from grader.loading import load_problem
from grader.problem import Problem
from grader.record import Environment, Record
from grader.sandbox.isolation import Isolation
from grader.sandbox.layers import Level, die_with_parent
from grader.sandbox.sandbox import Sandbox
from grader.style.reader import StyleReader
from grader.submission import Submission, read_submission
from grader.timing import Stopwatch
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
    seed: int | None = None
    """Without one, each submission has the seed that follows from its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A submission to grade."""

    name: str
    path: Path

    def read(self) -> Submission:
        """Read the submission.

        Raises
        ------
        SubmissionError
            If it can't be read.
        """
        return read_submission(self.path, name=self.name)


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
    ) -> Record:
        """Grade one submission; what fails on our side is in its record."""
        try:
            submission = item.read()
        except GraderError as error:
            return self._failed(Submission(name=item.name, source=b""), error)
        failure: Exception | None = None
        for _ in range(_ATTEMPTS):
            try:
                return self._grade(submission, timing=timing, progress=progress)
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
        self, submission: Submission, *, timing: bool, progress: Callable[[str], None]
    ) -> Record:
        sandbox = self._open()
        panel = Panel(
            clock=Stopwatch(sandbox, progress) if timing else None,
            tutor=Tutor(sandbox, progress) if self._settings.explain else None,
            reader=StyleReader(self.problem, sandbox) if self._settings.style else None,
        )
        self._environment = environment_of(sandbox.isolation)
        exam = self._exam_for(submission)
        return grade(exam, submission, sandbox, self._environment, panel)

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


def _grade_in_pool(item: Item) -> Record:
    assert _session is not None
    return _session.grade(item, timing=False)


def grade_many(
    items: Sequence[Item],
    session: Session,
    *,
    timing: bool,
    pool: Executor | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[Item, Record]]:
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
        values; who is right is then timed here, when the pool has come to rest.
    progress
        Told what is being done.
    """
    if pool is None:
        for item in items:
            progress(item.name)
            yield item, session.grade(item, timing=timing)
        return
    futures = {pool.submit(_grade_in_pool, item): item for item in items}
    right = []
    for future in as_completed(futures):
        item = futures[future]
        try:
            record = future.result()
        except Exception:  # noqa: BLE001 - a process of the pool is gone; do it here
            record = session.grade(item, timing=False)
        if timing and record.verdict is Verdict.ACCEPTED:
            right.append(item)
        else:
            yield item, record
    for item in sorted(right, key=lambda one: one.name):
        progress(item.name)
        yield item, session.grade(item, timing=True)

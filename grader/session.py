"""A problem and a sandbox, and the grading of one submission after the other in it.

One faulty submission, or one fault of ours, costs no other its result: whatever goes
wrong while grading one ends in that one's record.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Self

from grader.candidate_tests.proctor import Proctor
from grader.entries import submission_entry
from grader.environment import environment_of
from grader.errors import (
    GraderError,
    IsolationError,
    SandboxError,
    SubmissionError,
)
from grader.exam import Exam, seed_of
from grader.explanation.snippet import rename
from grader.explanation.tutor import Tutor
from grader.fingerprint import basis_of, fingerprint_of, hash_code
from grader.grade import grade, record_of_failure
from grader.loading import load_problem
from grader.panel import Clock, Measured, Panel
from grader.problem import Function, Problem
from grader.record import Basis, Environment, Record
from grader.sandbox.isolation import Isolation
from grader.sandbox.layers import Level
from grader.sandbox.sandbox import Sandbox
from grader.score import NOT_MEASURED
from grader.style.counting import Counter
from grader.style.reader import StyleReader
from grader.submission import Submission, read_submission
from grader.timing.stopwatch import Stopwatch
from grader.verdict import Verdict

_PLAIN_NAME = re.compile(r"[\w .()+-]+", re.ASCII)
"""What is written in JSON, and by `repr`, as it is."""
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
    submission: Submission | None = None
    """What it was read as, where the path says nothing: on another machine."""

    def read(self, functions: Sequence[Function] = ()) -> Submission:
        """Read the submission, which is asked for some functions.

        Raises
        ------
        SubmissionError
            If it can't be read.
        """
        if self.submission is not None:
            return self.submission
        try:
            submission = read_submission(self.path, name=self.name, functions=functions)
        except SubmissionError as error:
            if not self.anonymous:
                raise
            raise SubmissionError(Path(self.name), error.issue) from None
        except Exception as error:  # it must cost no other its result
            place = Path(self.name) if self.anonymous else self.path
            issue = f"reading it failed: {type(error).__name__}"
            raise SubmissionError(place, issue) from error
        if not self.anonymous:
            return submission
        main = Path(submission.filename)
        # Tests are called as what they test.
        tests = tuple(
            replace(one, filename=one.filename.replace(main.stem, self.name))
            for one in submission.tests
        )
        return replace(submission, filename=f"{self.name}{main.suffix}", tests=tests)


class _Later:
    """A clock that measures nothing yet."""

    def measure(self, exam: Exam, submission: Submission) -> Measured:  # noqa: ARG002 - as a clock does
        return Measured(share=NOT_MEASURED)


class Session:
    """A problem and a sandbox, for one submission after the other.

    Parameters
    ----------
    settings
        What is the same for all of them.
    host
        What records call this machine, if there are several.
    elsewhere
        Of the machines that grade, if this one doesn't: it then needs no sandbox.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        host: str | None = None,
        elsewhere: Environment | None = None,
    ) -> None:
        self.problem: Problem = load_problem(settings.problem)
        self._settings = settings
        self._host = host
        self._elsewhere = elsewhere
        self._sandbox: Sandbox | None = None
        self._exam: Exam | None = None
        self._environment: Environment | None = elsewhere
        if elsewhere is None:
            with suppress(SandboxError):  # the first grading tries again, and tells
                self._open()

    def _open(self) -> Sandbox:
        """Give the sandbox, and start one if there is none."""
        if self._sandbox is None:
            imports = self.problem.spec.allowed_imports
            self._sandbox = Sandbox(imports, self._settings.isolation)
        return self._sandbox

    def close(self) -> None:
        """End the sandbox; the next grading starts another."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def __enter__(self) -> Self:
        """Give the session; its sandbox ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the sandbox."""
        self.close()

    def use_seed(self, seed: int) -> None:
        """Grade with this seed from now on, in the same sandbox."""
        self._settings = replace(self._settings, seed=seed)

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
                self.close()
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
        exam = self._exam_for(submission)
        try:
            exam.exchanges  # noqa: B018 - made while the zygote starts
        finally:
            self._environment = environment_of(sandbox.isolation, host=self._host)
        record = grade(exam, submission, sandbox, self._environment, panel)
        put_off = isinstance(clock, _Later) and record.verdict is Verdict.ACCEPTED
        basis = self._basis(self._environment)
        fingerprint = self._fingerprint(
            submission, basis, timing=clock is not None and not put_off
        )
        return record.model_copy(update={"basis": basis, "fingerprint": fingerprint})

    def basis(self) -> Basis:
        """Give what a grading would follow from, beside spec and submission.

        Raises
        ------
        GraderError
            If there is no sandbox, or the problem's code can't be read.
        """
        if self._elsewhere is None:
            self._environment = environment_of(self._open().isolation)
        assert self._environment is not None
        return self._basis(self._environment)

    def _basis(self, environment: Environment) -> Basis:
        return basis_of(self._code_sha256, environment)

    def fingerprint(self, item: Item, *, timing: bool) -> str | None:
        """Give the fingerprint that a grading would have; None if there is none."""
        try:
            submission = item.read(self.problem.spec.functions)
            return self._fingerprint(submission, self.basis(), timing=timing)
        except GraderError:
            return None

    def copy(self, record: Record, item: Item, *, timing: bool) -> Record | None:
        """Give the record that a submission of the same bytes would have.

        None if it would not be the same but for the names: what failed on our side is
        to be tried again, and a traceback names the file.

        Parameters
        ----------
        record
            Of its twin.
        item
            The submission.
        timing
            Whether speed was measured, or would have been.
        """
        try:
            submission = item.read(self.problem.spec.functions)
        except SubmissionError:
            return None
        entry = submission_entry(submission)
        names = {"name": entry.name, "filename": entry.filename}
        if record.submission.model_copy(update=names) != entry:
            return None
        former = record.submission.filename
        example = record.counterexample
        if example is not None and former != entry.filename:
            renamed = rename(example.snippet, former, entry.filename)
            example = example.model_copy(update={"snippet": renamed})
        found = record.model_dump_json(
            exclude={"submission": True, "counterexample": {"snippet"}}
        )
        is_plain = _PLAIN_NAME.fullmatch(former) is not None
        if record.basis is None or not is_plain or former in found:
            return None
        fingerprint = self._fingerprint(submission, record.basis, timing=timing)
        return record.model_copy(
            update={
                "submission": entry,
                "counterexample": example,
                "fingerprint": fingerprint,
            }
        )

    def _fingerprint(
        self, submission: Submission, basis: Basis, *, timing: bool
    ) -> str:
        asked = {
            field.name: getattr(self._settings, field.name)
            for field in fields(self._settings)
            if field.name not in {"problem", "isolation", "seed"}  # what they lead to
        }
        return fingerprint_of(
            self.problem.sha256,
            basis,
            submission,
            self._seed_for(submission),
            asked | {"timing": timing and self.problem.spec.timing is not None},
        )

    @cached_property
    def _code_sha256(self) -> str:
        return hash_code(self.problem)

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

    def grade_again(self, item: Item, failure: Exception, *, later: bool) -> Record:
        """Grade what a process of a pool was lost over, if that can be done here."""
        if self._elsewhere is None:
            return self.grade(item, timing=False, later=later)
        try:
            submission = item.read(self.problem.spec.functions)
        except SubmissionError as error:
            submission, failure = Submission(name=item.name, source=b""), error
        return self._failed(submission, failure)

    def _failed(self, submission: Submission, failure: Exception) -> Record:
        return record_of_failure(
            self.problem,
            submission,
            self._environment or environment_of(Isolation.unknown()),
            self._seed_for(submission),
            failure,
        )

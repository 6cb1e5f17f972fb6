"""Grade many submissions: values on all cores, speed with nothing beside it.

One faulty submission, or one fault of ours, costs no other its result: whatever goes
wrong while grading one ends in that one's record.
"""

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from pathlib import Path
from queue import SimpleQueue
from typing import Self

from grader.candidate_tests.proctor import Proctor
from grader.entries import submission_entry
from grader.environment import environment_of
from grader.errors import (
    ClusterError,
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
from grader.sandbox.layers import Level, die_with_parent
from grader.sandbox.sandbox import Sandbox
from grader.score import Share
from grader.style.counting import Counter
from grader.style.reader import StyleReader
from grader.submission import Module, Submission, printable_name, read_submission
from grader.submission.reading import ZIP
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
        suffix = Path(submission.filename).suffix
        tests = submission.tests
        if self.path.is_file() and self.path.suffix != ZIP:
            tests = tuple(map(self._without_path, tests))
        return replace(submission, filename=f"{self.name}{suffix}", tests=tests)

    def _without_path(self, tests: Module) -> Module:
        """Call tests that lie beside a file as that is called: they are named alike."""
        stem = printable_name(Path(self.path.stem))
        return replace(tests, filename=tests.filename.replace(stem, self.name))


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
        self._environment = environment_of(sandbox.isolation, host=self._host)
        exam = self._exam_for(submission)
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


_session: Session | None = None
"""In a process of a pool, the session that its tasks share."""


def open_session(settings: Settings) -> None:
    """Prepare a process of a pool: the initializer to give to the executor."""
    die_with_parent()
    share_session(Session(settings))


def share_session(session: Session) -> None:
    """Have the tasks of this process use a session."""
    global _session  # noqa: PLW0603 - a pool's processes can keep state nowhere else
    _session = session


# Records come back as text: JSON is half the work of pickling all that is in them.


def _judge_in_pool(items: Sequence[Item], *, later: bool) -> list[str]:
    """Judge as many of a handful as there is time for; the rest is sent again."""
    assert _session is not None
    texts: list[str] = []
    begun_seconds = time.monotonic()
    for item in items:
        if texts and time.monotonic() - begun_seconds > _HANDFUL_SECONDS:
            break
        record = _session.grade(item, timing=False, later=later)
        texts.append(record.model_dump_json(exclude_none=True))
    return texts


def _time_in_pool(items: Sequence[Item]) -> list[str]:
    assert _session is not None
    record = _session.grade(items[0], timing=True)
    return [record.model_dump_json(exclude_none=True)]


_HANDFUL_SECONDS = 0.5
AHEAD = 512
"""How many submissions are on their way to a pool: more than it has processes."""
_Texts = Future[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Other processes that grade, here or elsewhere."""

    judges: Executor
    """Judges values; its processes share a session each."""
    clocks: Executor | None = None
    """Measures speed, on machines of its own; without one that is done here."""
    room: Callable[[], int] = lambda: AHEAD
    """Gives how many submissions it may hold now; the rest is not even read."""
    together: int = 1
    """How many small ones may go over at once, where the way is long."""


def grade_many(
    items: Sequence[Item],
    session: Session,
    *,
    timing: bool,
    pool: Pool | None = None,
    progress: Callable[[str], None] = lambda _: None,
    judged: Collection[str] = (),
) -> Iterator[Graded]:
    """Grade submissions, and give each record the moment it is known.

    Those with the same bytes are graded once, unless what is found names the file.

    Parameters
    ----------
    items
        The submissions.
    session
        For what runs in this process: all that is timed, and without a pool all.
    timing
        Whether speed is measured.
    pool
        It judges values; who is right comes once without speed, and again when that
        was measured, after the pool has come to rest.
    progress
        Told what is being done.
    judged
        Names of those that are known to be right, and only have to be timed.
    """
    run = _Run(session, timing=timing, pool=pool, progress=progress)
    functions = session.problem.spec.functions
    firsts, twins = _set_twins_aside(items, judged, functions)
    left = []
    for graded in run.grade(firsts, judged):
        yield graded
        for twin in twins.pop(graded.item, ()):
            timed = timing and graded.is_final
            record = session.copy(graded.record, twin, timing=timed)
            if record is None:
                left.append(twin)
                continue
            if not graded.is_final:
                twins[graded.item].append(twin)
            yield replace(graded, item=twin, record=record)
    yield from run.grade(left, judged)


def _set_twins_aside(
    items: Sequence[Item], judged: Collection[str], functions: Sequence[Function]
) -> tuple[list[Item], defaultdict[Item, list[Item]]]:
    """Give those whose bytes come for the first time, and for each its twins."""
    firsts: dict[tuple[str, bool], Item] = {}
    unread = []
    twins = defaultdict[Item, list[Item]](list)
    for item in items:
        try:
            key = item.read(functions).sha256, item.name in judged
        except SubmissionError:
            unread.append(item)
            continue
        first = firsts.setdefault(key, item)
        if first is not item:
            twins[first].append(item)
    return [*unread, *firsts.values()], twins


class _Run:
    """Submissions on their way through a pool, or one by one."""

    def __init__(
        self,
        session: Session,
        *,
        timing: bool,
        pool: Pool | None,
        progress: Callable[[str], None],
    ) -> None:
        self._session = session
        self._timing = timing and session.problem.spec.timing is not None
        self._pool = pool
        self._progress = progress

    def grade(self, items: Sequence[Item], judged: Collection[str]) -> Iterator[Graded]:
        """Grade submissions, each as if it were the only one with its bytes."""
        if self._pool is None:
            for item in items:
                self._progress(item.name)
                record = self._session.grade(item, timing=self._timing)
                yield Graded(item=item, record=record)
            return
        right = [item for item in items if item.name in judged]
        waiting = [item for item in items if item.name not in judged]
        judge = partial(_judge_in_pool, later=self._timing)
        together = self._pool.together
        for item, record in self._through(self._pool.judges, judge, waiting, together):
            is_final = not self._timing or record.verdict is not Verdict.ACCEPTED
            if not is_final:
                right.append(item)
            yield Graded(item=item, record=record, is_final=is_final)
        yield from self._time(sorted(right, key=lambda one: one.name))

    def _time(self, items: Sequence[Item]) -> Iterator[Graded]:
        assert self._pool is not None
        if self._pool.clocks is None:
            for item in items:
                self._progress(item.name)
                record = self._session.grade(item, timing=True)
                yield Graded(item=item, record=record)
            return
        for item in items[:1]:
            self._progress(item.name)
        for item, record in self._through(self._pool.clocks, _time_in_pool, items, 1):
            self._progress(item.name)
            yield Graded(item=item, record=record)

    def _through(
        self,
        executor: Executor,
        task: Callable[[Sequence[Item]], list[str]],
        items: Sequence[Item],
        together: int,
    ) -> Iterator[tuple[Item, Record]]:
        """Have an executor work through items, few of them at a time."""
        assert self._pool is not None
        ended: SimpleQueue[_Texts] = SimpleQueue()
        waiting, running = deque(items), dict[_Texts, list[Item]]()
        alone: set[str] = set()
        functions = self._session.problem.spec.functions
        while waiting or running:
            room = self._pool.room()
            while waiting and sum(map(len, running.values())) < room:
                share = max(1, min(together, len(waiting) * together // room))
                handful, unread = _take(waiting, share, alone, functions)
                for item in unread:
                    yield item, self._session.grade(item, timing=False)
                if handful:
                    future = executor.submit(task, list(handful.values()))
                    running[future] = list(handful)
                    future.add_done_callback(ended.put)
            if not running:
                continue
            future = ended.get()
            sent = running.pop(future)
            try:
                texts = future.result()
            except ClusterError:
                raise
            except Exception as failure:  # noqa: BLE001 - a process of the pool is gone
                if len(sent) == 1:
                    (one,) = sent
                    again = self._session.grade_again(one, failure, later=self._timing)
                    yield one, again
                else:
                    alone.update(item.name for item in sent)
                    waiting.extendleft(reversed(sent))
                continue
            waiting.extendleft(reversed(sent[len(texts) :]))
            for item, text in zip(sent, texts, strict=False):
                yield item, Record.model_validate_json(text)


def _take(
    waiting: deque[Item],
    count: int,
    alone: Collection[str],
    functions: Sequence[Function],
) -> tuple[dict[Item, Item], list[Item]]:
    """Take the next items, each with what is in its files; and those without any.

    What is in `alone` goes by itself: it may be what a process was lost over.
    """
    handful: dict[Item, Item] = {}
    unread = []
    while waiting and len(handful) < count:
        if handful and waiting[0].name in alone:
            break
        item = waiting.popleft()
        try:
            handful[item] = replace(item, submission=item.read(functions))
        except SubmissionError:
            unread.append(item)
        if item.name in alone:
            break
    return handful, unread

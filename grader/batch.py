"""Grade many submissions: values on all cores, speed with nothing beside it.

Those with the same bytes are graded once, and what a lost process left over again.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import parent_process
from queue import SimpleQueue

from grader.cores import Cores, keep_to_one
from grader.errors import (
    ClusterError,
    SubmissionError,
)
from grader.problem import Function
from grader.record import Record
from grader.sandbox.layers import die_with_parent
from grader.session import Item, Session, Settings
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A submission and what is known of it."""

    item: Item
    record: Record
    is_final: bool = True
    """Whether that is all: else its speed is yet to be measured."""


_session: Session | None = None
"""In a process of a pool, the session that its tasks share."""


def open_session(settings: Settings, cores: Cores | None = None) -> None:
    """Prepare a process of a pool: the initializer to give to the executor."""
    parent = parent_process()
    assert parent is not None
    assert parent.pid is not None
    die_with_parent(parent.pid)
    keep_to_one(cores)
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

"""Grade again what is kept, as it was graded before, and link each record to the old.

A regrade that was stopped goes on: what it has graded is kept one by one, and what is
left is found by looking.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from pydantic import JsonValue

from grader.batch import Graded, Pool, grade_many
from grader.exam import derive_seed
from grader.problem import Function
from grader.record import ErrorKind, Record
from grader.session import Item, Session, Settings
from grader.store.changes import Change, causes_of, change_between
from grader.store.rows import Row
from grader.store.store import Store
from grader.submission import Submission
from grader.verdict import Verdict

_AT_ONCE = 256
"""Submissions that are in memory together."""

Pools = Callable[[Settings, int], AbstractContextManager[Pool | None]]
"""Give a pool for so many submissions, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem(Item):
    """A submission to grade that is at hand."""

    submission: Submission

    def read(
        self,
        functions: Sequence[Function] = (),  # noqa: ARG002 - as an item is asked
    ) -> Submission:
        """Give it."""
        return self.submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A submission to be graded again, for all who handed in the same."""

    sha256: str
    filename: str
    seed: int | None
    """The one that was given; None if it followed from the bytes, as it will again."""
    timing: bool
    tests: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A submission that could not be graded again; its old record stays the last."""

    row: Row
    reason: str
    is_of_problem: bool
    """Whether the problem is at fault."""


class Regrade:
    """A regrade of one problem.

    Parameters
    ----------
    store
        Where submissions and records are kept.
    settings
        How to grade; but the seed is as it was for each submission.
    timing
        Whether speed is measured; as it was for each submission, if left out.
    tests
        Whether the candidate's own tests are run; likewise.
    everything
        Whether to grade again what would come out the same, too.

    Raises
    ------
    ProblemError
        If the problem can't be used.
    StoreError
        If the store can't be.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        timing: bool | None = None,
        tests: bool | None = None,
        everything: bool = False,
    ) -> None:
        self._store, self._settings, self._timing = store, settings, timing
        self._tests = tests
        self.without_source: list[Row] = []
        """Those whose bytes are not kept, so that they stay as they are."""
        self.failed: list[Failed] = []
        with Session(settings) as session:
            self.problem, basis = session.problem, session.basis().model_dump()
        spec, sha256 = self.problem.spec, self.problem.sha256
        asked = self._asked(basis, everything=everything)
        self._id = store.find_regrade(spec.id, sha256, asked)
        rows = store.newest(spec.id)
        if everything:
            left = [row for row in rows if self._id is None or row.regrade != self._id]
        else:
            left = [row for row in rows if causes_of(row, sha256, basis)]
        self.left = self._grouped(left)
        """What is still to be done."""
        if self.left and self._id is None:
            self._id = store.begin_regrade(spec.id, sha256, asked)

    def _asked(
        self, basis: dict[str, JsonValue], *, everything: bool
    ) -> dict[str, JsonValue]:
        """Give what makes one regrade go on where another was stopped."""
        return {
            "basis": basis,
            "explain": self._settings.explain,
            "style": self._settings.style,
            "isolation": self._settings.isolation.value,
            "timing": self._timing,
            "tests": self._tests,
            "everything": everything,
        }

    def _grouped(self, rows: Sequence[Row]) -> list[Again]:
        found: dict[tuple[str, str, int | None, bool, bool], list[Row]] = {}
        kept = self._store.kept({row.sha256 for row in rows})
        for row in rows:
            if row.sha256 in kept:
                how = (_given_seed(row), self._times(row), self._runs_tests(row))
                found.setdefault((row.sha256, row.filename, *how), []).append(row)
            else:
                self.without_source.append(row)
        return [
            Again(
                sha256=sha256,
                filename=filename,
                seed=seed,
                timing=timing,
                tests=tests,
                rows=tuple(own),
            )
            for (sha256, filename, seed, timing, tests), own in found.items()
        ]

    def _times(self, row: Row) -> bool:
        """Tell whether speed is to be measured: unless it was left out before."""
        spec = self.problem.spec
        if self._timing is not None or spec.timing is None:
            return bool(self._timing)
        return row.timed or not _left_out(row, spec.timing.part)

    def _runs_tests(self, row: Row) -> bool:
        """Tell whether the candidate's tests are to be run: likewise."""
        spec = self.problem.spec
        if self._tests is not None:
            return self._tests
        if row.tested or spec.tests is None:
            return True
        return not _left_out(row, spec.tests.part)

    def run(
        self, pools: Pools, progress: Callable[[str], None] = lambda _: None
    ) -> Iterator[Graded]:
        """Grade what is left; what is final is kept the moment it is known.

        Parameters
        ----------
        pools
            Given what a pool's sessions have to know, and how much there is for it.
        progress
            Told what is being done.
        """
        ordered = sorted(self.left, key=_order)
        for (seed, tests, timing), own in groupby(ordered, key=_how):
            again = list(own)
            settings = replace(self._settings, seed=seed, tests=tests)
            with Session(settings) as session, pools(settings, len(again)) as pool:
                for start in range(0, len(again), _AT_ONCE):
                    items = self._items(again[start : start + _AT_ONCE])
                    for graded in grade_many(
                        list(items),
                        session,
                        timing=timing,
                        pool=pool,
                        progress=progress,
                    ):
                        assert isinstance(graded.item, StoredItem)
                        if graded.is_final:
                            self._keep(items[graded.item], graded.record)
                        yield graded
        if self._id is not None and not self.failed:
            self._store.finish_regrade(self._id)

    def _items(self, chosen: Sequence[Again]) -> dict[StoredItem, Again]:
        items = {}
        for again in chosen:
            name = again.rows[0].name
            submission = self._store.submission(
                again.sha256, name=name, filename=again.filename
            )
            path = Path(again.filename)
            items[StoredItem(name=name, path=path, submission=submission)] = again
        return items

    def _keep(self, again: Again, record: Record) -> None:
        for row in again.rows:
            if record.verdict is Verdict.JUDGE_ERROR:
                error = record.error
                self.failed.append(
                    Failed(
                        row=row,
                        reason=error.message if error else "not known",
                        is_of_problem=error is not None
                        and error.kind is ErrorKind.PROBLEM,
                    )
                )
            else:
                own = record.submission.model_copy(update={"name": row.name})
                self._store.put_record(
                    record.model_copy(update={"submission": own}),
                    regrade_of=row.id,
                    regrade=self._id,
                )

    def changes(self) -> list[Change]:
        """Compare what was graded again with what was before: who loses first."""
        if self._id is None:
            return []
        order = ("loses", "gains", "differs", "same")
        changes = [change_between(*both) for both in self._store.regraded(self._id)]
        return sorted(
            changes,
            key=lambda one: (order.index(one.effect), one.before.name, one.before.id),
        )


def _how(again: Again) -> tuple[int | None, bool, bool]:
    return again.seed, again.tests, again.timing


def _order(again: Again) -> tuple[bool, int, bool, bool]:
    return again.seed is None, again.seed or 0, again.tests, again.timing


def _left_out(row: Row, part: str) -> bool:
    return any(one.id == part and one.points is None for one in row.parts)


def _given_seed(row: Row) -> int | None:
    derived = derive_seed(row.spec_sha256, row.sha256)
    return None if row.seed == derived else row.seed

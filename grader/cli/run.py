"""A batch from the command line: what is at hand is taken over, the rest is graded."""

from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from grader.batch import Pool, grade_many
from grader.cli.console import show_progress
from grader.cli.pool import open_pool
from grader.errors import OutputError
from grader.output import clear_parts, missing_from, write_record
from grader.record import Record
from grader.resume import Earlier, take_over
from grader.session import Item, Session, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be graded, how, and where to."""

    items: list[Item]
    settings: Settings
    timing: bool
    jobs: int
    formats: frozenset[str]
    folder: Path | None
    """Nothing is written without one."""
    several: bool
    """Whether each submission has a folder of its own within."""
    fresh: bool
    """Whether to grade what an earlier run has graded."""

    @property
    def has_overview(self) -> bool:
        """Whether a page or a table of all is written."""
        is_shown = "csv" in self.formats or (self.several and "html" in self.formats)
        return self.folder is not None and is_shown

    def place(self, item: Item) -> Path:
        """Give the folder of a submission."""
        assert self.folder is not None
        return self.folder / item.name if self.several else self.folder


class Writer:
    """Writes records; the first failure is kept, and costs no other its result.

    Parameters
    ----------
    task
        What is to be written, and where to.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self.failure: OutputError | None = None
        """The first."""

    def write(self, item: Item, record: Record) -> None:
        """Write a record in all formats."""
        self._write(item, record, self._task.formats)

    def complete(self, item: Item, record: Record) -> None:
        """Write what there is not yet of a record that was taken over."""
        missing = missing_from(self._task.place(item), self._task.formats)
        self._write(item, record, missing)

    def _write(self, item: Item, record: Record, formats: frozenset[str]) -> None:
        if self._task.folder is None or not formats:
            return
        place = self._task.place(item)
        try:
            write_record(record, place, formats)
        except OutputError as error:
            self.failure = self.failure or error
        except Exception as error:  # noqa: BLE001 - of ours, and it stops no batch
            self.failure = self.failure or OutputError(place, repr(error))


def run(
    task: Task, session: Session, writer: Writer, elsewhere: Pool | None = None
) -> Iterator[tuple[Item, Record]]:
    """Grade, and write each record the moment it is known.

    Parameters
    ----------
    task
        What is to be graded.
    session
        For what is graded in this process.
    writer
        Writes the records.
    elsewhere
        The workers of a cluster, if they grade.

    Yields
    ------
    tuple
        Each submission with its record, once nothing is left to be done with it.
    """
    if elsewhere is not None and elsewhere.clocks is None and task.timing:
        issue = "no worker has a timing slot (--resources timing=1): nothing is timed"
        click.echo(f"grader: {issue}", err=True)
        task = replace(task, timing=False)
    taken, judged = set[str](), set[str]()
    for one in _earlier(task, session):
        if one.is_final:
            taken.add(one.item.name)
            writer.complete(one.item, one.record)
            yield one.item, one.record
        else:
            judged.add(one.item.name)
    _tell_of(taken, "taken over from", task)
    _tell_of(judged, "only have to be timed: they are judged in", task)
    left = [item for item in task.items if item.name not in taken]
    if not left:
        return
    jobs = min(task.jobs, len(left))
    near = open_pool(task.settings, jobs) if elsewhere is None else None
    with (
        show_progress(len(left)) as display,
        near or nullcontext(elsewhere) as pool,
    ):
        display.begin(0 if pool is None else len(judged))
        for graded in grade_many(
            left,
            session,
            timing=task.timing,
            pool=pool,
            progress=display.show,
            judged=judged,
        ):
            writer.write(graded.item, graded.record)
            display.tell(graded)
            if graded.is_final:
                yield graded.item, graded.record


def _earlier(task: Task, session: Session) -> Iterator[Earlier]:
    if task.folder is None:
        return
    for folder in {task.folder, *map(task.place, task.items)}:
        clear_parts(folder)
    if not task.fresh:
        places = {item: task.place(item) for item in task.items}
        yield from take_over(places, session, timing=task.timing)


def _tell_of(found: Collection[str], words: str, task: Task) -> None:
    if found:
        share = f"{len(found)} of {len(task.items)}"
        click.echo(f"{share} {words} {task.folder}", err=True)

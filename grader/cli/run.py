"""A batch from the command line: what is at hand is taken over, the rest is graded."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from grader.batch import Item, Pool, Session, Settings, grade_many
from grader.cli.console import show_progress
from grader.cli.pool import open_pool
from grader.errors import OutputError
from grader.output import clear_parts, missing_from, write_record
from grader.record import Record
from grader.resume import Earlier, take_over


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

    def place(self, item: Item) -> Path:
        """Give the folder of a submission."""
        assert self.folder is not None
        return self.folder / item.name if self.several else self.folder


def run(
    task: Task, session: Session, elsewhere: Pool | None = None
) -> tuple[dict[str, Record], OutputError | None]:
    """Grade, and write each record the moment it is known.

    Parameters
    ----------
    task
        What is to be graded.
    session
        For what is graded in this process.
    elsewhere
        The workers of a cluster, if they grade.

    Returns
    -------
    tuple
        The records by name; and the first failure to write one, if there was any.
    """
    if elsewhere is not None and elsewhere.clocks is None and task.timing:
        issue = "no worker has a timing slot (--resources timing=1): nothing is timed"
        click.echo(f"grader: {issue}", err=True)
        task = replace(task, timing=False)
    earlier = _earlier(task, session)
    records = dict(earlier.records)
    left = [item for item in task.items if item.name not in records]
    writer = _Writer(task)
    for item in task.items:
        if item.name in records:
            writer.complete(item, records[item.name])
    if not left:
        return records, writer.failure
    jobs = min(task.jobs, len(left))
    near = open_pool(task.settings, jobs) if elsewhere is None else None
    with (
        show_progress(len(left)) as display,
        near or nullcontext(elsewhere) as pool,
    ):
        display.begin(0 if pool is None else len(earlier.judged))
        for one in grade_many(
            left,
            session,
            timing=task.timing,
            pool=pool,
            progress=display.show,
            judged=earlier.judged,
        ):
            records[one.item.name] = one.record
            writer.write(one.item, one.record)
            display.tell(one)
    return records, writer.failure


def _earlier(task: Task, session: Session) -> Earlier:
    if task.folder is None:
        return Earlier()
    for folder in {task.folder, *map(task.place, task.items)}:
        clear_parts(folder)
    if task.fresh:
        return Earlier()
    places = {item: task.place(item) for item in task.items}
    earlier = take_over(places, session, timing=task.timing)
    for found, words in (
        (earlier.records, "taken over from"),
        (earlier.judged, "only have to be timed: they are judged in"),
    ):
        if found:
            share = f"{len(found)} of {len(task.items)}"
            click.echo(f"{share} {words} {task.folder}", err=True)
    return earlier


class _Writer:
    """Writes records; the first failure is kept, and costs no other its result."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.failure: OutputError | None = None

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

"""Where texts for people are written, and how far a long command is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from grader.batch import Graded

_LONG_SECONDS = 3600.0
"""The time left is told by the pace of the last hour: one timing can take a minute."""


def open_console(*, stderr: bool = False) -> Console:
    """Give the console on standard output, or that on standard error."""
    return Console(stderr=stderr)


def echo_pieces(pieces: Iterable[str]) -> None:
    """Print a text that comes in pieces."""
    for piece in pieces:
        click.echo(piece, nl=False)


class Display:
    """How far a batch is: judging, and then timing, each with the time left."""

    def __init__(self, progress: Progress, console: Console, total: int) -> None:
        self._progress = progress
        self._console = console
        self._is_single = total == 1
        self._judging = progress.add_task("judge", total=total, now="")
        self._timing: TaskID | None = None
        self._is_timing = False
        self._expected = 0

    def begin(self, judged: int) -> None:
        """Say that it begins, and how many were judged before."""
        # Not part of the pace, since rich takes it from what comes after the first.
        self._progress.advance(self._judging, judged)
        if judged:
            self._expect(judged)

    def show(self, what: str) -> None:
        """Say what is being done."""
        if self._timing is None:
            self._progress.update(self._judging, now=what)
            return
        if not self._is_timing:
            self._is_timing = True
            self._progress.start_task(self._timing)
            self._progress.advance(self._timing, 0)  # as above
        self._progress.update(self._timing, now=what)

    def tell(self, graded: "Graded") -> None:
        """Say what a submission was judged to be, or that it was timed."""
        if self._timing is not None and self._is_timing:
            self._progress.update(self._timing, advance=1)
        else:
            name = graded.item.name
            self._progress.update(self._judging, advance=1, now=name)
        words = graded.record.verdict.words
        if not graded.is_final:
            self._expect(1)
            words = f"{words}, yet to be timed"
        if not self._is_single and not self._console.is_terminal:
            line = f"{graded.item.name}: {words}"
            self._console.print(line, markup=False, highlight=False)

    def _expect(self, timings: int) -> None:
        if self._timing is None:
            # It has a pace of its own, from when the first is being timed.
            self._timing = self._progress.add_task("time", total=0, start=False, now="")
        self._expected += timings
        self._progress.update(self._timing, total=self._expected)


@contextmanager
def show_progress(total: int) -> Iterator[Display]:
    """Show on standard error how far it is, as bars or, in a file, as lines."""
    console = open_console(stderr=True)
    columns = (
        TextColumn("{task.description:5}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        speed_estimate_period=_LONG_SECONDS,
    ) as progress:
        yield Display(progress, console, total)

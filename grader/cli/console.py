"""Where texts for people are written, and how far a long command is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)


def open_console(*, stderr: bool = False) -> Console:
    """Give the console on standard output, or that on standard error."""
    return Console(stderr=stderr)


@contextmanager
def show_progress(total: int) -> Iterator[Callable[..., None]]:
    """Show on standard error how far it is, as a bar or, in a file, as lines."""
    console = open_console(stderr=True)
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    shown = console.is_terminal
    with Progress(
        *columns, console=console, transient=True, disable=not shown
    ) as progress:
        task = progress.add_task("", total=total)

        def tell(name: str, verdict: str | None = None) -> None:
            progress.update(task, description=name, advance=1 if verdict else 0)
            if verdict and total > 1 and not shown:
                console.print(f"{name}: {verdict}", markup=False, highlight=False)

        yield tell

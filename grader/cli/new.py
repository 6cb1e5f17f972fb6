"""`grader new`."""

import shlex
from pathlib import Path

import click
from rich.markdown import Markdown

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.errors import OutputError, ProblemError
from grader.loading import load_problem


@click.command()
@click.argument("problem")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def new(problem: str, file: Path | None) -> int:
    """Write the file that PROBLEM begins with, and print what it asks for.

    FILE is the problem's id with .py, if it is left out. No file is replaced.
    """
    loaded = load_problem(problem)
    path = file or Path(f"{loaded.spec.id}.py")
    statement = loaded.folder / loaded.spec.statement
    text = _read(statement)
    _write(path, _read(loaded.folder / loaded.spec.starter))
    console = open_console()
    if console.is_terminal:
        console.print(Markdown(text))
    else:
        click.echo(text)
    command = f"grader practice {shlex.quote(str(path))}"
    if path.stem != loaded.spec.id or problem != loaded.spec.id:
        command += f" --problem {shlex.quote(problem)}"
    click.echo(f"\nwritten to {path}; the statement is {statement}")
    click.echo(f"next: edit it, and run `{command}` beside your editor")
    return Exit.ACCEPTED


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        issue = f"can't be read: {getattr(error, 'strerror', None) or error}"
        raise ProblemError(path, issue) from error


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        issue = "there is one already, and it is left as it is; name another"
        raise OutputError(path, issue) from error
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error

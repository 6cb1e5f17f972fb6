"""`grader store`, and the option by which other commands find it."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.cli.options import GivenPath
from grader.errors import RecordError, SubmissionError
from grader.loading import load_problem
from grader.problem import Function
from grader.report.store import SCHEMA_VERSION, render_rows, row_json
from grader.report.terminal import render_terminal
from grader.store.store import Store
from grader.store.taking_in import find_records, take_in
from grader.submission import Submission, find_submissions
from grader.text import message


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--store` to a command."""
    return click.option(
        "--store",
        "url",
        envvar="GRADER_STORE",
        metavar="URL",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; a file in your data "
        "folder, if left out. GRADER_STORE in the environment says the same.",
    )(command)


@click.group()
def store() -> None:
    """Keep records, and list them."""


@store.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=GivenPath())
@click.option(
    "--submissions",
    "-s",
    multiple=True,
    type=GivenPath(),
    help="What was handed in, for records that don't show all of it: of several files, "
    "or not in UTF-8. May be given more than once.",
)
@click.option(
    "--problem",
    "-p",
    help="The problem that folders and zips among them were handed in for.",
)
@store_option
def import_records(
    paths: tuple[Path, ...],
    submissions: tuple[Path, ...],
    problem: str | None,
    url: str | None,
) -> int:
    """Take in records: record.json files, or folders of them."""
    functions = load_problem(problem).spec.functions if problem else ()
    handed_in = _read_all(submissions, functions)
    taken, code = [], Exit.ACCEPTED
    with Store(url) as opened:
        for path in find_records(paths):
            try:
                taken.append(take_in(opened, path, handed_in))
            except RecordError as error:
                click.echo(f"grader: {error}", err=True)
                code = Exit.USAGE
        new = sum(one.is_new for one in taken)
        there = len(taken) - new
        click.echo(f"{new} taken in, {there} were there; kept in {opened.place}")
    without = [one for one in taken if not one.has_source]
    if without:
        click.echo(
            f"{len(without)} can't be graded again, since they don't show all that was "
            f"handed in: give it as `--submissions`; the first is {without[0].path}",
            err=True,
        )
    return code if taken or code else Exit.NOTHING_TO_GRADE


def _read_all(
    paths: Iterable[Path], functions: Sequence[Function]
) -> dict[str, Submission]:
    from grader.session import Item  # noqa: PLC0415 - slow, and for this alone

    read = {}
    for name, path in find_submissions(paths, functions):
        try:
            submission = Item(name=name, path=path).read(functions)
        except SubmissionError as error:
            click.echo(f"grader: {error}", err=True)
        else:
            read[submission.sha256] = submission
    return read


@store.command(name="list")
@click.option("--problem", "-p", help="Of this problem only.")
@click.option("--name", "-n", help="Of the submission of this name only.")
@click.option("--sha256", help="Of the submission with this hash only.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@store_option
def list_records(  # noqa: PLR0913, PLR0917 - one argument an option
    problem: str | None,
    name: str | None,
    sha256: str | None,
    limit: int,
    offset: int,
    as_json: bool,
    url: str | None,
) -> int:
    """List records, the newest first."""
    with Store(url) as opened:
        rows = opened.rows(
            problem=problem, sha256=sha256, name=name, limit=limit, offset=offset
        )
        place = opened.place
    if as_json:
        told = [row_json(row) for row in rows]
        click.echo(json.dumps({"schema_version": SCHEMA_VERSION, "records": told}))
        return Exit.ACCEPTED
    if rows:
        open_console().print(render_rows(rows))
    elif offset or not (problem is name is sha256 is None):
        click.echo("no records that match")
    else:
        click.echo("no records: `grader store import FOLDER` takes them in")
    click.echo(f"kept in {place}")
    return Exit.ACCEPTED


@store.command()
@click.argument("record", type=click.IntRange(1, 2**31 - 1), metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the record as it is kept.")
@store_option
def show(record: int, as_json: bool, url: str | None) -> int:
    """Show a record by the id that `store list` gives."""
    with Store(url) as opened:
        found = opened.record(record)
        notes = opened.annotations(record)
    if as_json:
        click.echo(found.to_json(), nl=False)
        return Exit.ACCEPTED
    console = open_console()
    render_terminal(found, console)
    for one in notes:
        points = "" if one.points is None else f", {one.points:g} points"
        told = f"{one.author}, {one.written_at:%Y-%m-%d %H:%M} UTC{points}: {one.note}"
        console.print(message(told), markup=False, highlight=False)
    return Exit.ACCEPTED

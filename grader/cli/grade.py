"""`grader grade`."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from grader.batch import Item, Session, Settings, grade_many
from grader.cli.console import open_console, show_progress
from grader.cli.ends import JSON_FORMATS, STDOUT, Exit, echo_error
from grader.cli.github import commands_held, publish, shown_in_log
from grader.cli.pool import open_pool
from grader.errors import OutputError
from grader.loading import available_problems
from grader.output import (
    DEFAULT_FORMATS,
    FORMATS,
    FORMATS_OF_ONE,
    render_together,
    write_index,
    write_record,
)
from grader.record import ErrorKind, Record
from grader.report.terminal import render_terminal
from grader.sandbox.layers import Level
from grader.submission import find_submissions
from grader.verdict import Verdict

GRADESCOPE_RESULTS = Path("/autograder/results")
"""Where Gradescope looks for results.json, if this runs there."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--problem", "-p", help="A problem's id, or a path to its folder.")
@click.option(
    "--output",
    "-o",
    show_default="reports",
    help="The folder to write to; - writes a format to standard output.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(list(FORMATS)),
    multiple=True,
    help="What to write; may be given more than once. html and json, if left out.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    help="The seed of the data; if left out, it follows from each submission's bytes.",
)
@click.option("--timing/--no-timing", default=True, help="Whether to measure speed.")
@click.option(
    "--explain/--no-explain",
    default=True,
    help="Whether to look for the mistake in what is wrong.",
)
@click.option(
    "--style/--no-style",
    default=True,
    help="Whether to look at loops and readability.",
)
@click.option(
    "--isolation",
    type=click.Choice(["full", "partial", "none"]),
    default="full",
    show_default=True,
    help="The least isolation to accept; see `grader doctor`.",
)
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    help="How many submissions to judge at once; all cores, if left out.",
)
@click.option(
    "--fail-under",
    type=float,
    metavar="POINTS",
    help="Exit with 0 if every submission has at least these points.",
)
def grade(  # noqa: PLR0913, PLR0917 - one argument an option
    paths: tuple[Path, ...],
    problem: str | None,
    output: str | None,
    formats: tuple[str, ...],
    seed: int | None,
    timing: bool,
    explain: bool,
    style: bool,
    isolation: str,
    jobs: int | None,
    fail_under: float | None,
) -> int:
    """Grade submissions: files, or folders of them."""
    if output == STDOUT and len(formats) != 1:
        raise click.UsageError("`--output -` goes with one `--format`, such as json")
    items = [Item(name=name, path=path) for name, path in find_submissions(paths)]
    if not items:
        issue = "there is no .py file in what was given"
        click.echo(f"grader: {issue}", err=True)
        if output == STDOUT and formats[0] in JSON_FORMATS:
            echo_error("NothingToGrade", issue)
        return Exit.NOTHING_TO_GRADE
    settings = Settings(
        problem=problem or _only_problem(),
        isolation=Level(isolation),
        explain=explain,
        style=style,
        seed=seed,
    )
    jobs = min(jobs or os.cpu_count() or 1, len(items))
    several = len(items) > 1 or any(path.is_dir() for path in paths)
    if output is None and "gradescope" in formats and GRADESCOPE_RESULTS.is_dir():
        _refuse_several(items, "Gradescope")
        output, several = str(GRADESCOPE_RESULTS), False
    if output == STDOUT and formats[0] in FORMATS_OF_ONE:
        _refuse_several(items, f"`--format {formats[0]} --output -`")
    output = output or "reports"
    chosen = frozenset(formats or DEFAULT_FORMATS)
    with commands_held(err=output == STDOUT):
        with Session(settings) as session:
            with show_progress(len(items)) as tell, open_pool(settings, jobs) as pool:
                graded = grade_many(
                    items, session, timing=timing, pool=pool, progress=tell
                )
                folder = None if output == STDOUT else Path(output)
                records, unwritten = _collect(
                    graded, tell, folder, chosen, several=several
                )
            title = session.problem.spec.title
        _publish(items, records, output, chosen, title, several=several)
    if "github" in chosen:
        publish([(item.path, records[item.name]) for item in items])
    if unwritten is not None:
        raise unwritten
    return _exit_code(list(records.values()), fail_under)


def _refuse_several(items: Sequence[Item], what: str) -> None:
    if len(items) > 1:
        raise click.UsageError(f"{what} takes one submission, not {len(items)}")


def _collect(
    graded: Iterator[tuple[Item, Record]],
    tell: Callable[..., None],
    folder: Path | None,
    formats: frozenset[str],
    *,
    several: bool,
) -> tuple[dict[str, Record], OutputError | None]:
    """Write each record the moment it is known; give all, and the first that failed."""
    records: dict[str, Record] = {}
    unwritten: OutputError | None = None
    for item, record in graded:
        records[item.name] = record
        if folder is not None:
            place = folder / item.name if several else folder
            try:
                write_record(record, place, formats)
            except OutputError as error:
                unwritten = unwritten or error
        tell(item.name, record.verdict.words)
    return records, unwritten


def _publish(
    items: Sequence[Item],
    records: dict[str, Record],
    output: str,
    formats: frozenset[str],
    title: str,
    *,
    several: bool,
) -> None:

    ordered = [records[item.name] for item in items]
    if output == STDOUT:
        for name in formats - {"github"}:
            click.echo(render_together(ordered, name, several=several), nl=False)
        return
    if not several:
        render_terminal(shown_in_log(ordered[0], formats), open_console())
    place = Path(output) / ("index.html" if several else "report.html")
    if several and "html" in formats:
        names = [item.name for item in items]
        place = write_index(ordered, names, Path(output), title)
    if several:
        counts = Counter(record.verdict for record in ordered)
        words = ", ".join(f"{count} {one.words}" for one, count in counts.items())
        click.echo(f"{len(ordered)} graded: {words}")
    if formats != {"github"}:
        click.echo(f"written to {place if 'html' in formats else output}")


def _exit_code(records: Sequence[Record], fail_under: float | None) -> int:
    """Give the worst code of all; accepted is enough, or enough points if asked."""
    codes = []
    for record in records:
        enough = record.verdict is Verdict.ACCEPTED
        if fail_under is not None:
            enough = record.score.points >= fail_under
        if record.error is not None and record.error.kind is ErrorKind.PROBLEM:
            codes.append(Exit.INVALID_PROBLEM)
        elif record.verdict is Verdict.JUDGE_ERROR:
            codes.append(Exit.OUR_FAULT)
        elif not record.loaded:
            codes.append(Exit.NOT_LOADED)
        else:
            codes.append(Exit.ACCEPTED if enough else Exit.NOT_ACCEPTED)
    return max(codes)


def _only_problem() -> str:

    known = available_problems()
    if len(known) == 1:
        return known[0]
    raise click.UsageError(f"say which `--problem`: {', '.join(known)}")

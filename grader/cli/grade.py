"""`grader grade`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from grader.cli.cluster import open_cluster
from grader.cli.console import echo_pieces, open_console
from grader.cli.ends import JSON_FORMATS, STDOUT, Exit, echo_error
from grader.cli.github import commands_held, publish, shown_in_log
from grader.cli.options import (
    GivenPath,
    explain_option,
    finite,
    isolation_option,
    jobs_option,
    style_option,
)
from grader.cli.run import Task, Writer, run
from grader.cluster import LOCAL
from grader.cores import usable_cores
from grader.loading import available_problems, load_problem
from grader.output import (
    DEFAULT_FORMATS,
    FORMATS,
    FORMATS_OF_ONE,
    render_together,
    require_room,
)
from grader.overview import Overview
from grader.problem import Problem
from grader.pseudonyms import assign_pseudonyms, key_beside
from grader.record import ErrorKind, Record
from grader.report.terminal import render_terminal
from grader.sandbox.layers import Level
from grader.session import Item, Session, Settings
from grader.shelf import Shelf
from grader.submission import find_submissions
from grader.verdict import Verdict

GRADESCOPE_RESULTS = Path("/autograder/results")
"""Where Gradescope looks for results.json, if this runs there."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=GivenPath())
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
@explain_option
@click.option(
    "--tests/--no-tests",
    default=True,
    help="Whether to run the candidate's own tests.",
)
@style_option
@isolation_option
@jobs_option
@click.option(
    "--cluster",
    is_flag=False,
    flag_value=LOCAL,
    metavar="ADDRESS",
    help="Grade on a Dask cluster; `local` starts one here, for trying it out.",
)
@click.option(
    "--fresh",
    is_flag=True,
    help="Grade all again, also what an earlier run left in the folder.",
)
@click.option(
    "--anonymous",
    is_flag=True,
    help="Call submissions candidate-01 and so on; the key is beside the folder.",
)
@click.option(
    "--fail-under",
    type=float,
    callback=finite,
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
    tests: bool,
    style: bool,
    isolation: str,
    jobs: int | None,
    cluster: str | None,
    fresh: bool,
    anonymous: bool,
    fail_under: float | None,
) -> int:
    """Grade submissions: Python files, notebooks and zips, or folders of them."""
    if output == STDOUT and len(formats) != 1:
        raise click.UsageError("`--output -` goes with one `--format`, such as json")
    problem = problem or _only_problem()
    found = find_submissions(paths, load_problem(problem).spec.functions)
    if not found:
        issue = "there is no .py, .ipynb or .zip file in what was given"
        click.echo(f"grader: {issue}", err=True)
        if output == STDOUT and formats[0] in JSON_FORMATS:
            echo_error("NothingToGrade", issue)
        return Exit.NOTHING_TO_GRADE
    items = _anonymous(found, output or "reports") if anonymous else _items(found)
    settings = Settings(
        problem=problem,
        isolation=Level(isolation),
        explain=explain,
        tests=tests,
        style=style,
        seed=seed,
    )
    several = len(items) > 1 or items[0].path not in paths
    if output is None and "gradescope" in formats and GRADESCOPE_RESULTS.is_dir():
        _refuse_several(items, "Gradescope")
        output, several = str(GRADESCOPE_RESULTS), False
    if output == STDOUT and formats[0] in FORMATS_OF_ONE:
        _refuse_several(items, f"`--format {formats[0]} --output -`")
    output = output or "reports"
    chosen = frozenset(formats or DEFAULT_FORMATS)
    jobs = min(jobs or usable_cores(), len(items))
    task = Task(
        items=items,
        settings=settings,
        timing=timing,
        jobs=jobs,
        formats=chosen,
        folder=None if output == STDOUT else Path(output),
        several=several,
        fresh=fresh or not several or _lies_within(Path(output), paths, items),
    )
    disk = None if task.folder is None else require_room(task.folder)
    writer = Writer(task)
    verdicts: dict[str, Verdict] = {}
    codes: set[Exit] = set()
    with Shelf(disk) as shelf:
        overview = Overview(shelf)
        with commands_held(err=output == STDOUT):
            with (
                open_cluster(cluster, settings, jobs) as crew,
                Session(
                    settings, elsewhere=crew.environment if crew else None
                ) as session,
            ):
                pool = crew.pool if crew else None
                for item, record in run(task, session, writer, pool):
                    shelf.put(item.name, record)
                    if task.has_overview:
                        overview.add(item.name, record)
                    verdicts[item.name] = record.verdict
                    codes.add(_exit_code(record, fail_under))
            _publish(task, verdicts, shelf, overview, session.problem)
        if "github" in chosen:
            records = shelf.records([item.name for item in items])
            publish([item.path for item in items], records)
    if writer.failure is not None:
        raise writer.failure
    return max(codes)


def _refuse_several(items: Sequence[Item], what: str) -> None:
    if len(items) > 1:
        raise click.UsageError(f"one submission, not {len(items)}, goes into {what}")


def _items(found: Sequence[tuple[str, Path]]) -> list[Item]:
    return [Item(name=name, path=path) for name, path in found]


def _anonymous(found: Sequence[tuple[str, Path]], output: str) -> list[Item]:
    key = key_beside(Path("grader" if output == STDOUT else output))
    names = assign_pseudonyms([name for name, _ in found], key)
    click.echo(
        f"who is who is in {key}; names within what was handed in stay there", err=True
    )
    if output != STDOUT and _has_others(Path(output), {*names.values(), "."}):
        issue = f"{output} has reports of another run: names may be in them"
        click.echo(f"grader: {issue}", err=True)
    items = [Item(name=names[name], path=path, anonymous=True) for name, path in found]
    return sorted(items, key=lambda item: (len(item.name), item.name))


def _has_others(output: Path, names: set[str]) -> bool:
    places = (path.parent for path in output.rglob("record.json"))
    return any(place.relative_to(output).as_posix() not in names for place in places)


def _lies_within(output: Path, paths: Sequence[Path], items: Sequence[Item]) -> bool:
    """Tell whether candidates could have put records of their own where ours go."""
    places = {(output / name).resolve() for name in (".", *(one.name for one in items))}
    given = {
        (path if path.is_dir() else path.parent).resolve()
        for path in (*paths, *(one.path for one in items))
    }
    within = any(
        place == one or one in place.parents for place in places for one in given
    )
    if within and next(output.rglob("record.json"), None) is not None:
        issue = f"{output} lies within what is graded: nothing in it is taken over"
        click.echo(f"grader: {issue}", err=True)
    return within


def _publish(
    task: Task,
    verdicts: Mapping[str, Verdict],
    shelf: Shelf,
    overview: Overview,
    problem: Problem,
) -> None:
    names = [item.name for item in task.items]
    if task.folder is None:
        for name in task.formats - {"github"}:
            records = shelf.records(names)
            echo_pieces(render_together(records, name, several=task.several))
        return
    if not task.several:
        shown = shown_in_log(shelf.record(names[0]), task.formats)
        render_terminal(shown, open_console())
    place = task.folder / ("index.html" if task.several else "report.html")
    if task.several and "html" in task.formats:
        overview.write_index(task.folder, problem.spec.title, problem)
    if "csv" in task.formats:
        overview.write_table(task.folder, names)
    if task.several:
        counts = Counter(verdicts[name] for name in names)
        words = ", ".join(f"{count} {one.words}" for one, count in counts.items())
        click.echo(f"{len(names)} graded: {words}")
    if task.formats != {"github"}:
        click.echo(f"written to {place if 'html' in task.formats else task.folder}")


def _exit_code(record: Record, fail_under: float | None) -> Exit:
    """Give the code of one submission; accepted is enough, or enough points if asked.

    That of several is the worst.
    """
    enough = record.verdict is Verdict.ACCEPTED
    if fail_under is not None:
        enough = record.score.points >= fail_under
    if record.error is not None and record.error.kind is ErrorKind.PROBLEM:
        return Exit.INVALID_PROBLEM
    if record.verdict is Verdict.JUDGE_ERROR:
        return Exit.OUR_FAULT
    if not record.loaded:
        return Exit.NOT_LOADED
    return Exit.ACCEPTED if enough else Exit.NOT_ACCEPTED


def _only_problem() -> str:
    known = available_problems()
    if len(known) == 1:
        return known[0]
    raise click.UsageError(f"say which `--problem`: {', '.join(known)}")

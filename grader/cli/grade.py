"""`grader grade`."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from grader.batch import Item, Session, Settings
from grader.cli.cluster import open_cluster
from grader.cli.console import open_console
from grader.cli.ends import JSON_FORMATS, STDOUT, Exit, echo_error
from grader.cli.github import commands_held, publish, shown_in_log
from grader.cli.options import (
    explain_option,
    finite,
    isolation_option,
    jobs_option,
    style_option,
)
from grader.cli.run import Task, run
from grader.cluster import LOCAL
from grader.loading import available_problems, load_problem
from grader.output import (
    DEFAULT_FORMATS,
    FORMATS,
    FORMATS_OF_ONE,
    render_together,
    require_room,
)
from grader.overview import write_index, write_table
from grader.problem import Problem
from grader.pseudonyms import assign_pseudonyms, key_beside
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
    jobs = min(jobs or os.cpu_count() or 1, len(items))
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
    if task.folder is not None:
        require_room(task.folder)
    with commands_held(err=output == STDOUT):
        with (
            open_cluster(cluster, settings, jobs) as crew,
            Session(settings, elsewhere=crew.environment if crew else None) as session,
        ):
            records, unwritten = run(task, session, crew.pool if crew else None)
        _publish(items, records, output, chosen, session.problem, several=several)
    if "github" in chosen:
        publish([(item.path, records[item.name]) for item in items])
    if unwritten is not None:
        raise unwritten
    return _exit_code(list(records.values()), fail_under)


def _refuse_several(items: Sequence[Item], what: str) -> None:
    if len(items) > 1:
        raise click.UsageError(f"{what} takes one submission, not {len(items)}")


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
    items: Sequence[Item],
    records: dict[str, Record],
    output: str,
    formats: frozenset[str],
    problem: Problem,
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
        place = write_index(records, Path(output), problem)
    if "csv" in formats:
        write_table(ordered, Path(output))
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

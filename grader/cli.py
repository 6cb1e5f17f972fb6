"""The command line: the only place that prints, exits and reads the arguments.

Results go to standard output, progress and complaints to standard error. What takes
long to import is imported in the command that needs it.
"""

import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from rich.console import Console

    from grader.batch import Item, Settings
    from grader.errors import OutputError
    from grader.record import Record


class Exit(IntEnum):
    """What the exit codes mean."""

    ACCEPTED = 0
    NOT_ACCEPTED = 1
    USAGE = 2
    INVALID_PROBLEM = 3
    NOT_LOADED = 4
    NOTHING_TO_GRADE = 5
    OUR_FAULT = 70
    INTERRUPTED = 130


_STDOUT = "-"
_FORMATS = ("html", "json")
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 88}


@click.group(context_settings=_SETTINGS)
@click.version_option(__version__, message="grader %(version)s")
def cli() -> None:
    """Grade array code in a sandbox, against a reference."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and turn every failure into one message and a code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    # Before NumPy is imported: beside workers, threads of BLAS wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(list(arguments), prog_name="grader", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return _complain(arguments, "usage", error.format_message(), Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _complain(arguments, "interrupted", "interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; so that Python doesn't say so at its exit:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.NOT_ACCEPTED
    except Exception as error:  # noqa: BLE001 - the last place to catch anything
        return _fail(arguments, error)
    return int(code or 0)


def _fail(arguments: Sequence[str], error: Exception) -> int:
    from grader import errors  # noqa: PLC0415
    from grader.text import message  # noqa: PLC0415

    match error:
        case errors.ProblemError():
            code = Exit.INVALID_PROBLEM
        case (
            errors.SubmissionError()
            | errors.RecordError()
            | errors.IsolationError()
            | errors.OutputError()
        ):
            code = Exit.USAGE
        case _:
            code = Exit.OUR_FAULT
    kind, words = type(error).__name__, str(error)
    if not isinstance(error, errors.GraderError):
        words = f"{kind}: {words}"
        if isinstance(error, OSError) and error.filename:
            words, code = f"{error.filename}: {error.strerror}", Exit.USAGE
        words = message(words)
    click.echo(f"grader: {words}", err=True)
    if code is Exit.OUR_FAULT and os.environ.get("GRADER_TRACEBACK"):
        raise error
    return _complain(arguments, kind, words, code)


def _complain(arguments: Sequence[str], kind: str, message: str, code: Exit) -> int:
    """Keep JSON on standard output JSON, when things fail too."""
    words = {word for one in arguments for word in one.split("=", 1)}
    if words >= {"json", _STDOUT}:
        _echo_error(kind, message)
    return code


def _echo_error(kind: str, message: str) -> None:
    error = {"kind": kind, "message": message}
    click.echo(json.dumps({"schema_version": 1, "error": error}))


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--problem", "-p", help="A problem's id, or a path to its folder.")
@click.option(
    "--output",
    "-o",
    default="reports",
    show_default=True,
    help="The folder to write to; - writes JSON to standard output.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(_FORMATS),
    multiple=True,
    help="What to write; may be given more than once. All, if left out.",
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
    output: str,
    formats: tuple[str, ...],
    seed: int | None,
    timing: bool,  # noqa: FBT001 - click passes it by name
    explain: bool,  # noqa: FBT001 - as above
    isolation: str,
    jobs: int | None,
    fail_under: float | None,
) -> int:
    """Grade submissions: files, or folders of them."""
    from grader.batch import Item, Session, Settings, grade_many  # noqa: PLC0415
    from grader.sandbox.layers import Level  # noqa: PLC0415
    from grader.submission import find_submissions  # noqa: PLC0415

    if output == _STDOUT and formats != ("json",):
        raise click.UsageError("`--output -` goes with `--format json` alone")
    items = [Item(name=name, path=path) for name, path in find_submissions(paths)]
    if not items:
        issue = "there is no .py file in what was given"
        click.echo(f"grader: {issue}", err=True)
        if output == _STDOUT:
            _echo_error("NothingToGrade", issue)
        return Exit.NOTHING_TO_GRADE
    settings = Settings(
        problem=problem or _only_problem(),
        isolation=Level(isolation),
        explain=explain,
        seed=seed,
    )
    jobs = min(jobs or os.cpu_count() or 1, len(items))
    several = len(items) > 1 or any(path.is_dir() for path in paths)
    chosen = frozenset(formats or _FORMATS)
    with Session(settings) as session:
        with _progress(len(items)) as tell, _pool(settings, jobs) as pool:
            graded = grade_many(items, session, timing=timing, pool=pool, progress=tell)
            folder = None if output == _STDOUT else Path(output)
            records, unwritten = _collect(graded, tell, folder, chosen, several=several)
        title = session.problem.spec.title
    _publish(items, records, output, chosen, title, several=several)
    if unwritten is not None:
        raise unwritten
    return _exit_code(list(records.values()), fail_under)


def _collect(
    graded: "Iterator[tuple[Item, Record]]",
    tell: "Callable[..., None]",
    folder: Path | None,
    formats: frozenset[str],
    *,
    several: bool,
) -> "tuple[dict[str, Record], OutputError | None]":
    """Write each record the moment it is known; give all, and the first that failed."""
    from grader.errors import OutputError  # noqa: PLC0415
    from grader.output import write_record  # noqa: PLC0415

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


@contextmanager
def _pool(settings: "Settings", jobs: int) -> "Iterator[Executor | None]":
    if jobs == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import active_children, get_context  # noqa: PLC0415

    from grader.batch import open_session  # noqa: PLC0415

    try:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=get_context("spawn"),
            initializer=open_session,
            initargs=(settings,),
        )
    except OSError as error:  # /dev/shm is full, say
        click.echo(f"grader: one at a time, since {error.strerror}", err=True)
        yield None
        return
    try:
        yield pool
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _progress(total: int) -> "Iterator[Callable[..., None]]":
    """Show on standard error how far it is, as a bar or, in a file, as lines."""
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = _console(stderr=True)
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


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=stderr)


def _publish(
    items: "Sequence[Item]",
    records: "dict[str, Record]",
    output: str,
    formats: frozenset[str],
    title: str,
    *,
    several: bool,
) -> None:
    from grader.output import write_index  # noqa: PLC0415
    from grader.report.terminal import render_terminal  # noqa: PLC0415

    ordered = [records[item.name] for item in items]
    if output == _STDOUT:
        texts = [record.to_json() for record in ordered]
        click.echo(f"[{','.join(texts)}]" if several else texts[0], nl=False)
        return
    if not several:
        render_terminal(ordered[0], _console())
    place = Path(output) / ("index.html" if several else "report.html")
    if several and "html" in formats:
        names = [item.name for item in items]
        place = write_index(ordered, names, Path(output), title)
    if several:
        counts = Counter(record.verdict for record in ordered)
        words = ", ".join(f"{count} {one.words}" for one, count in counts.items())
        click.echo(f"{len(ordered)} graded: {words}")
    click.echo(f"written to {place if 'html' in formats else output}")


def _exit_code(records: "Sequence[Record]", fail_under: float | None) -> int:
    """Give the worst code of all; accepted is enough, or enough points if asked."""
    from grader.record import ErrorKind  # noqa: PLC0415
    from grader.verdict import Verdict  # noqa: PLC0415

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
    from grader.loading import available_problems  # noqa: PLC0415

    known = available_problems()
    if len(known) == 1:
        return known[0]
    raise click.UsageError(f"say which `--problem`: {', '.join(known)}")


@cli.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; the record's own, if left out.",
)
@click.option("--format", "formats", type=click.Choice(_FORMATS), multiple=True)
def report(record: Path, output: Path | None, formats: tuple[str, ...]) -> int:
    """Render the reports of a record again; nothing is run."""
    from grader.output import write_record  # noqa: PLC0415
    from grader.record import Record  # noqa: PLC0415
    from grader.report.terminal import render_terminal  # noqa: PLC0415

    read = Record.from_json(record.read_bytes(), record)
    folder = output or record.parent
    write_record(read, folder, frozenset(formats or {"html"}))
    render_terminal(read, _console())
    click.echo(f"written to {folder}")
    return Exit.ACCEPTED


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def index(folder: Path) -> int:
    """Write FOLDER/index.html: a page above all that was graded into it."""
    from grader.output import write_overview  # noqa: PLC0415

    click.echo(f"written to {write_overview(folder)}")
    return Exit.ACCEPTED


@cli.command()
@click.argument("what", type=click.Choice(["problem", "record"]), default="problem")
def schema(what: str) -> int:
    """Print the JSON Schema of problem.yaml, or of a record."""
    from grader.schema import problem_schema, record_schema  # noqa: PLC0415

    document = problem_schema() if what == "problem" else record_schema()
    click.echo(json.dumps(document, indent=2))
    return Exit.ACCEPTED


@cli.command()
def problems() -> int:
    """List the problems that can be graded."""
    from grader.loading import available_problems, load_problem  # noqa: PLC0415

    for name in available_problems():
        click.echo(f"{name:20} {load_problem(name).spec.title}")
    return Exit.ACCEPTED


@cli.command()
@click.argument("problems", nargs=-1)
@click.option("--quick", is_flag=True, help="With one seed, and without the examples.")
@click.option("--table", is_flag=True, help="Print which case finds which mistake.")
def verify(problems: tuple[str, ...], quick: bool, table: bool) -> int:  # noqa: FBT001 - click passes them by name
    """Prove that problems tell right from wrong; all of them, if none is named."""
    from grader.loading import available_problems  # noqa: PLC0415
    from grader.report.terminal import render_proof  # noqa: PLC0415
    from grader.verify import verify as prove  # noqa: PLC0415

    console, faults = _console(), 0
    for name in problems or available_problems():
        with _console(stderr=True).status(name) as status:
            proof = prove(
                name,
                quick=quick,
                table=table,
                progress=lambda what: status.update(what),  # noqa: PLW0108 - at once
            )
        render_proof(proof, console, table=table)
        faults += len(proof.faults)
    return Exit.INVALID_PROBLEM if faults else Exit.ACCEPTED


@cli.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("case")
@click.option("--problem", "-p", help="The problem's path, if it is not one of ours.")
def explain(record: Path, case: str, problem: str | None) -> int:
    """Print a program that makes the call of a case and compares its result."""
    from grader.errors import RecordError  # noqa: PLC0415
    from grader.grade import Exam  # noqa: PLC0415
    from grader.loading import available_problems, load_problem  # noqa: PLC0415
    from grader.problem import nearest  # noqa: PLC0415
    from grader.record import Record  # noqa: PLC0415
    from grader.snippet import snippet  # noqa: PLC0415

    read = Record.from_json(record.read_bytes(), record)
    if case == "smallest" and read.counterexample is not None:
        click.echo(read.counterexample.snippet, nl=False)
        return Exit.ACCEPTED
    if read.audience == "candidate":
        raise click.UsageError(f"{record} is a candidate's: it holds no seed")
    ours = available_problems()
    if problem is None and read.problem.id not in ours:
        # A problem is code: only the one who asks may name a path to it.
        issue = f"`{read.problem.id}` is none of {', '.join(ours)}: give `--problem`"
        raise RecordError(record, issue)
    loaded = load_problem(problem or read.problem.id)
    if loaded.sha256 != read.problem.sha256:
        click.echo("grader: the problem has changed since; so may the case", err=True)
    if case == "smallest":
        raise click.UsageError(f"{record} has no smallest input")
    cases = {one.id: one for one in Exam(loaded, read.seed).cases}
    if case not in cases:
        raise click.UsageError(f"no case `{case}`; {nearest(case, list(cases))}")
    bindings = {binding.function: binding for binding in read.bindings}
    function = cases[case].call.function
    text = snippet(cases[case], read.submission.filename, bindings.get(function))
    click.echo(text, nl=False)
    return Exit.ACCEPTED


@cli.command()
def doctor() -> int:
    """Show what isolation, clock and NumPy are like on this machine."""
    from grader.doctor import examine  # noqa: PLC0415

    findings = examine()
    for finding in findings:
        click.echo(f"{finding.title:22} {finding.text}")
    return Exit.ACCEPTED if all(one.fine for one in findings) else Exit.NOT_ACCEPTED

"""`grader bench`."""

import json
from pathlib import Path

import click

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.loading import available_problems, load_problem
from grader.output import make_folder, write_whole
from grader.problem import Problem
from grader.timing.bench import bench as race


@click.command()
@click.argument("problem", required=False)
@click.option(
    "--output",
    "-o",
    default="reports/bench.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write, with a chart.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and write no page.")
def bench(problem: str | None, output: Path, as_json: bool) -> int:
    """Show from which size on known code overtakes plain code, on this machine.

    Without PROBLEM, of the problem that is timed on the most sizes.
    """
    loaded = load_problem(problem) if problem else _with_most_sizes()
    with open_console(stderr=True).status(loaded.spec.id) as status:
        found = race(loaded, lambda what: status.update(f"timing {what}"))
    from grader.report.bench import (  # noqa: PLC0415 - slow to import
        bench_document,
        render_bench,
        render_bench_page,
    )

    if as_json:
        click.echo(json.dumps(bench_document(found), indent=2))
        return Exit.ACCEPTED
    open_console().print(render_bench(found), highlight=False)
    make_folder(output.parent)
    write_whole(output, render_bench_page(found))
    click.echo(f"written to {output}")
    return Exit.ACCEPTED


def _with_most_sizes() -> Problem:
    problems = map(load_problem, available_problems())
    return max(
        problems, key=lambda one: len(one.spec.timing.rungs) if one.spec.timing else 0
    )

"""`grader history`."""

from itertools import groupby

import click

from grader.attempts import bests_by_day, personal_bests
from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.history import History, default_path
from grader.report.history import render_history


@click.command()
@click.argument("problem", required=False)
def history(problem: str | None) -> int:
    """Show what practice has come to, day by day: all problems, if none is named."""
    path = default_path()
    attempts = History(path).attempts(problem)
    console = open_console()
    ordered = sorted(attempts, key=lambda one: one.problem)
    for name, own in groupby(ordered, key=lambda one: one.problem):
        days = bests_by_day(list(own))
        console.print(render_history(name, days, personal_bests(days)))
    if not attempts:
        of = "" if problem is None else f" of {problem}"
        click.echo(f"no practice{of} yet: `grader practice FILE` begins it")
    click.echo(f"kept in {path}")
    return Exit.ACCEPTED

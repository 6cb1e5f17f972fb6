"""`grader problems`."""

import click

from grader.cli.ends import Exit
from grader.loading import available_problems, load_problem


@click.command()
def problems() -> int:
    """List the problems that can be graded."""
    for name in available_problems():
        click.echo(f"{name:20} {load_problem(name).spec.title}")
    return Exit.ACCEPTED

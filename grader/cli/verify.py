"""`grader verify`."""

import click

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.loading import available_problems
from grader.report.terminal import render_proof
from grader.verify import verify as prove


@click.command()
@click.argument("problems", nargs=-1)
@click.option("--quick", is_flag=True, help="With one seed, and without the examples.")
@click.option("--table", is_flag=True, help="Print which case finds which mistake.")
def verify(problems: tuple[str, ...], quick: bool, table: bool) -> int:
    """Prove that problems tell right from wrong; all, if none is named."""
    console, faults = open_console(), 0
    for name in problems or available_problems():
        with open_console(stderr=True).status(name) as status:
            proof = prove(
                name,
                quick=quick,
                table=table,
                progress=lambda what: status.update(what),  # noqa: PLW0108 - at once
            )
        render_proof(proof, console, table=table)
        faults += len(proof.faults)
    return Exit.INVALID_PROBLEM if faults else Exit.ACCEPTED

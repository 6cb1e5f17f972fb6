"""`grader index`."""

from pathlib import Path

import click

from grader.cli.ends import Exit
from grader.overview import write_overview


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def index(folder: Path) -> int:
    """Write FOLDER/index.html: a page above all that was graded into it."""
    click.echo(f"written to {write_overview(folder)}")
    return Exit.ACCEPTED

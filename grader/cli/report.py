"""`grader report`."""

from pathlib import Path

import click

from grader.cli.console import open_console
from grader.cli.ends import Exit
from grader.output import FORMATS, write_record
from grader.record import Record
from grader.report.terminal import render_terminal


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; the record's own, if left out.",
)
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True)
def report(record: Path, output: Path | None, formats: tuple[str, ...]) -> int:
    """Render the reports of a record again; nothing is run."""
    read = Record.from_json(record.read_bytes(), record)
    folder = output or record.parent
    write_record(read, folder, frozenset(formats or {"html"}))
    render_terminal(read, open_console())
    click.echo(f"written to {folder}")
    return Exit.ACCEPTED

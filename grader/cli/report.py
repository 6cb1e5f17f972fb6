"""`grader report`."""

from pathlib import Path

import click

from grader.cli.console import echo_pieces, open_console
from grader.cli.ends import STDOUT, Exit
from grader.cli.github import commands_held, publish, shown_in_log
from grader.output import FORMATS, read_record, render_together, write_record
from grader.overview import write_table
from grader.report.table import table_row
from grader.report.terminal import render_terminal


@click.command()
@click.argument("record", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; the record's own, if left out. - writes a format "
    "to standard output.",
)
@click.option(
    "--format",
    "formats",
    type=click.Choice(list(FORMATS)),
    multiple=True,
    help="What to write; may be given more than once. html, if left out.",
)
def report(record: Path, output: Path | None, formats: tuple[str, ...]) -> int:
    """Render the reports of a record again; nothing is run."""
    to_stdout = output == Path(STDOUT)
    if to_stdout and len(formats) != 1:
        raise click.UsageError("`--output -` goes with one `--format`, such as html")
    read = read_record(record)
    chosen = frozenset(formats or {"html"})
    with commands_held(err=to_stdout):
        if to_stdout:
            for name in chosen - {"github"}:
                echo_pieces(render_together([read], name, several=False))
        else:
            folder = output or record.parent
            write_record(read, folder, chosen)
            if "csv" in chosen:
                write_table([table_row(read)], folder)
            render_terminal(shown_in_log(read, chosen), open_console())
            click.echo(f"written to {folder}")
    if "github" in chosen:
        publish([Path(read.submission.filename)], [read])
    return Exit.ACCEPTED

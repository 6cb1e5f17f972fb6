"""`grader compare`."""

from pathlib import Path

import click

from grader.cli.ends import Exit
from grader.overview import write_comparison
from grader.report.comparison import MOST_CANDIDATES


@click.command()
@click.argument(
    "records", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--output",
    "-o",
    default="compare.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write.",
)
def compare(records: tuple[Path, ...], output: Path) -> int:
    """Show two or more candidates side by side: records, or folders with one."""
    if not 2 <= len(records) <= MOST_CANDIDATES:  # noqa: PLR2004 - a pair
        raise click.UsageError(f"give from 2 to {MOST_CANDIDATES} records")
    paths = [path / "record.json" if path.is_dir() else path for path in records]
    click.echo(f"written to {write_comparison(paths, output)}")
    return Exit.ACCEPTED

"""Write what lies above the records of a batch: a page with links to all of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import RecordError
from grader.output import write_whole
from grader.record import Record
from grader.report.table import render_csv

if TYPE_CHECKING:
    from grader.report.html import Batch, IndexRow


def write_index(
    records: Sequence[Record], names: Sequence[str], folder: Path, title: str
) -> Path:
    """Write the page that lists several submissions."""
    from grader.report.html import index_row, render_index  # noqa: PLC0415 - as above

    rows = [
        index_row(record, f"{name}/report.html")
        for record, name in zip(records, names, strict=True)
    ]
    path = folder / "index.html"
    write_whole(path, render_index(rows, title))
    return path


def write_table(records: Sequence[Record], folder: Path) -> Path:
    """Write the grades of several submissions as CSV."""
    path = folder / "grades.csv"
    write_whole(path, render_csv(records))
    return path


def write_overview(folder: Path) -> Path:
    """Write the page above all records that lie in a folder.

    Records of one problem are listed, as `write_index` does it. Those of several get
    a line for each folder within, with a link to its page.

    Parameters
    ----------
    folder
        Where gradings were written to.

    Raises
    ------
    RecordError
        If one can't be read, or there is none.
    """
    from grader.report.html import render_index, render_overview  # noqa: PLC0415

    batches = _batches(folder)
    if not batches:
        raise RecordError(folder, "there is no record.json in it")
    path = folder / "index.html"
    if len({batch.title for batch in batches}) == 1:
        rows = [row for batch in batches for row in batch.rows]
        write_whole(path, render_index(rows, batches[0].title))
    else:
        write_whole(path, render_overview(batches))
    return path


def _batches(folder: Path) -> "Sequence[Batch]":
    from grader.report.html import Batch, index_row  # noqa: PLC0415 - as above

    rows: dict[tuple[str, str], list[IndexRow]] = {}
    for path in sorted(folder.rglob("record.json")):
        record = Record.from_json(path.read_bytes(), path)
        place = path.relative_to(folder)
        row = index_row(record, str(place.with_name("report.html")))
        rows.setdefault((place.parts[0], record.problem.title), []).append(row)
    return [
        Batch(
            title=title, folder=name, rows=tuple(own), link=_page_of(folder, name, own)
        )
        for (name, title), own in rows.items()
    ]


def _page_of(folder: Path, name: str, rows: "Sequence[IndexRow]") -> str:
    has_index = (folder / name / "index.html").is_file()
    return f"{name}/index.html" if has_index else rows[0].link

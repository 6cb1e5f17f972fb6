"""Write records and reports to disk, whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import OutputError, RecordError
from grader.record import Record
from grader.report.feedback import for_candidate

if TYPE_CHECKING:
    from grader.report.html import Batch, IndexRow


@dataclass(frozen=True, slots=True)
class Document:
    """A file that shows a record."""

    filename: str
    render: Callable[[Record], str]


# What draws is slow to import, so each is imported when it is asked for.


def _report_html(record: Record) -> str:
    from grader.report.html import render_html  # noqa: PLC0415

    return render_html(record)


def _report_markdown(record: Record) -> str:
    from grader.report.markdown import render_markdown  # noqa: PLC0415

    return render_markdown(record)


def _junit(record: Record) -> str:
    from grader.report.junit import render_junit  # noqa: PLC0415

    return render_junit([record])


def _gradescope(record: Record) -> str:
    from grader.report.gradescope import render_gradescope  # noqa: PLC0415

    return render_gradescope(record)


def _for_candidate(render: Callable[[Record], str]) -> Callable[[Record], str]:
    return lambda record: render(for_candidate(record))


FORMATS: dict[str, tuple[Document, ...]] = {
    "html": (
        Document("report.html", _report_html),
        Document("feedback.html", _for_candidate(_report_html)),
    ),
    "json": (Document("record.json", Record.to_json),),
    "junit": (Document("junit.xml", _junit),),
    "gradescope": (Document("results.json", _gradescope),),
    "github": (),  # GitHub reads what is printed, and files of its own
    "markdown": (
        Document("report.md", _report_markdown),
        Document("feedback.md", _for_candidate(_report_markdown)),
    ),
}
"""What a record can be written as: for each format its files, the main one first."""
DEFAULT_FORMATS = ("html", "json")
"""What is written if nothing is asked for."""
FORMATS_OF_ONE = ("html", "gradescope")
"""Those of which a document has no room for several records."""


def write_record(record: Record, folder: Path, formats: Collection[str]) -> None:
    """Write one submission's record and its reports into a folder.

    Parameters
    ----------
    record
        What is known of the grading.
    folder
        Made if it is not there.
    formats
        Any of `FORMATS`.

    Raises
    ------
    OutputError
        If there is no room, or no permission.
    """
    documents = [one for name in FORMATS if name in formats for one in FORMATS[name]]
    if documents:
        with _as_output_error(folder):
            folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        write_whole(folder / document.filename, document.render(record))


def render_together(records: Sequence[Record], name: str, *, several: bool) -> str:
    """Render records as one text of a format, to be printed.

    Parameters
    ----------
    records
        One, if the format is among `FORMATS_OF_ONE`.
    name
        Any of `FORMATS` that has files.
    several
        Whether to say that there may be several, if there is one.
    """
    if name == "junit":
        from grader.report.junit import render_junit  # noqa: PLC0415 - as above

        return render_junit(records)
    texts = [FORMATS[name][0].render(record) for record in records]
    if name == "json" and several:
        return f"[{','.join(texts)}]"
    return "\n".join(texts)


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


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written.

    Raises
    ------
    OutputError
        If there is no room, or no permission.
    """
    with _as_output_error(path):
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error

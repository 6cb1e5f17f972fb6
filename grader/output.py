"""Write records and reports to disk, whole or not at all."""

import os
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from grader.errors import OutputError, RecordError
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.table import render_csv, table_row


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

    return "".join(render_junit([record]))


def _gradescope(record: Record) -> str:
    from grader.report.gradescope import render_gradescope  # noqa: PLC0415

    return render_gradescope(record)


def _for_candidate(render: Callable[[Record], str]) -> Callable[[Record], str]:
    return lambda record: render(for_candidate(record))


FORMATS: dict[str, tuple[Document, ...]] = {
    "json": (Document("record.json", Record.to_json),),
    "html": (
        Document("report.html", _report_html),
        Document("feedback.html", _for_candidate(_report_html)),
    ),
    "csv": (),  # one file for all records, which `overview` writes
    "junit": (Document("junit.xml", _junit),),
    "gradescope": (Document("results.json", _gradescope),),
    "github": (),  # GitHub reads what is printed, and files of its own
    "markdown": (
        Document("report.md", _report_markdown),
        Document("feedback.md", _for_candidate(_report_markdown)),
    ),
}
"""What a record can be written as: for each format its files, the main one first.

They are written in this order: from the record all others can be made again."""
DEFAULT_FORMATS = ("html", "json")
"""What is written if nothing is asked for."""
FORMATS_OF_ONE = ("html", "gradescope")
"""Those of which a document has no room for several records."""

_PART = ".part"
_PART_NAME = re.compile(r"\.[\w-]+\.[a-z]+\.[a-z0-9_]{8}\.part")
"""What a file is called while it is being written."""


def read_record(path: Path) -> Record:
    """Read a record from disk.

    Raises
    ------
    RecordError
        If it can't be read, or is none.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordError(path, error.strerror or str(error)) from error
    return Record.from_json(data, path)


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
        make_folder(folder)
    for document in documents:
        write_whole(folder / document.filename, document.render(record))


def render_together(
    records: Sequence[Record], name: str, *, several: bool
) -> Iterator[str]:
    """Render records as one text of a format, to be printed piece by piece.

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

        yield from render_junit(records)
        return
    if name == "csv":
        yield render_csv(map(table_row, records))
        return
    is_list = name == "json" and several
    between = "," if is_list else "\n"
    yield "[" if is_list else ""
    for at, record in enumerate(records):
        yield f"{between if at else ''}{FORMATS[name][0].render(record)}"
    yield "]" if is_list else ""


def require_room(folder: Path) -> Path:
    """Refuse a folder that can't be written to, before there is anything to lose.

    Returns
    -------
    Path
        That folder, or the one above it that is there.

    Raises
    ------
    OutputError
        If a file is in its place, or there is no permission.
    """
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not there.is_dir():
        raise OutputError(there, "it is a file, and a folder is needed")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(there, "there is no permission")
    return there


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises
    ------
    OutputError
        If that can't be.
    """
    with as_output_error(folder):
        folder.mkdir(parents=True, exist_ok=True)


def missing_from(folder: Path, formats: Collection[str]) -> frozenset[str]:
    """List the formats that a folder with a record still has to be written in.

    A run may have ended between the record and a report: what is not there, or is
    older than the record, is written again.
    """
    made = _written_at(folder / "record.json")
    return frozenset(
        name
        for name in formats
        if any(_written_at(folder / one.filename) < made for one in FORMATS[name])
    )


def _written_at(path: Path) -> int:
    """Give the time of a file in nanoseconds; one that is not there is very old."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1


def clear_parts(folder: Path) -> None:
    """Remove the files in a folder that a killed run was writing."""
    for path in folder.glob(f".*{_PART}"):
        if _PART_NAME.fullmatch(path.name):
            with suppress(OSError):
                path.unlink()


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written.

    Raises
    ------
    OutputError
        If there is no room, or no permission.
    """
    with as_output_error(path):
        descriptor, name = tempfile.mkstemp(_PART, f".{path.name}.", path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def as_output_error(path: Path) -> Iterator[None]:
    """Have what the system says when something is written name the file.

    Raises
    ------
    OutputError
        In place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error

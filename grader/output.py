"""Write records and reports to disk, whole or not at all."""

import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader.errors import OutputError
from grader.record import Record
from grader.report.feedback import for_candidate


def write_record(record: Record, folder: Path, formats: Collection[str]) -> None:
    """Write one submission's record and its reports into a folder.

    Parameters
    ----------
    record
        What is known of the grading.
    folder
        Made if it is not there.
    formats
        Any of `json` and `html`.

    Raises
    ------
    OutputError
        If there is no room, or no permission.
    """
    with _as_output_error(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if "json" in formats:
        write_whole(folder / "record.json", record.to_json())
    if "html" in formats:
        from grader.report.html import render_html  # noqa: PLC0415 - slow to import

        write_whole(folder / "report.html", render_html(record))
        write_whole(folder / "feedback.html", render_html(for_candidate(record)))


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

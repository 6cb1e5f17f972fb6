"""Write records and reports to disk, whole or not at all."""

import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from grader.errors import OutputError
from grader.record import Record
from grader.report.feedback import for_candidate

FORMATS = ("html", "json")
"""What a record can be written as."""

_PART = ".part"
_PART_NAME = re.compile(r"\.[\w-]+\.[a-z]+\.[a-z0-9_]{8}\.part")
"""What a file is called while it is being written."""


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
    make_folder(folder)
    if "json" in formats:
        write_whole(folder / "record.json", record.to_json())
    if "html" in formats:
        from grader.report.html import render_html  # noqa: PLC0415 - slow to import

        write_whole(folder / "report.html", render_html(record))
        write_whole(folder / "feedback.html", render_html(for_candidate(record)))


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises
    ------
    OutputError
        If that can't be.
    """
    with _as_output_error(folder):
        folder.mkdir(parents=True, exist_ok=True)


def missing_from(folder: Path, formats: Collection[str]) -> frozenset[str]:
    """List the formats that a folder with a record still has to be written in.

    A run may have ended between the record and a report: what is not there, or is
    older than the record, is written again, and so is what is quick to write.
    """
    made = _written_at(folder / "record.json")
    pages = [_written_at(folder / name) for name in ("report.html", "feedback.html")]
    missing = set(formats) - {"html", "json"}
    if "html" in formats and min(pages) < made:
        missing.add("html")
    return frozenset(missing)


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
    with _as_output_error(path):
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
def _as_output_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error

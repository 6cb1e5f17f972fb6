"""Take records that lie on disk into a store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import RecordError
from grader.record import ErrorKind, Record
from grader.store.store import Store
from grader.submission import Place, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A record that a store has now."""

    path: Path
    id: int
    is_new: bool
    """Whether it was not there before."""
    has_source: bool
    """Whether the submission is kept too, so that it can be graded again."""


def find_records(paths: Iterable[Path]) -> Iterator[Path]:
    """List the records that paths name: files, or in and below folders.

    Raises
    ------
    RecordError
        If a path is neither.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("record.json"))
        elif path.is_file():
            yield path
        else:
            raise RecordError(path, "there is no such file or folder")


def take_in(
    store: Store, path: Path, handed_in: dict[str, Submission] | None = None
) -> Taken:
    """Keep a record, and the submission that it is of, if that can be had.

    Parameters
    ----------
    store
        Where to keep them; a record that is there is left alone.
    path
        The record's file; when it was written is taken for when it was graded.
    handed_in
        Submissions by hash, for those that are not whole in their records: of several
        files, or not in UTF-8.

    Raises
    ------
    RecordError
        If it is no record, or one for a candidate.
    StoreError
        If it can't be kept.
    """
    try:
        record = Record.from_json(path.read_bytes(), path)
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise RecordError(path, error.strerror or str(error)) from error
    if record.audience != "interviewer":
        raise RecordError(path, "a candidate's record lacks what is hidden")
    submission = submission_in(record)
    submission = submission or (handed_in or {}).get(record.submission.sha256)
    if submission is not None:
        store.put_submission(submission)
    kept = store.kept([record.submission.sha256])
    number = store.find_same(record)
    is_new = number is None
    if number is None:
        written = min(written, datetime.now(UTC))
        number = store.put_record(record, graded_at=written)
    return Taken(path=path, id=number, is_new=is_new, has_source=bool(kept))


def submission_in(record: Record) -> Submission | None:
    """Give the submission that a record shows, if it shows all of it."""
    entry = record.submission
    error = record.error
    submission = Submission(
        name=entry.name,
        source=entry.source.encode("utf-8", "surrogatepass"),
        filename=entry.filename,
        kind=entry.kind,
        places=tuple(
            Place(first_line=one.first_line, title=one.title) for one in entry.places
        ),
        refusal=error.message
        if error is not None and error.kind is ErrorKind.REFUSED
        else None,
    )
    whole = not entry.modules and not entry.tests
    return submission if whole and submission.sha256 == entry.sha256 else None

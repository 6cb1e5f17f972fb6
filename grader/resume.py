"""Take over what an earlier run left behind, where a new one would give the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import RecordError
from grader.record import Record
from grader.session import Item, Session
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A submission, and what an earlier run found out about it."""

    item: Item
    record: Record
    is_final: bool
    """Whether nothing is left to be done: else its speed is yet to be measured."""


def take_over(
    places: Mapping[Item, Path], session: Session, *, timing: bool
) -> Iterator[Earlier]:
    """Read the records of an earlier run that hold for this one, one by one.

    A record holds if it has the fingerprint that a new grading would have. Failures of
    ours have none, and so are graded again.

    Parameters
    ----------
    places
        The folder of each submission, with its `record.json` if there is one.
    session
        For what is being graded.
    timing
        Whether speed is measured.
    """
    for item, folder in places.items():
        record = _read(folder / "record.json")
        if record is None or record.fingerprint is None:
            continue
        if record.fingerprint == session.fingerprint(item, timing=timing):
            yield Earlier(item=item, record=record, is_final=True)
        elif (
            timing
            and record.verdict is Verdict.ACCEPTED
            and record.fingerprint == session.fingerprint(item, timing=False)
        ):
            yield Earlier(item=item, record=record, is_final=False)


def _read(path: Path) -> Record | None:
    try:
        return Record.from_json(path.read_bytes(), path)
    except (OSError, RecordError):
        return None

"""Take over what an earlier run left behind, where a new one would give the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.batch import Item, Session
from grader.errors import RecordError
from grader.record import Record
from grader.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an earlier run found out, by the names of the submissions."""

    records: dict[str, Record] = field(default_factory=dict)
    """Of submissions with which nothing is left to be done."""
    judged: dict[str, Record] = field(default_factory=dict)
    """Of those that are right, and whose speed is yet to be measured."""


def take_over(
    places: Mapping[Item, Path], session: Session, *, timing: bool
) -> Earlier:
    """Read the records of an earlier run that hold for this one.

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
    earlier = Earlier()
    for item, folder in places.items():
        record = _read(folder / "record.json")
        if record is None or record.fingerprint is None:
            continue
        if record.fingerprint == session.fingerprint(item, timing=timing):
            earlier.records[item.name] = record
        elif (
            timing
            and record.verdict is Verdict.ACCEPTED
            and record.fingerprint == session.fingerprint(item, timing=False)
        ):
            earlier.judged[item.name] = record
    return earlier


def _read(path: Path) -> Record | None:
    try:
        return Record.from_json(path.read_bytes(), path)
    except (OSError, RecordError):
        return None

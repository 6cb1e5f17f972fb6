"""What interviewers see and say of all that was graded; some of them without names."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

from pydantic import JsonValue

from grader.errors import StoreError
from grader.record import Record
from grader.store.database import Denied
from grader.store.rows import Annotation, Row
from grader.store.store import Store
from grader.web.people import Person
from grader.web.refusal import invalid, not_allowed, not_found, too_large

_LONGEST_NOTE = 10_000
_OWN_WORDS = frozenset({"source", "stdout"})
"""Where a record has what a candidate wrote, as it is."""
_LARGEST_ID = 2**31
"""What every database has room for."""


class Review:
    """Records and notes; each method refuses candidates.

    Parameters
    ----------
    store
        Where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def record(self, person: Person, id: int) -> Record:  # noqa: A002 - as rows call it
        """Give what was found; who is blind gets it without names.

        Raises
        ------
        Refusal
            If there is none, or the visitor is a candidate.
        """
        require_interviewer(person)
        record = self._record(id)
        return _without_names(record, id) if self.hides(person, id) else record

    def rows(
        self,
        person: Person,
        *,
        problem: str | None = None,
        limit: int,
        offset: int = 0,
    ) -> list[tuple[Row, str]]:
        """List what was found, the newest first, with the names that may be seen.

        Raises
        ------
        Refusal
            If the visitor is a candidate.
        """
        require_interviewer(person)
        return [
            (row, pseudonym(row.id) if self.hides(person, row.id) else row.name)
            for row in self._store.rows(problem=problem, limit=limit, offset=offset)
        ]

    def hides(self, person: Person, id: int) -> bool:  # noqa: A002 - as rows call it
        """Tell whether a visitor may not see whose record that is, yet."""
        return person.blind and not any(
            note.points is not None and note.author == person.signature
            for note in self._store.annotations(id)
        )

    def annotate(
        self,
        person: Person,
        id: int,  # noqa: A002 - as rows call it
        *,
        note: str,
        points: float | None,
    ) -> None:
        """Keep a note, or a final score, with who and when.

        Raises
        ------
        Refusal
            If it is neither, or the score is more than can be had.
        """
        require_interviewer(person)
        record = self._record(id)
        if not note.strip() and points is None:
            raise invalid("write a note, or give points")
        if len(note) > _LONGEST_NOTE:
            raise too_large(f"a note has at most {_LONGEST_NOTE:,} characters")
        most = max(record.score.maximum, 0)
        if points is not None and not 0 <= points <= most:
            raise invalid(f"points are between 0 and {most:g}")
        self._store.annotate(id, author=person.signature, note=note, points=points)

    def annotations(self, person: Person, id: int) -> Sequence[Annotation]:  # noqa: A002 - as rows call it
        """List notes and scores; who is blind sees others' only after an own score.

        Raises
        ------
        Refusal
            If the visitor is a candidate.
        """
        require_interviewer(person)
        found = self._store.annotations(id)
        if self.hides(person, id):
            return [note for note in found if note.author == person.signature]
        return found

    def final_score(self, person: Person, id: int) -> Annotation | None:  # noqa: A002 - as rows call it
        """Give the last score that a person gave, if the visitor may see it."""
        notes = self.annotations(person, id)
        scores = [note for note in notes if note.points is not None]
        return scores[-1] if scores else None

    def _record(self, id: int) -> Record:  # noqa: A002 - as rows call it
        if not 0 <= id < _LARGEST_ID:
            raise not_found("record")
        with as_not_found("record"):
            return self._store.record(id)


def require_interviewer(person: Person) -> None:
    """Let interviewers pass.

    Raises
    ------
    Refusal
        If the visitor is a candidate.
    """
    if not person.is_interviewer:
        raise not_allowed("this is for interviewers")


def require_host(person: Person) -> None:
    """Let those pass who may let others in.

    Raises
    ------
    Refusal
        If the visitor is a candidate, or reviews blind.
    """
    require_interviewer(person)
    if person.blind:
        raise not_allowed("who reviews blind lets no one in")


@contextmanager
def as_not_found(what: str) -> Iterator[None]:
    """Tell what is not there from a store that fails."""
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, Denied):
            raise not_found(what) from None
        raise


def pseudonym(id: int) -> str:  # noqa: A002 - as rows call it
    """Give a name that tells nothing."""
    return f"submission {id}"


def _without_names(record: Record, id: int) -> Record:  # noqa: A002 - as rows call it
    """Leave out what it, and each of its files, is called, wherever that is told."""
    entry = record.submission
    suffix = PurePosixPath(entry.filename).suffix
    called = {entry.filename: f"submission{suffix}"}
    for number, one in enumerate((*entry.modules, *entry.tests), 1):
        called.setdefault(one.filename, f"file{number}.py")
    longest_first = sorted(map(re.escape, called), key=len, reverse=True)
    names = re.compile(rf"(?<![\w.-])(?:{'|'.join(longest_first)})(?!\w)")
    document = json.loads(record.to_json())
    document["submission"]["name"] = pseudonym(id)
    renamed = _replaced(document, names, called)
    return Record.model_validate_json(json.dumps(renamed))


def _replaced(
    value: JsonValue, names: re.Pattern[str], called: Mapping[str, str]
) -> JsonValue:
    """Put other names into data, but for what the candidate wrote."""
    match value:
        case str():
            return names.sub(lambda found: called[found[0]], value)
        case dict():
            return {
                key: one if key in _OWN_WORDS else _replaced(one, names, called)
                for key, one in value.items()
            }
        case list():
            return [_replaced(one, names, called) for one in value]
        case _:
            return value

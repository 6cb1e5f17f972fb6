"""Records in the database: whole, as JSON, and what they are found by; regrades."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy import Row as Found

from grader import __version__
from grader.errors import RecordError
from grader.record import Record
from grader.shape import shaped
from grader.store.database import Denied, lock, now, storable
from grader.store.rows import Annotation, Row
from grader.store.tables import ANNOTATIONS, RECORDS, REGRADES

_COLUMNS = [one for one in RECORDS.columns if one.name not in {"whole", "digest"}]


def insert_record(
    connection: Connection,
    record: Record,
    *,
    graded_at: datetime | None = None,
    regrade_of: int | None = None,
    regrade: int | None = None,
) -> int:
    """Add a record, and give its id."""
    if record.audience != "interviewer":
        raise Denied("a candidate's record lacks what is hidden: it is not kept")
    parts = [
        {"id": one.id, "title": one.title, "points": one.points, "maximum": one.maximum}
        for one in record.parts
    ]
    whole = record.to_json()
    added = insert(RECORDS).values(
        sha256=record.submission.sha256,
        name=storable(record.submission.name),
        filename=storable(record.submission.filename),
        problem=storable(record.problem.id),
        spec_sha256=record.problem.sha256,
        seed=record.seed,
        verdict=record.verdict.value,
        points=record.score.points,
        maximum=record.score.maximum,
        timed=record.timing is not None,
        tested=record.candidate_tests is not None,
        parts=json.dumps(parts),
        grader=record.environment.grader,
        isolation=record.environment.isolation,
        graded_at=graded_at or now(),
        digest=_digest(whole),
        whole=whole,
        regrade_of=regrade_of,
        regrade=regrade,
        basis=record.basis and record.basis.model_dump_json(),
    )
    return int(connection.execute(added.returning(RECORDS.c.id)).scalar_one())


def insert_regraded(
    connection: Connection, record: Record, regrade_of: int, regrade: int | None
) -> int:
    """Add the record that takes the place of another: one in each regrade."""
    find_row(connection, regrade_of)
    if regrade is not None:
        lock(connection, f"{regrade} {regrade_of}")
        same = select(RECORDS.c.id).filter_by(regrade=regrade, regrade_of=regrade_of)
        found = connection.execute(same).scalar()
        if found is not None:
            return int(found)
    return insert_record(connection, record, regrade_of=regrade_of, regrade=regrade)


def find_same(connection: Connection, record: Record) -> int | None:
    """Give the id of a record, if the very same is kept."""
    same = select(func.min(RECORDS.c.id)).filter_by(digest=_digest(record.to_json()))
    return connection.execute(same).scalar()


def find_record(connection: Connection, number: int) -> Record:
    """Give a whole record."""
    wanted = select(RECORDS.c.whole).filter_by(id=number)
    whole = connection.execute(wanted).scalar()
    if whole is None:
        raise Denied(f"there is no record {number}")
    try:
        return Record.from_json(whole.encode(), Path())
    except RecordError as error:
        raise Denied(f"record {number} is damaged: {error.issue}") from error


def find_row(connection: Connection, number: int) -> Row:
    """Give what is known of a record without reading all of it."""
    found = connection.execute(select(*_COLUMNS).filter_by(id=number)).first()
    if found is None:
        raise Denied(f"there is no record {number}")
    return _row(found)


def list_rows(
    connection: Connection,
    problem: str | None,
    sha256: str | None,
    name: str | None,
    limit: int,
    offset: int,
) -> list[Row]:
    """List records, the newest first."""
    wanted = select(*_COLUMNS).order_by(RECORDS.c.graded_at.desc(), RECORDS.c.id.desc())
    filters = {"problem": problem, "sha256": sha256, "name": name}
    for column, value in filters.items():
        if value is not None:
            wanted = wanted.where(RECORDS.c[column] == storable(value))
    found = connection.execute(wanted.limit(limit).offset(offset))
    return [_row(row) for row in found]


def list_problems(connection: Connection) -> list[str]:
    """List the ids of problems that there are records of."""
    known = select(RECORDS.c.problem).distinct().order_by(RECORDS.c.problem)
    return list(connection.execute(known).scalars())


def list_newest(connection: Connection, problem: str) -> list[Row]:
    """List the last record of each submission and each name it was handed in by.

    What was graded again is never the last, whatever the clocks of machines say.
    """
    later = RECORDS.alias()
    followed = select(later.c.id).where(later.c.regrade_of == RECORDS.c.id).exists()
    place = func.row_number().over(
        partition_by=(RECORDS.c.sha256, RECORDS.c.name),
        order_by=(RECORDS.c.graded_at.desc(), RECORDS.c.id.desc()),
    )
    numbered = (
        select(RECORDS.c.id, place.label("place"))
        .where(RECORDS.c.problem == storable(problem), ~followed)
        .subquery()
    )
    wanted = (
        select(*_COLUMNS)
        .join(numbered, numbered.c.id == RECORDS.c.id)
        .where(numbered.c.place == 1)
        .order_by(RECORDS.c.name, RECORDS.c.id)
    )
    return [_row(row) for row in connection.execute(wanted)]


def list_regraded(connection: Connection, regrade: int) -> list[tuple[Row, Row]]:
    """List what a regrade has graded: the record before, and the one after."""
    wanted = select(*_COLUMNS).filter_by(regrade=regrade)
    after = [_row(row) for row in connection.execute(wanted)]
    links = select(RECORDS.c.regrade_of).filter_by(regrade=regrade)
    wanted = select(*_COLUMNS).where(RECORDS.c.id.in_(links))
    before = {row.id: _row(row) for row in connection.execute(wanted)}
    return [(before[one.regrade_of], one) for one in after if one.regrade_of in before]


def find_regrade(
    connection: Connection,
    problem: str,
    spec_sha256: str,
    asked: Mapping[str, JsonValue],
) -> int | None:
    """Give the id of the regrade that was begun like this and is not finished."""
    like = _regrade_like(problem, spec_sha256, asked)
    wanted = select(func.max(REGRADES.c.id)).filter_by(finished_at=None, **like)
    return connection.execute(wanted).scalar()


def begin_regrade(
    connection: Connection,
    problem: str,
    spec_sha256: str,
    asked: Mapping[str, JsonValue],
) -> int:
    """Begin a regrade, or take up the one like it that was not finished."""
    lock(connection, "regrades")
    found = find_regrade(connection, problem, spec_sha256, asked)
    if found is not None:
        return found
    like = _regrade_like(problem, spec_sha256, asked)
    begun = insert(REGRADES).values(started_at=now(), **like)
    return int(connection.execute(begun.returning(REGRADES.c.id)).scalar_one())


def finish_regrade(connection: Connection, regrade: int) -> None:
    """Say that nothing is left of a regrade."""
    finished = update(REGRADES).where(REGRADES.c.id == regrade)
    connection.execute(finished.values(finished_at=now()))


def _regrade_like(
    problem: str, spec_sha256: str, asked: Mapping[str, JsonValue]
) -> dict[str, str]:
    return {
        "problem": problem,
        "spec_sha256": spec_sha256,
        "grader": __version__,
        "asked": json.dumps(dict(asked), sort_keys=True),
    }


def annotate(
    connection: Connection, number: int, author: str, note: str, points: float | None
) -> None:
    """Add what a person says of a record."""
    find_row(connection, number)
    connection.execute(
        insert(ANNOTATIONS).values(
            record=number,
            author=storable(author),
            note=storable(note),
            points=points,
            written_at=now(),
        )
    )


def list_annotations(connection: Connection, number: int) -> list[Annotation]:
    """List what people say of a record, the oldest first."""
    columns = [one for one in ANNOTATIONS.columns if one.name != "id"]
    wanted = select(*columns).filter_by(record=number).order_by(ANNOTATIONS.c.id)
    found = connection.execute(wanted).mappings()
    return [shaped(Annotation, dict(one)) for one in found]


def _digest(whole: str) -> str:
    return hashlib.sha256(whole.encode()).hexdigest()


def _row(found: Found[Any]) -> Row:
    values = dict(found._mapping)  # noqa: SLF001 - SQLAlchemy's name for it
    basis = values["basis"]
    values["basis"] = None if basis is None else json.loads(basis)
    values["parts"] = json.loads(values["parts"])
    return shaped(Row, values)

"""Regrades in the database: begun, and finished when nothing is left."""

import json
from collections.abc import Mapping

from pydantic import JsonValue
from sqlalchemy import Connection, func, insert, select, update

from grader import __version__
from grader.store.database import lock, now
from grader.store.tables import REGRADES


def find_unfinished(
    connection: Connection,
    problem: str,
    spec_sha256: str,
    asked: Mapping[str, JsonValue],
) -> int | None:
    """Give the id of the regrade that was begun like this and is not finished."""
    like = _like(problem, spec_sha256, asked)
    wanted = select(func.max(REGRADES.c.id)).filter_by(finished_at=None, **like)
    return connection.execute(wanted).scalar()


def begin(
    connection: Connection,
    problem: str,
    spec_sha256: str,
    asked: Mapping[str, JsonValue],
) -> int:
    """Begin a regrade, or take up the one like it that was not finished."""
    lock(connection, "regrades")
    found = find_unfinished(connection, problem, spec_sha256, asked)
    if found is not None:
        return found
    like = _like(problem, spec_sha256, asked)
    begun = insert(REGRADES).values(started_at=now(), **like)
    return int(connection.execute(begun.returning(REGRADES.c.id)).scalar_one())


def finish(connection: Connection, regrade: int) -> None:
    """Say that nothing is left of it."""
    finished = update(REGRADES).where(REGRADES.c.id == regrade)
    connection.execute(finished.values(finished_at=now()))


def _like(
    problem: str, spec_sha256: str, asked: Mapping[str, JsonValue]
) -> dict[str, str]:
    return {
        "problem": problem,
        "spec_sha256": spec_sha256,
        "grader": __version__,
        "asked": json.dumps(dict(asked), sort_keys=True),
    }

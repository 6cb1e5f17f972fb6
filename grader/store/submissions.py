"""Submissions in the database: by hash, and without the name of who handed them in."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select

from grader.store.database import Denied, lock, now
from grader.store.tables import FILES, SUBMISSIONS
from grader.submission import Module, Place, Submission

_NAME_LETTERS = 12
"""Of the hash, in place of a name."""
_MOST_AT_ONCE = 500
"""Values in a statement; databases have limits of their own."""
_ROLES = {"module": "modules", "test": "tests"}


def put_submission(connection: Connection, submission: Submission) -> str:
    """Keep a submission, once however often it is handed in; give its hash."""
    sha256 = submission.sha256
    lock(connection, sha256)
    kept = find_submission(connection, sha256)
    if kept is None:
        _insert(connection, submission)
    elif _content(kept) != _content(submission):
        raise Denied(f"another submission has the hash {sha256}")
    return sha256


def find_submission(connection: Connection, sha256: str) -> Submission | None:
    """Give a submission, named by its hash; None if it is not kept."""
    wanted = select(SUBMISSIONS).filter_by(sha256=sha256)
    found = connection.execute(wanted).first()
    if found is None:
        return None
    files = select(FILES).filter_by(sha256=sha256).order_by(FILES.c.place)
    rows = connection.execute(files).all()
    about = json.loads(found.about)
    about["places"] = tuple(Place(**one) for one in about["places"])
    for role, field in _ROLES.items():
        about[field] = tuple(
            Module(name=row.name, filename=row.filename, source=row.source)
            for row in rows
            if row.role == role
        )
    return Submission(name=sha256[:_NAME_LETTERS], source=found.source, **about)


def list_kept(connection: Connection, hashes: Collection[str]) -> set[str]:
    """List those of some hashes whose submissions are kept."""
    known = SUBMISSIONS.c.sha256
    if len(hashes) > _MOST_AT_ONCE:
        return set(hashes) & set(connection.execute(select(known)).scalars())
    wanted = select(known).where(known.in_(hashes))
    return set(connection.execute(wanted).scalars())


def _insert(connection: Connection, submission: Submission) -> None:
    about: dict[str, Any] = asdict(submission)
    for name in ("name", "filename", "sha256", "source", *_ROLES.values()):
        del about[name]
    if not _has_others(submission):
        del about["module"]  # the name of a file that nothing imports
    connection.execute(
        insert(SUBMISSIONS).values(
            sha256=submission.sha256,
            source=submission.source,
            about=json.dumps(about),
            added_at=now(),
        )
    )
    rows = [
        {"sha256": submission.sha256, "role": role, "place": place, **asdict(one)}
        for role, field in _ROLES.items()
        for place, one in enumerate(getattr(submission, field))
    ]
    if rows:
        connection.execute(insert(FILES), rows)


def _has_others(submission: Submission) -> bool:
    return bool(submission.modules or submission.tests)


def _content(submission: Submission) -> object:
    """Give what must be the same where hashes are."""
    return (
        submission.source,
        submission.modules,
        submission.tests,
        submission.module if _has_others(submission) else None,
        submission.tests_left_out,
        submission.refusal,
    )

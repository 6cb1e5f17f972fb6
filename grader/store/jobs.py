"""Jobs in the database: each is done by one worker, and has one record."""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, Row, insert, or_, select, update

from grader.record import Record
from grader.shape import shaped
from grader.store.database import Denied, now, storable
from grader.store.records import insert_record
from grader.store.rows import Job, JobState
from grader.store.tables import JOBS, SUBMISSIONS

_TOKEN_BYTES = 24
MOST_ATTEMPTS = 10
"""A job whose worker was lost so often is given up."""
_COLUMNS = [
    one for one in JOBS.columns if one.name not in {"number", "claim", "heard_at"}
]


def new_token() -> str:
    """Make what nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def enqueue(
    connection: Connection,
    job: str,
    sha256: str,
    problem: str,
    owner: str,
    options: Mapping[str, JsonValue],
) -> str:
    """Add a job, if it is not there, and give its id."""
    there = select(JOBS.c.id).filter_by(id=job)
    if connection.execute(there).first() is not None:
        return job
    kept = select(SUBMISSIONS.c.sha256).filter_by(sha256=sha256)
    if connection.execute(kept).first() is None:
        raise Denied(f"there is no submission {sha256}")
    connection.execute(
        insert(JOBS).values(
            id=job,
            sha256=sha256,
            problem=storable(problem),
            owner=storable(owner),
            options=json.dumps(dict(options)),
            state="queued",
            progress="",
            attempts=0,
            created_at=now(),
        )
    )
    return job


def claim(connection: Connection, worker: str, token: str) -> Job | None:
    """Give the oldest job that waits to a worker, and to no other.

    The token tells one claim from another: who repeats it is given the same job.
    """
    given = select(*_COLUMNS).filter_by(claim=token, state="running")
    found = connection.execute(given).first()
    if found is not None:
        return _job(found)
    oldest = (
        select(JOBS.c.number)
        .filter_by(state="queued")
        .order_by(JOBS.c.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    number = connection.execute(oldest).scalar()
    if number is None:
        return None
    claimed = (
        update(JOBS)
        .where(JOBS.c.number == number)
        .values(
            state="running",
            worker=storable(worker),
            claim=token,
            attempts=JOBS.c.attempts + 1,
            progress="",
            heard_at=now(),
        )
        .returning(*_COLUMNS)
    )
    return _job(connection.execute(claimed).one())


def tell_progress(connection: Connection, job: str, text: str) -> None:
    """Write down how far a running job is, and that its worker is there."""
    find_job(connection, job)
    running = update(JOBS).where(JOBS.c.id == job, JOBS.c.state == "running")
    connection.execute(running.values(progress=storable(text), heard_at=now()))


def fail(connection: Connection, job: str, text: str) -> None:
    """Give a job up, unless it is done."""
    find_job(connection, job)
    open_one = update(JOBS).where(JOBS.c.id == job, JOBS.c.state != "done")
    connection.execute(open_one.values(state="failed", progress=storable(text)))


def finish(connection: Connection, job: str, record: Record) -> int:
    """Keep the record of a job; give the id of the one it has, if it has one."""
    wanted = select(JOBS.c.sha256, JOBS.c.record_id).filter_by(id=job)
    found = connection.execute(wanted.with_for_update()).first()
    if found is None:
        raise Denied(f"there is no job {job}")
    if found.record_id is not None:
        return int(found.record_id)
    if found.sha256 != record.submission.sha256:
        raise Denied(f"the record is not of the submission of job {job}")
    number = insert_record(connection, record)
    done = update(JOBS).where(JOBS.c.id == job)
    connection.execute(done.values(state="done", progress="", record_id=number))
    return number


def requeue_lost(
    connection: Connection, worker: str | None, silent_seconds: float
) -> int:
    """Have jobs of a worker that is gone, or of all, wait again; say how many."""
    lost = [JOBS.c.state == "running"]
    if worker is not None:
        name = storable(worker)
        below = JOBS.c.worker.startswith(f"{name}/", autoescape=True)
        lost.append(or_(JOBS.c.worker == name, below))
    if silent_seconds:
        lost.append(JOBS.c.heard_at < now() - timedelta(seconds=silent_seconds))
    issue = f"{MOST_ATTEMPTS} times its worker was lost"
    given_up = update(JOBS).where(*lost, JOBS.c.attempts >= MOST_ATTEMPTS)
    connection.execute(given_up.values(state="failed", progress=issue))
    waiting = update(JOBS).where(*lost).values(state="queued", progress="")
    return connection.execute(waiting).rowcount


def find_job(connection: Connection, job: str) -> Job:
    """Give a job."""
    found = connection.execute(select(*_COLUMNS).filter_by(id=storable(job))).first()
    if found is None:
        raise Denied(f"there is no job {job}")
    return _job(found)


def list_jobs(
    connection: Connection,
    owner: str | None,
    state: JobState | None,
    limit: int,
    offset: int,
) -> list[Job]:
    """List jobs, the newest first."""
    wanted = select(*_COLUMNS).order_by(JOBS.c.number.desc())
    if owner is not None:
        wanted = wanted.filter_by(owner=storable(owner))
    if state is not None:
        wanted = wanted.filter_by(state=state)
    return [_job(row) for row in connection.execute(wanted.limit(limit).offset(offset))]


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's name for it
    values["options"] = json.loads(values["options"])
    return shaped(Job, values)

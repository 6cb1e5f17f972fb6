"""The store: submissions by hash, jobs to grade them, records, and what people say."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Self

from pydantic import JsonValue

from grader.errors import StoreError
from grader.record import Record
from grader.store import jobs, links, records, submissions
from grader.store.database import Database, parse_url
from grader.store.reservation import Reservation
from grader.store.rows import Annotation, Job, JobState, Link, Row
from grader.submission import Submission

_NO_OPTIONS: Mapping[str, JsonValue] = MappingProxyType({})


class Store:
    """A database of submissions, jobs and records; threads may share it.

    Every method raises `StoreError` if the database fails, or has not what is named. If
    a server goes away, it is waited for, and what was asked is asked again, but for
    `annotate` and a `put_record` that is no regrade's: these would be done twice.

    Parameters
    ----------
    url
        ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``; without one, a file in
        the user's data folder. What is not there is made, and an older database is
        brought to the tables of this version.
    patience_seconds
        How long to wait for others who write, and for a server that has gone.

    Raises
    ------
    StoreError
        If it can't be opened.
    """

    def __init__(
        self, url: str | None = None, *, patience_seconds: float = 30.0
    ) -> None:
        self._database = Database(parse_url(url), patience_seconds)
        try:
            from grader.store.migration import migrate  # noqa: PLC0415 - an extra

            migrate(self._database)
        except ModuleNotFoundError as error:
            issue = "keeping results needs Alembic: pip install 'array-grader[store]'"
            raise StoreError(self.place, issue) from error
        except BaseException:
            self.close()
            raise

    @property
    def place(self) -> str:
        """The file, or the URL without the password."""
        return self._database.place

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        """Give the store; it is closed on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    def serving(self) -> AbstractContextManager[Reservation]:
        """Be the one server of this store: another would take up the jobs of this."""
        issue = "another `grader serve` has it: end that, or take another `--store`"
        return self._database.reserved("serve", issue)

    def put_submission(self, submission: Submission) -> str:
        """Keep a submission, once however often it is handed in; give its hash.

        Neither its name nor that of its file is kept: the same text may come from two
        people, and neither is to learn of the other.
        """
        return self._database.write(submissions.put_submission, submission)

    def submission(
        self, sha256: str, *, name: str | None = None, filename: str | None = None
    ) -> Submission:
        """Give a submission, called what is given; else by its hash."""
        found = self._database.read(submissions.find_submission, sha256)
        if found is None:
            raise StoreError(self.place, f"there is no submission {sha256}")
        return replace(
            found, name=name or found.name, filename=filename or found.filename
        )

    def kept(self, hashes: Collection[str]) -> set[str]:
        """Tell which submissions are kept, of those with some hashes."""
        return self._database.read(submissions.list_kept, hashes)

    def enqueue(
        self,
        sha256: str,
        problem: str,
        *,
        owner: str,
        options: Mapping[str, JsonValue] = _NO_OPTIONS,
    ) -> str:
        """Ask for the grading of a submission that is kept.

        Returns
        -------
        str
            The id of the job, which can't be guessed.
        """
        return self._database.write(
            jobs.enqueue, jobs.new_token(), sha256, problem, owner, options
        )

    def claim(self, worker: str) -> Job | None:
        """Take the oldest job that waits, if there is one; no other worker gets it."""
        return self._database.write(jobs.claim, worker, jobs.new_token())

    def progress(self, job: str, text: str) -> None:
        """Say how far a running job is; its worker is then known to be there."""
        self._database.write(jobs.tell_progress, job, text)

    def finish(self, job: str, record: Record) -> int:
        """Keep the record of a job; who finishes it later changes nothing.

        Returns
        -------
        int
            The id of the record that the job has.
        """
        return self._database.write(jobs.finish, job, record)

    def fail(self, job: str, text: str) -> None:
        """Give a job up, and say why; one that is done stays done."""
        self._database.write(jobs.fail, job, text)

    def requeue_lost(
        self, worker: str | None = None, *, silent_seconds: float = 0
    ) -> int:
        """Have jobs wait again that a worker had which is gone.

        If it is not gone after all, a job may be graded twice; it has one record all
        the same. A job that has lost ten workers is given up.

        Parameters
        ----------
        worker
            Who is gone, and with it those whose names begin with its and a slash;
            without one all are, as when the only server starts again.
        silent_seconds
            Leave alone jobs that were begun or made progress since.

        Returns
        -------
        int
            How many wait again.
        """
        return self._database.write(jobs.requeue_lost, worker, silent_seconds)

    def job(self, job: str) -> Job:
        """Give a job."""
        return self._database.read(jobs.find_job, job)

    def jobs(
        self,
        *,
        owner: str | None = None,
        state: JobState | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Job]:
        """List jobs, the newest first."""
        return self._database.read(jobs.list_jobs, owner, state, limit, offset)

    def put_record(
        self,
        record: Record,
        *,
        regrade_of: int | None = None,
        regrade: int | None = None,
        graded_at: datetime | None = None,
    ) -> int:
        """Keep a record.

        Parameters
        ----------
        record
            Whole, as interviewers have it.
        regrade_of
            The record that it takes the place of.
        regrade
            The regrade that made it. In one regrade, one record takes the place of
            another: who puts a second is given the id of the first.
        graded_at
            Now, if left out.

        Returns
        -------
        int
            Its id.
        """
        if regrade_of is not None:
            put = self._database.write if regrade else self._database.write_once
            return put(records.insert_regraded, record, regrade_of, regrade)
        return self._database.write_once(
            records.insert_record, record, graded_at=graded_at
        )

    def find_same(self, record: Record) -> int | None:
        """Give the id of a record, if the very same is kept."""
        return self._database.read(records.find_same, record)

    def record(self, id: int) -> Record:  # noqa: A002 - as rows call it
        """Give a whole record."""
        return self._database.read(records.find_record, id)

    def row(self, id: int) -> Row:  # noqa: A002 - as rows call it
        """Give what is known of a record without reading all of it."""
        return self._database.read(records.find_row, id)

    def rows(
        self,
        *,
        problem: str | None = None,
        sha256: str | None = None,
        name: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Row]:
        """List records, the newest first."""
        return self._database.read(
            records.list_rows, problem, sha256, name, limit, offset
        )

    def problems(self) -> list[str]:
        """List the ids of problems that there are records of."""
        return self._database.read(records.list_problems)

    def newest(self, problem: str) -> list[Row]:
        """List the last record of each submission and each name it was handed in by."""
        return self._database.read(records.list_newest, problem)

    def find_regrade(
        self, problem: str, spec_sha256: str, asked: Mapping[str, JsonValue]
    ) -> int | None:
        """Give the id of the regrade that was begun like this and is not finished."""
        return self._database.read(records.find_regrade, problem, spec_sha256, asked)

    def begin_regrade(
        self, problem: str, spec_sha256: str, asked: Mapping[str, JsonValue]
    ) -> int:
        """Begin a regrade, or take up the one like it that was not finished.

        Returns
        -------
        int
            Its id.
        """
        return self._database.write(records.begin_regrade, problem, spec_sha256, asked)

    def finish_regrade(self, regrade: int) -> None:
        """Say that nothing is left of a regrade."""
        self._database.write(records.finish_regrade, regrade)

    def regraded(self, regrade: int) -> list[tuple[Row, Row]]:
        """List what a regrade has graded: the record before, and the one after."""
        return self._database.read(records.list_regraded, regrade)

    def annotate(
        self, record: int, *, author: str, note: str, points: float | None = None
    ) -> None:
        """Add what a person says of a record; the record itself is never changed."""
        self._database.write_once(records.annotate, record, author, note, points)

    def annotations(self, record: int) -> list[Annotation]:
        """List what people say of a record, the oldest first."""
        return self._database.read(records.list_annotations, record)

    def put_link(
        self,
        id: str,  # noqa: A002 - as above
        *,
        name: str,
        role: str,
        made_by: str,
        expires: datetime,
    ) -> None:
        """Keep that a link was made for someone; not what is signed."""
        self._database.write(links.put_link, id, name, role, made_by, expires)

    def links(self, *, limit: int = 100) -> list[Link]:
        """List links that have not expired, the newest first."""
        return self._database.read(links.list_links, limit)

    def revoke_link(self, id: str, *, revoked_by: str) -> Link:  # noqa: A002 - as above
        """Revoke a link for good; who did so first is kept."""
        return self._database.write(links.revoke_link, id, revoked_by)

    def is_revoked(self, id: str) -> bool:  # noqa: A002 - as above
        """Tell whether a link was revoked."""
        return self._database.read(links.is_revoked, id)

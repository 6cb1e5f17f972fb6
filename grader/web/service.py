"""What visitors may ask for: pages and API are two faces of this."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from grader.errors import StoreError
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.store.database import Denied
from grader.store.rows import Annotation, Job, JobState, Row
from grader.store.store import Store
from grader.submission import Submission
from grader.web.people import Person, Purpose, Signer
from grader.web.rates import Rates
from grader.web.refusal import invalid, not_allowed, not_found, too_large, too_many
from grader.web.settings import Allowance, Offered, WebSettings

UNFINISHED: tuple[JobState, ...] = ("queued", "running")
"""States of a job that will change."""
LOOK_SECONDS = 0.25
"""Between two looks at a job that is followed."""
FOLLOW_SECONDS = 600
"""Then a stream ends; whoever still listens opens another."""
_LONGEST_NOTE = 10_000
_MOST_WAITING = 100_000
"""Jobs of all visitors together."""
_LARGEST_ID = 2**31
"""What every database has room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One submission to grade."""

    submission: Submission
    problem: str
    timing: bool = False


class Service:
    """Jobs, records and notes, each for those who may see them.

    Parameters
    ----------
    settings
        What the server was told.
    store
        Where everything is kept.
    """

    def __init__(self, settings: WebSettings, store: Store) -> None:
        self.settings = settings
        self.signer = Signer(settings.secret)
        self.rates = Rates()
        self._store = store

    def allowance(self, person: Person) -> Allowance:
        """Tell how much a visitor may ask for."""
        settings = self.settings
        return settings.interviewer if person.is_interviewer else settings.candidate

    def problems(self, person: Person) -> dict[str, Offered]:
        """List what a visitor may hand in to, by ids."""
        return {
            id_: offered
            for id_, offered in self.settings.problems.items()
            if person.problem in {None, id_}
        }

    def submit(self, person: Person, requests: Sequence[Request]) -> list[str]:
        """Have submissions graded, all or none.

        Returns
        -------
        list of str
            The jobs, in the same order.

        Raises
        ------
        Refusal
            If that is too much, or to a problem that is not the visitor's.
        """
        allowance = self.allowance(person)
        if len(requests) > self.settings.most_files:
            raise too_large(f"at most {self.settings.most_files} at once")
        for request in requests:
            if request.problem not in self.problems(person):
                raise not_found("problem")
        self._refuse_crowds(person, allowance, len(requests))
        self.rates.count(
            "submissions", person.id, allowance.submissions_per_minute, len(requests)
        )
        jobs = []
        for request in requests:
            timing = request.timing if person.is_interviewer else person.timing
            sha256 = self._store.put_submission(request.submission)
            jobs.append(
                self._store.enqueue(
                    sha256,
                    request.problem,
                    owner=person.id,
                    options={
                        "timing": timing,
                        "name": request.submission.name,
                        "filename": request.submission.filename,
                    },
                )
            )
        return jobs

    def _refuse_crowds(self, person: Person, allowance: Allowance, more: int) -> None:
        own = sum(
            len(
                self._store.jobs(
                    owner=person.id, state=state, limit=allowance.unfinished
                )
            )
            for state in UNFINISHED
        )
        if own + more > allowance.unfinished:
            issue = f"at most {allowance.unfinished} submissions may wait: let them end"
            raise too_many(issue, 10)
        if self._store.jobs(state="queued", limit=1, offset=_MOST_WAITING):
            raise too_many("too many submissions of others wait: try later", 60)

    def check_size(self, data: bytes) -> bytes:
        """Give back what was sent, if it is no larger than is taken.

        Raises
        ------
        Refusal
            If it is.
        """
        most = self.settings.largest_upload_bytes
        if len(data) > most:
            raise too_large(f"a submission has at most {most >> 10} KiB")
        return data

    def job(self, person: Person, id: str) -> Job:  # noqa: A002 - as everywhere
        """Give a job of a visitor's own; interviewers see those of all.

        Raises
        ------
        Refusal
            If there is none, or it is another's.
        """
        with _as_not_found("job"):
            job = self._store.job(id)
        if job.owner != person.id and not person.is_interviewer:
            raise not_found("job")
        return job

    def jobs(self, person: Person, *, limit: int, offset: int = 0) -> list[Job]:
        """List a visitor's own jobs, the newest first."""
        return self._store.jobs(owner=person.id, limit=limit, offset=offset)

    def unfinished(self, *, limit: int) -> list[Job]:
        """List what waits or is being graded."""
        return [
            job
            for state in reversed(UNFINISHED)
            for job in self._store.jobs(state=state, limit=limit)
        ]

    async def follow(self, person: Person, job: Job) -> AsyncIterator[Job]:
        """Give a job each time that it changes, until it is done.

        The first is given at once, so whoever lost the connection needs no memory.
        """
        yield job
        ends = time.monotonic() + FOLLOW_SECONDS
        while job.state in UNFINISHED and time.monotonic() < ends:
            await asyncio.sleep(LOOK_SECONDS)
            now = await run_in_threadpool(self.job, person, job.id)
            if now != job:
                job = now
                yield job

    def record_of(self, person: Person, job: Job) -> Record:
        """Give what was found, as much of it as a visitor may see.

        Raises
        ------
        Refusal
            If nothing is known yet, or the visitor is not told.
        """
        if job.record_id is None:
            raise not_found("record yet: the job is not done")
        if person.is_interviewer:
            return self.record(person, job.record_id)
        if not person.feedback:
            raise not_allowed("what was found is told to the interviewers")
        return for_candidate(self._record(job.record_id))

    def record(self, person: Person, id: int) -> Record:  # noqa: A002 - as above
        """Give what was found, to an interviewer; blind ones get it without names.

        Raises
        ------
        Refusal
            If there is none, or the visitor is a candidate.
        """
        self.require_interviewer(person)
        record = self._record(id)
        return _without_names(record, id) if self.hides(person, id) else record

    def _record(self, id: int) -> Record:  # noqa: A002 - as above
        if not 0 <= id < _LARGEST_ID:
            raise not_found("record")
        with _as_not_found("record"):
            return self._store.record(id)

    def hides(self, person: Person, id: int) -> bool:  # noqa: A002 - as above
        """Tell whether a visitor may not see whose record that is, yet."""
        return person.blind and not any(
            note.points is not None and note.author == person.signature
            for note in self._store.annotations(id)
        )

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
        self.require_interviewer(person)
        return [
            (row, pseudonym(row.id) if self.hides(person, row.id) else row.name)
            for row in self._store.rows(problem=problem, limit=limit, offset=offset)
        ]

    def annotate(
        self,
        person: Person,
        id: int,  # noqa: A002 - as above
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
        self.require_interviewer(person)
        record = self._record(id)
        if not note.strip() and points is None:
            raise invalid("write a note, or give points")
        if len(note) > _LONGEST_NOTE:
            raise too_large(f"a note has at most {_LONGEST_NOTE:,} characters")
        most = max(record.score.maximum, 0)
        if points is not None and not 0 <= points <= most:
            raise invalid(f"points are between 0 and {most:g}")
        self._store.annotate(id, author=person.signature, note=note, points=points)

    def annotations(self, person: Person, id: int) -> Sequence[Annotation]:  # noqa: A002 - as above
        """List notes and scores; who is blind sees others' only after an own score.

        Raises
        ------
        Refusal
            If the visitor is a candidate.
        """
        self.require_interviewer(person)
        found = self._store.annotations(id)
        if self.hides(person, id):
            return [note for note in found if note.author == person.signature]
        return found

    def final_score(self, person: Person, id: int) -> Annotation | None:  # noqa: A002 - as above
        """Give the last score that a person gave, if the visitor may see it."""
        scores = [
            note for note in self.annotations(person, id) if note.points is not None
        ]
        return scores[-1] if scores else None

    def link(self, person: Person) -> str:
        """Make the link by which someone comes in."""
        return f"{self.settings.url}/enter/{self.signer.sign(person, Purpose.LINK)}"

    def require_host(self, person: Person) -> None:
        """Let those pass who may let others in.

        Raises
        ------
        Refusal
            If the visitor is a candidate, or reviews blind.
        """
        self.require_interviewer(person)
        if person.blind:
            raise not_allowed("who reviews blind lets no one in")

    @staticmethod
    def require_interviewer(person: Person) -> None:
        """Let interviewers pass.

        Raises
        ------
        Refusal
            If the visitor is a candidate.
        """
        if not person.is_interviewer:
            raise not_allowed("this is for interviewers")


@contextmanager
def _as_not_found(what: str) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        if isinstance(error.__cause__, Denied):
            raise not_found(what) from None
        raise


def pseudonym(id: int) -> str:  # noqa: A002 - as above
    """Give a name that tells nothing."""
    return f"submission {id}"


def _without_names(record: Record, id: int) -> Record:  # noqa: A002 - as above
    submission = record.submission
    suffix = submission.filename.rpartition(".")[2]
    shown = {"name": pseudonym(id), "filename": f"submission.{suffix}"}
    return record.model_copy(update={"submission": submission.model_copy(update=shown)})

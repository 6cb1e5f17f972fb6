"""What visitors may ask for: pages and API are two faces of this."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from grader.record import Record
from grader.report.feedback import for_candidate
from grader.store.rows import Job, JobState, Link, Row
from grader.store.store import Store
from grader.submission import Submission
from grader.web.people import Person, Purpose, Signer, link_of
from grader.web.rates import Rates
from grader.web.refusal import (
    not_allowed,
    not_found,
    too_large,
    too_many,
    unknown_visitor,
)
from grader.web.review import Review, as_not_found, require_host
from grader.web.settings import Allowance, Offered, WebSettings
from grader.web.uploads import submission_of

UNFINISHED: tuple[JobState, ...] = ("queued", "running")
"""States of a job that will change."""
LOOK_SECONDS = 0.25
"""Between two looks at a job that is followed."""
FOLLOW_SECONDS = 600
"""Then a stream ends; whoever still listens opens another."""
_MOST_WAITING = 100_000
"""Jobs of all visitors together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A file as it was sent."""

    data: bytes
    filename: str
    name: str | None = None
    """What reports call it, if an interviewer sent it."""


class Service:
    """Jobs and what they found, each for those who may see them.

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
        self.review = Review(store)
        self.is_ending: Callable[[], bool] = lambda: False
        """Whether answers that take long should end, since the server does."""
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

    def submit(
        self,
        person: Person,
        problem: str,
        handed_in: Sequence[HandedIn],
        *,
        timing: bool = False,
    ) -> list[str]:
        """Have submissions graded, all or none.

        They are counted before they are read: that may take long.

        Returns
        -------
        list of str
            The jobs, in the same order.

        Raises
        ------
        Refusal
            If that is too much, none at all, or to a problem that is not the visitor's.
        """
        offered = self.problems(person).get(problem)
        if offered is None:
            raise not_found("problem")
        most = self.settings.largest_upload_bytes
        if any(len(one.data) > most for one in handed_in):
            raise too_large(f"a submission has at most {most >> 10} KiB")
        allowance = self.allowance(person)
        if len(handed_in) > self.settings.most_files:
            raise too_large(f"at most {self.settings.most_files} at once")
        self._refuse_crowds(person, allowance, len(handed_in))
        self.rates.count(
            "submissions", person.id, allowance.submissions_per_minute, len(handed_in)
        )
        timing = timing if person.is_interviewer else person.timing
        read = [_read(person, offered, one) for one in handed_in]
        return [self._enqueue(person, problem, one, timing=timing) for one in read]

    def _enqueue(
        self, person: Person, problem: str, one: Submission, *, timing: bool
    ) -> str:
        return self._store.enqueue(
            self._store.put_submission(one),
            problem,
            owner=person.id,
            options={
                "timing": timing,
                # The store keeps the file alone: others may have sent the same.
                "name": one.name,
                "filename": one.filename,
            },
        )

    def _refuse_crowds(self, person: Person, allowance: Allowance, more: int) -> None:
        most = allowance.unfinished
        own = sum(
            len(self._store.jobs(owner=person.id, state=state, limit=most))
            for state in UNFINISHED
        )
        if own + more > most:
            raise too_many(f"at most {most} submissions may wait: let them end", 10)
        if self._store.jobs(state="queued", limit=1, offset=_MOST_WAITING):
            raise too_many("too many submissions of others wait: try later", 60)

    def job(self, person: Person, id: str) -> Job:  # noqa: A002 - as jobs call it
        """Give a job of a visitor's own; interviewers see those of all.

        Raises
        ------
        Refusal
            If there is none, or it is another's.
        """
        with as_not_found("job"):
            job = self._store.job(id)
        if job.owner != person.id and not person.is_interviewer:
            raise not_found("job")
        return job

    def jobs(self, person: Person, *, limit: int, offset: int = 0) -> list[Job]:
        """List a visitor's own jobs, the newest first."""
        return self._store.jobs(owner=person.id, limit=limit, offset=offset)

    def unfinished(self, *, limit: int) -> list[Job]:
        """List what is being graded, and what waits."""
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
        while job.state in UNFINISHED and not await self.is_over(person, ends):
            await asyncio.sleep(LOOK_SECONDS)
            now = await run_in_threadpool(self.job, person, job.id)
            if now != job:
                job = now
                yield job

    def waiting(self, person: Person) -> AbstractContextManager[None]:
        """Count an answer that waits for jobs, or follows one, for as long as it does.

        Raises
        ------
        Refusal
            If too many of the visitor's wait.
        """
        most = self.allowance(person).followed
        return self.rates.opened("answers that wait", person.id, most)

    async def is_over(self, person: Person, ends: float) -> bool:
        """Tell whether an answer that takes long is to end."""
        if time.monotonic() >= ends or self.is_ending():
            return True
        return await run_in_threadpool(self._store.is_revoked, person.id)

    def record_of(self, person: Person, job: Job) -> Record:
        """Give what was found, as much of it as a visitor may see.

        Raises
        ------
        Refusal
            If nothing is known yet, or the visitor is not told.
        """
        if job.record_id is None:
            raise not_found("record yet: the job is not done")
        _require_feedback(person)
        if person.is_interviewer:
            return self.review.record(person, job.record_id)
        return for_candidate(self._store.record(job.record_id))

    def row_of(self, person: Person, job: Job) -> Row | None:
        """Give what was found in short; None if nothing is known yet.

        Raises
        ------
        Refusal
            If the visitor is not told.
        """
        _require_feedback(person)
        return None if job.record_id is None else self._store.row(job.record_id)

    def invite(self, guest: Person, made_by: str, *, token: bool = False) -> str:
        """Make the link by which someone comes in, or a token for the API.

        Parameters
        ----------
        guest
            Who comes in.
        made_by
            Who lets them in.
        token
            Whether it is a token.
        """
        self._store.put_link(
            guest.id,
            name=guest.name,
            role=guest.role_words,
            made_by=made_by,
            expires=guest.expires,
        )
        if token:
            return self.signer.sign(guest, Purpose.API)
        return link_of(self.settings.url, self.signer.sign(guest, Purpose.LINK))

    def links(self, person: Person, *, limit: int) -> list[Link]:
        """List whom a link lets in, the newest first.

        Raises
        ------
        Refusal
            If the visitor may let no one in.
        """
        require_host(person)
        return self._store.links(limit=limit)

    def revoke(self, person: Person, id: str) -> None:  # noqa: A002 - as links call it
        """Let someone in no longer, by whatever was made for them.

        Raises
        ------
        Refusal
            If there is no such link, or the visitor may let no one in.
        """
        require_host(person)
        with as_not_found("link"):
            self._store.revoke_link(id, revoked_by=person.signature)

    def refuse_revoked(self, person: Person) -> None:
        """Let those pass whose link was not revoked.

        Raises
        ------
        Refusal
            If it was.
        """
        if self._store.is_revoked(person.id):
            raise unknown_visitor("this was revoked: ask for another link")


def _read(person: Person, offered: Offered, one: HandedIn) -> Submission:
    named = one.name if person.is_interviewer else person.name
    return submission_of(one.data, one.filename, offered.functions, named or None)


def _require_feedback(person: Person) -> None:
    if not person.feedback:
        raise not_allowed("what was found is told to the interviewers")

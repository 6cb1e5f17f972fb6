"""Tell of a job while it is graded, by server-sent events."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends
from fastapi.sse import ServerSentEvent

from grader.store.rows import Job
from grader.web.people import Person
from grader.web.service import Service
from grader.web.visitors import Caller, TheService, Visitor

_RETRY_MILLISECONDS = 1_000


def visitors_job(job: str, person: Visitor, service: TheService) -> Iterator[Job]:
    """Give the job to follow, and count the stream for as long as it is open."""
    yield from _counted(job, person, service)


def callers_job(job: str, person: Caller, service: TheService) -> Iterator[Job]:
    """Give the job to follow, and count the stream for as long as it is open."""
    yield from _counted(job, person, service)


def _counted(job: str, person: Person, service: Service) -> Iterator[Job]:
    found = service.job(person, job)
    with service.waiting(person):
        yield found


VisitorsJob = Annotated[Job, Depends(visitors_job)]
CallersJob = Annotated[Job, Depends(callers_job)]


async def events(
    service: Service, person: Person, job: Job
) -> AsyncIterator[ServerSentEvent]:
    """Give an event for each change, with all that there is to know."""
    async for now in service.follow(person, job):
        data = json.dumps({"state": now.state, "progress": now.progress})
        yield ServerSentEvent(raw_data=data, event="job", retry=_RETRY_MILLISECONDS)

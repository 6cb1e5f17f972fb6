"""The API, version 1: hand in, follow, fetch; and scores of many at once."""

import asyncio
import base64
import binascii
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.openapi.utils import get_openapi
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from grader.record import Record
from grader.store.rows import Job, JobState
from grader.submission import Submission
from grader.verdict import Verdict
from grader.web import API_PATH
from grader.web.answers import ErrorAnswer
from grader.web.people import LONGEST_NAME, Person
from grader.web.refusal import invalid
from grader.web.scores import part_scores, score_of
from grader.web.service import UNFINISHED, Service
from grader.web.service import Request as Wanted
from grader.web.streams import CallersJob, events
from grader.web.uploads import submission_of
from grader.web.visitors import Caller, TheService

MOST_AT_ONCE = 256
"""Submissions in a batch, or jobs whose scores are asked for."""
LONGEST_WAIT_SECONDS = 60
_LOOK_SECONDS = 0.5
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": words}
    for status, words in {
        400: "What was sent is no JSON.",
        401: "The token is missing, not one of ours, or has expired.",
        403: "The token's role may not do this.",
        404: "There is none, or it is another's.",
        413: "Too large, or too many at once.",
        422: "What was sent can't be understood.",
        429: "Too often: `Retry-After` says when to try again.",
    }.items()
}

router = APIRouter(prefix=API_PATH, responses=_ERRORS)
JobId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class SubmissionBody(_Model):
    """A file to grade."""

    source: Annotated[str, Field(max_length=8 << 20)]
    """The file's text; or its bytes, if `encoding` says so."""
    encoding: Literal["utf-8", "base64"] = "utf-8"
    """`base64` for what is no text, such as a zip file."""
    filename: Annotated[str, Field(min_length=1, max_length=255)] = "submission.py"
    """What kind it is, by its ending: `.py`, `.ipynb` or `.zip`."""
    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME)] = None
    """What reports call it; a candidate's name is the token's."""


class SubmitBody(SubmissionBody):
    """A file to grade, and against what."""

    problem: Annotated[str, Field(min_length=1, max_length=200)]
    """Its id."""
    timing: bool = False
    """Whether speed is measured; for candidates the token says."""


class BatchBody(_Model):
    """Files to grade, all against one problem."""

    problem: Annotated[str, Field(min_length=1, max_length=200)]
    """Its id."""
    submissions: Annotated[
        list[SubmissionBody], Field(min_length=1, max_length=MOST_AT_ONCE)
    ]
    timing: bool = False
    """Whether speed is measured."""


class JobAnswer(_Model):
    """One grading, from the moment it was asked for."""

    id: str
    problem: str
    sha256: str
    """Of the submission."""
    state: JobState
    """`failed`: there will be no record."""
    progress: str
    """What is being done, in words."""
    created_at: datetime


class ScoreAnswer(_Model):
    """One number for a submission, and its parts."""

    job: str
    state: JobState
    score: Annotated[float | None, Field(ge=0, le=1)] = None
    """The share of all points. Null until it is known, and for ever if the grader
    failed: that is neither a pass nor a failure."""
    verdict: Verdict | None = None
    parts: dict[str, Annotated[float | None, Field(ge=0, le=1)]] = {}
    """The share of each part's points, by its id; null if it was not measured."""


class RowAnswer(_Model):
    """A record in a list."""

    id: int
    name: str
    problem: str
    sha256: str
    verdict: Verdict
    points: float
    maximum: float
    graded_at: datetime


@router.get("/openapi.json", response_class=JSONResponse)
def openapi(request: Request, person: Caller) -> Any:  # noqa: ANN401 - a document
    """Describe this API."""
    del person
    application = request.app
    return get_openapi(
        title=application.title,
        version=application.version,
        summary=application.summary,
        routes=router.routes,
    )


@router.post("/submissions", status_code=202)
def submit(
    body: SubmitBody, person: Caller, service: TheService, response: Response
) -> JobAnswer:
    """Hand in a submission; the job that grades it is given at once."""
    wanted = Wanted(
        submission=_submission(body, person, service),
        problem=body.problem,
        timing=body.timing,
    )
    (job,) = service.submit(person, [wanted])
    response.headers["Location"] = f"{API_PATH}/jobs/{job}"
    return _job_answer(service.job(person, job))


@router.get("/jobs")
def jobs(
    person: Caller,
    service: TheService,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> list[JobAnswer]:
    """List your own jobs, the newest first."""
    found = service.jobs(person, limit=limit, offset=offset)
    return [_job_answer(job) for job in found]


@router.get("/jobs/{job}")
def job(job: JobId, person: Caller, service: TheService) -> JobAnswer:
    """Tell how far a job is."""
    return _job_answer(service.job(person, job))


@router.get("/jobs/{job}/events", response_class=EventSourceResponse)
async def job_events(
    job: CallersJob, person: Caller, service: TheService
) -> AsyncIterator[ServerSentEvent]:
    """Follow a job: an event named `job` for each change, the last when it is done."""
    async for event in events(service, person, job):
        yield event


@router.get("/jobs/{job}/record", response_model=Record)
def job_record(job: JobId, person: Caller, service: TheService) -> Response:
    """Give what was found; for a candidate without what is hidden."""
    return _record(service.record_of(person, service.job(person, job)))


@router.get("/records")
def records(
    person: Caller,
    service: TheService,
    problem: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> list[RowAnswer]:
    """List all that was found, the newest first; for interviewers."""
    return [
        RowAnswer(
            id=row.id,
            name=name,
            problem=row.problem,
            sha256=row.sha256,
            verdict=row.verdict,
            points=row.points,
            maximum=row.maximum,
            graded_at=row.graded_at,
        )
        for row, name in service.rows(
            person, problem=problem, limit=limit, offset=offset
        )
    ]


@router.get("/records/{record}", response_model=Record)
def record(
    record: Annotated[int, Path(ge=0, lt=2**63)], person: Caller, service: TheService
) -> Response:
    """Give any record; for interviewers."""
    return _record(service.record(person, record))


@router.post("/batches", status_code=202)
def submit_batch(
    body: BatchBody, person: Caller, service: TheService
) -> list[ScoreAnswer]:
    """Hand in many submissions, all or none; the answers are in the same order."""
    wanted = [
        Wanted(
            submission=_submission(one, person, service),
            problem=body.problem,
            timing=body.timing,
        )
        for one in body.submissions
    ]
    return [
        ScoreAnswer(job=job, state="queued") for job in service.submit(person, wanted)
    ]


@router.get("/scores")
async def scores(
    person: Caller,
    service: TheService,
    job: Annotated[list[str], Query(min_length=1, max_length=MOST_AT_ONCE)],
    wait_seconds: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
) -> list[ScoreAnswer]:
    """Give scores of jobs, in their order: one number each, and its parts.

    With `wait_seconds` the answer comes when all are known, or after that time with
    what is known by then.
    """
    ends = time.monotonic() + wait_seconds
    known: dict[str, ScoreAnswer] = {}
    while True:
        for one in job:
            if one not in known or known[one].state in UNFINISHED:
                known[one] = await run_in_threadpool(_score, service, person, one)
        waits = any(one.state in UNFINISHED for one in known.values())
        if not waits or time.monotonic() >= ends:
            return [known[one] for one in job]
        await asyncio.sleep(_LOOK_SECONDS)


def _submission(body: SubmissionBody, person: Person, service: Service) -> Submission:
    if body.encoding == "base64":
        try:
            data = base64.b64decode(body.source, validate=True)
        except (binascii.Error, ValueError):
            raise invalid("source: not base64") from None
    else:
        data = body.source.encode()
    name = body.name if person.is_interviewer else person.name
    return submission_of(service.check_size(data), body.filename, name)


def _job_answer(job: Job) -> JobAnswer:
    return JobAnswer(
        id=job.id,
        problem=job.problem,
        sha256=job.sha256,
        state=job.state,
        progress=job.progress,
        created_at=job.created_at,
    )


def _score(service: Service, person: Person, id: str) -> ScoreAnswer:  # noqa: A002 - as everywhere
    job = service.job(person, id)
    if job.record_id is None:
        return ScoreAnswer(job=job.id, state=job.state)
    record = service.record_of(person, job)
    return ScoreAnswer(
        job=job.id,
        state=job.state,
        score=score_of(record),
        verdict=record.verdict,
        parts=part_scores(record),
    )


def _record(record: Record) -> Response:
    return Response(record.to_json(), media_type="application/json")

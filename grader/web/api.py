"""The API, version 1: hand in, follow, fetch; and scores of many at once."""

import asyncio
import time
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import nullcontext
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.openapi.utils import get_openapi
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from grader.record import Record
from grader.store.rows import Job
from grader.web import API_PATH
from grader.web.answers import ErrorAnswer
from grader.web.bodies import (
    MOST_AT_ONCE,
    BatchBody,
    BytesBody,
    JobAnswer,
    ProblemAnswer,
    RowAnswer,
    ScoreAnswer,
    SubmitBody,
    TextBody,
)
from grader.web.people import Person
from grader.web.scores import part_scores, score_of
from grader.web.service import UNFINISHED, HandedIn, Service
from grader.web.streams import CallersJob, events
from grader.web.visitors import Caller, TheService

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


def _errors_beside_events() -> dict[int | str, dict[str, Any]]:
    """Describe errors as JSON where the answer itself is none."""
    schema = {"$ref": f"#/components/schemas/{ErrorAnswer.__name__}"}
    content = {"application/json": {"schema": schema}}
    return {
        status: {"description": error["description"], "content": content}
        for status, error in _ERRORS.items()
    }


router = APIRouter(prefix=API_PATH, responses=_ERRORS)
JobId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


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


@router.get("/problems")
def problems(person: Caller, service: TheService) -> list[ProblemAnswer]:
    """List what you may hand in to."""
    return [
        ProblemAnswer(id=id_, title=offered.title, statement=offered.statement)
        for id_, offered in service.problems(person).items()
    ]


@router.post("/submissions", status_code=202)
def submit(
    body: SubmitBody, person: Caller, service: TheService, response: Response
) -> JobAnswer:
    """Hand in a submission; the job that grades it is given at once."""
    sent = [_handed_in(body.submission)]
    (job,) = service.submit(person, body.problem, sent, timing=body.timing)
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


@router.get(
    "/jobs/{job}/events",
    response_class=EventSourceResponse,
    responses=_errors_beside_events(),
)
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
        for row, name in service.review.rows(
            person, problem=problem, limit=limit, offset=offset
        )
    ]


@router.get("/records/{record}", response_model=Record)
def record(
    record: Annotated[int, Path(ge=0, lt=2**63)], person: Caller, service: TheService
) -> Response:
    """Give any record; for interviewers."""
    return _record(service.review.record(person, record))


@router.post("/batches", status_code=202)
def submit_batch(
    body: BatchBody, person: Caller, service: TheService
) -> list[ScoreAnswer]:
    """Hand in many submissions, all or none; the answers are in the same order."""
    sent = list(map(_handed_in, body.submissions))
    jobs = service.submit(person, body.problem, sent, timing=body.timing)
    return [ScoreAnswer(job=job, state="queued") for job in jobs]


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
    found = []
    with service.waiting(person) if wait_seconds else nullcontext():
        ends = time.monotonic() + wait_seconds
        for one in job:
            score = await run_in_threadpool(_score, service, person, one)
            while score.state in UNFINISHED and not await service.is_over(person, ends):
                await asyncio.sleep(_LOOK_SECONDS)
                score = await run_in_threadpool(_score, service, person, one)
            found.append(score)
    return found


def _handed_in(body: TextBody | BytesBody) -> HandedIn:
    return HandedIn(data=_bytes(body), filename=body.filename, name=body.name)


def _bytes(body: TextBody | BytesBody) -> bytes:
    match body:
        case TextBody():
            return body.source.encode()
        case BytesBody():
            return b64decode(body.base64)


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
    row = service.row_of(person, job)
    if row is None:
        return ScoreAnswer(job=job.id, state=job.state)
    return ScoreAnswer(
        job=job.id,
        state=job.state,
        score=score_of(row),
        verdict=row.verdict,
        parts=part_scores(row),
    )


def _record(record: Record) -> Response:
    return Response(record.to_json(), media_type="application/json")

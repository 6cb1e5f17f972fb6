"""The pages: for interviewers all submissions, for candidates their own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)

from grader.report.comparison import Candidate, render_comparison
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.web.drawing import draw
from grader.web.headers import REPORTS
from grader.web.people import LONGEST_NAME, Person, Purpose, Role
from grader.web.refusal import invalid, not_allowed, not_found
from grader.web.review import require_host
from grader.web.service import UNFINISHED, HandedIn
from grader.web.statement import render_statement
from grader.web.streams import VisitorsJob, events
from grader.web.uploads import pasted
from grader.web.visitors import (
    COOKIE,
    TheService,
    Visitor,
    check_origin,
    guest,
)

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
"""Rows of a table."""
MOST_LINKS = 200
"""That are listed."""
Page = Annotated[int, Query(ge=0, le=10**6)]


@router.get("/enter/{token}")
def enter(token: str, request: Request, service: TheService) -> Response:
    """Ask whoever opened a link to come in: programs that only look at it don't."""
    person = guest(request, service, token)
    return draw("enter.html.j2", person=None, visitor=person, token=token)


@router.post("/enter")
def entered(
    token: Annotated[str, Form()], request: Request, service: TheService
) -> Response:
    """Exchange a link for a cookie, so that its token is in no address any more."""
    check_origin(request, service)
    person = guest(request, service, token)
    answer = _to("/")
    answer.set_cookie(
        COOKIE,
        service.signer.sign(person, Purpose.COOKIE),
        expires=person.expires,
        httponly=True,
        samesite="lax",
        secure=service.settings.is_encrypted,
    )
    return answer


@router.post("/leave")
def leave(person: Visitor) -> Response:
    """Forget a visitor."""
    answer = draw("left.html.j2", person=None, visitor=person)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/")
def home(
    person: Visitor,
    service: TheService,
    problem: str | None = None,
    page: Page = 0,
) -> HTMLResponse:
    """Show what can be handed in, and what was."""
    offered = service.problems(person)
    offset = page * PER_PAGE
    shown = {"person": person, "problems": offered, "page": page}
    if not person.is_interviewer:
        jobs = service.jobs(person, limit=PER_PAGE + 1, offset=offset)
        results = [
            (job, service.row_of(person, job) if person.feedback else None)
            for job in jobs[:PER_PAGE]
        ]
        return draw(
            "practice.html.j2", **shown, results=results, more=len(jobs) > PER_PAGE
        )
    rows = service.review.rows(
        person, problem=problem or None, limit=PER_PAGE + 1, offset=offset
    )
    return draw(
        "history.html.j2",
        **shown,
        rows=[
            (row, name, service.review.final_score(person, row.id))
            for row, name in rows[:PER_PAGE]
        ],
        more=len(rows) > PER_PAGE,
        chosen=problem,
        waiting=service.unfinished(limit=PER_PAGE) if page == 0 else [],
    )


@router.get("/problems/{problem}")
def show_problem(problem: str, person: Visitor, service: TheService) -> HTMLResponse:
    """Show what a problem asks for."""
    offered = service.problems(person)
    if problem not in offered:
        raise not_found("problem")
    statement = render_statement(offered[problem].statement)
    return draw(
        "problem.html.j2",
        person=person,
        id=problem,
        offered=offered[problem],
        statement=statement,
    )


@router.get("/problems/{problem}/starter.py")
def give_starter(problem: str, person: Visitor, service: TheService) -> Response:
    """Give the file that a candidate may begin with."""
    offered = service.problems(person).get(problem)
    if offered is None or not offered.starter:
        raise not_found("starter")
    given = {"Content-Disposition": f'attachment; filename="{problem}.py"'}
    return PlainTextResponse(offered.starter, headers=given)


@router.post("/submissions")
def hand_in(  # noqa: PLR0913, PLR0917 - one argument a field
    person: Visitor,
    service: TheService,
    problem: Annotated[str, Form()],
    files: list[UploadFile] | None = None,
    text: Annotated[str, Form()] = "",
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    timing: Annotated[bool, Form()] = False,  # noqa: FBT002 - a form's field
) -> Response:
    """Take files, or what was pasted, and go to where its progress is shown."""
    largest = service.settings.largest_upload_bytes
    sent = [
        HandedIn(data=one.file.read(largest + 1), filename=one.filename)
        for one in files or []
        if one.filename
    ]
    if text.strip():
        sent.append(HandedIn(data=pasted(text), filename="pasted.py"))
    if not sent:
        raise invalid("choose a file, or paste a text")
    if len(sent) == 1:
        sent = [replace(sent[0], name=name)]
    jobs = service.submit(person, problem, sent, timing=timing)
    return _to(f"/jobs/{jobs[0]}" if len(jobs) == 1 else "/")


@router.get("/jobs/{job}")
def show_job(job: str, person: Visitor, service: TheService) -> Response:
    """Show how far a job is, or what was found."""
    found = service.job(person, job)
    if found.record_id is not None and person.is_interviewer:
        return _to(f"/records/{found.record_id}")
    is_told = person.feedback and found.record_id is not None
    record = service.record_of(person, found) if is_told else None
    return draw(
        "job.html.j2",
        person=person,
        job=found,
        record=record,
        unfinished=found.state in UNFINISHED,
    )


@router.get("/jobs/{job}/events", response_class=EventSourceResponse)
async def follow_job(
    job: VisitorsJob, person: Visitor, service: TheService
) -> AsyncIterator[ServerSentEvent]:
    """Tell each change of a job."""
    async for event in events(service, person, job):
        yield event


@router.get("/jobs/{job}/report")
def show_feedback(job: str, person: Visitor, service: TheService) -> HTMLResponse:
    """Show the report of a job, as the visitor may see it."""
    return _report(render_html(service.record_of(person, service.job(person, job))))


@router.get("/records/{record}")
def show_record(record: int, person: Visitor, service: TheService) -> HTMLResponse:
    """Show a report, with the notes beside it."""
    return draw(
        "record.html.j2",
        person=person,
        id=record,
        record=service.review.record(person, record),
        notes=service.review.annotations(person, record),
        hidden=service.review.hides(person, record),
        others=[
            (row, name)
            for row, name in service.review.rows(person, limit=PER_PAGE)
            if row.id != record
        ],
    )


@router.get("/records/{record}/report")
def show_report(record: int, person: Visitor, service: TheService) -> HTMLResponse:
    """Show a report alone."""
    return _report(render_html(service.review.record(person, record)))


@router.get("/records/{record}/feedback")
def show_candidates(record: int, person: Visitor, service: TheService) -> HTMLResponse:
    """Show the report as the candidate sees it."""
    return _report(render_html(for_candidate(service.review.record(person, record))))


def _report(page: str) -> HTMLResponse:
    return HTMLResponse(page, headers={"Content-Security-Policy": REPORTS})


@router.post("/records/{record}/notes")
def write_note(
    record: int,
    person: Visitor,
    service: TheService,
    note: Annotated[str, Form()] = "",
    points: Annotated[str, Form()] = "",
) -> Response:
    """Keep a note or a final score."""
    try:
        value = float(points) if points.strip() else None
    except ValueError:
        raise invalid("points are a number") from None
    service.review.annotate(person, record, note=note, points=value)
    return _to(f"/records/{record}")


@router.get("/compare")
def compare(person: Visitor, service: TheService, one: int, other: int) -> HTMLResponse:
    """Show two submissions side by side."""
    review = service.review
    sides = [
        (id_, review.record(person, id_), review.final_score(person, id_))
        for id_ in (one, other)
    ]
    return draw("compare.html.j2", person=person, sides=sides)


@router.get("/comparison")
def show_comparison(
    person: Visitor, service: TheService, one: int, other: int
) -> HTMLResponse:
    """Show the comparison alone."""
    records = [service.review.record(person, id_) for id_ in (one, other)]
    candidates = [Candidate(record=record) for record in records]
    return _report(render_comparison(candidates, ()))


@router.get("/links")
def show_links(person: Visitor, service: TheService) -> HTMLResponse:
    """Show the form that makes links, and those that were made."""
    return _links(person, service)


@router.post("/links")
def make_link(  # noqa: PLR0913, PLR0917 - one argument a field
    person: Visitor,
    service: TheService,
    name: Annotated[str, Form(min_length=1, max_length=LONGEST_NAME)],
    kind: Annotated[str, Form()],
    hours: Annotated[float, Form(gt=0, le=24 * 90)],
    problem: Annotated[str, Form()] = "",
    feedback: Annotated[bool, Form()] = False,  # noqa: FBT002 - a form's field
    timing: Annotated[bool, Form()] = False,  # noqa: FBT002 - as above
    token: Annotated[bool, Form()] = False,  # noqa: FBT002 - as above
) -> HTMLResponse:
    """Make a link for someone else."""
    require_host(person)
    if problem and problem not in service.settings.problems:
        raise invalid("there is no such problem")
    match kind:
        case "candidate" | "interviewer" | "blind":
            is_blind = kind == "blind"
        case _:
            raise invalid("a link is for a candidate or an interviewer")
    if is_blind and token:
        raise not_allowed("who reviews blind uses the pages, not the API")
    invited = Person(
        name=name,
        role=Role.CANDIDATE if kind == "candidate" else Role.INTERVIEWER,
        expires=datetime.now(UTC) + timedelta(hours=hours),
        problem=problem or None,
        feedback=feedback or kind != "candidate",
        timing=timing,
        blind=is_blind,
    )
    made = service.invite(invited, person.signature, token=token)
    return _links(person, service, made=made, guest=invited)


@router.post("/links/{link}/revoke")
def revoke_link(link: str, person: Visitor, service: TheService) -> Response:
    """Let someone in no longer."""
    service.revoke(person, link)
    return _to("/links")


def _links(
    person: Person,
    service: TheService,
    *,
    made: str | None = None,
    guest: Person | None = None,
) -> HTMLResponse:
    return draw(
        "links.html.j2",
        person=person,
        links=service.links(person, limit=MOST_LINKS),
        problems=service.settings.problems,
        made=made,
        guest=guest,
    )


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)

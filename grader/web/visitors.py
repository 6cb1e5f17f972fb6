"""Tell who sent a request, and whether one of our own pages did."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from grader.web.people import Person, Purpose
from grader.web.refusal import Refusal, not_allowed, unknown_visitor
from grader.web.service import Service

COOKIE = "grader"
_bearer = HTTPBearer(
    auto_error=False, description="A token that an interviewer made for the API."
)

_HOW_TO_COME = {
    Purpose.LINK: "use the link that you were given",
    Purpose.COOKIE: "use the link that you were given",
    Purpose.API: "send `Authorization: Bearer TOKEN`, with the token you were given",
}


def service_of(request: Request) -> Service:
    """Give what requests are asked of."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


TheService = Annotated[Service, Depends(service_of)]


def visitor(request: Request, service: TheService) -> Person:
    """Tell who opened a page.

    Raises
    ------
    Refusal
        If the cookie is missing, altered, expired or revoked, or a form is sent by a
        page that is not ours.
    """
    check_origin(request, service)
    token = request.cookies.get(COOKIE)
    return _known(request, service, token, Purpose.COOKIE)


def caller(
    request: Request,
    service: TheService,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Person:
    """Tell who calls the API.

    Raises
    ------
    Refusal
        If the token is missing, altered, expired or revoked.
    """
    token = None if credentials is None else credentials.credentials
    return _known(request, service, token, Purpose.API)


def guest(request: Request, service: Service, token: str | None) -> Person:
    """Tell whose link that is.

    Raises
    ------
    Refusal
        If it is altered, expired or revoked.
    """
    return _read(request, service, token, Purpose.LINK)


def _known(
    request: Request, service: Service, token: str | None, purpose: Purpose
) -> Person:
    person = _read(request, service, token, purpose)
    most = service.allowance(person).requests_per_minute
    service.rates.count("requests", person.id, most)
    return person


def _read(
    request: Request, service: Service, token: str | None, purpose: Purpose
) -> Person:
    """Read who someone is; an address that sends what is wrong is soon stopped."""
    try:
        if token is None:
            raise unknown_visitor(_HOW_TO_COME[purpose])
        person = service.signer.read(token, purpose)
        service.refuse_revoked(person)
    except Refusal:
        address = request.client.host if request.client is not None else ""
        most = service.settings.strangers_per_minute
        service.rates.count("requests of strangers", address, most)
        raise
    return person


def check_origin(request: Request, service: Service) -> None:
    """Let pass what only looks, and forms of our own pages.

    A cookie goes along with what any page on this machine sends, whatever its port; the
    origin tells them apart. Browsers write it, and pages can't change it.

    Raises
    ------
    Refusal
        If it is another page's.
    """
    if request.method in {"GET", "HEAD"}:
        return
    if request.headers.get("origin") not in service.settings.origins:
        raise not_allowed("this form was not sent by a page of this server")


Visitor = Annotated[Person, Depends(visitor)]
Caller = Annotated[Person, Depends(caller)]

"""The one form of all errors: JSON for programs, a page for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from grader.described import Described
from grader.errors import StoreError
from grader.text import message
from grader.web import API_PATH
from grader.web.bodies import FORMS
from grader.web.drawing import draw
from grader.web.refusal import Refusal, invalid

_KINDS = {
    400: "invalid_request",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
}
_WORDS = {
    404: "there is nothing at this address",
    405: "this address doesn't take the method `{}`",
}
"""In place of what the standard calls them."""
_PLAIN = {
    "missing": "it is missing",
    "string_too_short": "it may not be empty",
    "string_too_long": "it may have {max_length} characters at most",
    "greater_than": "it must be more than {gt:.15g}",
    "greater_than_equal": "it must be {ge:.15g} or more",
    "less_than_equal": "it must be {le:.15g} or less",
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "it must be a smaller number",
    "float_parsing": "it must be a number",
    "bool_parsing": "it must be `true` or `false`",
}
"""What Pydantic says of an input, by its kind, in the words of a form."""


class ErrorBody(Described):
    """What went wrong."""

    kind: str
    """One word for programs."""
    message: str
    """What is wrong, and what to do about it."""


class ErrorAnswer(BaseModel):
    """The answer to a request that is refused."""

    schema_version: int = 1
    error: ErrorBody


def answer_refusals(application: FastAPI) -> None:
    """Have every error answered in its form, those of the libraries too."""

    @application.exception_handler(Refusal)
    async def refused(request: Request, refusal: Refusal) -> Response:
        return _answer(request, refusal)

    @application.exception_handler(RequestValidationError)
    async def misunderstood(
        request: Request, error: RequestValidationError
    ) -> Response:
        return _answer(request, invalid(message(_issue(error.errors()[0], request))))

    @application.exception_handler(HTTPException)
    async def unanswered(request: Request, error: HTTPException) -> Response:
        kind = _KINDS.get(error.status_code, "refused")
        detail = message(str(error.detail))
        if detail == HTTPStatus(error.status_code).phrase:
            detail = _WORDS.get(error.status_code, detail).format(request.method)
        words = detail[:1].lower() + detail[1:]
        return _answer(request, Refusal(error.status_code, kind, words), error.headers)

    @application.exception_handler(StoreError)
    async def unkept(request: Request, error: StoreError) -> Response:
        logging.getLogger("uvicorn.error").error("%s", error)
        issue = "the results can't be reached at the moment"
        return _answer(request, Refusal(503, "unavailable", issue, 5))

    @application.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        # The server's log has the rest; whoever asks has no use for it.
        name = type(error).__name__
        return _answer(request, Refusal(500, "our_fault", f"the server failed: {name}"))


def _issue(error: Mapping[str, Any], request: Request) -> str:
    """Say what is wrong with a request, and where."""
    sent = request.headers.get("content-type", "")
    if error["type"] == "json_invalid":
        place, why = error["loc"][-1], error["ctx"]["error"]
        return f"body: no JSON that can be read, at character {place}: {why}"
    if error["loc"] == ("body",) and sent.partition(";")[0] != "application/json":
        return "body: send JSON, and with it `Content-Type: application/json`"
    steps = [str(step) for step in error["loc"] if step not in FORMS]
    if not _is_program(request):
        del steps[:-1]  # whoever fills in a form knows it by its fields
    plain = _PLAIN.get(error["type"])
    issue = plain.format(**error.get("ctx", {})) if plain else error["msg"]
    return f"{'.'.join(steps)}: {issue}"


def _is_program(request: Request) -> bool:
    return request.url.path.startswith(API_PATH)


def _answer(request: Request, refusal: Refusal, headers: object = None) -> Response:
    sent = dict(headers) if isinstance(headers, dict) else {}
    if refusal.retry_seconds is not None:
        sent["Retry-After"] = str(refusal.retry_seconds)
    if refusal.status == 401:  # noqa: PLR2004 - the standard asks for it
        sent["WWW-Authenticate"] = "Bearer"
    if _is_program(request):
        body = ErrorAnswer(error=ErrorBody(kind=refusal.kind, message=str(refusal)))
        return JSONResponse(body.model_dump(), refusal.status, headers=sent)
    page = draw("refusal.html.j2", refusal=refusal, person=None)
    page.status_code = refusal.status
    page.headers.update(sent)
    return page

"""Refuse what is too large while it comes in, before it takes memory.

The libraries' own limit answers in plain text; here it is an error like any other.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Limits what one request may send.

    Parameters
    ----------
    app
        What answers.
    most_bytes
        Of the body, whatever its header says.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app, self._most_bytes = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        received = int(announced) if announced.isdecimal() else 0
        is_announced = received > 0

        def check() -> None:
            if received > self._most_bytes:
                most = self._most_bytes >> 10
                raise HTTPException(413, f"a request has at most {most} KiB")

        async def receive_some() -> Message:
            nonlocal received
            check()
            message = await receive()
            if not is_announced:  # the server holds who announces to what was said
                received += len(message.get("body", b""))
                check()
            return message

        await self._app(scope, receive_some, send)

"""Start a server: the secret that its links are signed with, its socket, its loop."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from platformdirs import user_data_path
from starlette.concurrency import run_in_threadpool

from grader.errors import ServeError, StoreError
from grader.loading import available_problems, load_problem
from grader.store.reservation import Reservation
from grader.store.store import Store
from grader.web.application import make_application
from grader.web.people import LONGEST_NAME, Person, Role
from grader.web.settings import Offered, WebSettings

_SECRET_BYTES = 32
_FAREWELL_SECONDS = 2
"""How long answers that never end, such as events, may go on when the server stops."""
_WAITING_CONNECTIONS = 512
_RENEWAL_SECONDS = 2
"""How often a server sees to it that the store is its own."""


def default_secret_path() -> Path:
    """Give the place where this user's secret is kept."""
    return user_data_path("grader", appauthor=False) / "serve-secret"


def read_secret(path: Path) -> bytes:
    """Read the secret that links are signed with; make one if there is none.

    Raises
    ------
    ServeError
        If it can't be read or written, is too short, or others can read it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_hex(_SECRET_BYTES).encode())
        if path.stat().st_mode & 0o077:
            raise ServeError(f"{path}: others may read it; `chmod 600` it")
        secret = path.read_bytes().strip()
    except OSError as error:
        raise ServeError(f"{path}: {error.strerror or error}") from error
    if len(secret) < _SECRET_BYTES:
        issue = f"a secret has at least {_SECRET_BYTES} characters; remove it for a new"
        raise ServeError(f"{path}: {issue} one")
    return secret


def offer(names: Sequence[str]) -> dict[str, Offered]:
    """Load problems, so that a faulty one is told before anyone hands in to it.

    Parameters
    ----------
    names
        Ids, or paths; all that come with the grader, if there are none.

    Raises
    ------
    ProblemError
        If one can't be used.
    ServeError
        If two have one id.
    """
    found: dict[str, Offered] = {}
    for name in names or available_problems():
        problem = load_problem(name)
        id_ = problem.spec.id
        if id_ in found:
            raise ServeError(f"there are two problems with the id {id_}")
        found[id_] = Offered(
            place=name,
            title=problem.spec.title,
            statement=_text(problem.folder / problem.spec.statement),
            starter=_text(problem.folder / problem.spec.starter),
            functions=problem.spec.functions,
        )
    return found


def _text(path: Path) -> str:
    """Read what a problem has for candidates; it may have none."""
    try:
        return path.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError:
        return ""


def open_socket(host: str, port: int) -> socket.socket:
    """Take a port; 0 is any that is free.

    Raises
    ------
    ServeError
        If it can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(
            (host, port), family=family, backlog=_WAITING_CONNECTIONS
        )
    except OSError as error:
        issue = error.strerror or str(error)
        raise ServeError(f"can't listen on {host}, port {port}: {issue}") from error


def first_visitor(name: str, hours: float) -> Person:
    """Give the interviewer who starts the server, and can let others in."""
    return Person(
        name=name[:LONGEST_NAME] or "interviewer",
        role=Role.INTERVIEWER,
        expires=datetime.now(UTC) + timedelta(hours=hours),
    )


def serve(
    settings: WebSettings,
    listener: socket.socket,
    store: Store,
    reservation: Reservation,
) -> None:
    """Serve until interrupted.

    Raises
    ------
    StoreError
        If another server has taken the store, while its database forgot this one.
    """
    application = make_application(settings, store)
    log = logging.getLogger("uvicorn.error")
    renewing: asyncio.Task[None] | None = None
    is_ours, is_known = True, True

    async def renew() -> None:
        nonlocal is_ours, is_known
        try:
            is_ours, is_known = await run_in_threadpool(reservation.renew), True
        except StoreError as error:  # its database may come back
            if is_known:
                log.warning("%s", error)
            is_known = False
        server.should_exit = server.should_exit or not is_ours

    async def keep_store() -> None:
        nonlocal renewing
        if renewing is None or renewing.done():
            renewing = asyncio.create_task(renew())  # the server doesn't wait for it

    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,  # addresses hold tokens
        server_header=False,
        proxy_headers=settings.is_encrypted,  # then there is a proxy, on this machine
        timeout_graceful_shutdown=_FAREWELL_SECONDS,
        callback_notify=keep_store,
        timeout_notify=_RENEWAL_SECONDS,
    )
    server = uvicorn.Server(config)
    application.state.service.is_ending = lambda: server.should_exit
    server.run(sockets=[listener])
    if not is_ours:
        issue = "another `grader serve` took the store while the database was away"
        raise StoreError(store.place, issue)

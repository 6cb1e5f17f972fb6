"""Put the server together: headers, limits, pages, API, and the runners beside it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from multiprocessing.process import BaseProcess

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from grader import __version__
from grader.errors import StoreError
from grader.store.store import Store
from grader.web import api, pages
from grader.web.answers import answer_refusals
from grader.web.body_limit import BodyLimit
from grader.web.drawing import STATIC
from grader.web.headers import SecurityHeaders
from grader.web.runner import start_runner
from grader.web.service import Service
from grader.web.settings import WebSettings
from grader.web.turn import Turn, open_turn

_BACKOFF_SECONDS = 2.0
"""Before a runner that ended is started again."""


def make_application(
    settings: WebSettings, store: Store, *, with_runners: bool = True
) -> FastAPI:
    """Make the server's application.

    Parameters
    ----------
    settings
        What the server was told.
    store
        Where everything is kept.
    with_runners
        Whether processes that grade are started beside it.
    """
    application = FastAPI(
        title="grader",
        version=__version__,
        summary="Grades array code in a sandbox, against a reference.",
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # not for everyone: `api` gives it
        redirect_slashes=False,
        form_limits={
            "max_files": settings.most_files,
            "max_fields": 32,
            "max_part_size": settings.largest_upload_bytes,
        },
        middleware=[
            Middleware(SecurityHeaders, encrypted=settings.is_encrypted),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts)),
            Middleware(BodyLimit, most_bytes=settings.largest_request_bytes),
        ],
        lifespan=_with_runners(settings, store) if with_runners else None,
    )
    application.state.service = Service(settings, store)
    answer_refusals(application)
    application.mount("/static", StaticFiles(directory=STATIC), name="static")
    application.include_router(api.router)
    application.include_router(pages.router)
    return application


def _with_runners(
    settings: WebSettings, store: Store
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_requeue, settings.worker, store)
        with open_turn() as turn:
            watches = [
                asyncio.create_task(_keep_running(settings, store, number, turn))
                for number in range(settings.runners)
            ]
            try:
                yield
            finally:
                for watch in watches:
                    watch.cancel()
                for watch in watches:
                    with suppress(asyncio.CancelledError):
                        await watch

    return lifespan


async def _end_of(process: BaseProcess) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)


async def _keep_running(
    settings: WebSettings, store: Store, number: int, turn: Turn
) -> None:
    """Start a runner, and again if it ends; what it had begun is begun anew."""
    worker = f"{settings.worker}/{number}"
    while True:
        await run_in_threadpool(_requeue, worker, store)
        process = start_runner(settings, worker, turn)
        try:
            await _end_of(process)
        finally:
            process.kill()
            process.join()
            _requeue(worker, store)
        await asyncio.sleep(_BACKOFF_SECONDS)


def _requeue(worker: str, store: Store) -> None:
    try:
        store.requeue_lost(worker)
    except StoreError as error:  # the next start does it
        logging.getLogger("uvicorn.error").warning("%s", error)

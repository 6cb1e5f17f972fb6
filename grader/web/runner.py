"""The processes that grade what the server takes in, each one job after the other."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from grader.environment import environment_of
from grader.errors import StoreError
from grader.exam import seed_of
from grader.grade import record_of_failure
from grader.record import Record
from grader.sandbox.isolation import Isolation
from grader.sandbox.layers import die_with_parent
from grader.session import Session, Settings
from grader.store.regrade import StoredItem
from grader.store.rows import Job
from grader.store.store import Store
from grader.verdict import Verdict
from grader.web.settings import WebSettings
from grader.web.turn import Turn

IDLE_SECONDS = 0.1
"""Between two looks for work, when there is none."""
_TELL_SECONDS = 0.2
"""Between two words of progress: more often nobody could read them."""


def start_runner(settings: WebSettings, worker: str, turn: Turn) -> BaseProcess:
    """Start a process that grades; it ends with the one that started it.

    Parameters
    ----------
    settings
        What the server was told.
    worker
        What jobs call it.
    turn
        The same for all runners of a server, and for nobody else.
    """
    process = get_context("spawn").Process(
        target=run,
        args=(settings, worker, turn, os.getpid()),
        name="runner",
        daemon=False,
    )
    process.start()
    return process


def run(settings: WebSettings, worker: str, turn: Turn, parent: int) -> None:
    """Claim jobs and grade them, until the parent or the store is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the server, which ends us
    die_with_parent(parent)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(StoreError):  # the server tells of it, and starts another runner
        _work(settings, worker, turn, parent)


def _work(settings: WebSettings, worker: str, turn: Turn, parent: int) -> None:
    store = Store(settings.store_url)
    sessions: dict[str, Session] = {}
    while os.getppid() == parent:
        waits = store.jobs(state="queued", limit=1)  # a look locks nobody out
        job = store.claim(worker) if waits else None
        if job is None:
            time.sleep(IDLE_SECONDS)
        elif job.problem not in settings.problems:
            store.fail(job.id, "this server has no such problem")
        else:
            if job.problem not in sessions:
                sessions[job.problem] = _session(settings, job.problem)
            record = _record(job, sessions[job.problem], store, turn)
            store.finish(job.id, record)


def _session(settings: WebSettings, problem: str) -> Session:
    asked = Settings(
        problem=settings.problems[problem].place, isolation=settings.isolation
    )
    return Session(asked)


def _record(job: Job, session: Session, store: Store, turn: Turn) -> Record:
    names = {key: str(job.options[key]) for key in ("name", "filename")}
    submission = store.submission(job.sha256, **names)
    try:
        item = StoredItem(
            name=submission.name,
            path=Path(submission.filename),
            submission=submission,
        )
        tell = _teller(job, store)
        timing = bool(job.options.get("timing"))
        timing = timing and session.problem.spec.timing is not None
        with turn.judging():
            record = session.grade(item, timing=False, progress=tell, later=timing)
        if not timing or record.verdict is not Verdict.ACCEPTED:
            return record
        store.progress(job.id, "waiting until nothing is graded beside it")
        with turn.measuring():
            return session.grade(item, timing=True, progress=tell)
    except StoreError:  # the job is begun anew
        raise
    except Exception as error:  # noqa: BLE001 - it must cost no other its result
        return record_of_failure(
            session.problem,
            submission,
            environment_of(Isolation.unknown()),
            seed_of(session.problem, submission),
            error,
        )


def _teller(job: Job, store: Store) -> Callable[[str], None]:
    store.progress(job.id, "running the cases")
    told = time.monotonic()

    def tell(text: str) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= _TELL_SECONDS:
            told = now
            store.progress(job.id, text)

    return tell

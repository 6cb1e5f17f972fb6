"""Calls on their way to workers: each is answered once, whatever is lost between.

Dask gives a call to another worker when one is killed. When the scheduler is killed it
forgets all calls; those without an answer are then sent again, to the scheduler that
takes its place.
"""

from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import Event, RLock, Thread
from typing import Any

from distributed import Client
from distributed.cfexecutor import ClientExecutor

from grader.cluster.worker import run
from grader.errors import ClusterError

PATIENCE_SECONDS = 60.0
"""How long a scheduler, or all fit workers, may be gone before a run gives up."""
_LOOK_SECONDS = 0.2
_COUNT_EVERY = 10
"""Workers are counted once in so many looks."""


@dataclass(eq=False, slots=True)
class _Call:
    send: Callable[[], "Future[Any]"]
    resources: dict[str, int]
    answer: "Future[Any]"


class Calls:
    """All calls of a run that have no answer yet, and a thread that looks after them.

    Parameters
    ----------
    client
        Connected to the scheduler.
    address
        What messages call the cluster.
    prepare
        Has workers examined, those of a new scheduler too.
    """

    def __init__(
        self, client: Client, address: str, prepare: Callable[[], object]
    ) -> None:
        self._client = client
        self._address = address
        self._prepare = prepare
        self._connection = client.scheduler_comm
        self._waiting: set[_Call] = set()
        self._lock = RLock()
        self._ended = Event()
        self._idle_looks = 0
        self._failure: ClusterError | None = None
        self._thread = Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def make(
        self, send: Callable[[], "Future[Any]"], resources: dict[str, int]
    ) -> "Future[Any]":
        """Make a call; what is given gets its answer, or why there is none."""
        call = _Call(send, resources, Future())
        call.answer.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.add(call)
            failure = self._failure
        if failure is not None:
            self._fail(failure)
        else:
            self._send(call)
        return call.answer

    def close(self) -> None:
        """Stop looking after calls; those without an answer get none."""
        self._ended.set()
        self._thread.join()

    def _send(self, call: _Call) -> None:
        with suppress(Exception):  # the connection is gone: it is sent again later
            call.send().add_done_callback(partial(self._answer, call))

    def _answer(self, call: _Call, ended: "Future[Any]") -> None:
        if ended.cancelled():  # the scheduler is lost
            return
        with self._lock:
            if call not in self._waiting:  # it was sent twice, and answered before
                return
            error = ended.exception()
            if isinstance(error, CancelledError):
                return
            self._waiting.discard(call)
        if error is not None:
            call.answer.set_exception(error)
        else:
            call.answer.set_result(ended.result())

    def _look_after(self) -> None:
        looks = 0
        while not self._ended.wait(_LOOK_SECONDS):
            looks += 1
            try:
                self._look(counts=looks % _COUNT_EVERY == 0)
            except Exception:  # noqa: BLE001, S112 - it is lost right now: see next time
                continue

    def _look(self, *, counts: bool) -> None:
        if self._client.status == "closed":
            self._fail(self._gone("its scheduler is gone"))
        elif self._client.status != "running":
            return
        elif self._client.scheduler_comm is not self._connection:
            connection = self._client.scheduler_comm
            self._prepare()
            self._connection = connection
            with self._lock:
                lost = list(self._waiting)
            for call in lost:
                self._send(call)
        elif counts:
            self._count()

    def _count(self) -> None:
        """Give up if nobody could take what is waiting, for too long."""
        with self._lock:
            needed = next(iter(self._waiting)).resources if self._waiting else {}
        workers = self._client.scheduler_info()["workers"].values()
        if any(needed.keys() <= worker["resources"].keys() for worker in workers):
            self._idle_looks = 0
            return
        self._idle_looks += 1
        if self._idle_looks * _COUNT_EVERY * _LOOK_SECONDS >= PATIENCE_SECONDS:
            self._fail(self._gone("no worker that could go on is left"))

    def _gone(self, what: str) -> ClusterError:
        issue = f"{what}; what was graded is kept: the same command goes on from there"
        return ClusterError(self._address, issue)

    def _fail(self, failure: ClusterError) -> None:
        with self._lock:
            self._failure = failure
            waiting, self._waiting = self._waiting, set()
        for call in waiting:
            call.answer.set_exception(failure)


class ClusterExecutor(Executor):
    """An executor whose processes are the fit workers of a cluster.

    Parameters
    ----------
    client
        Connected to the scheduler.
    calls
        What looks after calls.
    key
        Of the run's order.
    resources
        What a worker must have for a call.
    alone
        Whether calls measure speed, so that a machine makes one at a time.
    """

    def __init__(
        self,
        client: Client,
        calls: Calls,
        key: str,
        resources: dict[str, int],
        *,
        alone: bool = False,
    ) -> None:
        self._executor = ClientExecutor(client, pure=False, resources=resources)
        self._calls = calls
        self._key = key
        self._resources = resources
        self._alone = alone

    def submit(
        self, fn: Callable[..., Any], /, *args: object, **kwargs: object
    ) -> "Future[Any]":
        """Have a worker make a call with the session of its process."""
        task = partial(fn, **kwargs)
        send = partial(
            self._executor.submit, run, self._key, task, args, alone=self._alone
        )
        return self._calls.make(send, self._resources)

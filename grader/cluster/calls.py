"""Calls on their way to workers: each is answered once, whatever is lost between.

Dask gives a call to another worker when one is killed. When the scheduler is killed it
forgets all calls; those without an answer are then sent again, to the scheduler that
takes its place.
"""

import time
from collections.abc import Callable, Collection
from concurrent.futures import CancelledError, Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event, RLock, Thread
from typing import Any

from distributed import Client
from distributed.cfexecutor import ClientExecutor

from grader.cluster.worker import run
from grader.errors import ClusterError

PATIENCE_SECONDS = 60.0
"""How long there may be nobody who could go on, before a run gives up."""
_LOOK_SECONDS = 0.2
_LEAST_LOOKS = 5
"""Workers are counted once in so many looks; less often if there are many of them."""
_WORKERS_A_LOOK = 20


@dataclass(eq=False, slots=True)
class _Call:
    send: Callable[[], Future[Any]]
    needed: frozenset[str]
    """Resources that a worker must have."""
    answer: Future[Any] = field(default_factory=Future)
    sent: Future[Any] | None = None


class Calls:
    """All calls of a run that have no answer yet, and a thread that looks after them.

    Dask doesn't see that a worker that has just become fit could make a call that has
    waited for one. So calls are sent when somebody is fit for them, and again when all
    who were are gone and others are there.

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
        self._fit: dict[frozenset[str], frozenset[str]] = {}
        """Who can make calls, by what these need."""
        self._seen_seconds = time.monotonic()
        """When somebody was last able to go on."""
        self._looks = 0
        self._failure: ClusterError | None = None
        self._lock = RLock()
        self._ended = Event()
        self._thread = Thread(target=self._look_after, daemon=True)
        self._thread.start()

    def make(
        self, send: Callable[[], Future[Any]], needed: Collection[str]
    ) -> Future[Any]:
        """Make a call; what is given gets its answer, or why there is none.

        Parameters
        ----------
        send
            Gives it to the scheduler.
        needed
            The resources that a worker must have for it.
        """
        call = _Call(send, frozenset(needed))
        call.answer.set_running_or_notify_cancel()
        with self._lock:
            self._waiting.add(call)
            is_sent = bool(self._fit.get(call.needed))
            failure = self._failure
        if failure is not None:
            self._fail(failure)
        elif is_sent:
            self._send(call)
        return call.answer

    def count_fit(self) -> int:
        """Give how many workers can make some call, as was last seen."""
        with self._lock:
            return max(map(len, self._fit.values()), default=0)

    def close(self) -> None:
        """Stop looking after calls; those without an answer get none."""
        self._ended.set()
        self._thread.join()

    def _send(self, call: _Call) -> None:
        with suppress(Exception):  # the connection is gone: it is sent again later
            before, call.sent = call.sent, call.send()
            if before is not None:
                before.cancel()
            call.sent.add_done_callback(partial(self._answer, call))

    def _answer(self, call: _Call, ended: Future[Any]) -> None:
        if ended.cancelled():  # the scheduler is lost, or it was sent again
            return
        error = ended.exception()
        if isinstance(error, CancelledError):
            return
        with self._lock:
            if call not in self._waiting:  # it was sent twice, and answered before
                return
            self._waiting.discard(call)
        if error is not None:
            call.answer.set_exception(error)
        else:
            call.answer.set_result(ended.result())

    def _look_after(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            # What fails while the scheduler is being lost is done at the next look.
            with suppress(Exception):
                self._look()

    def _look(self) -> None:
        if self._client.status == "closed":
            self._fail(self._gone("its scheduler is gone"))
        elif self._client.status == "running":
            if self._client.scheduler_comm is not self._connection:
                connection = self._client.scheduler_comm
                with self._lock:
                    self._fit.clear()
                self._prepare()
                self._connection = connection
            self._looks -= 1
            with self._lock:
                needs = {call.needed for call in self._waiting}
            if self._looks < 0 or not all(map(self._fit.get, needs)):
                self._count(needs)

    def _count(self, needs: Collection[frozenset[str]]) -> None:
        """See who can go on, and send what they don't have yet."""
        workers = self._client.scheduler_info()["workers"]
        self._looks = max(_LEAST_LOOKS, len(workers) // _WORKERS_A_LOOK)
        stuck = False
        for needed in needs:
            fit = frozenset(
                address
                for address, worker in workers.items()
                if needed <= worker["resources"].keys()
            )
            with self._lock:
                are_others = fit.isdisjoint(self._fit.get(needed, ()))
                self._fit[needed] = fit
                unsent = [call for call in self._waiting if call.needed == needed]
            stuck = stuck or not fit
            for call in unsent if are_others and fit else ():
                self._send(call)
        if not stuck:
            self._seen_seconds = time.monotonic()
        elif time.monotonic() - self._seen_seconds > PATIENCE_SECONDS:
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
    ) -> Future[Any]:
        """Have a worker make a call with the session of its process."""
        task = partial(fn, **kwargs)
        send = partial(
            self._executor.submit, run, self._key, task, args, alone=self._alone
        )
        return self._calls.make(send, self._resources.keys())

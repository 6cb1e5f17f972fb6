"""The near side: connect to a cluster, and find out who can work for a run."""

import logging
import platform
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

import cloudpickle
import dask
import numpy as np
from distributed import Client
from distributed.comm.addressing import parse_address, parse_host_port
from distributed.comm.registry import get_backend
from distributed.security import Security

from grader import __version__
from grader.batch import Pool
from grader.cluster import LOCAL, TIMING, guest
from grader.cluster.calls import Calls, ClusterExecutor
from grader.cluster.guest import Guest, read_report
from grader.cluster.local import open_local
from grader.cluster.order import Order, order_of
from grader.errors import ClusterError
from grader.fingerprint import own_code
from grader.record import Environment
from grader.session import Settings

CONNECT_SECONDS = 30.0
WORKERS_SECONDS = 30.0
"""How long a scheduler, or the first worker, may take to be there or to come back."""
_TOGETHER = 16
"""How many small submissions go over in one call: each call costs some 5 ms."""
_CALLS_EACH = 2
"""How many calls there are for each worker, so that none has to wait for the next."""
_LAST_MESSAGES = 10
"""How many Dask keeps of each connection: a thousand of ours would be 60 MiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A worker of a cluster, and whether it takes work."""

    address: str
    host: str
    issue: str | None
    """Why it takes none, if it does not."""
    can_time: bool
    """Whether it declares a timing slot."""
    environment: Environment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The workers of a cluster that take work for a run."""

    members: tuple[Member, ...]
    """All that there were at the beginning, fit or not."""
    environment: Environment
    """Of one that takes work."""
    pool: Pool
    examine: Callable[[], tuple[Member, ...]]
    """Gives the workers that there are by now."""


@contextmanager
def open_crew(address: str, settings: Settings, *, jobs: int) -> Iterator[Crew]:
    """Connect to a cluster, and have its workers examined.

    Parameters
    ----------
    address
        Of the scheduler, such as `tcp://host:8786`; `local` starts a cluster here.
    settings
        Of the run.
    jobs
        How many workers a local cluster has.

    Raises
    ------
    ClusterError
        If there is no scheduler, or nobody takes work.
    """
    for library in ("distributed", "tornado", "asyncio"):  # one line says it all
        logging.getLogger(library).setLevel(logging.CRITICAL)
    order = order_of(settings)
    kept = {"distributed.admin.low-level-log-length": _LAST_MESSAGES}
    with dask.config.set(kept), ExitStack() as opened:
        place, security = address, None
        if address == LOCAL:
            local = opened.enter_context(open_local(jobs))
            place, security = local.address, local.security
        client = opened.enter_context(_connect(place, security))
        yield from _crew(client, address, order)


def _require_valid(address: str, security: Security) -> None:
    """Refuse an address that nobody can have.

    A client that is made with one never ends, and the program with it.
    """
    try:
        scheme, place = parse_address(address)
        get_backend(scheme)
        parse_host_port(place)
    except ValueError as error:
        raise ClusterError(address, f"{error}") from error
    if (
        scheme == "tls"
        and security.get_connection_args("client")["ssl_context"] is None
    ):
        issue = "tls:// takes certificates: set `distributed.comm.tls` for Dask"
        raise ClusterError(address, issue)


@contextmanager
def _connect(address: str, security: Security | None = None) -> Iterator[Client]:
    _require_valid(address, security or Security())
    try:
        client = Client(
            address, timeout=CONNECT_SECONDS, set_as_default=False, security=security
        )
    except (OSError, ValueError, TypeError) as error:
        issue = "no scheduler answers there" if isinstance(error, OSError) else error
        raise ClusterError(address, f"{issue}") from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


def _crew(client: Client, address: str, order: Order) -> Iterator[Crew]:
    _wait_for_workers(client, address)
    _refuse_other_pythons(client, address)
    name = f"grader-{uuid.uuid4().hex[:12]}"
    visitor = Guest(name, _versions(), _plain(order))

    def prepare() -> None:
        client.register_plugin(visitor, name=name)

    cloudpickle.register_pickle_by_value(guest)
    prepare()
    members = _members(client, name)
    fit = [member for member in members if member.issue is None]
    if not fit:
        raise ClusterError(address, f"no worker takes work: {_words(members)}")
    environment = fit[0].environment
    assert environment is not None
    calls = Calls(client, address, prepare)
    can_time = any(member.can_time for member in fit)
    judges = ClusterExecutor(client, calls, order.key, {name: 1})
    clocks = ClusterExecutor(client, calls, order.key, {name: 1, TIMING: 1}, alone=True)
    pool = Pool(
        judges=judges,
        clocks=clocks if can_time else None,
        room=lambda: _CALLS_EACH * _TOGETHER * max(calls.count_fit(), len(fit)),
        together=_TOGETHER,
    )
    try:
        yield Crew(
            members=members,
            environment=environment,
            pool=pool,
            examine=partial(_members, client, name),
        )
    finally:
        calls.close()
        with suppress(Exception):  # the scheduler may be gone
            client.unregister_worker_plugin(name)


def _wait_for_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        raise ClusterError(address, "it has no workers") from error


def _refuse_other_pythons(client: Client, address: str) -> None:
    """Refuse a cluster to which not even a question can be sent as code."""
    ours = platform.python_version_tuple()[:2]
    found = client.run(platform.python_version, on_error="return")
    other = [
        f"{worker} has Python {theirs}"
        for worker, theirs in found.items()
        if isinstance(theirs, str) and tuple(theirs.split(".")[:2]) != ours
    ]
    if other:
        issue = f"all workers need Python {'.'.join(ours)}: {'; '.join(other)}"
        raise ClusterError(address, issue)


_SHOWN = 12
"""Digits of a hash that stand for all of it."""


def _versions() -> dict[str, str]:
    return {
        "grader": __version__,
        "code": own_code()[:_SHOWN],
        "numpy": np.__version__,
        "python": platform.python_version(),
    }


def _plain(order: Order) -> dict[str, Any]:
    return {one.name: getattr(order, one.name) for one in fields(order) if one.init}


def _members(client: Client, name: str) -> tuple[Member, ...]:
    reports = client.run(read_report, name, on_error="return")
    workers = client.scheduler_info()["workers"]
    return tuple(
        _member(address, report, workers.get(address, {}))
        for address, report in sorted(reports.items())
    )


def _member(address: str, report: Any, worker: Mapping[str, Any]) -> Member:  # noqa: ANN401 - a failure, perhaps
    if not isinstance(report, dict):
        report = {"host": None, "issue": f"it doesn't answer: {report!r}"}
    environment = report.get("environment")
    return Member(
        address=address,
        host=report["host"] or "unknown",
        issue=report["issue"],
        can_time=bool(worker.get("resources", {}).get(TIMING)),
        environment=Environment(**environment) if environment else None,
    )


def _words(members: tuple[Member, ...]) -> str:
    return "; ".join(f"{one.host} ({one.address}): {one.issue}" for one in members)

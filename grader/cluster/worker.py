"""The far side: what runs in a worker's process, one call at a time.

A worker may serve several runs; a few of their sessions stay open, since each has a
sandbox that takes longer to start than most submissions take to grade.
"""

import fcntl
import os
import socket
import tempfile
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from hypothesis.errors import HypothesisDeprecationWarning

from grader.batch import share_session
from grader.cluster.order import Order
from grader.environment import environment_of
from grader.loading import load_problem
from grader.sandbox.sandbox import Sandbox
from grader.session import Session, Settings

_MOST_SESSIONS = 4
_TURN = "grader-timing.lock"

_settings: dict[str, Settings] = {}
"""By the key of the order."""
_sessions: OrderedDict[str, Session] = OrderedDict()
"""The least recently used first."""
_lock = Lock()
"""A session is for one call at a time, whatever `--nthreads` says."""


def prepare(plain: Mapping[str, Any], scratch: Path) -> dict[str, Any]:
    """Unpack a run's problem, try the sandbox, and describe this machine.

    Raises
    ------
    GraderError
        If this worker can't do what is asked for.
    """
    # Dask's own threads draw random numbers while a counterexample is looked for.
    warnings.simplefilter("ignore", HypothesisDeprecationWarning)
    order = Order(**plain)
    settings = order.settings_in(scratch)
    imports = load_problem(settings.problem).spec.allowed_imports
    with Sandbox(imports, settings.isolation) as sandbox:
        environment = environment_of(sandbox.isolation)
    _settings[order.key] = settings
    return environment.model_dump(mode="json")


def run(
    key: str,
    task: Callable[..., Any],
    arguments: Sequence[Any],
    *,
    alone: bool,
) -> Any:  # noqa: ANN401 - what the task gives
    """Make a call with the session of a run.

    Parameters
    ----------
    key
        Of the run's order.
    task, arguments
        What is called.
    alone
        Whether it measures speed, so that no other such call may run on this machine.
    """
    with _lock:
        share_session(_session(key))
        if not alone:
            return task(*arguments)
        with _turn():
            return task(*arguments)


def _session(key: str) -> Session:
    if key not in _sessions:
        while len(_sessions) >= _MOST_SESSIONS:
            _, oldest = _sessions.popitem(last=False)
            oldest.close()
        _sessions[key] = Session(_settings[key], host=socket.gethostname())
    _sessions.move_to_end(key)
    return _sessions[key]


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other worker of this machine measures, of any cluster."""
    path = Path(tempfile.gettempdir()) / _TURN
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)  # of another user, perhaps: reading is enough
    except FileNotFoundError:
        descriptor = os.open(path, flags | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # the kernel ends it with the process
        yield
    finally:
        os.close(descriptor)

"""The near side of the zygote: start it, have workers forked and collected."""

import json
import os
import pwd
import socket
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import SandboxError
from grader.problem import Limits
from grader.sandbox import namespaces
from grader.sandbox.imports import Imports, resolve_imports
from grader.sandbox.layers import Layer, fixed_addresses
from grader.sandbox.protocol import Regions
from grader.sandbox.system_calls import compile_filter
from grader.sandbox.zygote import LETTER_BYTES
from grader.text import printable

ZYGOTE = Path(__file__).with_name("zygote.py")
# That of a virtual environment is a link to it, and adds only what `-S` leaves out.
_INTERPRETER = os.path.realpath(sys.executable)
REPLY_SECONDS = 60.0
"""After this, a process of ours that doesn't answer has failed, however busy it is."""

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/nonexistent",
    "PYTHONHASHSEED": "0",  # sets are iterated in the same order in every run
    # Else freed memory holds a number that is drawn when a process starts.
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Of a process that runs submissions: nothing of ours, and one thread for BLAS."""
_NEEDED = ("memfd_create", "eventfd", "pidfd_open", "sched_setaffinity")
_MIB = 1 << 20
_LAST_WORDS = 1000


def missing_calls() -> tuple[str, ...]:
    """List what this system lacks to hold workers; nothing on Linux."""
    return tuple(name for name in _NEEDED if not hasattr(os, name))


class Launcher:
    """A zygote, started in the background; the first use waits for it.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    for_tests
        Whether its workers run candidates' tests: pytest is imported before the fork.

    Raises
    ------
    SandboxError
        If the system is not Linux, or has no room for another process.
    """

    def __init__(self, imports: Sequence[str], *, for_tests: bool = False) -> None:
        missing = missing_calls()
        if missing:
            words = f"this system has no {', '.join(missing)}; it takes Linux"
            raise SandboxError(f"{words}, but for `grader practice`")
        allowed = _allowed(tuple(imports))
        try:
            self._control, far = socket.socketpair(
                socket.AF_UNIX, socket.SOCK_SEQPACKET
            )
            with far:
                self._complaints = os.memfd_create("complaints")
                command = _command(far, allowed)
                self._process = _start_zygote(command, far, self._complaints)
        except OSError as error:
            raise SandboxError(f"no zygote can be started: {error}") from error
        self._control.settimeout(REPLY_SECONDS)
        setup = _setup(allowed, in_namespaces=command[0] != _INTERPRETER)
        self._send(setup | {"for_tests": for_tests})
        self._unread = 1  # that it is ready

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._control.close()
        self._process.wait()
        os.close(self._complaints)

    def fork(
        self,
        regions: Regions,
        limits: Limits,
        required_layers: Sequence[Layer],
        descriptors: Sequence[int],
    ) -> tuple[int, int]:
        """Have a worker forked; give the zygote's name for it and a descriptor."""
        message = {
            "regions": asdict(regions),
            "memory_bytes": limits.memory_mib * _MIB + regions.total,
            "required": list(required_layers),
        }
        reply, received = self._ask(message, descriptors)
        return reply["pid"], received[0]

    def reap(self, name: int) -> int:
        """Have an ended worker collected; give its exit status, or minus its signal."""
        reply, _ = self._ask({"reap": name})
        return int(reply["status"])

    def reap_later(self, name: int) -> None:
        """Have a killed worker collected, and go on while its memory is given back."""
        self._send({"reap": name})
        self._unread += 1

    def _ask(
        self, message: dict[str, Any], descriptors: Sequence[int] = ()
    ) -> tuple[dict[str, Any], list[int]]:
        self._send(message, descriptors)
        try:
            while self._unread:
                self._control.recv(LETTER_BYTES)
                self._unread -= 1
            reply, received, _, _ = socket.recv_fds(self._control, LETTER_BYTES, 1)
        except OSError as error:
            raise SandboxError(f"no answer from the zygote: {error}") from error
        if not reply:
            raise SandboxError(f"the zygote ended: {self.complaint() or 'killed'}")
        return json.loads(reply), received

    def complaint(self) -> str:
        """Give the last words of the zygote, or of a worker on its way to start."""
        size = os.fstat(self._complaints).st_size
        words = os.pread(self._complaints, _LAST_WORDS, max(0, size - _LAST_WORDS))
        lines = printable(words).splitlines()
        return lines[-1] if lines else ""

    def _send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        text = json.dumps(message).encode()
        try:
            socket.send_fds(self._control, [text], list(descriptors))
        except OSError as error:
            raise SandboxError(f"the zygote can't be asked: {error}") from error


def _command(control: socket.socket, allowed: Imports) -> list[str]:
    libraries = str(Path(np.__file__).parent.parent)
    words = ["-P", "-s", "-S", "-B", str(ZYGOTE), str(control.fileno()), libraries]
    visible = (*allowed.readable, *_far_side())
    return namespaces.command([_INTERPRETER, *words], visible)


def _start_zygote(
    command: Sequence[str], control: socket.socket, complaints: int
) -> subprocess.Popen[bytes]:
    with fixed_addresses():
        return subprocess.Popen(  # noqa: S603 - our own interpreter and script
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            env=ENVIRONMENT,
            cwd="/",
            pass_fds=[control.fileno()],
        )


def _far_side() -> list[str]:
    """List what of ours a zygote imports, and no file beside it."""
    top = ZYGOTE.parent.parent
    modules = [str(top / name) for name in ("__init__.py", "outcome.py")]
    return [str(ZYGOTE.parent), *modules, *map(cache_from_source, modules)]


@cache
def _allowed(imports: tuple[str, ...]) -> Imports:
    return resolve_imports(imports)


def _setup(allowed: Imports, *, in_namespaces: bool) -> dict[str, Any]:
    folders = {sysconfig.get_path("stdlib"), *allowed.libraries.values()}
    return {
        "libraries": allowed.libraries,
        "readable": allowed.readable,
        "filter": _filter().hex(),
        "user": _unused_user() if os.geteuid() == 0 else None,
        # What bubblewrap mounts lies in folders that it makes for root alone.
        "keep_reading": in_namespaces
        or not all(_is_open_to_others(Path(one)) for one in folders),
    }


_filter = cache(compile_filter)


def _unused_user() -> int:
    """Choose a user that no file and no other grader has."""
    # systemd(7) sets these aside for users that exist for as long as a service runs.
    first, count = 61184, 4336
    named = {entry.pw_uid for entry in pwd.getpwall()}
    turns = (first + (os.getpid() + turn) % count for turn in range(count))
    return next(one for one in turns if one not in named)


def _is_open_to_others(folder: Path) -> bool:
    """Tell whether users without any rights of their own can reach and list it."""
    reachable = all(
        one.stat().st_mode & stat.S_IXOTH for one in (folder, *folder.parents)
    )
    return reachable and bool(folder.stat().st_mode & stat.S_IROTH)

"""The near side of the zygote: start it, have workers forked and collected."""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.errors import SandboxError
from grader.problem import Limits
from grader.sandbox.imports import resolve_imports
from grader.sandbox.layers import Layer
from grader.sandbox.protocol import Regions
from grader.sandbox.system_calls import compile_filter
from grader.sandbox.zygote import DATAGRAM_BYTES

ZYGOTE = Path(__file__).with_name("zygote.py")
REPLY_SECONDS = 60.0
"""After this, a process of ours that doesn't answer has failed, however busy it is."""

_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/nonexistent",
    "PYTHONHASHSEED": "0",  # sets are iterated in the same order in every run
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
# The last resort, should the grader be gone: its own deadlines come well before.
_PROCESSOR_SECONDS = 3600
_MIB = 1 << 20


class Launcher:
    """A zygote, started in the background; the first use waits for it.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    """

    def __init__(self, imports: Sequence[str]) -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.settimeout(REPLY_SECONDS)
        words = [str(far.fileno()), str(Path(np.__file__).parent.parent)]
        with far:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-P", "-s", "-S", "-B", ZYGOTE, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
                pass_fds=[far.fileno()],
            )
        self._control = near
        self._control.send(json.dumps(_setup(tuple(imports))).encode())
        self._unread = 1  # that it is ready

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._control.close()
        self._process.wait()

    def fork(
        self,
        regions: Regions,
        limits: Limits,
        required_layers: Sequence[Layer],
        descriptors: Sequence[int],
    ) -> tuple[int, int]:
        """Have a worker forked; give its process id and a descriptor of it."""
        message = {
            "regions": asdict(regions),
            "memory_bytes": limits.memory_mib * _MIB + regions.total,
            "processor_seconds": _PROCESSOR_SECONDS,
            "required": list(required_layers),
        }
        reply, received = self._ask(message, descriptors)
        return reply["pid"], received[0]

    def reap(self, pid: int) -> int:
        """Have an ended worker collected; give its exit status, or minus its signal."""
        reply, _ = self._ask({"reap": pid})
        return int(reply["status"])

    def reap_later(self, pid: int) -> None:
        """Have a killed worker collected, and go on while its memory is given back."""
        self._send({"reap": pid})
        self._unread += 1

    def _ask(
        self, message: dict[str, Any], descriptors: Sequence[int] = ()
    ) -> tuple[dict[str, Any], list[int]]:
        self._send(message, descriptors)
        try:
            while self._unread:
                self._control.recv(DATAGRAM_BYTES)
                self._unread -= 1
            reply, received, _, _ = socket.recv_fds(self._control, DATAGRAM_BYTES, 1)
        except OSError as error:
            raise SandboxError(f"no answer from the zygote: {error}") from error
        if not reply:
            raise SandboxError("the zygote ended")
        return json.loads(reply), received

    def _send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        text = json.dumps(message).encode()
        try:
            socket.send_fds(self._control, [text], list(descriptors))
        except OSError as error:
            raise SandboxError(f"the zygote can't be asked: {error}") from error


@cache
def _setup(imports: tuple[str, ...]) -> dict[str, Any]:
    found = resolve_imports(imports)
    return {
        "libraries": found.libraries,
        "readable": found.readable,
        "filter": compile_filter().hex(),
    }

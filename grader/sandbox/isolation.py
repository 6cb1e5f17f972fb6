"""What holds workers back on this machine, found by trying what must not work."""

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from grader.errors import SandboxError
from grader.outcome import AskedArgument, Call, Loaded, Returned, Signature
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.launcher import ZYGOTE
from grader.sandbox.layers import Layer, Level, level_of
from grader.sandbox.protocol import encode_calls
from grader.submission import Submission


class Addition(StrEnum):
    """What a machine may add to the layers, by the names that records carry."""

    SEPARATE_USER = "separate_user"
    """Workers are a user without a name or a file; only where the grader is root."""
    NAMESPACES = "namespaces"
    """Workers see no other process, no network and no file that they may not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What holds workers back on this machine, found by trying."""

    level: Level
    layers: dict[Layer, bool]
    """Which layers hold."""
    additions: tuple[Addition, ...] = ()
    """What holds workers back beyond the layers."""

    @classmethod
    def unknown(cls) -> Self:
        """Give what may be claimed before anything was tried: nothing."""
        return cls(level=Level.NONE, layers=dict.fromkeys(Layer, False))

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that don't hold."""
        return tuple(layer.value for layer, holds in self.layers.items() if not holds)


_PROBE = b"""
import errno, mmap, os, signal, socket

def denied(action, *numbers):
    try:
        action()
    except OSError as error:
        return error.errno in numbers
    return False

def fork():
    if os.fork() == 0:
        os._exit(0)

def probe(path, size):
    return (
        denied(lambda: mmap.mmap(-1, size), errno.ENOMEM),
        denied(lambda: os.close(os.open(path, os.O_RDONLY)), errno.EACCES)
        and denied(lambda: os.listdir("/"), errno.EACCES),
        denied(socket.socket, errno.EPERM)
        and denied(fork, errno.EPERM)
        and denied(lambda: os.kill(os.getpid(), 0), errno.EPERM),
    )
"""
_PROBED = Signature(
    name="probe", arguments=(AskedArgument(name="path"), AskedArgument(name="size"))
)


def try_out(worker: WorkerHandle, memory_bytes: int) -> Isolation:
    """Have a worker try what it must not do, with code of our own.

    Parameters
    ----------
    worker
        A fresh one.
    memory_bytes
        More than it is allowed.

    Raises
    ------
    SandboxError
        If the worker doesn't answer.
    """
    arguments = {"path": str(ZYGOTE), "size": memory_bytes}
    call = Call(function="probe", arguments=arguments, output_bytes=1024)
    load = worker.load(Submission(name="probe", source=_PROBE), [_PROBED])
    status = worker.status
    exchange = encode_calls([call], sequence=1)
    outcomes = worker.make_calls(exchange) if isinstance(load, Loaded) else []
    match outcomes:
        case [Returned(value=(bool(memory), bool(files), bool(calls)))]:
            holding = {
                Layer.RLIMITS: memory,
                Layer.NO_NEW_PRIVS: status["NoNewPrivs"] == ["1"],
                Layer.LANDLOCK: files,
                Layer.SECCOMP: calls,
            }
        case _:
            raise SandboxError(f"the isolation can't be tried out: {load}, {outcomes}")
    level = level_of(layer for layer, holds in holding.items() if holds)
    added = {
        Addition.SEPARATE_USER: str(os.geteuid()) not in status["Uid"],
        Addition.NAMESPACES: len(status.get("NSpid", ())) > 1,
    }
    additions = tuple(one for one, holds in added.items() if holds)
    return Isolation(level=level, layers=holding, additions=additions)

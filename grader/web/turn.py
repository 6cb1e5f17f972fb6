"""Whose turn it is among runners: many judge at once, one that measures is alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Turn:
    """Locks that the runners of a server share; the kernel gives back a dead one's.

    Whoever judges goes in by a door that whoever measures keeps shut, or else there
    might always be someone inside.
    """

    door: Path
    room: Path

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Wait until nobody measures."""
        with ExitStack() as inside:
            with _held(self.door, fcntl.LOCK_SH):
                inside.enter_context(_held(self.room, fcntl.LOCK_SH))
            yield

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Let nobody in, and wait until all are out."""
        with _held(self.door, fcntl.LOCK_EX), _held(self.room, fcntl.LOCK_EX):
            yield


@contextmanager
def open_turn() -> Iterator[Turn]:
    """Make the locks in memory of this process, so that they go with it."""
    with ExitStack() as opened:
        yield Turn(_in_memory("door", opened), _in_memory("room", opened))


def _in_memory(name: str, opened: ExitStack) -> Path:
    descriptor = os.memfd_create(name)
    opened.callback(os.close, descriptor)
    # Opened by this path, it is held by whoever opened it, and not by all together.
    return Path(f"/proc/{os.getpid()}/fd/{descriptor}")


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)

"""Whose turn it is among runners: many judge at once, one that measures is alone."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


class Turn:
    """Locks that the runners of a server share; the kernel gives back a dead one's.

    Whoever judges goes in by a door that whoever measures keeps shut, or else there
    might always be someone inside.

    Parameters
    ----------
    folder
        The same for all runners, and for nobody else.
    """

    def __init__(self, folder: Path) -> None:
        self._door, self._room = folder / "door", folder / "room"

    @contextmanager
    def judging(self) -> Iterator[None]:
        """Wait until nobody measures."""
        with ExitStack() as inside:
            with _held(self._door, fcntl.LOCK_SH):
                inside.enter_context(_held(self._room, fcntl.LOCK_SH))
            yield

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Let nobody in, and wait until all are out."""
        with _held(self._door, fcntl.LOCK_EX), _held(self._room, fcntl.LOCK_EX):
            yield


@contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)

"""What happens while a command waits: code is saved, or a key is pressed."""

import os
import re
import select
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from watchfiles import watch

from grader.submission.files import (
    NOTEBOOK,
    PYTHON,
    files_below,
    is_passed_over,
    suffix_of,
)

_STEP_MS = 5
"""After a change, how long nothing else must change: editors write in steps."""
_LONGEST_STEPS_MS = 50
_LOOK_SECONDS = 1.0
"""How often the files are looked at, where the system tells of no changes."""
_END_OF_INPUT = "\x04"
_SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?", re.DOTALL)
"""What arrows and their like send (ECMA-48, 5.4)."""
_MOST_TYPED = 64


class Saved(Enum):
    """That the file, or one in the folder, was saved."""

    SAVED = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed."""

    name: str
    """The letter; empty if there are no more keys to come."""


Event = Saved | Key


class Events:
    """Waits for code to be saved, and for keys if there is a terminal.

    Parameters
    ----------
    path
        The file, or a folder with the files that may hold code. It may be missing, or
        be replaced by another of the same name.
    keys
        Whether to wait for keys as well.
    """

    def __init__(self, path: Path, *, keys: bool) -> None:
        self._path, self._keys = path.resolve(), keys
        self._is_folder = path.is_dir()
        self._stop = threading.Event()
        self._stack = ExitStack()
        self._seen: tuple[object, ...] = ()
        self._typed: list[Key] = []

    def __enter__(self) -> Self:
        """Begin to watch; keys are now read one by one, and not shown."""
        self._told, self._teller = os.pipe()
        self._stack.callback(os.close, self._told)
        self._stack.callback(self._stop.set)
        thread = threading.Thread(target=self._watch, daemon=True)
        if self._keys:
            self._stack.enter_context(_single_keys(sys.stdin.fileno()))
        thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the terminal back as it was."""
        self._stack.close()

    def _watch(self) -> None:
        """Tell of changes, until there is nobody to tell, or nothing to watch."""
        changes = watch(
            self._path if self._is_folder else self._path.parent,
            watch_filter=lambda _, changed: self._is_meant(Path(changed)),
            debounce=_LONGEST_STEPS_MS,
            step=_STEP_MS,
            stop_event=self._stop,
            rust_timeout=500,
            raise_interrupt=False,
            recursive=self._is_folder,
        )
        try:
            for _ in changes:
                os.write(self._teller, b".")
        except (OSError, RuntimeError):
            pass  # what is not told of is seen at the next look
        finally:
            os.close(self._teller)

    def look(self) -> None:
        """Remember what the files are like; told of are changes since then."""
        self._seen = self._look()

    def _look(self) -> tuple[object, ...]:
        below = files_below(self._path) if self._is_folder else (self._path,)
        found = []
        for path in filter(self._is_meant, below):
            try:
                now = path.stat()
            except OSError:
                continue
            found.append((path, now.st_mtime_ns, now.st_size, now.st_ino))
        return tuple(sorted(found))

    def _is_meant(self, path: Path) -> bool:
        """Tell whether a file is the one, or one of those in the folder."""
        if not self._is_folder:
            return path.name == self._path.name
        inside = PurePosixPath(path.relative_to(self._path))
        return suffix_of(inside) in {PYTHON, NOTEBOOK} and not is_passed_over(inside)

    def wait(self, seconds: float | None = None) -> Event | None:
        """Wait for what happens next; give None if nothing does in so many seconds."""
        descriptors = [self._told]
        if self._keys:
            descriptors.append(sys.stdin.fileno())
        while not self._typed:
            patience = _LOOK_SECONDS if seconds is None else seconds
            ready, _, _ = select.select(descriptors, [], [], patience)
            if self._told in ready:
                if os.read(self._told, 1024):
                    return Saved.SAVED
                descriptors.remove(self._told)  # it is looked at from time to time
            elif ready:
                self._typed += _read_keys(sys.stdin.fileno())
                continue
            elif self._look() != self._seen:
                return Saved.SAVED
            if seconds is not None:
                return None
        return self._typed.pop(0)


def _read_keys(descriptor: int) -> list[Key]:
    r"""Read what was typed; of a key that sends several letters nothing is taken.

    Examples
    --------
    >>> told, teller = os.pipe()
    >>> _ = os.write(teller, b"hA\x1b[A")
    >>> _read_keys(told)
    [Key(name='h'), Key(name='a')]
    """
    try:
        typed = os.read(descriptor, _MOST_TYPED)
    except OSError:  # the terminal is gone
        typed = b""
    if not typed:
        return [Key("")]
    letters = _SEQUENCE.sub(b"", typed).decode("latin-1").lower()
    return [Key("" if one == _END_OF_INPUT else one) for one in letters]


@contextmanager
def _single_keys(descriptor: int) -> Iterator[None]:
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

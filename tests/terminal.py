"""A terminal for tests: what a command draws, as a person would see it."""

import os
import sys
import termios
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

import pexpect
import pyte

ROOT = Path(__file__).parent.parent
PATIENCE_SECONDS = 60


class Terminal:
    """The grader in a pseudo-terminal."""

    def __init__(
        self,
        *arguments: str | Path,
        environment: Mapping[str, str] = MappingProxyType({}),
        lines: int = 50,
    ) -> None:
        # The size is the terminal's to tell; pytest's workers have these set.
        inherited = os.environ.keys() - {"LINES", "COLUMNS"}
        self.screen = pyte.Screen(100, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = b""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks near threads
            self._child = pexpect.spawn(
                sys.executable,
                ["-m", "grader", *map(str, arguments)],
                dimensions=(lines, 100),
                env={
                    **{name: os.environ[name] for name in inherited},
                    "PYTHONPATH": str(ROOT),
                    "TERM": "xterm",
                    **environment,
                },
                timeout=PATIENCE_SECONDS,
            )
        self._before = self._modes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._child.close(force=True)

    @property
    def text(self) -> str:
        """What is on the screen, with single spaces and no line ends."""
        return " ".join(" ".join(self.screen.display).split())

    def press(self, keys: str) -> None:
        self._child.send(keys)

    def wait_for(self, *words: str, gone: str = "\0") -> str:
        """Read until all words are on the screen, and what should be gone is gone."""
        end = time.monotonic() + PATIENCE_SECONDS
        while gone in self.text or not all(word in self.text for word in words):
            assert time.monotonic() < end, f"no {words} in:\n{self.text}"
            try:
                self._read()
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                raise AssertionError(f"it ended with:\n{self.text}") from None
        return self.text

    def end(self) -> int:
        """Read to the end; give the exit code."""
        try:
            while True:
                self._read(PATIENCE_SECONDS)
        except pexpect.EOF:
            pass
        self._child.wait()
        return int(self._child.exitstatus)

    @property
    def is_restored(self) -> bool:
        """Whether keys work as before, the cursor is seen, and so is what was there."""
        back = self.sent.rfind(b"\x1b[?1049l") > self.sent.rfind(b"\x1b[?1049h")
        seen = self.sent.rfind(b"\x1b[?25h") > self.sent.rfind(b"\x1b[?25l")
        return back and seen and self._modes() == self._before

    def _modes(self) -> int:
        return int(termios.tcgetattr(self._child.child_fd)[3])

    def _read(self, seconds: float = 0.2) -> None:
        data = self._child.read_nonblocking(1 << 16, timeout=seconds)
        self.sent += data
        self._stream.feed(data)

"""A sandbox that holds nothing back, where the system lacks what the other needs.

For practice with one's own file on systems other than Linux: a process for each run, a
file without a name for the memory that is shared, and pipes to wake each other. Time
limits are by the clock on the wall; memory has none. What passes is the same, and so is
all that is read of it.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

import numpy as np

from grader.errors import SandboxError
from grader.problem import Limits
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.imports import resolve_imports
from grader.sandbox.isolation import Isolation
from grader.sandbox.launcher import ENVIRONMENT, Launcher, missing_calls
from grader.sandbox.layers import Layer, Level
from grader.sandbox.plain_worker import GO
from grader.sandbox.protocol import Regions
from grader.sandbox.sandbox import Sandbox

_SCRIPT = Path(__file__).with_name("plain_worker.py")


def open_sandbox(imports: Sequence[str]) -> Sandbox:
    """Open the sandbox that this system has, at whatever level of isolation.

    Raises
    ------
    SandboxError
        If the machine has no room for another process.
    """
    return PlainSandbox(imports) if missing_calls() else Sandbox(imports, Level.NONE)


class PlainSandbox(Sandbox):
    """Runs one's own submissions, each in a plain process.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    """

    def __init__(self, imports: Sequence[str] = ("numpy",)) -> None:
        self._imports = imports
        self._plain = PlainLauncher(imports)
        self._launcher = self._plain
        self._for_tests = None

    @cached_property
    def isolation(self) -> Isolation:
        """What holds workers back: nothing."""
        return Isolation.unknown()

    def _start(
        self,
        limits: Limits,
        request_bytes: int,
        response_bytes: int,
        launcher: Launcher | None = None,
    ) -> WorkerHandle:
        assert launcher is None, "a launcher for tests starts on Linux only"
        regions = Regions(
            printed_bytes=limits.stdout_kib * 1024,
            request_bytes=request_bytes,
            response_bytes=response_bytes,
        )
        return PlainWorker(self._plain, regions, limits, ())


@dataclass(frozen=True, slots=True)
class Plain:
    """A process, and the file that it shares with the grader."""

    process: subprocess.Popen[bytes]
    arena: IO[bytes]

    def end(self) -> None:
        """End the process, and what it has started."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()  # if it has no group of its own yet
        with self.process:
            pass


class PlainLauncher(Launcher):
    """Starts processes, one ahead of its use: importing NumPy takes its time.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    """

    def __init__(self, imports: Sequence[str]) -> None:
        self._libraries = resolve_imports(imports).libraries
        self._spare: Plain | None = self._start()

    def _start(self) -> Plain:
        libraries = str(Path(np.__file__).parent.parent)
        words = [sys.executable, "-P", "-s", "-S", "-B", str(_SCRIPT), libraries]
        with ExitStack() as opened:
            arena = opened.enter_context(tempfile.TemporaryFile(buffering=0))
            process = self._started([*words, str(arena.fileno())], arena.fileno())
            opened.pop_all()
        return Plain(process, arena)

    def _started(self, words: Sequence[str], arena: int) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and script
                words,
                pass_fds=(arena,),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for the grader
            )
        except OSError as error:
            raise SandboxError(f"no process can be started: {error}") from error

    def take(self, regions: Regions) -> Plain:
        """Give the process that is ready, and start the next."""
        ready, self._spare = self._spare or self._start(), None
        self._spare = self._start()
        os.ftruncate(ready.arena.fileno(), regions.total)
        setup = {"regions": asdict(regions), "libraries": self._libraries}
        assert ready.process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended, as will be seen
            ready.process.stdin.write(json.dumps(setup).encode() + b"\n")
        return ready

    def complaint(self) -> str:
        """Give no last words: a plain process has none."""
        return ""

    def close(self) -> None:
        """End the process that is ready."""
        if self._spare is not None:
            self._spare.end()
            self._spare.arena.close()
            self._spare = None


class PlainWorker(WorkerHandle):
    """One plain process, and the file that is shared with it."""

    _launcher: PlainLauncher

    def _open(self, _: Sequence[Layer]) -> None:
        """Take a process, and the file that it shares."""
        self._plain = self._launcher.take(self._regions)
        self._opened = ExitStack()
        self._opened.enter_context(self._plain.arena)
        self._opened.callback(self._plain.end)
        self._arena, self._process = self._plain.arena.fileno(), self._plain.process
        self.pid = self._process.pid
        assert self._process.stdout is not None
        self._done = self._process.stdout.fileno()
        self._ended = False
        self._poll = select.poll()
        self._poll.register(self._done, select.POLLIN)

    def _kill(self) -> None:
        self._plain.end()

    def _reap(self) -> int:
        if self._status is None:
            self._status = self._process.wait()
        return self._status

    @property
    def processor_seconds(self) -> float:
        """No time at all: there is no portable way to ask for another process's."""
        return 0.0

    def _wake(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(GO)

    def _has_answered(self) -> bool:
        answered = os.read(self._done, 1)
        self._ended = not answered
        return bool(answered)

    def _is_out_of_turn(self) -> bool:
        return False  # it is one's own file, and the pipe can't be asked in vain

    def _has_ended(self, _: Sequence[int]) -> bool:
        return self._ended

"""A scheduler and workers as processes of their own, on loopback."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from distributed import Client

ROOT = Path(__file__).parent.parent.parent
_QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical"}


@dataclass
class Loopback:
    """A cluster whose processes can be killed one by one."""

    folder: Path
    port: int = 0
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the scheduler."""
        self.start_scheduler()
        return self

    def __exit__(self, *error: object) -> None:
        """End all processes."""
        for process in self.workers:
            kill(process)
        assert self.scheduler is not None
        kill(self.scheduler)

    def host(self, what: str) -> str:
        """Give the address of what is a `scheduler` or a `worker`."""
        del what
        return "127.0.0.1"

    def within(self, what: str) -> list[str]:
        """Give the words of a command by which it is started elsewhere."""
        del what
        return []

    @property
    def address(self) -> str:
        """Where the scheduler is."""
        return f"tcp://{self.host('scheduler')}:{self.port}"

    def start_scheduler(self) -> None:
        """Start a scheduler, after the first time where the last one was."""
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        self.scheduler = self._start(
            "scheduler", "--port", str(self.port), "--scheduler-file", str(file)
        )
        while not file.is_file() or not file.read_text().endswith("}"):
            assert self.scheduler.poll() is None
            time.sleep(0.02)
        self.port = int(json.loads(file.read_text())["address"].rpartition(":")[2])

    def start_worker(
        self, *words: str, path: Path | None = None, lacking: str | None = None
    ) -> None:
        """Start a worker; it connects when it is ready.

        Parameters
        ----------
        words
            More of its command line.
        path
            Where it looks for modules first.
        lacking
            What the kernel seems to lack, see `tests/without.py`.
        """
        worker = ["worker", self.address, "--nthreads", "1", "--no-nanny"]
        scratch = ["--local-directory", str(self.folder)]
        self.workers.append(
            self._start(*worker, *scratch, *words, path=path, lacking=lacking)
        )

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many are there."""
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count)

    def _start(
        self, *words: str, path: Path | None = None, lacking: str | None = None
    ) -> subprocess.Popen[bytes]:
        code = "import sys; from dask.__main__ import main; sys.exit(main())"
        paths = [str(path)] if path else []
        without = [sys.executable, str(ROOT / "tests" / "without.py"), lacking or ""]
        within = [*self.within(words[0]), *(without if lacking else [])]
        command = [sys.executable, "-c", code, *words, "--host", self.host(words[0])]
        return subprocess.Popen(
            [*within, *command, "--no-dashboard"],
            env=os.environ
            | _QUIET
            | {
                "PYTHONPATH": ":".join([*paths, str(ROOT)]),
                "OPENBLAS_NUM_THREADS": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, and collect it."""
    process.send_signal(signal.SIGKILL)
    process.wait()

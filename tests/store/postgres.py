"""A real PostgreSQL in a folder of its own, on a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

_STARTS_WITHIN_SECONDS = 60
_ANSWERS = 0
"""What pg_isready exits with, once the server takes connections."""


class NotAvailableError(Exception):
    """Why there is no PostgreSQL."""


class Server:
    """Started in the constructor; `stop` and `start` may follow one another."""

    def __init__(self) -> None:
        self._programs = _find_programs()
        self._as_user = _another_user() if os.geteuid() == 0 else {}
        self._folder = Path(tempfile.mkdtemp(prefix="grader-pg-"))
        self._names = 0
        try:
            if self._as_user:
                os.chown(self._folder, self._as_user["user"], self._as_user["group"])
            options = ("--auth=trust", "--username=grader", "--encoding=UTF8")
            self._run("initdb", "-D", "data", "--no-sync", "--locale=C", *options)
            self.start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def start(self) -> None:
        log = (self._folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [
                    self._programs / "postgres", "-D", "data", "-k", self._folder,
                    "-c", "listen_addresses=", "-c", "fsync=off",
                ],
                cwd=self._folder, stdout=log, stderr=log, **self._as_user,
            )  # fmt: skip
        until = time.monotonic() + _STARTS_WITHIN_SECONDS
        while self._ready() != _ANSWERS:
            if self._process.poll() is not None or time.monotonic() > until:
                self._process.kill()
                words = (self._folder / "log").read_text(errors="replace")[-400:]
                raise NotAvailableError(f"postgres does not start: {words}")
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop it at once, as a machine that goes down would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(timeout=60)

    def close(self) -> None:
        if self.is_running:
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def new_database(self) -> str:
        """Make an empty database, and give its URL."""
        self._names += 1
        name = f"test_{self._names}"
        self._run("createdb", "-h", str(self._folder), "-U", "grader", name)
        return f"postgresql://grader@/{name}?host={self._folder}"

    def _ready(self) -> int:
        program = self._programs / "pg_isready"
        return subprocess.run(
            [program, "-q", "-h", self._folder], check=False
        ).returncode

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder, capture_output=True, text=True, check=False,
            **self._as_user,
        )  # fmt: skip
        if done.returncode:
            raise NotAvailableError(f"{program}: {done.stderr.strip()[-400:]}")


def _find_programs() -> Path:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        places.append(Path(on_path).parent)
    for place in places:
        if (place / "initdb").exists():
            return place
    raise NotAvailableError("it is not installed (Debian: postgresql)")


def _another_user() -> dict[str, Any]:
    """Find a user to be, since PostgreSQL doesn't run as root."""
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise NotAvailableError("it doesn't run as root, and there is no user `nobody`")

"""A server for a test: in this process without runners, or as a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi.testclient import TestClient

from grader.store.store import Store
from grader.web.application import make_application
from grader.web.people import Person, Purpose, Role, Signer
from grader.web.server import offer
from grader.web.settings import WebSettings

ROOT = Path(__file__).parent.parent.parent
SOFTMAX = ROOT / "tests" / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()
WRONG = RIGHT.replace("e.sum(1)[:, None]", "e.sum()")
SECRET = b"0123456789abcdef0123456789abcdef"
URL = "http://127.0.0.1:8000"
ORIGIN = {"Origin": URL}


def person(name: str, role: Role = Role.CANDIDATE, **more: Any) -> Person:
    more.setdefault("expires", datetime.now(UTC) + timedelta(hours=1))
    return Person(name=name, role=role, **more)


def settings(folder: Path, **more: Any) -> WebSettings:
    more.setdefault("url", URL)
    return WebSettings(
        problems=offer([str(SOFTMAX)]),
        secret=SECRET,
        store_url=f"sqlite:///{folder}/store.sqlite3",
        **more,
    )


@contextmanager
def visits(folder: Path, **more: Any) -> Iterator["Visits"]:
    """Give an application that grades nothing."""
    asked = settings(folder, **more)
    with Store(asked.store_url) as store:
        application = make_application(asked, store, with_runners=False)
        yield Visits(application, store, asked.url)


class Visits:
    def __init__(self, application: Any, store: Store, url: str) -> None:
        self.application, self.store, self.url = application, store, url
        self.signer = Signer(SECRET)

    def browser(self, who: Person | None = None) -> TestClient:
        client = TestClient(self.application, self.url, follow_redirects=False)
        if who is not None:
            client.cookies.set("grader", self.signer.sign(who, Purpose.COOKIE))
        return client

    def caller(self, who: Person) -> TestClient:
        token = self.signer.sign(who, Purpose.API)
        client = TestClient(self.application, self.url)
        client.headers["Authorization"] = f"Bearer {token}"
        return client


@dataclass
class Served:
    """A server as a process of its own."""

    process: subprocess.Popen[str]
    url: str
    link: str
    token: str

    def caller(self, timeout_seconds: float = 5) -> httpx2.Client:
        """Give a client of its API."""
        base = f"{self.url}/api/v1"
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx2.Client(
            base_url=base,
            headers=headers,
            timeout=timeout_seconds,
            limits=httpx2.Limits(max_connections=None),
        )

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


def serve_command(
    folder: Path,
    port: int = 0,
    store: str | None = None,
    problem: str = str(SOFTMAX),
) -> list[str]:
    """Give the words that start a server."""
    command = [sys.executable, "-m", "grader", "serve", "--problem", problem]
    store = store or f"sqlite:///{folder}/store.sqlite3"
    command += ["--port", str(port), "--store", store]
    return [*command, "--secret", str(folder / "secret"), "--token"]


@contextmanager
def served(
    folder: Path,
    port: int = 0,
    runners: int | None = 1,
    store: str | None = None,
    problem: str = str(SOFTMAX),
) -> Iterator[Served]:
    """Start a server; its store is a file in the folder, if no other is named.

    With None for runners there are as many as users get, for all cores.
    """
    command = serve_command(folder, port, store=store, problem=problem)
    command += [] if runners is None else ["--runners", str(runners)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            link, token = (process.stdout.readline().strip() for _ in range(2))
            found = re.match(r"http://127\.0\.0\.1:\d+", link)
            assert found is not None
            yield Served(process, found[0], link, token)
        finally:
            process.kill()
            process.wait()

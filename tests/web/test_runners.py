"""Several runners judge at once; one that measures is alone, and a lost one loses nothing."""

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

import httpx2

from grader.store.store import Store
from grader.web.runner import start_runner
from grader.web.turn import open_turn
from tests.processes import descendants
from tests.web.visits import RIGHT, Served, serve_command, served, settings

SLOW = f"import time\ntime.sleep(0.5)\n{RIGHT}"
PATIENCE_SECONDS = 60


def test_many_judge_at_once() -> None:
    met = threading.Barrier(3, timeout=PATIENCE_SECONDS)

    def judge() -> None:
        with turn.judging():
            met.wait()

    with open_turn() as turn:
        _together([judge] * 3)
    assert not met.broken


def test_who_measures_is_alone_and_gets_a_turn() -> None:
    inside: list[str] = []
    seen: list[tuple[str, ...]] = []
    measured = threading.Event()

    @contextmanager
    def present(what: str) -> Iterator[None]:
        inside.append(what)
        seen.append(tuple(inside))
        yield
        seen.append(tuple(inside))
        inside.remove(what)

    def judge() -> None:
        while not measured.is_set():  # others are inside all the time
            with turn.judging(), present("judging"):
                pass

    def measure() -> None:
        for _ in range(20):
            with turn.measuring(), present("measuring"):
                pass
        measured.set()

    with open_turn() as turn:
        _together([judge, judge, measure])
    assert all(one == ("measuring",) for one in seen if "measuring" in one)
    assert sum("measuring" in one for one in seen) == 40


def _together(tasks: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hand_in(client: httpx2.Client, source: str) -> str:
    body = {"problem": "softmax", "submission": {"source": source}}
    return str(client.post("/submissions", json=body).json()["id"])


def _scores(client: httpx2.Client, jobs: list[str]) -> list[float]:
    while True:
        answer = client.get("/scores", params={"job": jobs, "wait_seconds": 60})
        found = answer.raise_for_status().json()
        if not any(one["state"] in {"queued", "running"} for one in found):
            return [one["score"] for one in found]


def test_two_runners_share_what_is_handed_in_and_a_killed_one_loses_nothing(
    tmp_path: Path,
) -> None:
    draw = random.Random(0)
    with (
        Store(f"sqlite:///{tmp_path}/store.sqlite3") as store,
        served(tmp_path, runners=2) as server,
        server.caller(90) as client,
    ):
        jobs: list[str] = []
        while len(workers := {one.worker for one in store.jobs()} - {None}) < 2:
            jobs += [_hand_in(client, f"{SLOW}# {len(jobs)} {at}\n") for at in "ab"]
            _scores(client, jobs[-2:])
        jobs += [_hand_in(client, f"{SLOW}# more {at}\n") for at in range(6)]
        while not (running := store.jobs(state="running")):
            time.sleep(0.01)
        os.kill(draw.choice(_runners(server)), signal.SIGKILL)
        found = _scores(client, jobs)

        assert running
        assert len(workers) == 2
        assert found == [1.0] * len(jobs)
        assert len(store.rows(limit=1000)) == len(jobs)


def _runners(server: Served) -> list[int]:
    """List the processes that grade, by what they were started with."""
    found = []
    for pid in descendants(server.process.pid):
        with suppress(OSError):  # a sandbox's, and ended
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def test_a_killed_server_leaves_nothing_in_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with served(tmp_path) as server, server.caller(90) as client:
        assert _scores(client, [_hand_in(client, RIGHT)]) == [1.0]
        server.kill()

    assert not list(temporary.iterdir())


@pytest.mark.parametrize("after", [1, 3])
def test_another_number_of_runners_takes_up_what_was_begun(
    tmp_path: Path, after: int
) -> None:
    with Store(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        with served(tmp_path, runners=2) as server, server.caller(90) as client:
            jobs = [_hand_in(client, f"{SLOW}# {at}\n") for at in range(6)]
            while not store.jobs(state="running"):
                time.sleep(0.01)
            server.kill()
        assert store.jobs(state="running")
        with (
            served(tmp_path, runners=after) as server,
            server.caller(90) as client,
        ):
            assert _scores(client, jobs) == [1.0] * 6
        assert len(store.rows(limit=1000)) == 6


def test_a_second_server_of_a_store_is_refused(tmp_path: Path) -> None:
    with served(tmp_path):
        second = subprocess.run(
            serve_command(tmp_path), capture_output=True, text=True, check=False
        )

    assert second.returncode == 2
    assert "another `grader serve` has it" in second.stderr
    assert "Traceback" not in second.stderr
    assert second.stdout == ""


def test_a_runner_without_a_store_ends_without_a_word(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"no database" * 100)
    with open_turn() as turn:
        runner = start_runner(settings(tmp_path), "a/0", turn)
        runner.join(PATIENCE_SECONDS)

    assert runner.exitcode == 0
    assert capfd.readouterr().err == ""

"""Everything that grades is killed in turn during one run: each result is there once.

The same submissions go through both doors at the same time: a folder through a cluster
of two workers, and each of its files through the API of a server that keeps all in
PostgreSQL. Meanwhile a worker is killed, the scheduler, the server and PostgreSQL, and
each is started again. Verdicts and points must be those of a run that nothing happens
to, in one process here.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click

from benchmarks.machine import Figure, publish
from grader.output import read_record
from grader.record import Record
from grader.session import Item, Session, Settings
from grader.store.store import Store
from tests.cluster.loopback import Loopback, kill
from tests.copies import write_copies
from tests.store import postgres
from tests.web.visits import RIGHT, SOFTMAX, WRONG, Served, served

ROOT = Path(__file__).resolve().parent.parent
RAISES = "def softmax(logits):\n    raise KeyError('no')\n"
BROKEN = "def softmax(logits)\n"
SOURCES = (RIGHT, WRONG, RIGHT, RAISES, RIGHT, BROKEN)
MOST_AT_ONCE = 256
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 600
DOORS = (("a worker", "the scheduler"), ("the server", "PostgreSQL"))
"""What is killed, one after the other, of those that serve each door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run says of a submission."""

    verdict: str
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """How far both runs were when something was killed."""

    what: str
    by_cluster: int
    by_server: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of both runs."""

    kills: Sequence[Kill]
    here: Mapping[str, Result]
    by_cluster: Mapping[str, Result]
    by_server: Mapping[str, Result]
    told: int
    """Results that the command told of, on its way."""
    records: int
    """Of the store."""

    def summary(self) -> dict[str, Figure]:
        """Count what should be all, and what should be none."""
        return {
            "submissions": len(self.here),
            "results by the cluster": len(self.by_cluster),
            "results that its command told of": self.told,
            "of the cluster's otherwise than here": self._others(self.by_cluster),
            "results by the server": len(self.by_server),
            "records in its store": self.records,
            "of the server's otherwise than here": self._others(self.by_server),
        }

    def _others(self, found: Mapping[str, Result]) -> int:
        return sum(self.here[name] != result for name, result in found.items())


@dataclass
class Run:
    """Both runs, and all that may be killed."""

    folder: Path
    database: postgres.Server
    cluster: Loopback
    url: str
    server: Served
    store: Store
    command: subprocess.Popen[str]
    opened: ExitStack

    def by_cluster(self) -> int:
        """Count records that the cluster's run has written."""
        return len(list((self.folder / "out").glob("*/record.json")))

    def by_server(self) -> int:
        """Count jobs that are done."""
        return len(self.store.jobs(state="done", limit=100_000))

    def kill(self, what: str) -> None:
        """Kill one part, and start it again."""
        match what:
            case "a worker":
                kill(self.cluster.workers[0])
                self.cluster.start_worker()
            case "the scheduler":
                assert self.cluster.scheduler is not None
                kill(self.cluster.scheduler)
                self.cluster.start_scheduler()
                for _ in range(2):  # those of before end with their scheduler
                    self.cluster.start_worker()
            case "the server":
                port = int(self.server.url.rpartition(":")[2])
                self.server.kill()
                again = served(self.folder, port, 2, self.url)
                self.server = self.opened.enter_context(again)
            case _:  # PostgreSQL
                self.database.stop()
                self.database.start()


def result_of(record: Record) -> Result:
    """Give what is compared."""
    return Result(verdict=record.verdict, points=record.score.points)


def grade_here(items: Sequence[Item]) -> dict[str, Result]:
    """Grade in this process, while nothing happens."""
    with Session(Settings(problem=str(SOFTMAX), explain=False)) as session:
        return {
            item.name: result_of(session.grade(item, timing=False)) for item in items
        }


@contextmanager
def begun(folder: Path, submissions: Path) -> Iterator[Run]:
    """Start all parts, and the command that grades on the cluster."""
    with ExitStack() as opened:
        database = postgres.Server()
        opened.callback(database.close)
        url = database.new_database()
        store = opened.enter_context(Store(url))
        cluster = opened.enter_context(Loopback(folder))
        for _ in range(2):
            cluster.start_worker()
        cluster.wait_for_workers(2)
        server = opened.enter_context(served(folder, 0, 2, url))
        words = ["grade", str(submissions), "--problem", str(SOFTMAX)]
        words += ["--no-timing", "--no-explain", "--format", "json"]
        words += ["--output", str(folder / "out"), "--cluster", cluster.address]
        told = opened.enter_context((folder / "told").open("w", encoding="utf-8"))
        command = opened.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "grader", *words],
                stdout=subprocess.DEVNULL,
                stderr=told,
                text=True,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
        )
        opened.callback(command.kill)
        yield Run(folder, database, cluster, url, server, store, command, opened)


def hand_in(server: Served, items: Sequence[Item]) -> dict[str, str]:
    """Send all to the API; give the job of each by its name."""
    jobs = dict[str, str]()
    with server.caller(120) as client:
        for at in range(0, len(items), MOST_AT_ONCE):
            some = items[at : at + MOST_AT_ONCE]
            sent = [{"source": one.path.read_text(), "name": one.name} for one in some]
            body = {"problem": "softmax", "submissions": sent}
            answer = client.post("/batches", json=body).raise_for_status().json()
            jobs |= {
                one.name: got["job"] for one, got in zip(some, answer, strict=True)
            }
    return jobs


def wait(until: Callable[[], bool]) -> None:
    """Wait, but not for ever."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not until():
        if time.monotonic() > ends:
            raise TimeoutError("it doesn't go on")
        time.sleep(LOOK_SECONDS)


def kill_after(run: Run, what: str, how_far: Callable[[], int], least: int) -> Kill:
    """Kill a part when a run is so far, and say how far both were."""
    wait(lambda: how_far() >= least)
    now = Kill(what=what, by_cluster=run.by_cluster(), by_server=run.by_server())
    run.kill(what)
    return now


def survive(folder: Path, count: int) -> Outcome:
    """Run all; by each door kill one part after a quarter, the other after half."""
    items = write_copies(folder / "in", count, SOURCES)
    here = grade_here(items)
    with begun(folder, folder / "in") as run, ThreadPoolExecutor(2) as killers:
        jobs = hand_in(run.server, items)
        by_doors = killers.map(
            lambda door, how_far: [
                kill_after(run, what, how_far, at * count // 4)
                for at, what in enumerate(door, 1)
            ],
            DOORS,
            (run.by_cluster, run.by_server),
        )
        kills = [one for door in by_doors for one in door]
        run.command.wait()
        wait(lambda: run.by_server() == count)
        records = {job.id: job.record_id for job in run.store.jobs(limit=100_000)}
        by_server = {
            name: result_of(run.store.record(records[job] or 0))
            for name, job in jobs.items()
        }
        rows = len(run.store.rows(limit=100_000))
    told = (folder / "told").read_text(encoding="utf-8").splitlines()
    names = Counter(line.partition(":")[0] for line in told)
    return Outcome(
        kills=kills,
        here=here,
        by_cluster={
            path.parent.name: result_of(read_record(path))
            for path in (folder / "out").glob("*/record.json")
        },
        by_server=by_server,
        told=sum(names[item.name] for item in items),
        records=rows,
    )


@click.command()
@click.option("--count", default=500, show_default=True, help="Submissions.")
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(count: int, json_path: Path | None) -> None:
    """Print what was killed when, and what came of the runs."""
    with tempfile.TemporaryDirectory() as name:
        outcome = survive(Path(name), count)
    rows: list[dict[str, Figure]] = [
        {
            "killed": one.what,
            "after results by the cluster": one.by_cluster,
            "by the server": one.by_server,
        }
        for one in outcome.kills
    ]
    title = f"{count} submissions by two doors, and all that grades killed in turn"
    publish(title, rows, list(rows[0]), json_path, outcome.summary())


if __name__ == "__main__":
    main()

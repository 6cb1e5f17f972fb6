"""Submissions a second on one machine: the local pool, and a cluster's workers.

The same submissions, each of other bytes, are judged by processes of a pool and by the
workers of a cluster on this machine, so that what differs is what the engine costs.
Nothing is timed and nothing explained: the smallest gradings, where it costs most.
Then the command grades a quarter of them and all, with index and table: its memory may
grow by no more than the rows of these.
"""

import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import psutil

from benchmarks.machine import Figure, forget_forced_kernel, publish
from grader.batch import Pool, grade_many, open_session
from grader.cluster import LOCAL
from grader.cluster.crew import open_crew
from grader.record import Environment
from grader.session import Item, Session, Settings

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("im2col", "as_strided", "sliding_windows", "per_tap")
SOURCES = [
    (ROOT / "submissions/conv2d/accepted" / f"{name}.py").read_bytes() for name in NAMES
]
SETTINGS = Settings(problem="conv2d", explain=False, tests=False, style=False, seed=1)
WARM_UP = 20
"""So many for each process come first: by then all have made their cases."""
LOOK_SECONDS = 0.1
COLUMNS = (
    "engine",
    "processes",
    "a second",
    "ms each",
    "CPU ms each",
    "engine %",
    "engine CPU %",
    "parent MiB",
    "grown MiB",
)


def write_submissions(folder: Path, count: int, start: int = 0) -> list[Item]:
    """Write submissions of which no two have the same bytes."""
    items = []
    for number, source in zip(
        range(start, start + count), itertools.cycle(SOURCES), strict=False
    ):
        path = folder / f"c{number:06}.py"
        path.write_bytes(source + f"# {number}\n".encode())
        items.append(Item(name=path.stem, path=path))
    return items


@contextmanager
def engine(name: str, processes: int) -> Iterator[tuple[Pool, Environment | None]]:
    """Start what is measured."""
    if name == "cluster":
        with open_crew(LOCAL, SETTINGS, jobs=processes) as crew:
            yield crew.pool, crew.environment
        return
    with ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=open_session,
        initargs=(SETTINGS,),
    ) as pool:
        yield Pool(judges=pool), None


def measure(name: str, processes: int, items: list[Item]) -> dict[str, Figure]:
    """Grade all items with one engine."""
    first = WARM_UP * processes
    with (
        engine(name, processes) as (pool, elsewhere),
        Session(SETTINGS, elsewhere=elsewhere) as session,
    ):
        for _ in grade_many(items[:first], session, timing=False, pool=pool):
            pass
        verdicts = Counter[str]()
        begun, used, early = time.perf_counter(), cpu_seconds(), 0
        for one in grade_many(items[first:], session, timing=False, pool=pool):
            verdicts[one.record.verdict] += 1
            if verdicts.total() == (len(items) - first) // 4:
                early = resident_bytes()
        seconds, used = time.perf_counter() - begun, cpu_seconds() - used
    assert verdicts == {"accepted": len(items) - first}
    return {
        "engine": name,
        "processes": processes,
        "a second": verdicts.total() / seconds,
        "ms each": 1000 * seconds / verdicts.total(),
        "CPU ms each": 1000 * used / verdicts.total(),
        "parent MiB": resident_bytes() >> 20,
        "grown MiB": (resident_bytes() - early) / 2**20,
    }


def grade_by_command(count: int, processes: int, folder: Path) -> dict[str, Figure]:
    """Have the command grade so many, and watch the memory of its own process."""
    submissions = folder / f"in-{count}"
    submissions.mkdir()
    write_submissions(submissions, count)
    words = ["grade", str(submissions), "--problem", "conv2d", "--seed", "1"]
    words += ["--no-timing", "--no-explain", "--no-tests", "--no-style"]
    words += ["--jobs", str(processes), "--output", str(folder / f"out-{count}")]
    begun, peak = time.perf_counter(), 0
    with subprocess.Popen(
        [sys.executable, "-m", "grader", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as command:
        while command.poll() is None:
            peak = peak_bytes(command.pid) or peak
            time.sleep(LOOK_SECONDS)
    assert command.returncode == 0
    return {
        "engine": f"grader grade, {count} of them",
        "processes": processes,
        "a second": count / (time.perf_counter() - begun),
        "parent MiB": peak >> 20,
    }


def peak_bytes(pid: int) -> int:
    """Give the most memory that a process has had; 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def more(pool: dict[str, Figure], cluster: dict[str, Figure], column: str) -> float:
    """Give by how many percent a figure of the cluster is larger."""
    return 100 * (float(cluster[column] or 0) / float(pool[column] or 1) - 1)


def cpu_seconds() -> float:
    """Give the processor time of this process and of all below it, ended ones too."""
    here = psutil.Process()
    times = [one.cpu_times() for one in (here, *here.children(recursive=True))]
    return float(
        sum(
            one.user + one.system + one.children_user + one.children_system
            for one in times
        )
    )


def resident_bytes() -> int:
    """Give the memory of this process: of a local cluster it has the scheduler too."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@click.command()
@click.option("--count", default=600, show_default=True, help="Submissions a row.")
@click.option("--processes", "-n", multiple=True, type=int, default=(1, 2, 4))
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(count: int, processes: tuple[int, ...], json_path: Path | None) -> None:
    """Compare a cluster's workers with as many processes of the local pool."""
    rows: list[dict[str, Figure]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in processes:
            items = write_submissions(folder, count + WARM_UP * number)
            pool = measure("pool", number, items)
            cluster = measure("cluster", number, items)
            cluster["engine %"] = more(pool, cluster, "ms each")
            cluster["engine CPU %"] = more(pool, cluster, "CPU ms each")
            rows += [pool, cluster]
        few, many = (
            grade_by_command(number, max(processes), folder)
            for number in (count // 4, count)
        )
        many["grown MiB"] = int(many["parent MiB"] or 0) - int(few["parent MiB"] or 0)
        rows += [few, many]
    publish(f"{count} submissions, no timing", rows, COLUMNS, json_path)


if __name__ == "__main__":
    forget_forced_kernel()
    main()

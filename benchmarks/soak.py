"""Thousands of gradings at full speed, with processes killed at random meanwhile.

Right, wrong and hostile submissions are graded again and again in two processes. After
one round in peace, workers and zygotes are killed every now and then. Every verdict
must be that of the first round; descriptors, processes, memory and `/dev/shm` must not
grow from the second round to the last.
"""

import contextlib
import os
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `grader` sets it for itself
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
from rich.progress import track

from benchmarks.machine import Figure, forget_forced_kernel, publish
from grader.batch import Pool, grade_many, open_session
from grader.session import Item, Session, Settings
from tests.processes import descendants

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "submissions" / "conv2d"
SETTINGS = Settings(problem="conv2d", explain=False)
# Those of `exhaust` and `time_limit_exceeded` take all the time that there is.
FOLDERS = (
    "accepted",
    "wrong_answer",
    "runtime_error",
    "invalid_submission",
    "hostile/honest",
    "hostile/forge",
    "hostile/escape",
    "hostile/inject",
)
QUICK_SECONDS = 1.0
PAUSE_SECONDS = (1.0, 5.0)
PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@dataclass
class Killer:
    """Kills a process of the sandboxes now and then, until it is stopped."""

    rng: random.Random
    killed: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go on killing."""
        while not self.stopped.wait(self.rng.uniform(*PAUSE_SECONDS)):
            zygotes = [one for one in descendants(os.getpid()) if is_sandboxed(one)]
            if zygotes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.rng.choice(zygotes), signal.SIGKILL)
                    self.killed += 1


@contextmanager
def killing(rng: random.Random) -> Iterator[Killer]:
    """Have processes killed meanwhile."""
    killer = Killer(rng)
    thread = threading.Thread(target=killer.run)
    thread.start()
    try:
        yield killer
    finally:
        killer.stopped.set()
        thread.join()


def is_sandboxed(pid: int) -> bool:
    """Tell a zygote, or a worker that was forked from one."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return (
        any(word.endswith(b"zygote.py") for word in words) and b"bwrap" not in words[0]
    )


def footprint() -> dict[str, float]:
    """Measure what might grow: of this process, and of those of the pool."""
    graders = [
        os.getpid(),
        *(one for one in descendants(os.getpid()) if not is_sandboxed(one)),
    ]
    pages = descriptors = 0
    for pid in graders:
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            descriptors += len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return {
        "memory MiB": pages * PAGE_MIB,
        "descriptors": float(descriptors),
        "processes": float(len(descendants(os.getpid()))),
        "files in /dev/shm": float(len(list(Path("/dev/shm").iterdir()))),
    }


def quick_files() -> list[Path]:
    """Choose the examples that don't make the grader wait."""
    files = [path for one in FOLDERS for path in sorted((EXAMPLES / one).glob("*.py"))]
    chosen = []
    with Session(SETTINGS) as session:
        for path in track(files, "choosing", transient=True):
            begun = time.perf_counter()
            session.grade(Item(name=path.stem, path=path), timing=False)
            if time.perf_counter() - begun < QUICK_SECONDS:
                chosen.append(path)
    return chosen


@click.command()
@click.option("--count", default=2000, show_default=True, help="Gradings in all.")
@click.option("--seed", default=0, show_default=True, help="Of who is killed when.")
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(count: int, seed: int, json_path: Path | None) -> None:
    """Grade, kill, and hold verdicts and footprints against those at the start."""
    forget_forced_kernel()
    files = quick_files()
    rounds = max(3, -(-count // len(files)))
    verdicts: dict[str, list[str]] = defaultdict(list)
    rows: list[dict[str, Figure]] = []
    pool = ProcessPoolExecutor(
        2,
        mp_context=get_context("spawn"),
        initializer=open_session,
        initargs=(SETTINGS,),
    )
    session, rng = Session(SETTINGS), random.Random(seed)
    with session, pool:
        for number in track(range(rounds), "rounds", transient=True):
            items = [
                Item(name=str(path.relative_to(EXAMPLES)), path=path) for path in files
            ]
            begun = time.perf_counter()
            peace = contextlib.nullcontext(Killer(rng))
            with peace if number == 0 else killing(rng) as killer:
                for one in grade_many(
                    items, session, timing=False, pool=Pool(judges=pool)
                ):
                    verdicts[one.item.name].append(one.record.verdict.value)
            seconds = time.perf_counter() - begun
            row: dict[str, Figure] = {
                "round": number + 1,
                "gradings": len(items),
                "a second": len(items) / seconds,
                "killed": killer.killed,
            }
            rows.append(row | dict(footprint()))
    changed = {
        name: sorted(set(found))
        for name, found in verdicts.items()
        if len(set(found)) > 1
    }
    for name, found in changed.items():
        click.echo(f"changed: {name}: {', '.join(found)}")
    counted = [verdict for found in verdicts.values() for verdict in found]
    publish(
        "Gradings with processes killed meanwhile",
        rows,
        list(rows[0]),
        json_path,
        {
            "gradings": len(counted),
            "killed": sum(int(row["killed"] or 0) for row in rows),
            "submissions with more than one verdict": len(changed),
            "gradings given up after three kills": counted.count("judge_error"),
        },
    )


if __name__ == "__main__":
    main()

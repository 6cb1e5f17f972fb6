"""How far two gradings agree on a speed, on an idle machine and on a busy one.

Every figure is taken twice: with nothing beside it, and with a process that computes
without end on the very core that submissions are timed on.

- `equal`: the reference is graded as a submission; the interval should hold 1.
- `ratios`: it does its work twice, or a quarter more; that should be found. Done again
  on the same image it is a little less work, since that is in the caches by then.
- `points`: a submission is graded again and again; its points should stay.
- `hurry`: code that tries to look fast should earn no more than its honest twin.
- `clocks`: the same calls by processor time and by the clock on the wall, and with the
  C library's memory as the grader sets it and as it is by default, with page faults.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `grader` sets it for itself

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
from rich.progress import track

from benchmarks.machine import Figure, forget_forced_kernel, publish
from grader.bundle import bundle
from grader.check import Judgement
from grader.exam import Exam
from grader.loading import load_problem
from grader.panel import Measured
from grader.problem import Timing
from grader.record import Interval
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission, read_submission
from grader.timing.course import Course, Lap
from grader.timing.stopwatch import Stopwatch

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "submissions" / "conv2d"
POINTS = 15
NEAR = 0.05
Row = dict[str, Figure]

AGAIN = """
_once = conv2d
_others = []

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    if not _others:  # in the call that is not timed
        _others.append(x.copy())
    _once({again}, weight, bias, stride, padding)
    return _once(x, weight, bias, stride, padding)
"""
IMAGES = {"the same": "x", "another": "_others[0]"}
"""What is worked on again."""
DEFAULT_MEMORY = """
import ctypes
_libc = ctypes.CDLL(None)
_libc.mallopt(-3, 128 << 10)  # M_MMAP_THRESHOLD
_libc.mallopt(-1, 128 << 10)  # M_TRIM_THRESHOLD
"""
BURNER = """
import os, sys
sys.path.insert(0, %r)
from grader.sandbox.layers import die_with_parent
die_with_parent(%d)
os.sched_setaffinity(0, {%d})
while True: pass
"""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """A problem, and a sandbox to time in."""

    sandbox: Sandbox
    exam: Exam

    @property
    def timing(self) -> Timing:
        """The problem's ladder."""
        timing = self.exam.problem.spec.timing
        assert timing is not None
        return timing

    def source(self, before: str = "", after: str = "") -> Submission:
        """Give the reference as a submission, with some code around it."""
        problem = self.exam.problem
        reference = bundle(
            "reference.conv2d", problem.folder, problem.spec.allowed_imports
        )
        source = before.encode() + reference + after.encode()
        return Submission(name="reference", source=source)

    def measure(self, submission: Submission, *, rungs: int, growth: bool) -> Measured:
        """Time a submission on the largest rungs."""
        timing = self.timing.model_copy(
            update={
                "rungs": self.timing.rungs[-rungs:],
                "growth": self.timing.growth if growth else (),
                # Without smaller rungs, nothing tells that the loops are too slow.
                "baselines": self.timing.baselines[rungs == 1 :],
            }
        )
        problem = self.exam.problem
        spec = problem.spec.model_copy(update={"timing": timing})
        exam = Exam(replace(problem, spec=spec), self.exam.seed)
        return Stopwatch(self.sandbox).measure(exam, submission)


@contextmanager
def load(*, busy: bool) -> Iterator[str]:
    """Keep the core on which workers run busy, or not."""
    if not busy:
        yield "idle"
        return
    core = max(os.sched_getaffinity(0))
    words = BURNER % (str(ROOT), os.getpid(), core)
    burner = subprocess.Popen([sys.executable, "-c", words])
    try:
        yield "busy"
    finally:
        burner.kill()
        burner.wait()


def ratio_of(measured: Measured) -> Interval:
    """Give the ratio on the largest rung."""
    assert measured.timing is not None
    assert measured.timing.ratio is not None
    return measured.timing.ratio


def equal(stand: Stand, count: int, name: str) -> Row:
    """Grade the reference against itself."""
    submission = stand.source()
    found = [
        ratio_of(stand.measure(submission, rungs=1, growth=False))
        for _ in track(range(count), f"equal, {name}", transient=True)
    ]
    held = sum(one.low <= 1 <= one.high for one in found)
    near = sum(abs(one.estimate - 1) <= NEAR for one in found)
    return {
        "machine": name,
        "gradings": count,
        "interval holds 1, %": 100 * held / count,
        "within 5 %, %": 100 * near / count,
        "median": statistics.median(one.estimate for one in found),
        "lowest": min(one.estimate for one in found),
        "highest": max(one.estimate for one in found),
        "median width": statistics.median(one.high - one.low for one in found),
    }


def ratios(stand: Stand, count: int, name: str) -> Iterator[Row]:
    """Grade code that does a known multiple of the reference's work."""
    # The largest rung has four samples.
    for known, image in product((2.0, 1.25), IMAGES):
        again = f"{IMAGES[image]}[: {4 * (known - 1):.0f}]"
        submission = stand.source(after=AGAIN.format(again=again))
        found = [
            ratio_of(stand.measure(submission, rungs=1, growth=False)).estimate
            for _ in track(range(count), f"ratios, {name}", transient=True)
        ]
        yield {
            "machine": name,
            "known": known,
            "again on": image,
            "gradings": count,
            "median": statistics.median(found),
            "worst error, %": 100 * max(abs(one / known - 1) for one in found),
        }


def points(stand: Stand, count: int, name: str) -> Iterator[Row]:
    """Grade a few submissions again and again."""
    for example in ("im2col", "per_tap"):
        submission = read_submission(EXAMPLES / "accepted" / f"{example}.py")
        found, taken = [], []
        for _ in track(range(count), f"points, {name}", transient=True):
            begun = time.perf_counter()
            measured = stand.measure(submission, rungs=9, growth=True)
            taken.append(time.perf_counter() - begun)
            found.append(POINTS * (measured.share.credit or 0))
        yield {
            "machine": name,
            "submission": example,
            "gradings": count,
            "lowest": min(found),
            "highest": max(found),
            "median seconds": statistics.median(taken),
        }


def hurry(stand: Stand, _count: int, name: str) -> Iterator[Row]:
    """Grade code that tries to look fast, and its honest twin."""
    twin = EXAMPLES / "hostile" / "honest" / "plain.py"
    honest = _credit(stand, twin)
    yield {"machine": name, "submission": f"twin: {twin.stem}", "points": honest}
    paths = sorted((EXAMPLES / "hostile" / "hurry").glob("*.py"))
    for path in track(paths, f"hurry, {name}", transient=True):
        earned = _credit(stand, path)
        gain = earned - honest
        yield {
            "machine": name,
            "submission": path.stem,
            "points": earned,
            "gain": gain,
        }


def _credit(stand: Stand, path: Path) -> float:
    measured = stand.measure(read_submission(path), rungs=9, growth=False)
    return POINTS * (measured.share.credit or 0)


def clocks(stand: Stand, count: int, name: str) -> Iterator[Row]:
    """Hold two clocks, and two settings of the C library, against each other."""
    sources = {
        "as the grader sets it": stand.source(),
        "by default": stand.source(before=DEFAULT_MEMORY),
    }
    for memory, submission in sources.items():
        course = Course(stand.sandbox, stand.exam, stand.timing, submission, 1)
        pairs = [
            _pair(stand, course, number)
            for number in track(range(count), f"clocks, {name}", transient=True)
        ]
        for clock, seconds in CLOCKS.items():
            found = [
                statistics.median(
                    seconds(own) / seconds(other)
                    for own, other in zip(candidate, reference, strict=True)
                )
                for candidate, reference, _ in pairs
            ]
            yield {
                "machine": name,
                "clock": clock,
                "memory": memory,
                "pairs": count,
                "median ratio": statistics.median(found),
                "spread": statistics.stdev(found),
                "faults a call": statistics.median(faults for _, _, faults in pairs),
            }


CLOCKS: dict[str, Callable[[Lap], float]] = {
    "processor": lambda lap: lap.processor_seconds,
    "wall": lambda lap: lap.wall_seconds,
}


def _pair(
    stand: Stand, course: Course, number: int
) -> tuple[list[Lap], list[Lap], float]:
    """Time a fresh pair of workers; give the submission's page faults a call, too."""
    rung = stand.timing.rungs[-1]
    calls = stand.timing.calls_on(rung)
    cases = [course.case(rung.sizes, str(turn)) for turn in range(1 + calls)]
    laps: dict[str, list[Lap]] = {}
    faults = 0.0
    order = [course.candidate, course.reference]
    for one in order if number % 2 else reversed(order):
        first, *rest = course.exchanges(one, cases)
        with course.lane(one, [first, *rest]) as lane:
            assert not isinstance(lane, Judgement)
            lane.call(first)
            before = _minor_faults(lane.worker.pid)
            laps[one.id] = [lane.call(exchange)[0] for exchange in rest]
            if one is course.candidate:
                faults = (_minor_faults(lane.worker.pid) - before) / calls
    return laps[course.candidate.id], laps[course.reference.id], faults


def _minor_faults(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])


STUDIES: dict[str, Callable[[Stand, int, str], Iterator[Row]]] = {
    "equal": lambda *given: iter([equal(*given)]),
    "ratios": ratios,
    "points": points,
    "hurry": hurry,
    "clocks": clocks,
}
COUNTS = {"equal": 200, "ratios": 20, "points": 20, "hurry": 1, "clocks": 20}


@click.command()
@click.option("--only", type=click.Choice(list(STUDIES)), multiple=True)
@click.option("--count", type=int, help="Gradings in place of each study's own number.")
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(only: Sequence[str], count: int | None, json_path: Path | None) -> None:
    """Measure, and print a table for each study."""
    forget_forced_kernel()
    problem = load_problem("conv2d")
    with Sandbox(problem.spec.allowed_imports) as sandbox:
        stand = Stand(sandbox=sandbox, exam=Exam(problem, 1))
        for study in only or STUDIES:
            rows: list[Row] = []
            for busy in (False, True):
                with load(busy=busy) as name:
                    rows += STUDIES[study](stand, count or COUNTS[study], name)
            path = json_path and json_path.with_stem(f"{json_path.stem}-{study}")
            columns = dict.fromkeys(key for row in rows for key in row)
            publish(study, rows, list(columns), path)


if __name__ == "__main__":
    main()

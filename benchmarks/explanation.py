"""What it costs to say why a submission is wrong, and how small the smallest input is.

Each example that fails is graded as users do it, but for its speed, by one session a
problem. Seconds are of the clock on the wall, between what the grader itself says that
it is doing: run it with nothing beside it.
"""

import statistics
import sys
import time
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
from rich.progress import track

from benchmarks.machine import Figure, forget_forced_kernel, publish
from grader.record import Record
from grader.session import Item, Session, Settings
from grader.submission import find_submissions

ROOT = Path(__file__).resolve().parent.parent / "submissions"
MISTAKE, SMALLEST = "looking for the mistake", "looking for the smallest input"
MOST_NUMBERS = 12
COLUMNS = (
    "problem",
    "examples",
    "mistake, median s",
    "mistake, most s",
    "smallest, median s",
    "smallest, most s",
    "named",
    f"above {MOST_NUMBERS} numbers",
    "without one",
)


@dataclass(slots=True)
class Clock:
    """When the grader began each thing that it says it does."""

    begun: dict[str, float] = field(default_factory=dict)

    def note(self, doing: str) -> None:
        """Take the time of something that begins."""
        self.begun[doing] = time.perf_counter()


@dataclass(frozen=True, slots=True)
class Explanation:
    """An example, what is told of it, and how long that took."""

    name: str
    record: Record
    mistake_seconds: float
    smallest_seconds: float

    @property
    def numbers(self) -> int | None:
        """How many numbers the smallest input has."""
        example = self.record.counterexample
        return None if example is None else example.numbers


def explained(session: Session, path: Path) -> Explanation | None:
    """Grade an example; None if there is nothing to explain."""
    clock = Clock()
    item = Item(name=path.stem, path=path)
    record = session.grade(item, timing=False, progress=clock.note)
    if SMALLEST not in clock.begun:
        return None
    ended = time.perf_counter()
    return Explanation(
        name=str(path.relative_to(ROOT)),
        record=record,
        mistake_seconds=clock.begun[SMALLEST] - clock.begun[MISTAKE],
        smallest_seconds=ended - clock.begun[SMALLEST],
    )


def measure(problem: str) -> list[Explanation]:
    """Explain all examples of a problem that fail, hostile ones left out."""
    folders = [
        one
        for one in (ROOT / problem).iterdir()
        if one.name not in {"hostile", "time_limit_exceeded"}
    ]
    # What else is told of a submission would be counted with the smallest input.
    settings = Settings(problem=problem, tests=False, style=False)
    with Session(settings) as session:
        found = find_submissions(folders, session.problem.spec.functions)
        paths = sorted(path for _, path in found)
        for path in paths:
            if explained(session, path) is not None:
                break  # the first pays for what is imported and kept
        tried = (
            explained(session, path) for path in track(paths, problem, transient=True)
        )
        return [one for one in tried if one is not None]


def row(problem: str, found: list[Explanation]) -> dict[str, Figure]:
    """Sum up the examples of a problem."""
    mistakes = [one.mistake_seconds for one in found]
    smallest = [one.smallest_seconds for one in found]
    numbers = [one.numbers for one in found]
    return {
        "problem": problem,
        "examples": len(found),
        "mistake, median s": statistics.median(mistakes),
        "mistake, most s": max(mistakes),
        "smallest, median s": statistics.median(smallest),
        "smallest, most s": max(smallest),
        "named": sum(bool(one.record.diagnoses) for one in found),
        f"above {MOST_NUMBERS} numbers": sum(
            one is not None and one > MOST_NUMBERS for one in numbers
        ),
        "without one": numbers.count(None),
    }


@click.command()
@click.argument("problems", nargs=-1)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(problems: tuple[str, ...], json_path: Path | None) -> None:
    """Print the time of explanations, for some problems or for all."""
    chosen = problems or tuple(sorted(one.name for one in ROOT.iterdir()))
    found = {problem: measure(problem) for problem in chosen}
    everything = list(chain.from_iterable(found.values()))
    for one in everything:
        if one.numbers is None or one.numbers > MOST_NUMBERS:
            print(f"{one.name}: {one.numbers or 'no'} numbers")
    slowest = max(
        everything, key=lambda one: one.mistake_seconds + one.smallest_seconds
    )
    rows = [row(problem, some) for problem, some in found.items()]
    summary: dict[str, Figure] = {
        "slowest": slowest.name,
        "its seconds": slowest.mistake_seconds + slowest.smallest_seconds,
    }
    publish("Saying why", rows, COLUMNS, json_path, summary)


if __name__ == "__main__":
    forget_forced_kernel()
    main()

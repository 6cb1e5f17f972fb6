"""`python -m tests.fuzz`: many attempts, with a bar, and each kind of failure once."""

import random
import resource
import signal
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from tests.fuzz.documents import (
    attempt_command,
    attempt_record,
    attempt_spec,
    attempt_submission,
)
from tests.fuzz.frames import attempt_frame
from tests.fuzz.handed_in import attempt_notebook, attempt_zip

TARGETS: dict[str, tuple[Callable[[random.Random], None], int]] = {
    "frames": (attempt_frame, 1_000_000),
    "specs": (attempt_spec, 10_000),
    "records": (attempt_record, 10_000),
    "submissions": (attempt_submission, 10_000),
    "notebooks": (attempt_notebook, 10_000),
    "zips": (attempt_zip, 10_000),
    "commands": (attempt_command, 200),
}
"""What is tried, and how often if not said otherwise."""
_MEMORY_BYTES = 2 << 30
"""Of address space, the libraries included."""
_SECONDS = 60
"""Processor time that no attempt may take."""
_CONSOLE = Console(stderr=True)


class TooSlow(BaseException):
    """An attempt took too long; no handler of exceptions takes it for its own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What came of an attempt that should not have."""

    kind: str
    """The type, and the line of ours that it came from."""
    trace: str


@click.command()
@click.option("--seed", type=click.IntRange(0), help="One is drawn, if left out.")
@click.option("--only", type=click.Choice(list(TARGETS)), multiple=True)
@click.option("--attempts", type=click.IntRange(1), help="Of each target.")
@click.option("--start", type=click.IntRange(0), default=0, help="The first number.")
def fuzz(
    seed: int | None, only: tuple[str, ...], attempts: int | None, start: int
) -> None:
    """Feed random bytes to everything that reads bytes of others."""
    seed = random.SystemRandom().getrandbits(32) if seed is None else seed
    signal.signal(signal.SIGPROF, _end_what_is_slow)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    warnings.simplefilter("error")
    failed = 0
    for name in only or TARGETS:
        count = attempts or TARGETS[name][1]
        failures = _run(name, seed, range(start, start + count))
        failed += failures.total()
        click.echo(f"{name}: {count:,} from seed {seed}, {failures.total()} failed")
        for kind, times in failures.items():
            click.echo(f"  {times:6,} {kind}")
    sys.exit(1 if failed else 0)


def _run(name: str, seed: int, numbers: range) -> Counter[str]:
    """Make the attempts of one target, and print the first failure of each kind."""
    failures = Counter[str]()
    number = numbers.start
    try:
        for number in _with_bar(name, numbers):
            rng = random.Random(f"{seed}/{name}/{number}")
            failure = _failure(TARGETS[name][0], rng)
            if failure is None:
                continue
            failures[failure.kind] += 1
            if failures[failure.kind] == 1:
                _say(failure.trace)
                _say(
                    f"again: --seed {seed} --only {name} --start {number} --attempts 1"
                )
    except KeyboardInterrupt:
        _say(f"interrupted; go on with --seed {seed} --only {name} --start {number}")
        sys.exit(130)
    return failures


def _failure(
    attempt: Callable[[random.Random], None], rng: random.Random
) -> Failure | None:
    try:
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        attempt(rng)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except (Exception, TooSlow) as error:  # noqa: BLE001 - it is what is looked for
        signal.setitimer(signal.ITIMER_PROF, 0)
        places = traceback.extract_tb(error.__traceback__)
        ours = [one for one in places if "/grader/" in one.filename] or places
        where = f"{ours[-1].filename}:{ours[-1].lineno}"
        kind = f"{type(error).__name__} in {where}"
        return Failure(kind, traceback.format_exc()[-3_000:])
    return None


def _end_what_is_slow(_: int, __: object) -> None:
    raise TooSlow


def _with_bar(name: str, numbers: range) -> Iterator[int]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=_CONSOLE, transient=True) as progress:
        task = progress.add_task(name, total=len(numbers))
        for done, number in enumerate(numbers):
            if done % 20 == 0:
                progress.update(task, completed=done)
            yield number


def _say(text: str) -> None:
    _CONSOLE.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    fuzz()

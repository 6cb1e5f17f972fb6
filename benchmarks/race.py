"""Calls timed in turns, so that a drift of the machine's speed hits them all alike."""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

ROUND_SECONDS = 0.002
WARM_UP_CALLS, WARM_UP_SECONDS = 25, 0.5

Call = Callable[[], object]


class Lap(NamedTuple):
    """What a call took, as the mean of a round."""

    wall: float
    """Seconds on the clock."""
    processor: float
    """Seconds of this thread's processor time."""


Laps = dict[str, list[Lap]]


def race(
    contestants: Mapping[str, Call],
    most_rounds: int,
    *,
    least_rounds: int = 1,
    seconds: float = math.inf,
    settle_seconds: float = 0.0,
    warm_up_seconds: float = WARM_UP_SECONDS,
) -> Laps:
    """Time calls in turns.

    Parameters
    ----------
    contestants
        What is called, by name.
    most_rounds, least_rounds, seconds
        How many rounds there are at the most; and, once they took longer than
        `seconds` in all, at the least.
    settle_seconds
        How long to sleep before each turn, with a call after it that doesn't count.
    warm_up_seconds
        How long each is called before the first round, at the most.
    """
    for call in contestants.values():
        _warm_up(call, warm_up_seconds)
    calls = {
        name: 1 + int(ROUND_SECONDS / _lap(call, 1).wall)
        for name, call in contestants.items()
    }
    laps: Laps = {name: [] for name in contestants}
    end = time.perf_counter() + seconds
    for turn in range(most_rounds):
        if turn >= least_rounds and time.perf_counter() > end:
            break
        for name, call in contestants.items():
            if settle_seconds:
                time.sleep(settle_seconds)
                call()
            laps[name].append(_lap(call, calls[name]))
    return laps


def fastest(laps: Sequence[Lap]) -> float:
    """Give the wall time of the fastest round, which other work disturbs least."""
    return min(lap.wall for lap in laps)


def median_ratio(numerator: Sequence[Lap], denominator: Sequence[Lap]) -> float:
    """Give the median over the rounds of the ratio within one round."""
    pairs = zip(numerator, denominator, strict=True)
    return statistics.median(one.wall / other.wall for one, other in pairs)


def _warm_up(call: Call, most_seconds: float) -> None:
    """Call until the speed has settled: first calls can take twice as long."""
    start = time.perf_counter()
    for _ in range(WARM_UP_CALLS):
        call()
        if time.perf_counter() - start > most_seconds:
            return


def _lap(call: Call, calls: int) -> Lap:
    wall, processor = time.perf_counter(), time.thread_time()
    for _ in range(calls):
        call()
    wall, processor = time.perf_counter() - wall, time.thread_time() - processor
    return Lap(wall / calls, processor / calls)

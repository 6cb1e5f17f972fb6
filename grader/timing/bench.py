"""From which size on known code overtakes plain code, on this machine.

All that is timed is ours: the reference and the baselines of a problem. So they run in
this process, one after the other and in alternating order, by its processor time.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from timeit import Timer
from typing import Any

from grader.arguments import make_arguments, stream
from grader.errors import ProblemError
from grader.expected import Reference
from grader.loading import load_target
from grader.problem import REFERENCE, Check, Problem, Rung, Timing
from grader.record import Interval, RungEntry, TimingEntry
from grader.sandbox.layers import settle_allocator
from grader.timing.ladder import baseline_entries, expected_seconds
from grader.timing.statistics import median_interval

_TURNS = 7
"""Samples of each on a size: enough for an interval."""
_SAMPLE_SECONDS = 0.001
"""The least that a sample takes; quick calls are made several times in it."""
_TICK_SECONDS = 1e-7
"""No call is taken to be quicker, so that nothing is divided by zero."""
_SEED = 0
_PROTOCOL = (
    f"Processor time of this process: the median of {_TURNS} samples in alternating "
    "order, each of as many calls as take a millisecond."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaking:
    """That code is faster than the plain one, from some size on."""

    title: str
    """Of the code."""
    rung: str
    """The title of the first size from which on it is faster."""
    times: Interval
    """How many times as fast it is there."""
    work: float | None
    """Where the two are alike, between this size and the one below; None if it is
    faster on all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the known code of a problem takes here."""

    problem: str
    """Its id."""
    title: str
    plain: str
    """The title of the code that all other is compared with."""
    timing: TimingEntry
    times: tuple[Mapping[str, Interval], ...]
    """For each size, how many times as fast as the plain code the others are, by id;
    only where both were measured."""

    @property
    def overtakings(self) -> tuple[Overtaking, ...]:
        """Who overtakes the plain code, in the order of the problem."""
        found = (self._overtaking(*one) for one in self.others.items())
        return tuple(one for one in found if one is not None)

    @property
    def others(self) -> Mapping[str, str]:
        """The titles of all but the plain code, by id; the reference comes last."""
        baselines = self.timing.rungs[0].baselines[1:]
        return {one.id: one.title for one in baselines} | {REFERENCE: "The reference"}

    def _overtaking(self, name: str, title: str) -> Overtaking | None:
        known = [
            (rung, own[name])
            for rung, own in zip(self.timing.rungs, self.times, strict=True)
            if name in own
        ]
        faster = len(known)
        while faster and known[faster - 1][1].low > 1:
            faster -= 1
        if faster == len(known):
            return None
        rung, times = known[faster]
        return Overtaking(
            title=title,
            rung=rung.title,
            times=times,
            work=_even(known[faster - 1 : faster + 1]) if faster else None,
        )


def _even(pair: Sequence[tuple[RungEntry, Interval]]) -> float:
    """Give the work at which two are alike, on a straight line of logarithms."""
    (below, low), (above, high) = pair
    start, end = math.log(low.estimate), math.log(high.estimate)
    if start >= 0:  # alike already, as far as can be told
        return below.work
    share = -start / (end - start)
    return float(below.work ** (1 - share) * above.work**share)


def bench(problem: Problem, progress: Callable[[str], None] = lambda _: None) -> Bench:
    """Time a problem's known code, size by size.

    Code that is expected to take too long on a size is not run on it, and its time is
    scaled up from the sizes below.

    Parameters
    ----------
    problem
        With a section for timing.
    progress
        Told what is being timed.

    Raises
    ------
    ProblemError
        If there is nothing to compare, or the known code fails.
    """
    timing = problem.spec.timing
    if timing is None:
        issue = "it has no `timing`, and so no code to compare"
        raise ProblemError(problem.path, issue)
    settle_allocator()
    rungs: list[RungEntry] = []
    times: list[Mapping[str, Interval]] = []
    for rung in timing.rungs:
        progress(rung.id)
        entry, own = _climb(problem, timing, rung, rungs)
        rungs.append(entry)
        times.append(own)
    return Bench(
        problem=problem.spec.id,
        title=problem.spec.title,
        plain=timing.baselines[0].title,
        timing=TimingEntry(
            function=timing.function,
            seed=_SEED,
            rungs=tuple(rungs),
            protocol=_PROTOCOL,
        ),
        times=tuple(times),
    )


def _climb(
    problem: Problem, timing: Timing, rung: Rung, before: Sequence[RungEntry]
) -> tuple[RungEntry, Mapping[str, Interval]]:
    asked = problem.spec.function(timing.function)
    targets = {REFERENCE: asked.reference}
    targets |= {one.id: one.function for one in timing.baselines}
    arguments = make_arguments(
        timing.arguments, rung.sizes, timing.dtype, stream(_SEED, rung.id)
    )
    try:
        expected = Reference(problem, asked).expected(Check.RANDOM_BOUND, arguments)
        work = expected.products
        calls = {
            name: partial(load_target(target, problem.folder), **arguments)
            for name, target in targets.items()
            if (expected_seconds(name, before, work) or 0) <= timing.call_seconds
        }
        samples = _samples(calls)
    except ProblemError:
        raise
    except Exception as error:
        words = f"on the size {rung.id}, known code raises {error!r}"
        raise ProblemError(problem.path, words) from error
    medians = {name: median(own) for name, own in samples.items()}
    entry = RungEntry(
        id=rung.id,
        title=rung.title,
        work=work,
        state="measured",
        reference_seconds=medians[REFERENCE],
        baselines=baseline_entries(timing, medians, work, before),
    )
    return entry, dict(_ratios(timing.baselines[0].id, samples))


def _samples(calls: Mapping[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Time each call a few times, in one order and then in the other."""
    timers = {
        name: Timer(call, timer=time.process_time) for name, call in calls.items()
    }
    for timer in timers.values():
        timer.timeit(1)  # what only the first call takes is no part of it
    times = {
        name: max(1, math.ceil(_SAMPLE_SECONDS / max(timer.timeit(1), _TICK_SECONDS)))
        for name, timer in timers.items()
    }
    samples: dict[str, list[float]] = {name: [] for name in timers}
    for turn in range(_TURNS):
        for name in timers if turn % 2 else reversed(timers):
            samples[name].append(timers[name].timeit(times[name]) / times[name])
    return samples


def _ratios(
    plain: str, samples: Mapping[str, Sequence[float]]
) -> Iterator[tuple[str, Interval]]:
    """Compare each with the plain code, sample by sample; none if that was not run."""
    for name, own in samples.items() if plain in samples else ():
        if name != plain:
            pairs = zip(samples[plain], own, strict=True)
            ratios = [slow / max(fast, _TICK_SECONDS) for slow, fast in pairs]
            yield name, median_interval(ratios)

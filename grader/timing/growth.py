"""How a submission's time grows with each size: a power, fitted with an interval."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from grader.cases import Case
from grader.check import Judgement
from grader.errors import ProblemError
from grader.problem import CANDIDATE, REFERENCE, Axis, Rung
from grader.record import GrowthEntry, RungEntry
from grader.timing.course import Course
from grader.timing.ladder import expected_seconds
from grader.timing.statistics import mean_interval, slope
from grader.verdict import Verdict

BASE_SECONDS = 0.003
"""The varied sizes start from the largest rung that is expected to take no more."""
LONGEST_SECONDS = 0.05
"""What is expected to take longer than this is not varied as far."""
_CALLS = 2
_PAIRS = 3

Seconds = dict[int, float]


def measure_growth(
    course: Course, rungs: Sequence[RungEntry]
) -> tuple[GrowthEntry, ...] | Judgement:
    """Vary one size of a rung at a time, and fit the power that the time grows with.

    Each of some fresh pairs of workers, the submission's and the reference's, gives a
    fit of its own to the times, the floor taken off, on logarithmic scales.

    Returns
    -------
    tuple of GrowthEntry, or Judgement
        Without the sizes that it is too slow for, or too fast to tell; the judgement
        of the submission's call if one was wrong.
    """
    if not any(rung.ratio is not None for rung in rungs):
        return ()
    base = _base(course, rungs)
    axes = {axis: _sizes(course, rungs, base, axis) for axis in course.timing.growth}
    varied = {axis: sizes for axis, sizes in axes.items() if len(sizes) > 1}
    fits: dict[Axis, list[float]] = {axis: [] for axis in varied}
    for pair in range(_PAIRS if varied else 0):
        times = _run(course, varied, pair)
        if isinstance(times, Judgement):
            return () if times.verdict is Verdict.TIME_LIMIT_EXCEEDED else times
        for axis, seconds in times.items():
            if min(seconds.values()) > 0:
                fits[axis].append(_exponent(axis, seconds))
    return tuple(
        GrowthEntry(
            title=axis.title,
            exponent=mean_interval(found),
            smallest=min(varied[axis]),
            largest=max(varied[axis]),
        )
        for axis, found in fits.items()
        if len(found) == _PAIRS
    )


def _base(course: Course, rungs: Sequence[RungEntry]) -> Rung:
    quick = [
        rung
        for rung, entry in zip(course.timing.rungs, rungs, strict=True)
        if (expected_seconds(CANDIDATE, rungs, entry.work) or 0) <= BASE_SECONDS
    ]
    return quick[-1] if quick else course.timing.rungs[0]


def _sizes(
    course: Course, rungs: Sequence[RungEntry], base: Rung, axis: Axis
) -> Mapping[int, Mapping[str, int]]:
    """Give what an axis is varied to, as far as it is expected to be quick enough.

    From a small rung on, a kernel may come to be larger than the image: what the
    reference refuses is no size.
    """
    varied = {}
    for factor in sorted(set(axis.factors)):
        value = base.sizes[axis.size] * factor
        sizes = base.sizes | {axis.size: value}
        try:
            case = _case(course, sizes, 0)
        except ProblemError:
            continue
        work = case.expected.products
        if (expected_seconds(CANDIDATE, rungs, work) or 0) <= LONGEST_SECONDS:
            varied[value] = sizes
    return varied


def _case(course: Course, sizes: Mapping[str, int], number: int) -> Case:
    words = ", ".join(f"{size} = {value}" for size, value in sizes.items())
    return course.case(sizes, f"growth/{words}/{number}")


def _run(
    course: Course,
    varied: Mapping[Axis, Mapping[int, Mapping[str, int]]],
    pair: int,
) -> Mapping[Axis, Seconds] | Judgement:
    """Time all sizes with one fresh pair of workers, the floor taken off.

    What axes have in common, as the base, is timed once; and in every other pair from
    the last size to the first, so that it isn't always what a worker begins with.
    """
    every = [sizes for own in varied.values() for sizes in own.values()]
    places = {tuple(sizes.items()): sizes for sizes in every[:: -1 if pair % 2 else 1]}
    cases = [
        _case(course, sizes, number)
        for sizes in places.values()
        for number in range(1 + _CALLS)
    ]
    both = course.candidate, course.reference
    laps = course.run(both, cases, turn=1 + _CALLS, pair=pair)
    if isinstance(laps, Judgement):
        return laps
    taken = _medians([lap.processor_seconds for lap in laps[CANDIDATE]])
    floor = _medians([lap.floor_seconds for lap in laps[REFERENCE]])
    times = dict(zip(places, taken - floor, strict=True))
    return {
        axis: {
            value: float(times[tuple(sizes.items())]) for value, sizes in own.items()
        }
        for axis, own in varied.items()
    }


def _medians(seconds: Sequence[float | None]) -> NDArray[np.float64]:
    """Give the median of each place's calls, but for the first."""
    calls = np.array(seconds, dtype=float).reshape(-1, 1 + _CALLS)
    medians: NDArray[np.float64] = np.median(calls[:, 1:], axis=1)
    return medians


def _exponent(axis: Axis, seconds: Seconds) -> float:
    x = [axis.power * math.log(value) for value in seconds]
    return slope(x, [math.log(one) for one in seconds.values()])

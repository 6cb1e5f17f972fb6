"""How a submission's time grows with each size: a power, fitted with an interval."""

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from statistics import median

from grader.check import Judgement
from grader.course import Course, Lane
from grader.ladder import expected_seconds
from grader.problem import CANDIDATE, Axis, Rung
from grader.record import GrowthEntry, RungEntry
from grader.statistics import mean_interval, slope
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

    Each of some fresh pairs of workers, the submission and an echo, gives a fit of its
    own to the times, the floor taken off, on logarithmic scales.

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
    for _ in range(_PAIRS):
        times = _run(course, base, varied) if varied else {}
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
    """Give what an axis is varied to, as far as it is expected to be quick enough."""
    varied = {}
    for factor in sorted(set(axis.factors)):
        value = base.sizes[axis.size] * factor
        sizes = base.sizes | {axis.size: value}
        work = course.case(sizes, f"growth/{axis.size}/{value}/0").expected.products
        if (expected_seconds(CANDIDATE, rungs, work) or 0) <= LONGEST_SECONDS:
            varied[value] = sizes
    return varied


def _run(
    course: Course,
    base: Rung,
    varied: Mapping[Axis, Mapping[int, Mapping[str, int]]],
) -> Mapping[Axis, Seconds] | Judgement:
    """Time all sizes with one fresh pair of workers, the floor taken off."""
    with ExitStack() as stack:
        largest = max(
            (
                course.case(sizes, f"growth/{axis.size}/{value}/0")
                for axis, own in varied.items()
                for value, sizes in own.items()
            ),
            key=lambda case: case.call.output_bytes + _bytes_of(case.call.arguments),
        )
        lanes = []
        for contestant in (course.candidate, course.echo):
            lane = stack.enter_context(course.lane(contestant, largest))
            if isinstance(lane, Judgement):
                return lane
            lanes.append(lane)
        warm = _time(course, lanes, base.sizes, "growth/warm-up")
        if isinstance(warm, Judgement):
            return warm
        times: dict[Axis, Seconds] = {}
        for axis, sizes in varied.items():
            times[axis] = {}
            for value, one in sizes.items():
                name = f"growth/{axis.size}/{value}"
                seconds = _time(course, lanes, one, name)
                if isinstance(seconds, Judgement):
                    return seconds
                times[axis][value] = seconds
        return times


def _time(
    course: Course, lanes: Sequence[Lane], sizes: Mapping[str, int], name: str
) -> float | Judgement:
    """Give how much longer the first lane takes than the second."""
    taken: list[list[float]] = [[] for _ in lanes]
    for turn in range(1 + _CALLS):
        case = course.case(sizes, f"{name}/{turn}")
        for lane, own in zip(lanes, taken, strict=True):
            lap = course.lap(lane, case)
            if isinstance(lap, Judgement):
                return lap
            if turn:
                own.append(lap.processor_seconds)
    return median(taken[0]) - median(taken[1])


def _exponent(axis: Axis, seconds: Seconds) -> float:
    x = [axis.power * math.log(value) for value in seconds]
    return slope(x, [math.log(one) for one in seconds.values()])


def _bytes_of(arguments: Mapping[str, object]) -> int:
    return sum(getattr(one, "nbytes", 0) for one in arguments.values())

"""What measured times mean: rungs, ratios, and points on a logarithmic scale.

Pure functions of the laps that `grader.timing.stopwatch` takes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from numpy.typing import NDArray

from grader.problem import CANDIDATE, FLOOR, REFERENCE, Rung, Timing
from grader.record import BaselineEntry, Interval, RungEntry, RungState
from grader.score import Share
from grader.timing.statistics import median_interval

RESOLUTION = 1.0
"""The share of the floor by which the reference must exceed it to be resolved."""
STEADY = 4.0
"""How far apart the quartiles of the reference's time may be, the floor taken off."""
_ENDLESS = 1e200
"""A ratio to a call that seems to take no time."""

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laps:
    """What each contestant took on one rung."""

    seconds: Mapping[str, Seconds] = field(default_factory=dict)
    """By contestant, the calls' processor times, a row for each pair of workers; those
    of submission and reference turn by turn. And what of the reference's was used
    beside its calls."""
    wall_seconds: Sequence[float] = ()
    """What the submission's calls took by the clock."""
    beside_seconds: float = 0.0
    """Processor time of the submission that none of its calls can have used."""
    unfinished: bool = False
    """Whether the submission came to no end here."""
    stopped_seconds: float | None = None
    """After how long a call of it was stopped, if that was why."""

    @property
    def medians(self) -> dict[str, float]:
        """The median over all calls of each who was timed."""
        return {name: float(np.median(own)) for name, own in self.seconds.items()}


def expected_seconds(
    name: str, before: Sequence[RungEntry], work: float
) -> float | None:
    """Scale what someone took on the rungs below by the work there is to do.

    A busy machine and the floor only add to a time, so the least of them is nearest.

    Parameters
    ----------
    name
        The candidate, or a baseline.
    before
        The rungs below.
    work
        The products summed on the rung to come.

    Returns
    -------
    float or None
        None if there is nothing to go by: of the candidate, if all was too noisy.
    """
    if name == CANDIDATE and all(rung.state == "too_noisy" for rung in before):
        return None
    rates = []
    for rung in before:
        seconds = {one.id: one.processor_seconds for one in rung.baselines}.get(name)
        if name == CANDIDATE:
            seconds = rung.candidate_seconds
        if seconds is not None:
            rates.append(seconds / rung.work)
    return min(rates) * work if rates else None


def rung_entry(
    timing: Timing,
    rung: Rung,
    work: float,
    laps: Laps,
    before: Sequence[RungEntry],
) -> RungEntry:
    """Sum up the laps of a rung; who was too slow to run is scaled up from before."""
    medians = laps.medians
    candidate = medians.get(CANDIDATE)
    ratio: Interval | None = None
    state: RungState = "unfinished" if laps.unfinished else "stopped"
    if laps.unfinished:
        candidate = laps.stopped_seconds
    elif candidate is None:
        candidate = expected_seconds(CANDIDATE, before, work)
    else:
        ratio = _ratio(laps, medians[FLOOR])
        state = "measured" if ratio is not None else _hidden_by(laps)
    return RungEntry(
        id=rung.id,
        title=rung.title,
        work=work,
        state=state,
        calls=laps.seconds[CANDIDATE].size if CANDIDATE in laps.seconds else 0,
        candidate_seconds=candidate,
        candidate_wall_seconds=median(laps.wall_seconds) if laps.wall_seconds else None,
        reference_seconds=medians[REFERENCE],
        floor_seconds=medians[FLOOR],
        ratio=ratio,
        baselines=baseline_entries(timing, medians, work, before),
    )


def baseline_entries(
    timing: Timing,
    medians: Mapping[str, float],
    work: float,
    before: Sequence[RungEntry],
) -> tuple[BaselineEntry, ...]:
    """Give what the baselines took on a rung; who was not timed is scaled up."""
    seconds = {
        one.id: medians[one.id]
        if one.id in medians
        else expected_seconds(one.id, before, work)
        for one in timing.baselines
    }
    return tuple(
        BaselineEntry(
            id=one.id,
            title=one.title,
            processor_seconds=taken,
            measured=one.id in medians,
        )
        for one in timing.baselines
        if (taken := seconds[one.id]) is not None
    )


def _hidden_by(laps: Laps) -> RungState:
    """Say what hides a ratio: calls that are too quick, or a busy machine.

    On a quiet machine every call would take as long as the quickest one.
    """
    floor, reference, candidate = (
        laps.seconds[one].min() for one in (FLOOR, REFERENCE, CANDIDATE)
    )
    quick = min(reference, candidate) - floor < RESOLUTION * floor
    return "below_resolution" if quick else "too_noisy"


def _ratio(laps: Laps, floor: float) -> Interval | None:
    """Compare turn by turn, the floor taken off both; None if they can't be told.

    The median over all turns is the estimate. Turns of one pair of workers are more
    alike than others, so the interval is that of the pairs' own medians.

    Whether times are steady enough is asked of the reference alone: a submission whose
    own times vary would else choose which rungs count.
    """
    own, other = (laps.seconds[one] - floor for one in (CANDIDATE, REFERENCE))
    low, middle, high = np.percentile(other, (25, 50, 75))
    if middle < RESOLUTION * floor or high > STEADY * low:
        return None
    # A call that seems to take less than the floor is the quickest there can be.
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.maximum(own, 0) / np.maximum(other, 0)
    ratios[np.isnan(ratios)] = 1.0
    ratios = np.minimum(ratios, _ENDLESS)
    estimate = float(np.median(ratios))
    found = median_interval([float(np.median(pair)) for pair in ratios])
    least, most = min(found.low, estimate), max(found.high, estimate)
    if least <= 0 or most >= _ENDLESS / 2:  # half of it, where two are averaged
        return None
    return Interval(estimate=estimate, low=least, high=most)


def timing_share(rungs: Sequence[RungEntry], slowest: str) -> Share:
    """Give the points for speed: where the submission lies between two known ends.

    On each rung the place is logarithmic, 0 at the slowest baseline and 1 at the
    reference. A rung that was too large for the submission counts with its time
    scaled up from those below; one where a call did not end earns nothing; one on
    which nothing could be told doesn't count. The share is the mean over the rungs,
    in which each counts as much as the two ends are apart on it: where they nearly
    meet, a place between them says little.

    Parameters
    ----------
    rungs
        All rungs.
    slowest
        The id of the baseline that earns nothing.
    """
    places = [place for rung in rungs if (place := _place(rung, slowest)) is not None]
    if not places:
        noisy = any(rung.state == "too_noisy" for rung in rungs)
        why = "the machine was too busy to tell" if noisy else "too fast to tell"
        return Share(credit=None, reason=why)
    credit = sum(place * apart for place, apart in places) / sum(
        apart for _, apart in places
    )
    top = [rung for rung in rungs if rung.ratio is not None]
    if not top:
        return Share(credit=credit, reason="too slow for the larger sizes")
    ratio = top[-1].ratio
    assert ratio is not None
    words = (
        f"{ratio.estimate:.2f} times the reference's time ({ratio.low:.2f} to "
        f"{ratio.high:.2f}) at the size “{top[-1].title}”"
    )
    if any(rung.state == "stopped" for rung in rungs):
        words += "; too slow for larger ones"
    if any(rung.state == "unfinished" for rung in rungs):
        words += "; another one was not done in time"
    return Share(credit=credit, reason=words)


def _place(rung: RungEntry, slowest: str) -> tuple[float, float] | None:
    """Give the place on a rung, and how far its two ends are apart."""
    if rung.state in {"below_resolution", "too_noisy"}:
        return None
    floor = rung.floor_seconds or 0.0
    loops = {one.id: one.processor_seconds for one in rung.baselines}[slowest] - floor
    reference = (rung.reference_seconds or 0.0) - floor
    if rung.ratio is not None:
        candidate = rung.ratio.estimate * reference
    else:
        candidate = (rung.candidate_seconds or 0.0) - floor
    if not loops > reference > 0:
        return None
    apart = math.log(loops / reference)
    if rung.state == "unfinished":
        return 0.0, apart  # its time may be anything from the limit on
    if candidate <= 0:
        return None
    place = math.log(loops / candidate) / apart
    return min(max(place, 0.0), 1.0), apart

"""Attempts at a problem, the best of each day, and the best up to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from grader.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One version of a file, and what was found about it."""

    at: datetime
    """When, with its time zone."""
    problem: str
    sha256: str
    """Of the file."""
    verdict: Verdict
    passed: int
    total: int
    """Cases, of those that were called."""
    whole: bool = False
    """Whether those were all cases, and not only those that candidates see."""
    points: float | None = None
    """If all cases were called."""
    maximum: float | None = None
    """Of the points that could be had."""
    ratio: float | None = None
    """The time to the reference's, if it was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best of a day, or of all days up to it."""

    day: date
    attempts: int
    """On that day."""
    accepted: int
    """Of them."""
    passed_share: float
    """The largest share of cases that passed, of those that candidates see."""
    points: float | None = None
    """The most, of those days on which all cases were called."""
    maximum: float | None = None
    ratio: float | None = None
    """The least."""


def bests_by_day(attempts: Sequence[Attempt]) -> list[Best]:
    """Sum up attempts at one problem by day, in the time zone of this machine.

    Returns
    -------
    list of Best
        The first day first.
    """
    days: dict[date, list[Attempt]] = {}
    for one in sorted(attempts, key=lambda one: one.at):
        days.setdefault(one.at.astimezone().date(), []).append(one)
    return [_best(day, own) for day, own in days.items()]


def _best(day: date, own: Sequence[Attempt]) -> Best:
    seen = [one for one in own if not one.whole and one.total]
    points, maximum = _most_points(own)
    return Best(
        day=day,
        attempts=len(seen),
        accepted=sum(one.verdict is Verdict.ACCEPTED for one in seen),
        passed_share=max((one.passed / one.total for one in seen), default=0.0),
        points=points,
        maximum=maximum,
        ratio=_least_ratio(own),
    )


def personal_bests(days: Sequence[Best]) -> list[Best]:
    """Give for each day the best of all days up to it; attempts stay the day's own."""
    best: list[Best] = []
    for day in days:
        both = (*best[-1:], day)
        points, maximum = _most_points(both)
        best.append(
            replace(
                day,
                passed_share=max(one.passed_share for one in both),
                points=points,
                maximum=maximum,
                ratio=_least_ratio(both),
            )
        )
    return best


def _most_points(among: Sequence[Attempt | Best]) -> tuple[float | None, float | None]:
    """Give the most points, and what could be had beside them; the first if alike."""
    scored = [(one.points, one.maximum) for one in among if one.points is not None]
    return max(scored, key=lambda one: one[0], default=(None, None))


def _least_ratio(among: Sequence[Attempt | Best]) -> float | None:
    return min((one.ratio for one in among if one.ratio is not None), default=None)

"""What a regrade changes: who gains, who loses, and in which parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from grader.store.rows import PartPoints, Row

Effect = Literal["loses", "gains", "differs", "same"]
"""In points; `differs` if these are the same and something else is not."""
_SMALLEST_DIFFERENCE = 0.005
"""In points; reports show two decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """A part of the rubric with other points than before."""

    id: str
    title: str
    before: float | None
    """None if it was not measured, or there was no such part."""
    after: float | None
    maximum_before: float | None
    """None if there was no such part."""
    maximum_after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A submission before a regrade and after it."""

    before: Row
    after: Row
    effect: Effect
    parts: tuple[PartChange, ...]
    """Those that are not as they were."""


def change_between(before: Row, after: Row) -> Change:
    """Compare two gradings of a submission."""
    parts = tuple(_part_changes(before.parts, after.parts))
    effect: Effect = "same"
    if _differ(before.points, after.points):
        effect = "gains" if after.points > before.points else "loses"
    elif (
        parts
        or before.verdict is not after.verdict
        or _differ(before.maximum, after.maximum)
    ):
        effect = "differs"
    return Change(before=before, after=after, effect=effect, parts=parts)


def _part_changes(
    before: Iterable[PartPoints], after: Iterable[PartPoints]
) -> Iterable[PartChange]:
    old = {one.id: one for one in before}
    new = {one.id: one for one in after}
    for part in {**new, **old}:
        was, now = old.get(part), new.get(part)
        change = PartChange(
            id=part,
            title=(new.get(part) or old[part]).title,
            before=None if was is None else was.points,
            after=None if now is None else now.points,
            maximum_before=None if was is None else was.maximum,
            maximum_after=None if now is None else now.maximum,
        )
        if _differ(change.before, change.after) or _differ(
            change.maximum_before, change.maximum_after
        ):
            yield change


def _differ(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= _SMALLEST_DIFFERENCE

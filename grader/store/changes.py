"""What a regrade changes: who gains, who loses, and in which parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from grader.store.rows import PartPoints, Row

Effect = Literal["loses", "gains", "differs", "same"]
"""In points; `differs` if these are the same and something else is not."""
Cause = Literal["spec", "reference", "grader", "environment"]
"""What gradings follow from, and what may have changed since one."""
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
    causes: tuple[Cause, ...] = ()
    """What had changed."""


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
    causes = causes_of(before, after.spec_sha256, after.basis)
    return Change(before=before, after=after, effect=effect, parts=parts, causes=causes)


def causes_of(
    before: Row, spec_sha256: str, basis: Mapping[str, str] | None
) -> tuple[Cause, ...]:
    """List what has changed since a grading.

    Of one that doesn't tell what it followed from, that is at least the grader.

    Parameters
    ----------
    before
        The grading.
    spec_sha256
        Of the spec as it is now.
    basis
        What a grading follows from now beside it.
    """
    spec: tuple[Cause, ...] = ("spec",) if before.spec_sha256 != spec_sha256 else ()
    if before.basis is None:
        return (*spec, "grader")
    was, now = before.basis, basis or {}
    others: tuple[Cause, ...] = ("reference", "grader", "environment")
    return (*spec, *(one for one in others if was.get(one) != now.get(one)))


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

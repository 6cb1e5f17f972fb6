"""One number for a grading, and its parts: for whoever scores code in bulk.

What we failed to judge has no number. It is neither a pass nor a failure, and whoever
learns from it would learn something wrong.
"""

from grader.store.rows import Row
from grader.verdict import Verdict


def score_of(row: Row) -> float | None:
    """Give the share of all points, from 0 to 1; None if it was not judged.

    Parts that were not measured don't count, nor do their points.
    """
    if row.verdict is Verdict.JUDGE_ERROR:
        return None
    return _share(row.points, row.maximum)


def part_scores(row: Row) -> dict[str, float | None]:
    """Give the share of each part's points, by its id; None if it was not measured."""
    return {
        part.id: None
        if part.points is None or row.verdict is Verdict.JUDGE_ERROR
        else _share(part.points, part.maximum)
        for part in row.parts
    }


def _share(points: float, maximum: float) -> float | None:
    return min(1.0, max(0.0, points / maximum)) if maximum > 0 else None

"""Failing cases as a page shows them: the first of each group in full."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.record import CaseEntry, Mismatch, Picture
from grader.report import calls, words
from grader.report.differences import Pieces, compare
from grader.report.figures import Drawing, Figures
from grader.report.summary import Failures

CARDS_PER_GROUP = 3
"""Failing cases of a group that are shown in full; the others get a row each."""
MOST_CARDS = 24
"""Failing cases that are shown in full, in all."""
MOST_ROWS = 120
"""Cases in a table, and in all tables of failing cases together."""
LONGEST_ARRAY = 2_000
"""Characters of an array that is written out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A failing case in full."""

    case: CaseEntry
    anchor: str
    sides: tuple[tuple[str, Pieces], ...] = ()
    """Titles and texts to show side by side."""
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingGroup:
    """What a group's failing cases look like on the page."""

    failures: Failures
    anchor: str
    cards: tuple[Card, ...]
    rows: tuple[CaseEntry, ...]
    """More of them, in a line each."""
    missing: int
    """Yet more, for which there is no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenGroup:
    """What is told of a group's failing cases where they are hidden."""

    failures: Failures
    anchor: str
    verdicts: tuple[tuple[str, int], ...]
    """How many cases came to what."""


def failing_groups(
    groups: Sequence[Failures], figures: Figures
) -> Iterable[FailingGroup]:
    """Lay out the failing cases of all groups within the room of one page."""
    cards_left, rows_left = MOST_CARDS, MOST_ROWS
    for at, group in enumerate(groups):
        cases = group.cases
        number = min(CARDS_PER_GROUP, cards_left, len(cases))
        rows = cases[number : number + rows_left]
        cards_left -= number
        rows_left -= len(rows)
        yield FailingGroup(
            failures=group,
            anchor=f"failing-{at}",
            cards=tuple(
                _card(case, f"failing-{at}-{place}", figures)
                for place, case in enumerate(cases[:number])
            ),
            rows=rows,
            missing=len(cases) - number - len(rows),
        )


def hidden_groups(groups: Sequence[Failures]) -> Iterable[HiddenGroup]:
    """Count what came of hidden cases: one by one they tell a reader nothing."""
    for at, group in enumerate(groups):
        yield HiddenGroup(
            failures=group,
            anchor=f"concealed-{at}",
            verdicts=tuple(Counter(map(calls.case_verdict, group.cases)).items()),
        )


def _card(case: CaseEntry, anchor: str, figures: Figures) -> Card:
    drawing = figures.draw(case.picture, case.mismatch)
    return Card(
        case=case,
        anchor=anchor,
        sides=sides(case.mismatch, case.picture, drawing),
        drawing=drawing,
    )


def sides(
    mismatch: Mismatch | None, picture: Picture | None, drawing: Drawing | None
) -> tuple[tuple[str, Pieces], ...]:
    """Give both results as text, unless they are drawn or told in a sentence.

    One that is too large to be written out has a shape, which the message has too.
    """
    drawn = picture is not None and bool(picture.results) and drawing is not None
    if mismatch is None or drawn or calls.is_of_numbers(mismatch):
        return ()
    if not all(one.startswith("[") for one in (mismatch.actual, mismatch.expected)):
        return ()
    actual, expected = compare(
        words.clip(mismatch.actual, LONGEST_ARRAY),
        words.clip(mismatch.expected, LONGEST_ARRAY),
    )
    return ("Actual", actual), ("Expected", expected)

"""The pages above several reports: what a batch is like, and who is in it.

Whatever comes from a record is escaped by the templates. The chart is made safe where
it is made, and the program that sorts the table is a file of ours.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from types import MappingProxyType

from markupsafe import Markup

from grader.record import DiagnosisEntry, Record
from grader.report.distribution import score_chart
from grader.report.html import fill
from grader.report.summary import reason
from grader.verdict import Verdict

MOST_COMMON = 20
"""Mistakes, and groups of cases, that are listed."""
MOST_NAMES = 12
"""Submissions that are named in a row."""
MOST_PAIRS = 24
"""Pairs that are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One submission in the table of several."""

    name: str
    link: str
    """The path of its report, relative to the index."""
    verdict: Verdict
    points: float
    maximum: float
    parts: tuple[tuple[str, float | None, float], ...] = ()
    """For each part its title, its points (None: not measured) and its maximum."""
    reason: str = ""
    """The first thing that is wrong, in a few words."""
    ratio: float | None = None
    """Its time as a multiple of the reference's."""
    mistakes: tuple[tuple[str, str], ...] = ()
    """The known mistakes that explain it: the id of each, and its title, where that is
    known: two that explain something together have one title."""
    failed: tuple[tuple[str, str], ...] = ()
    """The cases that it fails: the id of each, and its group's title."""

    @property
    def severity(self) -> int:
        """Where its verdict is in their order, mildest first."""
        return list(Verdict).index(self.verdict)

    @property
    def promised(self) -> Verdict | None:
        """The verdict that its folder is called by, if it is."""
        folder = self.name.split("/")[0]
        return next((one for one in Verdict if one.value == folder), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What several submissions have in common: a mistake, or a group that they fail."""

    title: str
    total: int
    rows: tuple[IndexRow, ...]
    """Some of them."""
    case: str = ""
    """Of a group, the case that most fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Two submissions that someone should look at side by side."""

    first: IndexRow
    second: IndexRow
    share: float
    """What they have in common, of what is their own."""
    rank: float
    """The share of the batch's pairs that are less alike."""
    link: str
    """The path of the page that shows both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Which submissions are alike."""

    pairs: tuple[AlikePair, ...] = ()
    missing: int = 0
    """Pairs for which there is no room."""
    compared: int = 0
    """How many submissions were compared."""
    left_out: tuple[IndexRow, ...] = ()
    """Those that could not be."""
    failure: str = ""
    """Why there is no answer, if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Submissions to one problem that were graded into one folder."""

    title: str
    """The problem's."""
    folder: str
    """Where it was written to, by the name within the overview's folder."""
    rows: tuple[IndexRow, ...]
    link: str
    """The path of its own page, relative to the overview."""

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many submissions have each verdict."""
        return _counts(self.rows)

    @property
    def broken(self) -> tuple[IndexRow, ...]:
        """Submissions in a folder that is called like another verdict than theirs."""
        return tuple(
            row for row in self.rows if row.promised not in {None, row.verdict}
        )


def render_index(
    rows: Iterable[IndexRow],
    problem_title: str,
    alike: Alike | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Draw the page of several submissions to one problem.

    Parameters
    ----------
    rows
        The submissions, in any order.
    problem_title
        What they are submissions to.
    alike
        Which are near-identical; None if that was not looked for.
    titles
        Of known mistakes, by their ids; those of rows come first.

    Returns
    -------
    str
        The page, the same for the same rows in any order.
    """
    ordered = sorted(rows, key=lambda row: (row.name.casefold(), row.name, row.link))
    columns = dict.fromkeys(
        (title, most) for row in ordered for title, _, most in row.parts
    )
    shares = [row.points / row.maximum if row.maximum else 0.0 for row in ordered]
    script, script_hash = _sorting()
    return fill(
        "index.html.j2",
        rows=ordered,
        problem_title=problem_title,
        part_columns=list(columns),
        timed=any(row.ratio is not None for row in ordered),
        counts=_counts(ordered),
        chart=score_chart(shares, [row.verdict is Verdict.ACCEPTED for row in ordered]),
        median_percent=round(100 * median(shares)) if shares else 0,
        mistakes=_common_mistakes(ordered, titles),
        groups=_common_groups(ordered),
        alike=alike,
        most_names=MOST_NAMES,
        script=script,
        script_hash=script_hash,
    )


def render_overview(batches: Iterable[Batch]) -> str:
    """Draw the page above several batches, with a link to the page of each.

    Parameters
    ----------
    batches
        In the order of the page.

    Returns
    -------
    str
        The page.
    """
    shown = tuple(batches)
    rows = [row for batch in shown for row in batch.rows]
    return fill(
        "overview.html.j2",
        batches=shown,
        counts=_counts(rows),
        total=len(rows),
        promised=any(row.promised for row in rows),
    )


def index_row(record: Record, link: str) -> IndexRow:
    """Sum up a record in one row, with the path of its report."""
    ratio = record.timing.ratio if record.timing is not None else None
    titles = {group.id: group.title for group in record.groups}
    return IndexRow(
        name=record.submission.name,
        link=link,
        verdict=record.verdict,
        points=record.score.points,
        maximum=record.score.maximum,
        parts=tuple((one.title, one.points, one.maximum) for one in record.parts),
        reason=reason(record),
        ratio=ratio.estimate if ratio is not None else None,
        mistakes=tuple(_mistakes(record.diagnoses)),
        failed=tuple(
            _failure(case.id, titles.get(case.group, case.group))
            for case in record.cases
            if case.verdict not in {None, Verdict.ACCEPTED}
        ),
    )


@cache
def _failure(case: str, group: str) -> tuple[str, str]:
    """Give the same pair each time: thousands of rows have the same cases."""
    return case, group


def _counts(rows: Sequence[IndexRow]) -> tuple[tuple[Verdict, int], ...]:
    found = [row.verdict for row in rows]
    return tuple((one, found.count(one)) for one in Verdict if one in found)


def _mistakes(diagnoses: Iterable[DiagnosisEntry]) -> Iterable[tuple[str, str]]:
    for one in diagnoses:
        if len(one.misconceptions) > 1:
            yield from ((mistake, "") for mistake in one.misconceptions)
        else:
            yield (*one.misconceptions, one.title)[0], one.title


def _common_mistakes(
    rows: Sequence[IndexRow], titles: Mapping[str, str]
) -> tuple[Common, ...]:
    told = {name: title for row in rows for name, title in row.mistakes if title}
    titles = {**titles, **told}
    having = _gather((row, [name for name, _ in row.mistakes]) for row in rows)
    return _most(
        Common(
            title=titles.get(name, name.replace("-", " ")),
            total=len(found),
            rows=tuple(found[:MOST_NAMES]),
        )
        for name, found in having.items()
    )


def _common_groups(rows: Sequence[IndexRow]) -> tuple[Common, ...]:
    cases = Counter((group, case) for row in rows for case, group in row.failed)
    worst: dict[str, str] = {}
    for (group, case), _ in cases.most_common():
        worst.setdefault(group, case)
    having = _gather((row, [group for _, group in row.failed]) for row in rows)
    return _most(
        Common(
            title=group,
            case=worst[group],
            total=len(found),
            rows=tuple(found[:MOST_NAMES]),
        )
        for group, found in having.items()
    )


def _gather(
    found: Iterable[tuple[IndexRow, Iterable[str]]],
) -> dict[str, list[IndexRow]]:
    having: dict[str, list[IndexRow]] = {}
    for row, things in found:
        for thing in dict.fromkeys(things):
            having.setdefault(thing, []).append(row)
    return having


def _most(found: Iterable[Common]) -> tuple[Common, ...]:
    """Give what most have first; what one alone has is not common."""
    common = [one for one in found if one.total > 1]
    return tuple(sorted(common, key=lambda one: -one.total)[:MOST_COMMON])


@cache
def _sorting() -> tuple[Markup, str]:
    """Give the program that sorts, and the hash by which the page lets it run."""
    path = Path(__file__).parent / "templates" / "sort.js"
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), base64.b64encode(digest).decode()  # noqa: S704 - ours

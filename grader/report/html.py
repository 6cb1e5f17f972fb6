"""The report and the index as HTML pages, each one file that needs nothing else.

Whatever comes from a record is escaped by the templates. Two things are inserted as
they are: the listing of the source and the chart, made safe where they are made.
"""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.record import BindingEntry, CaseEntry, DiagnosisEntry, Mismatch, Record
from grader.report import words
from grader.report.chart import timing_chart
from grader.report.differences import Pieces, compare
from grader.report.source import Listing, list_source
from grader.report.summary import (
    Failures,
    diagnosis_sentence,
    error_sentence,
    failures,
    first_alike,
    headline,
    hints_sentence,
    not_run,
    passed,
    reason,
    timing_sentence,
    unexplained_sentences,
)
from grader.verdict import Verdict

CARDS_PER_GROUP = 3
"""Failing cases of a group that are shown in full; the others get a row each."""
MOST_CARDS = 24
"""Failing cases that are shown in full, in all."""
MOST_ROWS = 120
"""Cases in a table, and in all tables of failing cases together."""
FEW_ROWS = 12
"""Cases in a table that is open from the start."""
LONGEST_MESSAGE = 600
"""Characters of a message."""
LONGEST_NAME = 80
"""Characters of a submission's name in a row."""
LONGEST_ROW_MESSAGE = 160
"""Characters of a message in a row."""
LONGEST_ARRAY = 2_000
"""Characters of an array that is written out."""
LONGEST_PRINT = 10_000
"""Characters of what a submission printed."""

_TEMPLATES = Path(__file__).parent / "templates"


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

    @property
    def promised(self) -> Verdict | None:
        """The verdict that its folder is called by, if it is."""
        folder = self.name.split("/")[0]
        return next((one for one in Verdict if one.value == folder), None)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """A failing case in full."""

    case: CaseEntry
    sides: tuple[tuple[str, Pieces], ...] = ()
    """Titles and texts to show side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FailingGroup:
    """What a group's failing cases look like on the page."""

    failures: Failures
    anchor: str
    cards: tuple[_Card, ...]
    rows: tuple[CaseEntry, ...]
    """More of them, in a line each."""
    missing: int
    """Yet more, for which there is no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Why:
    """What is known of what fails in a part."""

    entry: DiagnosisEntry
    sentence: str
    """What the submission does."""
    hints: str
    """What the hints are for."""
    is_new: bool
    """Whether no part before it has the same diagnosis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What the template shows besides the record itself."""

    title: str
    headline: tuple[str, ...]
    timing: str
    error: str | None
    diagnoses: tuple[_Why, ...]
    unexplained: tuple[str, ...]
    example_sides: tuple[tuple[str, Pieces], ...]
    """The counterexample's results."""
    failing: tuple[_FailingGroup, ...]
    passed: tuple[CaseEntry, ...]
    not_run: tuple[CaseEntry, ...]
    baselines: dict[str, str]
    chart: Markup | None
    listing: Listing
    marked: frozenset[int]
    """Lines that something else on the page speaks of."""
    reproduce: str | None
    bindings: tuple[BindingEntry, ...]
    """Those that differ from the statement."""
    estimated: bool
    """Whether someone's time is not measured, but worked out from a smaller size."""
    part_titles: dict[str, str]
    group_titles: dict[str, str]
    rung_titles: dict[str, str]
    anchors: dict[str, str]
    """Where the failing cases of a group are."""


def render_html(record: Record) -> str:
    """Draw a record as one HTML page.

    Parameters
    ----------
    record
        What is known; for candidates, made by `feedback.for_candidate`.

    Returns
    -------
    str
        The page, the same for the same record.
    """
    page = _page(record)
    return (
        _environment().get_template("report.html.j2").render(record=record, page=page)
    )


def render_index(rows: Iterable[IndexRow], problem_title: str) -> str:
    """Draw the table of several submissions as one HTML page.

    Parameters
    ----------
    rows
        The submissions, in any order.
    problem_title
        What they are submissions to.

    Returns
    -------
    str
        The page, the same for the same rows in any order.
    """
    ordered = sorted(rows, key=lambda row: (row.name.casefold(), row.name, row.link))
    columns = dict.fromkeys(
        (title, most) for row in ordered for title, _, most in row.parts
    )
    template = _environment().get_template("index.html.j2")
    return template.render(
        rows=ordered,
        problem_title=problem_title,
        part_columns=list(columns),
        counts=_counts(ordered),
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
    template = _environment().get_template("overview.html.j2")
    rows = [row for batch in shown for row in batch.rows]
    return template.render(
        batches=shown,
        counts=_counts(rows),
        total=len(rows),
        promised=any(row.promised for row in rows),
    )


def _counts(rows: Sequence[IndexRow]) -> tuple[tuple[Verdict, int], ...]:
    found = [row.verdict for row in rows]
    return tuple((one, found.count(one)) for one in Verdict if one in found)


def index_row(record: Record, link: str) -> IndexRow:
    """Sum up a record in one row, with the path of its report."""
    return IndexRow(
        name=record.submission.name,
        link=link,
        verdict=record.verdict,
        points=record.score.points,
        maximum=record.score.maximum,
        parts=tuple((one.title, one.points, one.maximum) for one in record.parts),
        reason=reason(record),
    )


def _page(record: Record) -> _Page:
    timing = record.timing
    rungs = timing.rungs if timing is not None else ()
    listing = list_source(record.submission.source)
    failing = tuple(_failing_groups(failures(record)))
    example = record.counterexample
    return _Page(
        title="Feedback" if record.audience == "candidate" else "Report",
        # The error itself is told just below.
        headline=headline(record)[record.error is not None :],
        timing=timing_sentence(timing) if timing is not None else "",
        error=error_sentence(record),
        diagnoses=tuple(
            _Why(
                entry=entry,
                sentence=diagnosis_sentence(record, entry),
                hints=hints_sentence(record, entry),
                is_new=first_alike(record, entry) is entry,
            )
            for entry in record.diagnoses
        ),
        unexplained=unexplained_sentences(record),
        example_sides=_sides(example.mismatch if example is not None else None),
        failing=failing,
        passed=passed(record),
        not_run=not_run(record),
        baselines={one.id: one.title for rung in rungs for one in rung.baselines},
        chart=timing_chart(timing) if timing is not None else None,
        listing=listing,
        marked=frozenset(_lines_spoken_of(record)),
        reproduce=_command(record) if record.audience == "interviewer" else None,
        bindings=tuple(one for one in record.bindings if _differs(one)),
        estimated=any(
            rung.state == "stopped" or not all(one.measured for one in rung.baselines)
            for rung in rungs
        ),
        part_titles={part.id: part.title for part in record.parts},
        group_titles={group.id: group.title for group in record.groups},
        rung_titles={rung.id: rung.title for rung in rungs},
        anchors={one.failures.group: one.anchor for one in failing},
    )


def _failing_groups(groups: Sequence[Failures]) -> Iterable[_FailingGroup]:
    cards_left, rows_left = MOST_CARDS, MOST_ROWS
    for at, group in enumerate(groups):
        cases = group.cases
        number = 0 if group.concealed else min(CARDS_PER_GROUP, cards_left, len(cases))
        rows = cases[number : number + rows_left]
        cards_left -= number
        rows_left -= len(rows)
        yield _FailingGroup(
            failures=group,
            anchor=f"failing-{at}",
            cards=tuple(_card(case) for case in cases[:number]),
            rows=rows,
            missing=len(cases) - number - len(rows),
        )


def _card(case: CaseEntry) -> _Card:
    return _Card(case=case, sides=_sides(case.mismatch))


def _sides(mismatch: Mismatch | None) -> tuple[tuple[str, Pieces], ...]:
    if mismatch is None or words.is_of_numbers(mismatch):
        return ()
    actual, expected = compare(
        words.clip(mismatch.actual, LONGEST_ARRAY),
        words.clip(mismatch.expected, LONGEST_ARRAY),
    )
    return ("Actual", actual), ("Expected", expected)


def _differs(binding: BindingEntry) -> bool:
    return binding.found_as != binding.function or bool(binding.notes)


def _lines_spoken_of(record: Record) -> Iterable[int]:
    lines = [one.line for one in record.cases]
    lines += [one.line for one in record.findings]
    if record.error is not None:
        lines.append(record.error.line)
    return (line for line in lines if line is not None)


def _command(record: Record) -> str:
    return (
        f"grader grade {shlex.quote(record.submission.filename)} "
        f"--problem {shlex.quote(record.problem.id)} --seed {record.seed}"
        f"{' --no-timing' if record.timing is None else ''}"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        finalize=_finalize,
        loader=FileSystemLoader(_TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals |= {
        "FEW_ROWS": FEW_ROWS,
        "LONGEST_NAME": LONGEST_NAME,
        "MOST_ROWS": MOST_ROWS,
        "words": words,
    }
    environment.filters |= {
        "message": lambda text: words.clip(text, LONGEST_MESSAGE),
        "path": _relative,
        "row_message": lambda text: words.clip(text, LONGEST_ROW_MESSAGE),
        "printed": lambda text: words.clip(text, LONGEST_PRINT),
        "percent": _percent,
    }
    return environment


def _finalize(value: object) -> object:
    """Spell out what would not be seen, in everything that a template shows."""
    if isinstance(value, Markup):
        return value
    return words.visible(value) if isinstance(value, str) else value


def _relative(path: str) -> str:
    """Make a link that can only lead to a file below the page's folder, or beside it.

    Quoting the colon leaves no scheme, and the dot in front no host.
    """
    return f"./{quote(path.lstrip('/'), safe='/')}"


def _percent(part: float, whole: float) -> int:
    return round(100 * max(0.0, min(1.0, part / whole))) if whole > 0 else 0

"""The report as an HTML page, one file that needs nothing else.

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
    timing_sentence,
    unexplained_sentences,
)

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
    return fill("report.html.j2", record=record, page=_page(record))


def fill(template: str, **shown: object) -> str:
    """Fill in a template: all that it shows is escaped."""
    return _environment().get_template(template).render(**shown)


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
        "path_up": _relative_up,
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


def _relative_up(path: str) -> str:
    """Make a link as `_relative` does, that may first lead out of the page's folder."""
    below = path
    while below.startswith("../"):
        below = below.removeprefix("../")
    return f"{path.removesuffix(below)}{_relative(below)}"


def _percent(part: float, whole: float) -> int:
    return round(100 * max(0.0, min(1.0, part / whole))) if whole > 0 else 0

"""The report and the index as HTML pages, each one file that needs nothing else.

Whatever comes from a record is escaped by the templates. Three things are inserted as
they are: listings of source, heat maps and the chart, made safe where they are made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from grader.record import Record
from grader.report import words
from grader.report.cards import MOST_ROWS
from grader.report.margin import loop_words
from grader.report.page import page_of
from grader.report.summary import reason
from grader.verdict import Verdict

FEW_ROWS = 12
"""Cases in a table that is open from the start."""
FEW_OF_A_SIGNAL = 2
"""Sentences of evidence that are not folded away."""
MOST_PLACES = 6
"""Lines or cases that a sentence leads to."""
LONGEST_MESSAGE = 600
"""Characters of a message."""
LONGEST_NAME = 80
"""Characters of a submission's name in a row."""
LONGEST_ROW_MESSAGE = 160
"""Characters of a message in a row."""
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
    page = page_of(record)
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
        "FEW_OF_A_SIGNAL": FEW_OF_A_SIGNAL,
        "FEW_ROWS": FEW_ROWS,
        "LONGEST_NAME": LONGEST_NAME,
        "MOST_PLACES": MOST_PLACES,
        "MOST_ROWS": MOST_ROWS,
        "loop_words": loop_words,
        "words": words,
    }
    environment.filters |= {
        "message": lambda text: words.clip(text, LONGEST_MESSAGE),
        "path": _relative,
        "row_message": lambda text: words.clip(text, LONGEST_ROW_MESSAGE),
        "printed": lambda text: words.clip(text, LONGEST_PRINT),
        "percent": _percent,
        "spoken": _spoken,
    }
    return environment


def _finalize(value: object) -> object:
    """Spell out what would not be seen, in everything that a template shows."""
    if isinstance(value, Markup):
        return value
    return words.visible(value) if isinstance(value, str) else value


def _spoken(text: str) -> Markup:
    """Set what stands between backticks as code; a single one stays."""
    pieces = words.visible(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(words.visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else piece
        for at, piece in enumerate(pieces)
    )


def _relative(path: str) -> str:
    """Make a link that can only lead to a file below the page's folder, or beside it.

    Quoting the colon leaves no scheme, and the dot in front no host.
    """
    return f"./{quote(path.lstrip('/'), safe='/')}"


def _percent(part: float, whole: float) -> int:
    return round(100 * max(0.0, min(1.0, part / whole))) if whole > 0 else 0

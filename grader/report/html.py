"""The report as an HTML page, one file that needs nothing else.

Whatever comes from a record is escaped by the templates. Three things are inserted as
they are: listings of source, heat maps and the chart, made safe where they are made.
"""

import re
from urllib.parse import quote

from markupsafe import Markup, escape

from grader.record import Record
from grader.report import calls, words
from grader.report.cards import MOST_ROWS
from grader.report.jinja import open_templates
from grader.report.margin import loop_words
from grader.report.page import page_of

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

_BETWEEN_WORDS = re.compile(r"([_/.-])(?=\w)")


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
    return fill("report.html.j2", record=record, page=page_of(record))


def fill(template: str, **shown: object) -> str:
    """Fill in a template: all that it shows is escaped."""
    return _TEMPLATES.get_template(template).render(**shown)


def _breakable(name: str) -> Markup:
    """Let a name be broken after what stands between its words."""
    return Markup(_BETWEEN_WORDS.sub(r"\1<wbr>", str(escape(words.visible(name)))))  # noqa: S704 - escaped


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


def _relative_up(path: str) -> str:
    """Make a link as `_relative` does, that may first lead out of the page's folder."""
    below = path
    while below.startswith("../"):
        below = below.removeprefix("../")
    return f"{path.removesuffix(below)}{_relative(below)}"


def _percent(part: float, whole: float) -> int:
    return round(100 * max(0.0, min(1.0, part / whole))) if whole > 0 else 0


_TEMPLATES = open_templates(
    __file__,
    {
        "FEW_OF_A_SIGNAL": FEW_OF_A_SIGNAL,
        "FEW_ROWS": FEW_ROWS,
        "LONGEST_NAME": LONGEST_NAME,
        "MOST_PLACES": MOST_PLACES,
        "MOST_ROWS": MOST_ROWS,
        "calls": calls,
        "loop_words": loop_words,
        "words": words,
    },
    {
        "breakable": _breakable,
        "message": lambda text: words.clip(text, LONGEST_MESSAGE),
        "path": _relative,
        "path_up": _relative_up,
        "row_message": lambda text: words.clip(text, LONGEST_ROW_MESSAGE),
        "printed": lambda text: words.clip(text, LONGEST_PRINT),
        "percent": _percent,
        "spoken": _spoken,
    },
)

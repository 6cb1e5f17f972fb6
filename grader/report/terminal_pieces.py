"""What the terminal's report and practice draw alike."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.record import Mismatch
from grader.report import words
from grader.verdict import Verdict

LONGEST_TEXT = 400
"""Characters of a message."""
_LONGEST_ARRAY = 1_200
_WIDEST_SIDE = 36
"""Characters of a line of an array that has another beside it."""


def shown(text: str, style: str = "", longest: int = LONGEST_TEXT) -> Text:
    """Make text of what may be a candidate's: no markup, no control characters."""
    return Text(words.visible(words.clip(text, longest)), style)


def verdict_style(verdict: Verdict | None) -> str:
    """Give the colour of a verdict; none is a case that was not run."""
    if verdict is Verdict.ACCEPTED:
        return "green"
    return "yellow" if verdict in {None, Verdict.JUDGE_ERROR} else "red"


def sides(mismatch: Mismatch) -> Iterable[RenderableType]:
    """Put two arrays side by side, or one below the other if they are wide."""
    actual, expected = (
        shown(without_empty_lines(one), longest=_LONGEST_ARRAY)
        for one in (mismatch.actual, mismatch.expected)
    )
    lines = [line for text in (actual, expected) for line in text.plain.split("\n")]
    if max(map(len, lines)) > _WIDEST_SIDE:
        yield from (Text("actual", "dim"), actual, Text("expected", "dim"), expected)
        return
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("actual")
    table.add_column("expected")
    table.add_row(actual, expected)
    yield table


def without_empty_lines(text: str) -> str:
    """Leave out the lines that NumPy sets between planes."""
    return "\n".join(one for one in text.split("\n") if one.strip())

"""What practice came to, day by day: a table with a bar for the best up to each day."""

from collections.abc import Sequence

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from grader.attempts import Best
from grader.report import words

_BAR_WIDTH = 12


def render_history(problem: str, days: Sequence[Best], bests: Sequence[Best]) -> Table:
    """Draw a table of days, each with the personal best up to it as a bar.

    Parameters
    ----------
    problem
        Its id.
    days
        The best of each day.
    bests
        For each of them, the best up to it.
    """
    table = Table(
        title=Text(words.visible(problem)),
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
    )
    table.add_column("day", no_wrap=True)
    for title in ("versions", "accepted", "cases", "points", "ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("best so far", width=_BAR_WIDTH)
    table.add_column("", justify="right", no_wrap=True)
    for day, best in zip(days, bests, strict=True):
        share = _share(best)
        table.add_row(
            f"{day.day:%Y-%m-%d}",
            f"{day.attempts:,}",
            f"{day.accepted:,}",
            f"{day.passed_share:.0%}" if day.attempts else "-",
            _points(day),
            "-" if day.ratio is None else words.significant(day.ratio),
            Bar(1.0, 0.0, share, width=_BAR_WIDTH, color="green"),
            Text(f"{share:.0%}"),
        )
    return table


def _share(best: Best) -> float:
    """Give the share of the points; of the cases, as long as there are no points."""
    if best.points is None or not best.maximum:
        return best.passed_share
    return best.points / best.maximum


def _points(best: Best) -> str:
    if best.points is None or best.maximum is None:
        return "-"
    return f"{words.points(best.points)} of {words.points(best.maximum)}"

"""What all charts have in common: they take colours and fonts from their page."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours that only stand for what the page's style sheet says, light or dark.
TEXT, GRID, SURFACE = "#010101", "#010102", "#010103"
SERIES = ("#010201", "#010202", "#010203", "#010204", "#010205", "#010206")
_VARIABLES = {
    TEXT: "currentColor",
    GRID: "var(--line)",
    SURFACE: "var(--surface)",
    **{colour: f"var(--series-{at})" for at, colour in enumerate(SERIES)},
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@contextmanager
def open_figure(width: float, height: float) -> Iterator["Figure"]:
    """Give a figure of so many inches, to be drawn and saved before it is left."""
    import matplotlib as mpl  # noqa: PLC0415 - half a second that only charts cost
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(), warnings.catch_warnings():
        # Titles may hold letters that the font for measuring lacks; pages have others.
        warnings.simplefilter("ignore")
        mpl.rcdefaults()
        mpl.rc("axes", labelsize=11)
        mpl.rc("font", family=["DejaVu Sans"], size=10.5)
        mpl.rc("legend", fontsize=10.5)
        mpl.rc("svg", fonttype="none", hashsalt="grader")
        mpl.rc("text", parse_math=False)
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        yield figure


def to_svg(figure: "Figure") -> str:
    """Write a figure as SVG, the same bytes for the same drawing."""
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
    return text.getvalue()


def adopt(drawing: str, prefix: str, title: str, description: str) -> Markup:
    """Give a drawing the page's colours and font, and words for those who listen.

    The result is safe to insert: matplotlib escapes what it writes, titles of a problem
    and never words of a candidate, and what is added to its drawing here is escaped.

    Parameters
    ----------
    drawing
        As `to_svg` gives it.
    prefix
        Of the ids of the words, which no other drawing on the page may have.
    title
        The words: in short.
    description
        And in full.
    """
    start, end = drawing.index("<svg"), drawing.index("</svg>")
    body = drawing[drawing.index(">", start) + 1 : end]
    body = re.sub(r"<style.*?</style>", "", body, flags=re.DOTALL)
    body = body.replace("'DejaVu Sans'", "system-ui, sans-serif")
    for sentinel, value in _VARIABLES.items():
        body = body.replace(sentinel, value)
    box = re.search(r'viewBox="[\d. ]+"', drawing)
    assert box is not None, "matplotlib writes one"
    return Markup(  # noqa: S704 - see above
        f'<svg class="chart" {box.group()} role="img" '
        f'aria-labelledby="{prefix}-title {prefix}-description">'
        f'<title id="{prefix}-title">{escape(title)}</title>'
        f'<desc id="{prefix}-description">{escape(description)}</desc>'
        f"{body}</svg>"
    )

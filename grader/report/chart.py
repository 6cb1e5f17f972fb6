"""The timing chart: an inline SVG that takes its colours and fonts from the page."""

import io
import math
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.record import RungEntry, TimingEntry
from grader.report.words import milliseconds, si

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
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
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_DASHES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))
_NARROW_DECADES = 2.5
"""Axes that span less get a label at 1, 2 and 5 of each decade."""
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    work: float
    seconds: float
    measured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    title: str
    points: tuple[_Point, ...]


def timing_chart(timing: TimingEntry) -> Markup | None:
    """Draw times against work, both on logarithmic scales.

    Parameters
    ----------
    timing
        Where the numbers are.

    Returns
    -------
    Markup or None
        An `svg` element, the same bytes for the same numbers; None without any.
    """
    series = [one for one in _series(timing.rungs) if one.points]
    if not series:
        return None
    floor = _Series(
        title="a call that does nothing",
        points=tuple(_points((one, one.floor_seconds, True) for one in timing.rungs)),
    )
    name = f"Time of one call of {timing.function} by work"
    return adopt(_draw(series, floor), "chart", name, _describe(series))


def _series(rungs: Sequence[RungEntry]) -> Iterable[_Series]:
    own = ((rung, rung.candidate_seconds, rung.state != "stopped") for rung in rungs)
    yield _Series(title="submission", points=tuple(_points(own)))
    reference = ((rung, rung.reference_seconds, True) for rung in rungs)
    yield _Series(title="reference", points=tuple(_points(reference)))
    titles = {one.id: one.title for rung in rungs for one in rung.baselines}
    for baseline, title in titles.items():
        known = (
            (rung, one.processor_seconds, one.measured)
            for rung in rungs
            for one in rung.baselines
            if one.id == baseline
        )
        yield _Series(title=title, points=tuple(_points(known)))


def _points(
    times: Iterable[tuple[RungEntry, float | None, bool]],
) -> Iterable[_Point]:
    for rung, seconds, measured in times:
        # Neither has a logarithm at 0.
        if seconds is not None and seconds > 0 and rung.work > 0:
            yield _Point(work=rung.work, seconds=seconds, measured=measured)


def _draw(series: Sequence[_Series], floor: _Series) -> str:
    text = io.StringIO()
    with open_figure(7.6, 4.9) as figure:
        axes = figure.add_subplot()
        _plot(axes, series, floor)
        _dress(axes, series, floor)
        _add_legend(figure, axes, series)
        save(figure, text)
    return text.getvalue()


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


def save(figure: "Figure", text: io.StringIO) -> None:
    """Write a figure as SVG, the same bytes for the same drawing."""
    figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)


def _plot(axes: "Axes", series: Sequence[_Series], floor: _Series) -> None:
    for at, one in enumerate(series):
        colour = SERIES[at % len(SERIES)]
        axes.plot(
            [point.work for point in one.points],
            [point.seconds * 1000 for point in one.points],
            color=colour,
            label=one.title,
            linestyle=_DASHES[at % len(_DASHES)],
            linewidth=2.4 if at == 0 else 1.4,
            marker=_MARKERS[at % len(_MARKERS)],
            markersize=7 if at == 0 else 6,
            zorder=4 if at == 0 else 3,
        )
        scaled = [point for point in one.points if not point.measured]
        axes.plot(
            [point.work for point in scaled],
            [point.seconds * 1000 for point in scaled],
            color=colour,
            linestyle="none",
            marker=_MARKERS[at % len(_MARKERS)],
            markerfacecolor=SURFACE,
            markersize=6,
            zorder=5,
        )
    if floor.points:
        axes.plot(
            [point.work for point in floor.points],
            [point.seconds * 1000 for point in floor.points],
            color=TEXT,
            label=floor.title,
            linestyle=":",
            linewidth=1.4,
        )


def _dress(axes: "Axes", series: Sequence[_Series], floor: _Series) -> None:
    everything = [point for one in (*series, floor) for point in one.points]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("work: products summed in a call", color=TEXT)
    axes.set_ylabel("milliseconds a call", color=TEXT)
    _label(axes.xaxis, [point.work for point in everything])
    _label(axes.yaxis, [point.seconds * 1000 for point in everything])
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.tick_params(which="both", color=GRID, labelcolor=TEXT)
    for side, spine in axes.spines.items():
        spine.set_visible(side in {"left", "bottom"})
        spine.set_color(GRID)


def _label(axis: "Axis", values: Sequence[float]) -> None:
    from matplotlib.ticker import (  # noqa: PLC0415 - only charts need it
        FuncFormatter,
        LogLocator,
        NullLocator,
    )

    is_narrow = math.log10(max(values) / min(values)) < _NARROW_DECADES
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if is_narrow else (1,)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(_tick))


def _tick(value: float, _: int | None) -> str:
    return si(value) if value >= 1 else f"{value:.12f}".rstrip("0").rstrip(".")


def _add_legend(figure: "Figure", axes: "Axes", series: Sequence[_Series]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - only charts need it

    entries, titles = axes.get_legend_handles_labels()
    if any(not point.measured for one in series for point in one.points):
        hollow = Line2D([], [], linestyle="none", marker="o", color=TEXT)
        hollow.set_markerfacecolor(SURFACE)
        entries.append(hollow)
        titles.append("hollow: estimated, not measured")
    figure.legend(
        entries,
        titles,
        frameon=False,
        labelcolor=TEXT,
        loc="outside upper left",
        ncols=2,
    )


def adopt(drawing: str, prefix: str, title: str, description: str) -> Markup:
    """Give a drawing the page's colours and font, and words for those who listen.

    The result is safe to insert: matplotlib escapes what it writes, titles of a problem
    and never words of a candidate, and what is added to its drawing here is escaped.

    Parameters
    ----------
    drawing
        As matplotlib writes it.
    prefix
        Of the ids of the words, which no other on the page may have.
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


def _describe(series: Iterable[_Series]) -> str:
    parts = []
    for one in series:
        first, last = one.points[0], one.points[-1]
        parts.append(
            f"{one.title}: {milliseconds(first.seconds)} ms at {si(first.work)} "
            f"products, {milliseconds(last.seconds)} ms at {si(last.work)}"
        )
    return f"{'; '.join(parts)}. The table below has all numbers."

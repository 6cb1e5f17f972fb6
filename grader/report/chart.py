"""The timing chart: an inline SVG that takes its colours and fonts from the page."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.record import Interval, RungEntry, TimingEntry
from grader.report.drawing import (
    GRID,
    SERIES,
    SURFACE,
    TEXT,
    adopt,
    open_figure,
    to_svg,
)
from grader.report.words import interval, milliseconds, si

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_DASHES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))
_NARROW_DECADES = 2.5
"""Axes that span less get a label at 1, 2 and 5 of each decade."""
_LEAST, _MOST = 1e-30, 1e30
"""Numbers beyond, which nobody measures, have no place on a scale of logarithms."""


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
        title="what goes around a call",
        points=tuple(_points((one, one.floor_seconds, True) for one in timing.rungs)),
    )
    title = f"Time of one call of {timing.function} by work"
    words = _describe(timing, series)
    return adopt(_draw(series, floor, timing.rungs), "chart", title, words)


def _series(rungs: Sequence[RungEntry]) -> Iterable[_Series]:
    own = ((rung, rung.candidate_seconds, rung.was_timed) for rung in rungs)
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
        if seconds is not None and _have_places(seconds, rung.work):
            yield _Point(work=rung.work, seconds=seconds, measured=measured)


def _have_places(*numbers: float) -> bool:
    return all(_LEAST < one < _MOST for one in numbers)


def _draw(series: Sequence[_Series], floor: _Series, rungs: Sequence[RungEntry]) -> str:
    compared = [
        (rung.work, rung.ratio)
        for rung in rungs
        if (one := rung.ratio)
        and _have_places(rung.work, one.low, one.estimate, one.high)
    ]
    with open_figure(7.6, 6.1 if compared else 4.9) as figure:
        if compared:
            heights = {"height_ratios": (3, 1)}
            axes, below = figure.subplots(2, sharex=True, gridspec_kw=heights)
            _plot(axes, series, floor)
            _dress(axes, series, floor)
            works = [one.work for one in rungs if _have_places(one.work)]
            _compare(below, compared, works)
            axes.set_xlabel("")
        else:
            axes = figure.add_subplot()
            _plot(axes, series, floor)
            _dress(axes, series, floor)
        _add_legend(figure, axes, series)
        return to_svg(figure)


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
    axes.set_ylabel("milliseconds a call", color=TEXT)
    works = [point.work for point in everything]
    _dress_axes(axes, works, [point.seconds * 1000 for point in everything])


def _compare(
    axes: "Axes", ratios: Sequence[tuple[float, Interval]], works: Sequence[float]
) -> None:
    """Draw ratios to the reference, with intervals that times are too far for."""
    axes.errorbar(
        [work for work, _ in ratios],
        [ratio.estimate for _, ratio in ratios],
        yerr=(
            [max(0.0, ratio.estimate - ratio.low) for _, ratio in ratios],
            [max(0.0, ratio.high - ratio.estimate) for _, ratio in ratios],
        ),
        color=SERIES[0],
        capsize=5,
        linewidth=1.4,
        elinewidth=2,
        marker=_MARKERS[0],
        markersize=5,
    )
    axes.axhline(1, color=TEXT, linestyle="--", linewidth=1.2)
    axes.set_ylabel("times the\nreference's", color=TEXT)
    ends = [1.0, *(end for _, one in ratios for end in (one.low, one.high))]
    axes.margins(y=0.15)
    _dress_axes(axes, works, ends)


def _dress_axes(axes: "Axes", works: Sequence[float], values: Sequence[float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("work: products summed in a call", color=TEXT)
    _label(axes.xaxis, works)
    _label(axes.yaxis, values)
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


def _describe(timing: TimingEntry, series: Iterable[_Series]) -> str:
    parts = [
        f"The time grows with {one.title} to the power of {interval(one.exponent)}"
        for one in timing.growth
    ]
    for one in series:
        first, last = one.points[0], one.points[-1]
        parts.append(
            f"{one.title}: {milliseconds(first.seconds)} ms at {si(first.work)} "
            f"products, {milliseconds(last.seconds)} ms at {si(last.work)}"
        )
    return f"{'; '.join(parts)}. The table below has all numbers."

"""Pictures of results: heat maps of where they differ, and small arrays as grids.

All markup here is made of numbers and of words that are escaped.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from grader.record import Grid, HeatMap, HeatPlane, Mismatch, Picture
from grader.report import calls, words

_MOST_CELLS = 6_000
"""Of all heat maps of a page."""
_LARGEST_CELL, _WIDEST_PLANE = 14, 200
"""In pixels."""
_PLANE_AXES = 2
_NARROW = 5
"""Columns of a grid, or characters of a number, that fit anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneDrawing:
    """A plane of a heat map."""

    title: str
    svg: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number of a grid."""

    text: str
    marked: bool
    first: bool
    """Whether it is the one that the picture is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridDrawing:
    """A small array: one or more planes of numbers."""

    title: str
    label: str
    """For those who listen."""
    is_result: bool
    is_wide: bool
    """Whether it may have to be scrolled, and so to be reached by keyboard."""
    planes: tuple[tuple[tuple[Cell, ...], ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A picture, ready to be laid out."""

    where: str
    about: str
    """Which element the marked arguments make, and which they are."""
    planes: tuple[PlaneDrawing, ...] = ()
    note: str = ""
    """On the heat map."""
    results: tuple[GridDrawing, ...] = ()
    arguments: tuple[GridDrawing, ...] = ()


@dataclass(slots=True)
class Figures:
    """Draws the pictures of one page, as many as there is room for."""

    _cells_left: int = field(default=_MOST_CELLS)

    def draw(
        self, picture: Picture | None, mismatch: Mismatch | None
    ) -> Drawing | None:
        """Draw a picture: as grids if it is small, else as a heat map."""
        if picture is None:
            return None
        heat_map = None if picture.results else picture.heat_map
        where = calls.where_beyond(picture, mismatch)
        return self._drawing(picture, heat_map, where, grids=True)

    def draw_map(self, picture: Picture | None) -> Drawing | None:
        """Draw the heat map of a picture alone."""
        if picture is None or picture.heat_map is None:
            return None
        return self._drawing(picture, picture.heat_map, picture.where, grids=False)

    def _drawing(
        self, picture: Picture, heat_map: HeatMap | None, where: str, *, grids: bool
    ) -> Drawing:
        if heat_map is not None:
            cells = sum(len(plane.cells) for plane in heat_map.planes)
            heat_map = heat_map if cells <= self._cells_left else None
            self._cells_left -= cells if heat_map is not None else 0
        result = f"{picture.result}: " if picture.result else ""
        return Drawing(
            where=f"{result}{where}",
            about=_about(picture) if grids else "",
            planes=_planes(heat_map) if heat_map is not None else (),
            note=_note(heat_map) if heat_map is not None else "",
            results=tuple(
                _grid(one, is_result=True) for one in picture.results if grids
            ),
            arguments=tuple(
                _grid(one, is_result=False) for one in picture.arguments if grids
            ),
        )


def _about(picture: Picture) -> str:
    if picture.index is None or not picture.arguments:
        return ""
    index = words.shape(picture.index)
    if not picture.sources:
        return f"The element at {index} depends on no number of the arguments."
    *most, last = picture.sources
    sources = f"{', '.join(most)} and {last}" if most else last
    return f"The first element that differs, at {index}, is made from {sources}."


def _note(heat_map: HeatMap) -> str:
    notes = ["The stronger the colour, the larger the error; what is right is empty."]
    if max(heat_map.cell) > 1:
        high, wide = heat_map.cell
        notes.append(f"A cell is the worst of {high} by {wide} elements.")
    if heat_map.missing:
        notes.append(f"{words.count(heat_map.missing, 'more plane')}: not drawn.")
    return " ".join(notes)


def _planes(heat_map: HeatMap) -> tuple[PlaneDrawing, ...]:
    size = heat_map.rows * heat_map.columns
    return tuple(_plane(plane, size) for plane in heat_map.planes)


def _plane(plane: HeatPlane, size: int) -> PlaneDrawing:
    index = f"{words.shape(plane.index)}: " if plane.index else ""
    verb = "differs" if plane.wrong == 1 else "differ"
    title = f"{index}{plane.wrong:,} of {size:,} {verb}"
    return PlaneDrawing(title=title, svg=_svg(plane.cells.split(" "), title))


def _svg(rows: Sequence[str], title: str) -> Markup:
    wide, high = max(map(len, rows)), len(rows)
    cell = max(2, min(_LARGEST_CELL, _WIDEST_PLANE // max(wide, 1)))
    paths = "".join(
        f'<path class="heat-{level}" d="{"".join(_runs(rows, level))}"/>'
        for level in "123456789"
        if any(level in row for row in rows)
    )
    lines = "".join(f"M{x} 0V{high}" for x in range(1, wide))
    lines += "".join(f"M0 {y}H{wide}" for y in range(1, high))
    return Markup(
        '<svg class="heat" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}">{}<path class="lines" d="{}"/></svg>'
    ).format(wide, high, wide * cell, high * cell, title, Markup(paths), lines)  # noqa: S704 - numbers alone


def _runs(rows: Sequence[str], level: str) -> Iterable[str]:
    for y, row in enumerate(rows):
        x = 0
        for digit, run in groupby(row):
            length = len(list(run))
            if digit == level:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length


def _grid(grid: Grid, *, is_result: bool) -> GridDrawing:
    marked = set(grid.marked)
    first = min(marked, default=None) if is_result else None
    cells = [
        Cell(text=text, marked=place in marked, first=place == first)
        for place, text in enumerate(grid.numbers)
    ]
    columns = grid.shape[-1] if grid.shape else 1
    rows = grid.shape[-2] if len(grid.shape) >= _PLANE_AXES else 1
    lines = [
        tuple(cells[at : at + columns]) for at in range(0, len(cells), max(columns, 1))
    ]
    planes = [tuple(lines[at : at + rows]) for at in range(0, len(lines), max(rows, 1))]
    return GridDrawing(
        title=f"{grid.name} {words.shape(grid.shape)}",
        label=_label(grid, is_result=is_result),
        is_result=is_result,
        is_wide=max(columns, max(map(len, grid.numbers), default=0)) > _NARROW,
        planes=tuple(planes),
    )


def _label(grid: Grid, *, is_result: bool) -> str:
    numbers = ", ".join(grid.numbers)
    start = f"{grid.name}, shape {words.shape(grid.shape)}: {numbers}"
    if not grid.marked:
        return start
    verb = "differ from the other" if is_result else "are marked"
    if math.prod(grid.shape) == len(grid.marked):
        return f"{start}; all {verb}"
    places = ", ".join(grid.numbers[at] for at in grid.marked if at < len(grid.numbers))
    return f"{start}; {places} {verb}"

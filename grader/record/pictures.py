"""What a record says of where a result differs: element by element, or coarsely."""

from typing import Annotated

from pydantic import Field

from grader.record.entry import Entry, Whole


class HeatPlane(Entry):
    """One plane of a result: its last two axes, at one index along all others."""

    index: tuple[Whole, ...]
    """Along all axes but the last two."""
    cells: Annotated[str, Field(pattern="^[0-9 ]*$")]
    """Its rows, with a space between them, and a digit for each cell: 0 where all is
    right, else from 1 to 9 by its error as a share of the largest one."""
    wrong: Whole
    """How many elements of it differ."""


class HeatMap(Entry):
    """Where a result differs, element by element or more coarsely."""

    rows: Whole
    columns: Whole
    """Elements of a plane, each way."""
    cell: tuple[Whole, Whole]
    """How many rows and columns a cell stands for; it shows the worst of them."""
    planes: tuple[HeatPlane, ...]
    missing: Whole = 0
    """Planes for which there is no room."""


class Grid(Entry):
    """A small array, number by number."""

    name: str
    shape: tuple[Whole, ...]
    numbers: tuple[str, ...]
    """In row-major order."""
    marked: tuple[Whole, ...] = ()
    """Those that the picture is about, by their places in that order."""


class Picture(Entry):
    """Where a result differs and, if all is small, what its fault is made from."""

    result: str = ""
    """Its name, where a function gives several."""
    where: str
    """Where it differs, in words."""
    heat_map: HeatMap | None = None
    """Absent where shapes differ, and for a single number."""
    index: tuple[Whole, ...] | None = None
    """The element that `sources` and the marks of `arguments` are about: the first
    that differs. Absent where that is not known."""
    results: tuple[Grid, ...] = ()
    """What was returned and what is expected, with what differs marked."""
    arguments: tuple[Grid, ...] = ()
    """With the numbers marked that the right value of that element depends on."""
    sources: tuple[str, ...] = ()
    """These as slices, such as `x[0, 1:3]`."""

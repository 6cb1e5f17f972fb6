"""Where a line of a submission's source is, in the candidate's own terms."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Titled(Protocol):
    """Lines of a source, and what the place is called that they come from."""

    @property
    def first_line(self) -> int:
        """Of the source; they end where the next place begins."""
        ...

    @property
    def title(self) -> str:
        """What the place is called, such as `cell 4`."""
        ...


class At(NamedTuple):
    """A line within a place."""

    title: str
    line: int


def place_of(places: Sequence[Titled], line: int) -> At | None:
    """Find the place of a line.

    Parameters
    ----------
    places
        Of a submission or of its record, in the order of their lines.
    line
        Of the source, from 1.

    Returns
    -------
    At or None
        None if the source is the file itself, or the line comes before all places.
    """
    before = bisect_right(places, line, key=lambda one: one.first_line)
    if not before:
        return None
    place = places[before - 1]
    return At(place.title, line - place.first_line + 1)


def line_words(places: Sequence[Titled], line: int) -> str:
    """Name a line as the candidate would look for it: `line 7`, or `cell 4, line 7`."""
    at = place_of(places, line)
    return f"line {line}" if at is None else f"{at.title}, line {at.line}"

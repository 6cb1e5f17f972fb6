"""A submission's source as numbered lines of markup that other places link to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer

from grader.places import line_words, place_of
from grader.record import PlaceEntry, SubmissionEntry
from grader.report.words import clip, visible
from grader.text import message

LARGEST_MARKUP = 120_000
"""Characters of markup in a listing; colours are left out before lines are."""
LARGEST_FILES = 60_000
"""The same of all other files together."""
_MOST_FILES = 40
_LONGEST_TITLE = 80
_LINE_MARKUP = 60
"""What each line costs beside its text."""
LONGEST_LINE = 2_000
"""Characters of a line."""
_LONG_GAP = re.compile(r"\s{500}")
"""Space on which Pygments takes time that grows with its square."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A source, or as much of it as a report has room for."""

    lines: tuple[Markup, ...]
    missing: int
    """Lines that there was no room for."""
    places: tuple[PlaceEntry, ...] = ()
    """Where lines come from, such as a notebook's cells."""

    @cached_property
    def headings(self) -> dict[int, str]:
        """What stands above some lines."""
        shown = range(1, len(self.lines) + 1)
        return {
            one.first_line: clip(one.title, _LONGEST_TITLE)
            for one in self.places
            if one.first_line in shown
        }

    def label(self, number: int) -> str:
        """Name a line."""
        return message(line_words(self.places, number))

    def number(self, number: int) -> int:
        """Give the number of a line in its place."""
        at = place_of(self.places, number)
        return number if at is None else at.line

    def has(self, line: int | None) -> bool:
        """Whether a line is there to be linked to."""
        return line is not None and 1 <= line <= len(self.lines)


def list_source(
    source: str, places: Sequence[PlaceEntry] = (), room: int = LARGEST_MARKUP
) -> Listing:
    """Cut a source into lines, coloured if there is room for that."""
    text = visible(source.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [_shorten(line) for line in text.removesuffix("\n").split("\n")]
    if not any(lines):
        return Listing(lines=(), missing=0)
    plain = tuple(escape(line) for line in lines)
    text = "\n".join(lines)
    small = _size(plain) < room and _LONG_GAP.search(text) is None
    coloured = _highlight(text) if small else plain
    marked = coloured if _size(coloured) < room else plain
    kept, length = [], 0
    for one in marked:
        length += _size([one])
        if length > room:
            break
        kept.append(one)
    return Listing(
        lines=tuple(kept),
        missing=len(marked) - len(kept),
        places=tuple(places),
    )


def list_files(submission: SubmissionEntry) -> Iterator[tuple[str, Listing]]:
    """List the files that go with a source, as far as there is room."""
    room = LARGEST_FILES
    for file in (*submission.modules, *submission.tests)[:_MOST_FILES]:
        listing = list_source(file.source, room=room)
        room = max(0, room - _size(listing.lines))
        yield file.filename, listing


@lru_cache(maxsize=16)
def _highlight(text: str) -> tuple[Markup, ...]:
    """Colour a text line by line: once for the pages that show it one after the other.

    The result is safe to insert: Pygments escapes all of the text, and adds nothing
    but spans with classes of its own, which it closes at the end of each line.
    """
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    marked = highlight(text, lexer, HtmlFormatter(nowrap=True))
    lines = marked.removesuffix("\n").split("\n")
    return tuple(Markup(line) for line in lines)  # noqa: S704 - escaped by Pygments


def _shorten(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]} …"


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + _LINE_MARKUP for line in lines)

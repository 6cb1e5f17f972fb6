"""Which numbers differ between two small arrays that are written out."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[^\s\[\](),]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text."""

    text: str
    differs: bool
    """Whether the other array has another number in this place."""


Pieces = tuple[Piece, ...]


def compare(actual: str, expected: str) -> tuple[Pieces, Pieces]:
    """Cut both texts where their numbers differ.

    Arrays of different lengths have no places to compare, and stay in one piece.

    Examples
    --------
    >>> actual, _ = compare("[1. 2.]", "[1. 3.]")
    >>> [piece.text for piece in actual if piece.differs]
    ['2.']
    """
    left, right = _NUMBER.findall(actual), _NUMBER.findall(expected)
    if len(left) != len(right) or len(left) == 1:
        return (Piece(actual, differs=False),), (Piece(expected, differs=False),)
    differs = [not _same(one, other) for one, other in zip(left, right, strict=True)]
    return _cut(actual, differs), _cut(expected, differs)


def _same(one: str, other: str) -> bool:
    try:
        return one == other or float(one) == float(other)
    except ValueError:
        return False


def _cut(text: str, differs: list[bool]) -> Pieces:
    pieces, start = [], 0
    for number, marked in zip(_NUMBER.finditer(text), differs, strict=True):
        if marked:
            pieces.append(Piece(text[start : number.start()], differs=False))
            pieces.append(Piece(number.group(), differs=True))
            start = number.end()
    pieces.append(Piece(text[start:], differs=False))
    return tuple(piece for piece in pieces if piece.text)

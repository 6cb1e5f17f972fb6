"""In which encoding Python reads a source, by PEP 263."""

import re
from collections.abc import Iterator

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_ONLY_A_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?")
_LINES = re.compile(rb"\r\n?|\n")
"""What Python takes for the end of a line before it looks for an encoding."""
_UTF8 = frozenset({"utf-8", "utf8", "u8", "utf", "cp65001", "ascii", "us-ascii"})
_LIKE_ASCII = re.compile(
    r"(?:(?:iso-)?latin-?\d{1,2}|iso-?8859-\d{1,2}|(?:cp|windows-)125\d|koi8-[rut])(?:-.*)?"
)
"""Others that write what Python is made of as it is, and are read in no time."""
_SHOWN = 40
"""Characters of a name."""


def odd_encodings(source: bytes) -> Iterator[tuple[int, str]]:
    r"""Give the line that has Python read a file in another way than it is shown.

    It is shown as UTF-8. What is ASCII alone reads the same in ISO 8859, Windows code
    pages and KOI8.

    Examples
    --------
    >>> list(odd_encodings(b"# a sum\r# coding: utf-7\rx = 1"))
    [(2, 'utf-7')]
    >>> list(odd_encodings(b"# coding: utf-8-unix\nx = 1"))
    []
    >>> list(odd_encodings(b"# coding: cp1250\nx = 1"))
    []
    """
    line, name = _cookie(source)
    same = source.isascii() and _LIKE_ASCII.fullmatch(_plain(name))
    if name and not same and not _is_utf8(name):
        yield line, name[:_SHOWN]


def is_parsable(source: bytes) -> bool:
    """Tell whether a source is in an encoding that is safe to parse.

    Some take a time that grows with the square of the length, or give lines that the
    bytes don't have.
    """
    _, name = _cookie(source)
    return not name or _is_utf8(name) or bool(_LIKE_ASCII.fullmatch(_plain(name)))


def _cookie(source: bytes) -> tuple[int, str]:
    """Find the name of the encoding in the first two lines, and its line."""
    for number, line in enumerate(_LINES.split(source, 2)[:2], 1):
        found = _COOKIE.match(line)
        if found:
            return number, found[1].decode("ascii")
        if not _ONLY_A_COMMENT.fullmatch(line):
            break
    return 0, ""


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _is_utf8(name: str) -> bool:
    return _plain(name) in _UTF8 or _plain(name).startswith("utf-8-")

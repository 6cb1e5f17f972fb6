"""Text of unknown origin, made safe to show."""

import re
from collections.abc import Iterator

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def printable(text: bytes) -> str:
    r"""Make text of unknown origin safe to show anywhere, and the same in every run.

    What is not printable becomes its escape, and addresses are left out.

    Examples
    --------
    >>> printable(b"\x1b[31mred at 0x7f00deadbeef")
    '\\x1b[31mred at 0x...'
    """
    decoded = text.decode("utf-8", "backslashreplace")
    return _ADDRESS.sub("0x...", "".join(_printable(decoded)))


def _printable(text: str) -> Iterator[str]:
    for letter in text:
        if letter.isprintable() or letter == "\n":
            yield letter
        elif letter == "\t":
            yield "    "
        else:
            yield letter.encode("unicode_escape").decode()

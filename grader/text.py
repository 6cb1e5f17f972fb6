"""Words that several layers share, and text of unknown origin made safe to show."""

import re
from collections.abc import Iterator

ONLY_WITH_VALUES = "earned only with some right values"
"""Why a part earns nothing whatever its cases say."""
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
_LINE_ENDS = re.compile(r"\s*\n\s*")
_LONGEST_MESSAGE = 1_000


def cases_passed(passed: int, total: int) -> str:
    """Say how many cases passed, the same everywhere.

    Examples
    --------
    >>> cases_passed(1, 1), cases_passed(7, 1200)
    ('1 of 1 case passed', '7 of 1,200 cases passed')
    """
    return f"{passed:,} of {total:,} {'case' if total == 1 else 'cases'} passed"


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


def message(text: str) -> str:
    r"""Make one line of what may quote a file: safe to show anywhere, and not endless.

    Examples
    --------
    >>> message("a.yaml: unknown key `\x1b[31m`\n in line 3")
    'a.yaml: unknown key `\\x1b[31m` in line 3'
    """
    safe = printable(text.encode("utf-8", "backslashreplace"))
    line = _LINE_ENDS.sub(" ", safe).strip()
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]} …"

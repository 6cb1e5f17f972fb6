"""How reports word numbers, and what they never show raw."""

from collections.abc import Iterable

from grader.record import Interval

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_KIB = 1024
_CLEAR_STEPS = 1e6
"""Above this, a multiple is told by its power of ten."""


def visible(text: str) -> str:
    r"""Spell out what would not be seen, or would act, where the text is shown.

    Terminals obey control characters, and direction marks show source in another
    order than it runs in. Only line feeds and tabs stay.

    Examples
    --------
    >>> visible("red\x1b[31m \u202e")
    'red\\x1b[31m \\u202e'
    """
    hidden = {
        ord(one): one.encode("unicode_escape").decode("ascii")
        for one in set(text)
        if not one.isprintable() and one not in "\n\t"
    }
    return text.translate(hidden) if hidden else text


def clip(text: str, limit: int) -> str:
    """Cut a text after so many characters, and say how much is missing.

    Examples
    --------
    >>> clip("0123456789", 4)
    '0123 … (6 more characters)'
    """
    missing = len(text) - limit
    if missing <= 0:
        return text
    return f"{text[:limit]} … ({count(missing, 'more character')})"


def sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop, once.

    Examples
    --------
    >>> sentence("raised an error"), sentence("Is it?")
    ('Raised an error.', 'Is it?')
    """
    text = text.strip()
    end = "" if text.endswith((".", "!", "?")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


def count(number: int, noun: str) -> str:
    """Give a number of things.

    Examples
    --------
    >>> count(1, "case"), count(1200, "case")
    ('1 case', '1,200 cases')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def points(value: float) -> str:
    """Give points, to two decimals where they matter.

    Examples
    --------
    >>> points(10.0), points(7.5), points(2 / 3)
    ('10', '7.5', '0.67')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def significant(value: float) -> str:
    """Give a number to three significant digits, without an exponent.

    Examples
    --------
    >>> [significant(value) for value in (0.01234, 1.2, 45.67, 1234.5)]
    ['0.0123', '1.20', '45.7', '1,234']
    """
    size = abs(value)
    if size == 0:
        return "0"
    decimals = 0
    while size < 100 and decimals < 6:  # noqa: PLR2004 - three digits before the point
        size *= 10
        decimals += 1
    return f"{value:,.{decimals}f}"


def milliseconds(seconds: float) -> str:
    """Give a time in milliseconds, without the unit.

    Examples
    --------
    >>> milliseconds(0.00234)
    '2.34'
    """
    return significant(seconds * 1000)


def si(value: float) -> str:
    """Give a large number with its prefix.

    Examples
    --------
    >>> si(14_200_000), si(1_000), si(12)
    ('14.2 M', '1 k', '12')
    """
    for size, prefix in _PREFIXES:
        if value >= size:
            return f"{value / size:.3g} {prefix}"
    return f"{value:.3g}"


def size(number: int) -> str:
    """Give a number of bytes.

    Examples
    --------
    >>> size(512), size(3 * 1024 * 1024)
    ('512 B', '3.0 MiB')
    """
    value = float(number)
    if value < _KIB:
        return f"{number} B"
    for unit in ("KiB", "MiB"):
        value /= _KIB
        if value < _KIB:
            return f"{value:.1f} {unit}"
    return f"{value / _KIB:.1f} GiB"


def multiple(value: float) -> str:
    """Give how many times something fits.

    Examples
    --------
    >>> [multiple(value) for value in (0.001, 0.5, 35.21, 7.8e9)]
    ['less than 0.01', '0.50', '35.2', '7.8 · 10^9']
    """
    if 0 < value < 0.01:  # noqa: PLR2004 - two decimals are shown
        return "less than 0.01"
    if value < 10:  # noqa: PLR2004 - two decimals are shown
        return f"{value:.2f}"
    if value < _CLEAR_STEPS:
        return significant(value)
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} · 10^{int(exponent)}"


def interval(value: Interval) -> str:
    """Give an estimate with its interval.

    Examples
    --------
    >>> interval(Interval(estimate=1.3, low=1.25, high=1.4))
    '1.30 (1.25 to 1.40)'
    """
    low, high = significant(value.low), significant(value.high)
    return f"{significant(value.estimate)} ({low} to {high})"


def shape(lengths: Iterable[int]) -> str:
    """Give a shape or an index as Python does.

    Examples
    --------
    >>> shape((3,)), shape((2, 3))
    ('(3,)', '(2, 3)')
    """
    return str(tuple(lengths))

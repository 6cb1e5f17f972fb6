"""How reports word numbers, arguments and states; and what they never show raw."""

from collections.abc import Iterable, Sequence

from grader.places import line_words
from grader.problem import Visibility
from grader.record import (
    ArgumentEntry,
    CaseEntry,
    Interval,
    Mismatch,
    Picture,
    RungEntry,
    SubmissionEntry,
)
from grader.text import message
from grader.verdict import Verdict

_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_KIB = 1024
_LONGEST_NUMBER = 40
"""Characters; what is longer is shown apart from the sentence about it."""
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


def argument(entry: ArgumentEntry) -> str:
    """Give an argument in a few words: arrays by type and shape, all else by value.

    Examples
    --------
    >>> x = ArgumentEntry(name="x", shape=(2, 3), dtype="float32", text="normal")
    >>> argument(x)
    'x: float32 (2, 3)'
    >>> argument(ArgumentEntry(name="stride", text="(2, 1)"))
    'stride=(2, 1)'
    """
    if entry.shape is None:
        return f"{entry.name}={clip(entry.text, 80)}"
    return f"{entry.name}: {entry.dtype or 'array'} {shape(entry.shape)}"


def call(case: CaseEntry) -> str:
    """Give the call that a case makes, in one line; without arguments, its function."""
    return call_of(case.function, case.arguments)


def call_of(function: str, arguments: Sequence[ArgumentEntry]) -> str:
    """Give a call in one line; without arguments, the function."""
    if not arguments:
        return function
    return f"{function}({', '.join(argument(one) for one in arguments)})"


def line_of(submission: SubmissionEntry, number: int) -> str:
    """Name a line as the candidate would look for it.

    Examples
    --------
    >>> from grader.record import PlaceEntry
    >>> entry = SubmissionEntry(
    ...     name="ann", kind="file", filename="ann.py", sha256="", source=""
    ... )
    >>> line_of(entry, 12)
    'line 12'
    >>> cells = (
    ...     PlaceEntry(first_line=1, title="cell 2"),
    ...     PlaceEntry(first_line=6, title="cell 4"),
    ... )
    >>> line_of(entry.model_copy(update={"places": cells}), 12)
    'cell 4, line 7'
    """
    return message(line_words(submission.places, number))


def verdict(value: Verdict | None) -> str:
    """Give a verdict as people say it; none is a case that was not run."""
    return "not run" if value is None else value.words


def case_verdict(case: CaseEntry) -> str:
    """Give a case's verdict, and whether it earns only a share of its points.

    A case that passes in part is not called accepted without more ado.
    """
    words = verdict(case.verdict)
    if case.verdict is not None and 0 < case.credit < 1:
        return f"{words}, earns {points(case.credit * 100)} %"
    return words


def is_concealed(case: CaseEntry) -> bool:
    """Whether a case is a hidden one whose data has been left out."""
    return case.visibility is Visibility.HIDDEN and not (
        case.arguments or case.mismatch or case.bound_used is not None
    )


def is_of_numbers(mismatch: Mismatch) -> bool:
    """Whether a mismatch shows one number against another, and no arrays.

    Examples
    --------
    >>> is_of_numbers(Mismatch(actual="-17.0", expected="-14.0"))
    True
    >>> is_of_numbers(Mismatch(actual="[1. 2.]", expected="[1. 3.]"))
    False
    """
    return all(
        len(text) <= _LONGEST_NUMBER and not set(text) & set("[( \n")
        for text in (mismatch.actual, mismatch.expected)
    )


def mismatch(entry: Mismatch) -> str:
    """Say where the first difference is, and what it is if that is one number.

    How many there are is in the message of the case.

    Examples
    --------
    >>> mismatch(Mismatch(actual="2.0", expected="4.0", first_index=(0, 1), elements=8))
    'The first that differs is at (0, 1): actual 2.0, expected 4.0.'
    >>> mismatch(Mismatch(actual="[1. 2.]", expected="[1. 3.]", first_index=(1,)))
    'The first that differs is at (1,).'
    >>> mismatch(Mismatch(actual="2", expected="4", first_index=(0,), elements=1))
    'Actual 2, expected 4.'
    """
    parts = []
    if entry.first_index is not None and entry.elements != 1:
        parts.append(f"the first that differs is at {shape(entry.first_index)}")
    if is_of_numbers(entry):
        parts.append(f"actual {entry.actual}, expected {entry.expected}")
    return sentence(": ".join(parts)) if parts else ""


def where_beyond(picture: Picture, entry: Mismatch | None) -> str:
    """Say where a result differs, unless the message of the case has all of it.

    It has both shapes, and how many elements are wrong.

    Examples
    --------
    >>> picture = Picture(where="Every element differs.")
    >>> entry = Mismatch(
    ...     actual="2", expected="4", first_index=(0,), differing=8, elements=8
    ... )
    >>> where_beyond(picture, entry)
    ''
    >>> picture = Picture(where="Exactly the last row differs.")
    >>> where_beyond(picture, entry.model_copy(update={"differing": 2}))
    'Exactly the last row differs.'
    """
    if entry is None:
        return picture.where
    all_told = entry.first_index is None or entry.differing == entry.elements
    return "" if all_told else picture.where


def rung_state(rung: RungEntry) -> str:
    """Say what a size's times are worth."""
    match rung.state:
        case "measured":
            return f"measured, {count(rung.calls, 'timed call')}"
        case "below_resolution":
            return "too fast to tell from a call that does nothing"
        case "too_noisy":
            return "not told: the machine was too busy"
        case "stopped":
            return "not run: too slow for this size"

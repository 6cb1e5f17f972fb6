"""How reports word a call, and what came of it."""

from collections.abc import Sequence

from grader.places import line_words
from grader.problem import Visibility
from grader.record import (
    ArgumentEntry,
    CaseEntry,
    Mismatch,
    Picture,
    RungEntry,
    SubmissionEntry,
)
from grader.report.words import clip, count, points, sentence, shape
from grader.text import message
from grader.verdict import Verdict

_LONGEST_NUMBER = 40
"""Characters; what is longer is shown apart from the sentence about it."""


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
        case "unfinished":
            return "not told: it came to no end in time"
        case "stopped":
            return "not run: too slow for this size"

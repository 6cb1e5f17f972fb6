"""One question, and the words that all of them are put together from."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.record import CaseEntry, Record
from grader.report.calls import call, is_of_numbers, line_of
from grader.report.words import clip
from grader.verdict import Verdict

LONGEST = 160
"""Characters of what is quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to ask, and what it comes from."""

    text: str
    finding: str
    """What was found, in a sentence."""
    lines: tuple[int, ...] = ()
    """Of the submission."""
    case: str | None = None
    """The id of the case that shows it."""


def case_of(record: Record, name: str) -> CaseEntry | None:
    """Give the case of that id, if there is one."""
    return next((case for case in record.cases if case.id == name), None)


def is_wrong(case: CaseEntry) -> bool:
    """Whether a case was run and earns less than everything."""
    return case.verdict is not None and not (
        case.verdict is Verdict.ACCEPTED and case.credit >= 1
    )


def quoted_call(case: CaseEntry) -> str:
    """Give a case's call as code."""
    return f"`{clip(call(case), LONGEST)}`"


def what_happens(case: CaseEntry) -> str:
    """Say what comes of a call, against what should."""
    mismatch = case.mismatch
    if mismatch is not None and is_of_numbers(mismatch):
        place = f" at {mismatch.first_index}" if mismatch.first_index else ""
        numbers = f"{mismatch.actual}{place} and not {mismatch.expected}"
        return f"On {quoted_call(case)} you get {numbers}."
    return f"On {quoted_call(case)}: {clip(case.message, LONGEST).rstrip('.')}."


def where(record: Record, line: int) -> str:
    """Begin a sentence with a line, as its author counts it."""
    words = line_of(record.submission, line)
    return words[:1].upper() + words[1:]


def known(line: int | None) -> tuple[int, ...]:
    """Give the lines that are known: one, or none."""
    return () if line is None else (line,)


def listed(words: Sequence[str]) -> str:
    """Give words as they are listed in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last

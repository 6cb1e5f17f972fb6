"""A case in plain text: for formats in which nothing but text can be shown.

Nothing that a candidate wrote keeps a character that a terminal, a browser or an XML
parser would act on.
"""

from collections.abc import Iterator

from grader.record import CaseEntry, Mismatch, Record
from grader.report import calls, words
from grader.report.summary import Failures

LONGEST_MESSAGE = 600
"""Characters of a message."""
LONGEST_ARRAY = 2_000
"""Characters of an array that is written out."""
MOST_CASES = 12
"""Failing cases of a group that are told in full."""


def case_text(record: Record, case: CaseEntry) -> str:
    """Tell what happened in a case: the call, the message, and what differs."""
    return words.visible("\n".join(_case_lines(record, case)))


def failures_text(record: Record, group: Failures) -> str:
    """Tell of the failing cases of a group, one after the other."""
    if group.concealed:
        return failures_sentence(group)
    shown = group.cases[:MOST_CASES]
    texts = [
        f"{words.visible(case.id)}: {calls.case_verdict(case)}\n"
        + _set_in(case_text(record, case))
        for case in shown
    ]
    missing = len(group.cases) - len(shown)
    if missing:
        texts.append(f"and {words.count(missing, 'more failing case')}")
    return "\n\n".join(texts)


def failures_sentence(group: Failures) -> str:
    """Say how many cases of a group fail."""
    verb = "earns" if len(group.cases) == 1 else "earn"
    total = words.count(group.total, "hidden case" if group.concealed else "case")
    return f"{len(group.cases):,} of {total} {verb} less than everything."


def error_text(record: Record) -> str:
    """Give the message of what ended a grading, with its place."""
    if record.error is None:
        return ""
    text = words.visible(words.clip(record.error.message, LONGEST_MESSAGE))
    if record.error.line is None:
        return text
    return f"{text}\nin {calls.line_of(record.submission, record.error.line)}"


def _case_lines(record: Record, case: CaseEntry) -> Iterator[str]:
    if case.arguments:
        yield calls.call(case)
    yield words.clip(case.message, LONGEST_MESSAGE)
    if case.line is not None:
        yield f"in {calls.line_of(record.submission, case.line)} of the submission"
    if case.mismatch is not None:
        yield from _mismatch_lines(case.mismatch)


def _mismatch_lines(mismatch: Mismatch) -> Iterator[str]:
    sentence = calls.mismatch(mismatch)
    if sentence:
        yield sentence
    if not calls.is_of_numbers(mismatch):
        yield "actual"
        yield _set_in(words.clip(mismatch.actual, LONGEST_ARRAY))
        yield "expected"
        yield _set_in(words.clip(mismatch.expected, LONGEST_ARRAY))


def _set_in(text: str) -> str:
    """Set all lines in, so that none of them passes for one of ours."""
    return "\n".join(f"  {line}".rstrip() for line in text.split("\n"))

"""Notes beside the lines of a source: what else on the page speaks of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.record import CaseEntry, LoopEntry, Record
from grader.report import words

_MOST_NOTES = 120
"""On a page."""
_MOST_PER_LINE = 5
_LONGEST = 240
"""Characters of a note."""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a line."""

    kind: str
    """In a word or two; `error` and `fails` are told apart by colour too."""
    text: str


def margin_notes(record: Record) -> Mapping[int, tuple[Note, ...]]:
    """Give the notes on each line that has some, the gravest first."""
    return _by_line(_all(record))


def file_notes(record: Record, filename: str) -> Mapping[int, tuple[Note, ...]]:
    """Give those on the lines of a file that goes with the source."""
    return _by_line(_tests(record, filename))


def _by_line(found: Iterable[tuple[int, Note]]) -> Mapping[int, tuple[Note, ...]]:
    notes: dict[int, list[Note]] = defaultdict(list)
    for line, note in list(dict.fromkeys(found))[:_MOST_NOTES]:
        if len(notes[line]) < _MOST_PER_LINE:
            notes[line].append(Note(note.kind, words.clip(note.text, _LONGEST)))
    return {line: tuple(several) for line, several in sorted(notes.items())}


def _all(record: Record) -> Iterable[tuple[int, Note]]:
    if record.error is not None and record.error.line is not None:
        yield record.error.line, Note("error", record.error.message)
    yield from _failing(record)
    yield from _tests(record, record.submission.filename)
    for finding in record.findings:
        if finding.line is not None:
            yield finding.line, Note(finding.kind, finding.message)
    if record.style is not None:
        for loop in record.style.loops:
            yield loop.line, Note("loop", loop_words(loop))
        for lint in record.style.lint:
            yield lint.line, Note(lint.code, lint.message)


def _tests(record: Record, filename: str) -> Iterable[tuple[int, Note]]:
    """Tell where the candidate's own tests in a file fail."""
    tests = record.candidate_tests.tests if record.candidate_tests is not None else ()
    for test in tests:
        if test.filename == filename and test.failed_line is not None:
            yield test.failed_line, Note("fails", f"{test.name}: {test.message}")


def _failing(record: Record) -> Iterable[tuple[int, Note]]:
    """Tell each kind of exception of a line once, with the number of its cases."""
    cases: dict[tuple[int, str], list[CaseEntry]] = {}
    for case in record.cases:
        if case.line is not None and case.credit < 1 and case.verdict is not None:
            kind = case.message.partition(":")[0]
            cases.setdefault((case.line, kind), []).append(case)
    for (line, _), several in cases.items():
        others = f" and {len(several) - 1:,} more like it" if len(several) > 1 else ""
        where = f" (case {several[0].id}{others})"
        message = words.clip(several[0].message, _LONGEST - len(where))
        yield line, Note("fails", message + where)


def loop_words(loop: LoopEntry) -> str:
    """Say what a loop runs over and how often, where that was counted.

    Examples
    --------
    >>> loop = LoopEntry(function="f", line=3, kind="for", depth=1, over="range(n)",
    ...                  turns=(4, 8), grows_with=("H",))
    >>> loop_words(loop)
    'for loop over `range(n)`, inside 1 other; turns: 4, then 8; grows with H'
    >>> loop_words(loop.model_copy(update={"turns": (2, 2, 2), "grows_with": ()}))
    'for loop over `range(n)`, inside 1 other; 2 turns in each call'
    """
    kind = {"call": "calls a function for each element"}.get(
        loop.kind, f"{loop.kind} loop" if loop.kind in {"for", "while"} else loop.kind
    )
    parts = [f"{kind}{f' over `{loop.over}`' if loop.over else ''}"]
    if loop.depth:
        parts[0] += f", inside {words.count(loop.depth, 'other')}"
    if len(loop.turns) > 1 and len(set(loop.turns)) == 1:
        parts.append(f"{words.count(loop.turns[0], 'turn')} in each call")
    elif loop.turns:
        parts.append(f"turns: {', then '.join(f'{one:,}' for one in loop.turns)}")
    if loop.grows_with:
        parts.append(f"grows with {', '.join(loop.grows_with)}")
    return "; ".join(parts)

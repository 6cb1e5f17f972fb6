"""Records as GitHub Actions reads them: annotations, a step's summary, its outputs.

Whoever may read the repository sees all of these, the candidate among them, so they
hold what candidates may see.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from grader.record import CaseEntry, Record
from grader.report import calls, words
from grader.report.feedback import for_candidate
from grader.report.markdown import render_markdown, render_table
from grader.report.plain import error_text, failures_sentence
from grader.report.summary import Failures, error_sentence, failures
from grader.verdict import Verdict

MOST_OF_A_LEVEL = 10
"""Annotations of one level that a step may have. Three levels of ten stay below the 50
that a job may have."""
LARGEST_SUMMARY_BYTES = 1000 << 10
"""GitHub takes up to 1024 KiB from a step, and nothing at all of what is larger."""
LONGEST_MESSAGE = 500
"""Characters of an annotation."""
LONGEST_NAME = 40
"""Characters of a submission's name in its title."""

Level = Literal["error", "warning", "notice"]
"""From worst to mildest."""
_FILES_WITH_LINES = ("file", "folder")
"""The kinds of submission whose lines are those of a file that GitHub can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A record, and where its submission lies."""

    path: str
    """The file, from the root of the repository."""
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    level: Level
    path: str
    line: int | None
    title: str
    message: str

    def command(self) -> str:
        """Word it as the runner reads it."""
        properties = f"file={_property(self.path)}"
        if self.line is not None:
            properties += f",line={self.line}"
        properties += f",title={_property(self.title)}"
        message = words.clip(self.message, LONGEST_MESSAGE)
        return f"::{self.level} {properties}::{_data(message)}"


def render_annotations(graded: Iterable[Graded]) -> str:
    """Write annotations, the worst first, and how many were left out.

    Parameters
    ----------
    graded
        All that one step has graded; what is hidden is left out here.

    Returns
    -------
    str
        A line for each, for standard output.
    """
    levels: tuple[Level, ...] = ("error", "warning", "notice")
    found: dict[Level, list[tuple[int, _Annotation]]] = {one: [] for one in levels}
    counts = dict.fromkeys(levels, 0)
    for each in graded:
        for rank, one in enumerate(_annotations(each)):
            # By their rank, so that no submission takes all the room from the others.
            insort(found[one.level], (rank, one), key=itemgetter(0))
            del found[one.level][MOST_OF_A_LEVEL:]
            counts[one.level] += 1
    return "".join(
        f"{line}\n"
        for level in levels
        for line in _within_limit(
            level, [one for _, one in found[level]], counts[level]
        )
    )


def render_step_summary(
    records: Sequence[Record], largest_bytes: int = LARGEST_SUMMARY_BYTES
) -> str:
    """Write what a step has graded as Markdown, as far as there is room.

    Parameters
    ----------
    records
        Of one submission each; what is hidden is left out here.
    largest_bytes
        How much room there is.

    Returns
    -------
    str
        A table if there are several, and as many of the records as fit.
    """
    left_out = "\n{} left out: there is no more room here.\n"
    room = largest_bytes - len(left_out.format(words.count(len(records), "submission")))
    kept: list[str] = []
    table = f"{render_table(records)}\n" if len(records) > 1 else ""
    if len(table.encode()) <= room:
        kept.append(table)
        room -= len(table.encode())
    for at, record in enumerate(records):
        section = f"{render_markdown(for_candidate(record))}\n"
        room -= len(section.encode())
        if room < 0:
            missing = words.count(len(records) - at, "submission")
            return "".join(kept) + left_out.format(missing)
        kept.append(section)
    return "".join(kept)


def render_outputs(records: Sequence[Record]) -> str:
    """Write the outputs of a step: counts, and of a single one verdict and points."""
    accepted = sum(record.verdict is Verdict.ACCEPTED for record in records)
    values: dict[str, object] = {"graded": len(records), "accepted": accepted}
    if len(records) == 1:
        (record,) = records
        values["verdict"] = record.verdict.value
        values["points"] = words.points(record.score.points)
        values["maximum"] = words.points(record.score.maximum)
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _within_limit(
    level: Level, found: Sequence[_Annotation], total: int
) -> Iterator[str]:
    if total <= MOST_OF_A_LEVEL:
        yield from (one.command() for one in found)
        return
    shown = found[: MOST_OF_A_LEVEL - 1]
    yield from (one.command() for one in shown)
    yield f"::{level}::{total - len(shown):,} more left out"


def _annotations(graded: Graded) -> Iterator[_Annotation]:
    record = for_candidate(graded.record)
    name = words.clip(record.submission.name, LONGEST_NAME)

    def annotation(
        level: Level, title: str, message: str, line: int | None = None
    ) -> _Annotation:
        if line is not None and not _has_lines(record):
            where = f"{calls.line_of(record.submission, line)}: "
        else:
            where = ""
        return _Annotation(
            level=level,
            path=graded.path,
            line=line if _has_lines(record) else None,
            title=f"{name}: {title}",
            message=f"{where}{message}",
        )

    if record.error is not None:
        title = record.verdict.words
        message = f"{error_sentence(record)}\n{error_text(record)}"
        yield annotation("error", title, message, record.error.line)
    for group in failures(record):
        level: Level = "error" if group.required else "warning"
        for line, message in _messages(group):
            yield annotation(level, group.title, message, line)
    for finding in record.findings:
        yield annotation("notice", finding.kind, finding.message, finding.line)
    for lint in record.style.lint if record.style is not None else ():
        yield annotation("notice", lint.code, lint.message, lint.line)


def _has_lines(record: Record) -> bool:
    entry = record.submission
    return not entry.places and entry.kind in _FILES_WITH_LINES


def _messages(group: Failures) -> Iterator[tuple[int | None, str]]:
    """Give one message for all cases of a group that failed at one line."""
    if group.concealed:
        yield None, failures_sentence(group)
        return
    for line, cases in _by_line(group.cases):
        first, *others = cases
        message = f"{first.id}, {calls.case_verdict(first)}: {first.message}"
        if others:
            message += f"\nand {words.count(len(others), 'more failing case')} here"
        yield line, message


def _by_line(
    cases: Iterable[CaseEntry],
) -> Iterator[tuple[int | None, list[CaseEntry]]]:
    ordered = sorted(cases, key=lambda case: case.line or 0)
    for line, own in groupby(ordered, key=lambda case: case.line):
        yield line, list(own)


def _data(text: str) -> str:
    r"""Escape a message for the runner.

    Examples
    --------
    >>> _data("100 %\n::error::no")
    '100 %25%0A::error::no'
    """
    escaped = words.visible(text).replace("%", "%25")
    return escaped.replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property for the runner.

    Examples
    --------
    >>> _property("a,b: c")
    'a%2Cb%3A c'
    """
    return _data(text).replace(":", "%3A").replace(",", "%2C")

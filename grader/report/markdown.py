"""A record as Markdown: for step summaries, comments and notes.

What may come from a candidate stands in code, where nothing is read as markup; all
else is escaped.
"""

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from grader.record import CandidateTestsEntry, Record
from grader.report import calls, own_tests, words
from grader.report.plain import (
    LONGEST_MESSAGE,
    case_text,
    error_text,
    failures_sentence,
)
from grader.report.summary import (
    Failures,
    diagnosis_sentence,
    failures,
    headline,
    hints_sentence,
    not_run,
    unexplained_sentences,
)

CASES_PER_GROUP = 3
"""Failing cases of a group that are shown."""
MOST_GROUPS = 12
"""Groups with failing cases that are shown."""
MOST_SURVIVORS = 12
"""Known mistakes that are shown of those which the candidate's tests don't notice."""
MOST_FINDINGS = 20
"""Notes that are shown."""
LONGEST_NAME = 80
"""Characters of a submission's name."""

_RUN = re.compile("`+")
_MARKUP = re.compile(r"[\\`*_~<>\[\]|#&@]|:(?=//)|(?<=www)\.")
"""What GitHub's Markdown acts on within a line; and where it would see an address."""


def render_markdown(record: Record) -> str:
    """Write a record as Markdown.

    Parameters
    ----------
    record
        What is known; for candidates, made by `feedback.for_candidate`.

    Returns
    -------
    str
        Sections below a heading of the second level.
    """
    return "\n\n".join(_blocks(record)) + "\n"


def render_table(records: Sequence[Record]) -> str:
    """Write a line for each of several records, as a table."""
    rows = [
        (
            code(words.clip(record.submission.name, LONGEST_NAME), in_table=True),
            record.verdict.words,
            words.points(record.score.points),
            words.points(record.score.maximum),
        )
        for record in records
    ]
    return _table(("submission", "verdict", "points", "of"), rows) + "\n"


def escape(text: str) -> str:
    r"""Take a text literally, in one line.

    Examples
    --------
    >>> escape("a_b <i> see https://example.org")
    'a\\_b \\<i\\> see https\\://example.org'
    """
    line = words.visible(" ".join(text.split()))
    return _MARKUP.sub(r"\\\g<0>", line)


def code(text: str, *, in_table: bool = False) -> str:
    r"""Show a text as code within a line, whatever it holds.

    Examples
    --------
    >>> code("x"), code("a`b")
    ('`x`', '`` a`b ``')
    >>> code("a|b", in_table=True)
    '`a\\|b`'
    """
    line = words.visible(" ".join(text.split()))
    if in_table:
        line = line.replace("|", r"\|")
    if not line:
        return ""
    if "`" not in line:
        return f"`{line}`"
    fence = "`" * (_longest_run(line) + 1)
    return f"{fence} {line} {fence}"


def fenced(text: str) -> str:
    """Show a text of several lines as code, whatever it holds."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{words.visible(text)}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, _RUN.findall(text)), default=0)


def _blocks(record: Record) -> Iterator[str]:
    score = record.score
    points = f"{words.points(score.points)} of {words.points(score.maximum)} points"
    name = code(words.clip(record.submission.name, LONGEST_NAME))
    yield f"## {name}: {record.verdict.words}, {points}"
    yield escape(record.problem.title)
    yield escape(" ".join(headline(record)))
    if record.error is not None:
        yield fenced(error_text(record))
    if record.parts:
        yield _parts(record)
    yield from _why(record)
    yield from _failing(record)
    rest = not_run(record)
    if rest:
        yield f"{words.count(len(rest), 'case')} not run."
    if record.candidate_tests is not None:
        yield from _own_tests(record.candidate_tests)
    yield from _findings(record)


def _parts(record: Record) -> str:
    rows = [
        (
            escape(part.title),
            "not measured" if part.points is None else words.points(part.points),
            words.points(part.maximum),
            escape(words.clip(part.reason, LONGEST_MESSAGE)),
        )
        for part in record.parts
    ]
    return _table(("part", "points", "of", "reason"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _why(record: Record) -> Iterator[str]:
    candidate = record.audience == "candidate"
    sentences = unexplained_sentences(record)
    example = record.counterexample
    if record.diagnoses or sentences or example is not None:
        yield "### Why"
    for entry in record.diagnoses:
        if not candidate:
            yield escape(diagnosis_sentence(record, entry))
            continue
        title = hints_sentence(record, entry)
        if not entry.hints:
            yield escape(title)
        for hints in entry.hints:
            yield _folded(title, hints)
    yield from map(escape, sentences)
    if example is not None:
        call = calls.call_of(example.function, example.arguments)
        message = words.clip(example.message, LONGEST_MESSAGE)
        yield "The smallest input that was found to fail:"
        yield fenced(f"{call}\n{message}")


def _folded(title: str, hints: tuple[str, str, str]) -> str:
    """Fold hints into one another, so that each is read when it is asked for."""
    nudge, place_to_look, check = map(escape, hints)
    return "\n\n".join(
        (
            f"<details><summary>{html.escape(title)}</summary>",
            nudge,
            "<details><summary>Where to look</summary>",
            place_to_look,
            "<details><summary>What to check</summary>",
            check,
            "</details></details></details>",
        )
    )


def _failing(record: Record) -> Iterator[str]:
    groups = failures(record)
    if groups:
        yield "### What fails"
    for group in groups[:MOST_GROUPS]:
        yield from _failing_group(record, group)
    missing = len(groups) - MOST_GROUPS
    if missing > 0:
        yield f"And {words.count(missing, 'more group')}."


def _failing_group(record: Record, group: Failures) -> Iterator[str]:
    required = ", required" if group.required else ""
    yield f"**{escape(group.title)}**{required}"
    yield failures_sentence(group)
    for case in group.cases[: 0 if group.concealed else CASES_PER_GROUP]:
        yield f"{code(case.id)}, {calls.case_verdict(case)}:"
        yield fenced(case_text(record, case))


def _own_tests(entry: CandidateTestsEntry) -> Iterator[str]:
    yield "### The candidate's own tests"
    if not entry.provided:
        yield "There are none."
        return
    if entry.error:
        yield code(words.clip(entry.error, LONGEST_MESSAGE))
        return
    yield escape(own_tests.sentence_of_all(entry))
    if entry.cut_short:
        yield f"Not all of it: {escape(words.clip(entry.cut_short, LONGEST_MESSAGE))}"
    shown = entry.survivors[:MOST_SURVIVORS]
    missing = len(entry.survivors) - len(shown)
    lines = [f"- not noticed: {escape(one.title)}" for one in shown]
    if missing:
        lines.append(f"- and {missing:,} more")
    if lines:
        yield "\n".join(lines)


def _findings(record: Record) -> Iterator[str]:
    if not record.findings:
        return
    yield "### Notes"
    lines = []
    for finding in record.findings[:MOST_FINDINGS]:
        where = ""
        if finding.line is not None:
            where = f"{escape(calls.line_of(record.submission, finding.line))}: "
        lines.append(f"- {where}{code(words.clip(finding.message, LONGEST_MESSAGE))}")
    yield "\n".join(lines)
    missing = len(record.findings) - MOST_FINDINGS
    if missing > 0:
        yield f"And {words.count(missing, 'more note')}."

"""A compact summary of a record for the terminal.

Nothing that a candidate wrote is read as markup, and no control character reaches
the terminal: all text goes through one function that spells them out.
"""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.record import CaseEntry, Mismatch, Record
from grader.report import words
from grader.report.summary import (
    Failures,
    failures,
    headline,
    not_run,
    timing_sentence,
)
from grader.verdict import Verdict

MOST_CASES = 3
"""Failing cases that are shown, of different groups where there are several."""
LONGEST_TEXT = 400
"""Characters of a message."""
LONGEST_ARRAY = 800
"""Characters of an array."""
MOST_NOTES = 5
"""Notes that are shown."""


def render_terminal(record: Record, console: Console) -> None:
    """Print what a record amounts to.

    Parameters
    ----------
    record
        What is known of one grading.
    console
        Where to.
    """
    for block in _blocks(record):
        console.print(block, markup=False, emoji=False, highlight=False)


def _blocks(record: Record) -> Iterable[RenderableType]:
    yield _head(record)
    if record.error is not None:
        yield Padding(_text(record.error.message, LONGEST_TEXT), (0, 0, 0, 2))
    yield Text()
    yield _parts(record)
    yield from _failing(failures(record))
    rest = not_run(record)
    if rest:
        yield Text(f"\n{words.count(len(rest), 'case')} not run.")
    yield from _speed(record)
    yield from _notes(record)


def _head(record: Record) -> RenderableType:
    first = Text()
    first.append(_text(record.submission.name, LONGEST_TEXT))
    first.append(": ")
    first.append(record.verdict.words, style=_style(record.verdict))
    score = record.score
    first.append(f", {words.points(score.points)} of {words.points(score.maximum)}")
    first.append(" points")
    return Group(first, _text(headline(record)[0], LONGEST_TEXT))


def _parts(record: Record) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("part")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("reason")
    for part in record.parts:
        absent = part.points is None
        table.add_row(
            _text(part.title, LONGEST_TEXT),
            Text("not measured" if part.points is None else words.points(part.points)),
            Text(words.points(part.maximum)),
            _text(part.reason, LONGEST_TEXT),
            style="dim" if absent else "",
        )
    return table


def _failing(groups: tuple[Failures, ...]) -> Iterable[RenderableType]:
    if not groups:
        return
    total = sum(len(group.cases) for group in groups)
    yield Text(f"\n{words.count(total, 'failing case')}", style="bold")
    shown = _first_cases(groups)
    for case in shown:
        yield _case(case)
    if total > len(shown):
        yield Text(f"and {total - len(shown):,} more", style="dim")


def _first_cases(groups: tuple[Failures, ...]) -> list[CaseEntry]:
    firsts = [group.cases[0] for group in groups]
    others = [case for group in groups for case in group.cases[1:]]
    return [*firsts, *others][:MOST_CASES]


def _case(case: CaseEntry) -> RenderableType:
    head = _text(case.id, LONGEST_TEXT)
    head.stylize("bold")
    head.append(f" {words.case_verdict(case)}", style=_style(case.verdict))
    lines: list[RenderableType] = [_text(words.call(case), LONGEST_TEXT)]
    lines.append(_text(case.message, LONGEST_TEXT))
    if case.line is not None:
        lines.append(Text(f"in line {case.line} of the submission"))
    if case.bound_used is not None:
        lines.append(Text(words.bound_sentence(case.bound_used)))
    if case.mismatch is not None:
        lines.append(_text(words.mismatch(case.mismatch), LONGEST_TEXT))
        if not words.is_of_numbers(case.mismatch):
            lines.append(_sides(case.mismatch))
    shown = [line for line in lines if not isinstance(line, Text) or line.plain]
    return Group(head, Padding(Group(*shown), (0, 0, 0, 2)))


def _sides(mismatch: Mismatch) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("actual")
    table.add_column("expected")
    table.add_row(
        _text(mismatch.actual, LONGEST_ARRAY), _text(mismatch.expected, LONGEST_ARRAY)
    )
    return table


def _speed(record: Record) -> Iterable[RenderableType]:
    yield Text("\nspeed", style="bold")
    if record.timing is None:
        yield Text("not measured")
    else:
        yield _text(timing_sentence(record.timing), 2 * LONGEST_TEXT)


def _notes(record: Record) -> Iterable[RenderableType]:
    if not record.findings:
        return
    yield Text("\nnotes", style="bold")
    for finding in record.findings[:MOST_NOTES]:
        place = "" if finding.line is None else f"line {finding.line}: "
        yield Text.assemble(place, _text(finding.message, LONGEST_TEXT))
    missing = len(record.findings) - MOST_NOTES
    if missing > 0:
        yield Text(f"and {missing:,} more", style="dim")


def _style(verdict: Verdict | None) -> str:
    if verdict is Verdict.ACCEPTED:
        return "green"
    return "yellow" if verdict in {None, Verdict.JUDGE_ERROR} else "red"


def _text(text: str, limit: int) -> Text:
    """Make text of what may be a candidate's: no markup, no control characters."""
    return Text(words.visible(words.clip(text, limit)))

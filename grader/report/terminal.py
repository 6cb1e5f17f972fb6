"""A compact summary of a record for the terminal.

Nothing that a candidate wrote is read as markup, and no control character reaches
the terminal: all text goes through one function that spells them out.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.record import CaseEntry, Record
from grader.report import calls, own_tests, words
from grader.report.questions import questions
from grader.report.signals import signals_sentence
from grader.report.speed import timing_sentence
from grader.report.summary import (
    Failures,
    diagnosis_sentence,
    failures,
    headline,
    not_run,
    unexplained_sentences,
)
from grader.report.terminal_pieces import (
    LONGEST_TEXT,
    shown,
    sides,
    verdict_style,
)

if TYPE_CHECKING:
    from grader.verify import Proof

MOST_CASES = 3
"""Failing cases that are shown, of different groups where there are several."""
MOST_NOTES = 5
"""Notes that are shown."""
MOST_ASKED = 3
"""Questions that are shown."""


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


def render_proof(proof: "Proof", console: Console, *, table: bool) -> None:
    """Print what was found about a problem.

    Parameters
    ----------
    proof
        What was found.
    console
        Where to.
    table
        Whether to print which case finds which mistake.
    """
    console.print(Text(proof.problem, style="bold"))
    steps = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    for step in proof.steps:
        mark = Text("failed", "red") if step.faults else Text("ok", "green")
        steps.add_row(mark, Text(step.title), shown(step.text))
    console.print(steps)
    for fault in proof.faults:
        console.print(shown(f"- {fault}"), style="red")
    if table:
        console.print(_kills(proof))


def _kills(proof: "Proof") -> Table:
    """Show what each case finds, and what no other case would find."""
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    for title in ("case", "finds", "found by no other case"):
        table.add_column(title, justify="right" if title == "finds" else "left")
    for case in proof.cases:
        found = sum(case in cases for cases in proof.kills.values())
        alone = proof.sole_kills(case)
        words_alone = ", ".join(alone) or ("nothing" if found else "")
        table.add_row(case, str(found), Text(words_alone, "" if alone else "dim"))
    return table


def _blocks(record: Record) -> Iterable[RenderableType]:
    yield _head(record)
    if record.error is not None:
        yield Padding(shown(record.error.message), (0, 0, 0, 2))
    yield Text()
    yield _parts(record)
    yield from _why(record)
    yield from _failing(record, failures(record))
    rest = not_run(record)
    if rest:
        yield Text(f"\n{words.count(len(rest), 'case')} not run.")
    yield from _speed(record)
    yield from _own_tests(record)
    yield from _notes(record)
    yield from _next(record)


def _own_tests(record: Record) -> Iterable[RenderableType]:
    entry = record.candidate_tests
    if entry is not None and entry.provided:
        yield Text("\nown tests", style="bold")
        for line in own_tests.lines(entry, record.submission, MOST_NOTES):
            yield shown(line)


def _head(record: Record) -> RenderableType:
    first = Text()
    first.append(shown(record.submission.name))
    first.append(": ")
    first.append(record.verdict.words, style=verdict_style(record.verdict))
    score = record.score
    first.append(f", {words.points(score.points)} of {words.points(score.maximum)}")
    first.append(" points")
    return Group(first, shown(headline(record)[0]))


def _parts(record: Record) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("part")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("of", justify="right", no_wrap=True)
    table.add_column("reason")
    for part in record.parts:
        absent, maximum = part.points is None, words.points(part.maximum)
        table.add_row(
            shown(part.title),
            Text("not measured" if part.points is None else words.points(part.points)),
            Text(f"({maximum})" if absent else maximum),
            shown(part.reason),
            style="dim" if absent else "",
        )
    return table


def _why(record: Record) -> Iterable[RenderableType]:
    sentences = [diagnosis_sentence(record, entry) for entry in record.diagnoses]
    sentences += unexplained_sentences(record)
    example = record.counterexample
    if sentences or example:
        yield Text("\nwhy", style="bold")
    for sentence in sentences:
        yield shown(sentence)
    if example is not None:
        call = calls.call_of(example.function, example.arguments)
        yield shown(f"Smallest input: {call}:", longest=2 * LONGEST_TEXT)
        # Set in, since a submission's words may hold line ends.
        yield Padding(shown(example.message), (0, 0, 0, 2))


def _failing(record: Record, groups: tuple[Failures, ...]) -> Iterable[RenderableType]:
    if not groups:
        return
    total = sum(len(group.cases) for group in groups)
    yield Text(f"\n{words.count(total, 'failing case')}", style="bold")
    shown = _first_cases(groups)
    for case in shown:
        yield _case(record, case)
    if total > len(shown):
        yield Text(f"and {total - len(shown):,} more", style="dim")


def _first_cases(groups: tuple[Failures, ...]) -> list[CaseEntry]:
    firsts = [group.cases[0] for group in groups]
    others = [case for group in groups for case in group.cases[1:]]
    return [*firsts, *others][:MOST_CASES]


def _case(record: Record, case: CaseEntry) -> RenderableType:
    head = shown(case.id)
    head.stylize("bold")
    head.append(f" {calls.case_verdict(case)}", style=verdict_style(case.verdict))
    lines: list[RenderableType] = [shown(calls.call(case))]
    lines.append(shown(case.message))
    if case.line is not None:
        lines.append(
            Text(f"in {calls.line_of(record.submission, case.line)} of the submission")
        )
    if case.mismatch is not None:
        lines.append(shown(calls.mismatch(case.mismatch)))
        if not calls.is_of_numbers(case.mismatch):
            lines += sides(case.mismatch)
    told = [line for line in lines if not isinstance(line, Text) or line.plain]
    return Group(head, Padding(Group(*told), (0, 0, 0, 2)))


def _speed(record: Record) -> Iterable[RenderableType]:
    yield Text("\nspeed", style="bold")
    if record.timing is None:
        yield Text("not measured")
    else:
        yield shown(timing_sentence(record.timing), longest=2 * LONGEST_TEXT)


def _notes(record: Record) -> Iterable[RenderableType]:
    if not record.findings:
        return
    yield Text("\nnotes", style="bold")
    for finding in record.findings[:MOST_NOTES]:
        place = ""
        if finding.line is not None:
            place = f"{calls.line_of(record.submission, finding.line)}: "
        yield Text.assemble(place, shown(finding.message))
    missing = len(record.findings) - MOST_NOTES
    if missing > 0:
        yield Text(f"and {missing:,} more", style="dim")


def _next(record: Record) -> Iterable[RenderableType]:
    """Give what there is to see in a sentence, and the first questions to ask."""
    sentence, asked = signals_sentence(record), questions(record)[:MOST_ASKED]
    if sentence:
        yield Text("\nsignals", style="bold")
        yield Text(sentence)
    if asked:
        yield Text("\nto ask next", style="bold")
    for question in asked:
        yield shown(f"- {question.text}", longest=2 * LONGEST_TEXT)

"""The screen of practice: what passes, the first failure, and what was asked for.

Pure functions of a view. What a candidate wrote is spelled out as everywhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from grader.places import line_words
from grader.practice import Round
from grader.record import ErrorEntry, Record
from grader.report import calls, words
from grader.report.gist import TRY_OTHERS, next_between_calls
from grader.report.small_case import case_blocks, example_blocks
from grader.report.speed import timing_sentence
from grader.report.summary import kept_sentence
from grader.report.terminal_pieces import shown, verdict_style
from grader.score import Judged
from grader.submission import Submission
from grader.verdict import Verdict

KEYS = "h hint  a all cases  t timing  r again  q quit"
"""What can be pressed, in one line."""
_MOST_PRINTED = 6
"""Lines of what was printed: the last ones."""
_MARKS = {True: ("+", "green"), False: ("x", "red"), None: ("-", "dim")}
"""For a case: right, wrong, not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known at one moment of practice."""

    title: str
    """The problem's."""
    filename: str
    number: int = 0
    """Of the round."""
    round: Round | None = None
    """None as long as the file can't be read."""
    hints: Record | None = None
    """A candidate's record with hints, if they were asked for."""
    steps: int = 0
    """How many of the hints were asked for."""
    whole: Record | None = None
    """A candidate's record of all cases, if it was asked for."""
    busy: str = ""
    """What is being done."""
    note: str = ""
    """What else there is to say."""
    keys: bool = True
    """Whether keys can be pressed."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is drawn as far as there are lines for it, and then said to go on."""

    content: RenderableType

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterable[RenderableType | Segment]:
        """Draw it in the lines that there are."""
        lines = console.render_lines(self.content, options.update(height=None))
        if len(lines) > options.max_height:
            rest = Text("... and more, in a taller window", style="dim")
            del lines[options.max_height - 1 :]
            lines += console.render_lines(rest, options.update(height=1))
        for line in lines:
            yield from line
            yield Segment.line()


def render_view(view: View) -> RenderableType:
    """Draw what is known at one moment of practice."""
    return Group(*_blocks(view))


def hint_steps(record: Record) -> tuple[str, ...]:
    """Give the hints of a record one after the other, each once, without the mistake.

    Parameters
    ----------
    record
        A candidate's.
    """
    kinds = ("A nudge", "Where to look", "What to check")
    steps: dict[str, None] = {}
    for entry in record.diagnoses:
        part = _part_title(record, entry.part)
        for hints in entry.hints:
            for kind, hint in zip(kinds, hints, strict=True):
                steps.setdefault(f"{kind} ({part}): {hint}")
    return tuple(steps)


def _part_title(record: Record, part: str) -> str:
    return next((one.title for one in record.parts if one.id == part), part)


def _blocks(view: View) -> Iterable[RenderableType]:
    yield _head(view)
    yield shown(f"{view.title}   {KEYS}" if view.keys else view.title, style="dim")
    if view.note:
        yield shown(view.note, style="yellow")
    if view.busy:
        yield shown(f"{view.busy} ...", style="cyan")
    if view.round is not None:
        yield Text()
        if view.round.error is None:
            yield _groups(view.round)
    if view.hints is not None:
        yield from _hints(view.hints, view.steps, view.round)
    if view.whole is not None:
        yield from _whole(view.whole)
    if view.round is not None:
        yield from _failure(view.round)
    if view.round is not None and view.round.printed:
        yield from _printed(view.round.printed)


def _head(view: View) -> Text:
    head = shown(view.filename, style="bold")
    one = view.round
    if one is None:
        return head
    head.append(": ")
    head.append(*_standing(one))
    head.append(f"   round {view.number}, {one.seconds * 1000:.0f} ms", style="dim")
    return head


def _standing(one: Round) -> tuple[str, str]:
    """Say where a round stands: never accepted, since there may be hidden cases."""
    if one.error is not None:
        return one.verdict.words, verdict_style(one.verdict)
    if one.passed == one.total:
        return f"all {words.count(one.total, 'visible case')} pass", "green"
    passed = f"{one.passed} of {words.count(one.total, 'visible case')}"
    if one.verdict is Verdict.ACCEPTED:
        return f"{passed} pass, all required ones among them", "yellow"
    return f"{one.verdict.words}, {passed} pass", verdict_style(one.verdict)


def _groups(one: Round) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for group in one.groups:
        own = [case for case in one.judged if case.group.id == group.id]
        marks = Text()
        for case in own:
            told = None if case.judgement.verdict is None else case.passed
            marks.append(*_MARKS[told])
        table.add_row(
            shown(group.title),
            Text(f"{group.passed} of {group.total}"),
            Text.assemble(marks, *_not_run(own)),
        )
    return table


def _not_run(own: Sequence[Judged]) -> Iterable[tuple[str, str]]:
    reasons = {
        one.judgement.message: None for one in own if one.judgement.verdict is None
    }
    if reasons:
        yield f"  not run: {'; '.join(reasons)}", "dim"


def _failure(one: Round) -> Iterable[RenderableType]:
    if one.error is not None:
        yield shown(_error(one.error, one.submission), style="red")
        return
    failure = one.first_failure
    if failure is None:
        return
    judgement = failure.judgement
    verdict = "" if judgement.verdict is None else judgement.verdict.words
    yield Text()
    yield Text.assemble(
        (failure.case.id.partition(".")[2], "bold"), " ", (verdict, "red")
    )
    yield Padding(Group(*case_blocks(failure, one.submission.places)), (0, 0, 0, 2))


def _error(error: ErrorEntry, submission: Submission) -> str:
    """Say in one line why a file can't be called, the line of the file first."""
    if error.line is None:
        return error.message
    place = line_words(submission.places, error.line)
    issue = error.message.removeprefix("loading it raised ")
    # Python's own words for a syntax error name the place once more.
    for said in (f" ({submission.filename}, {place})", f" ({place})"):
        issue = issue.removesuffix(said)
    return f"{place}: {issue}"


def _hints(record: Record, steps: int, one: Round | None) -> Iterable[RenderableType]:
    yield Text("\nhints", style="bold")
    known = hint_steps(record)
    for hint in known[:steps]:
        yield shown(hint)
    if not known:
        right = all(one.points in {None, one.maximum} for one in record.parts)
        yield from map(shown, ["Nothing is wrong."] if right else _unexplained(record))
    elif steps < len(known):
        yield Text(f"h for the next, {steps} of {len(known)} shown", style="dim")
    elif steps > len(known):
        yield Text("There are no more.", style="dim")
    sees_failure = one is not None and one.first_failure is not None
    if record.counterexample is not None and not sees_failure:
        yield from example_blocks(record.counterexample)


def _unexplained(record: Record) -> Iterable[str]:
    """Say what there is to say where no known mistake fits."""
    yield "No known mistake explains what is wrong."
    visible = any(
        case.credit < 1 and not calls.is_concealed(case) for case in record.cases
    )
    if kept := kept_sentence(record):
        yield kept
        yield next_between_calls(record)
    elif record.counterexample is None and not visible:
        yield TRY_OTHERS


def _whole(record: Record) -> Iterable[RenderableType]:
    score = record.score
    yield Text.assemble(
        ("\nall cases: ", "bold"),
        (record.verdict.words, verdict_style(record.verdict)),
        f", {words.points(score.points)} of {words.points(score.maximum)} points",
    )
    table = Table(box=None, pad_edge=False, show_edge=False, show_header=False)
    for part in record.parts:
        missing = part.points is None
        points = "-" if part.points is None else words.points(part.points)
        table.add_row(
            shown(part.title),
            Text(f"{points} of {words.points(part.maximum)}", justify="right"),
            shown(part.reason),
            style="dim" if missing else "",
        )
    yield table
    if record.timing is not None:
        yield shown(timing_sentence(record.timing))


def _printed(text: str) -> Iterable[RenderableType]:
    yield Text("\nprinted", style="bold")
    lines = text.rstrip("\n").split("\n")
    if len(lines) > _MOST_PRINTED:
        yield Text(f"{len(lines) - _MOST_PRINTED:,} lines before these", style="dim")
    for line in lines[-_MOST_PRINTED:]:
        yield shown(line)

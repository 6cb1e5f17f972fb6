"""Questions that an interviewer may ask next, each from something that was found.

They are put together from the record alone: the same record gives the same questions.
Candidates' records give none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.record import CaseEntry, FunctionEntry, LoopEntry, Record
from grader.report.summary import diagnosis_sentence, failures, first_alike
from grader.report.words import (
    call,
    clip,
    count,
    is_of_numbers,
    milliseconds,
    significant,
)
from grader.verdict import Verdict

MOST_QUESTIONS = 8
_MOST_OF_A_KIND = 2
_MUCH_MEMORY = 4.0
"""Times the output."""
_SLOW = 3.0
"""Times the reference."""
_MANY_BRANCHES = 8
_LONGEST = 160
"""Characters of what is quoted."""
_WHAT_ELSE = "What should it do there, and why?"
_TELLING_LINT = ("F", "B", "E7", "A", "N")
"""Beginnings of codes that are worth a question."""


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


def questions(record: Record) -> tuple[Question, ...]:
    """Give up to `MOST_QUESTIONS` questions, what weighs most first.

    Parameters
    ----------
    record
        All that is known of one grading.
    """
    if record.audience == "candidate" or record.verdict is Verdict.JUDGE_ERROR:
        return ()
    kinds = (
        _of_error(record),
        _of_diagnoses(record),
        _of_exceptions(record, required=True),
        _of_unexplained(record, required=True),
        _of_loops(record),
        _of_exceptions(record, required=False),
        _of_unexplained(record, required=False),
        _of_other_cases(record),
        _of_memory(record),
        _of_tests(record),
        _of_speed(record),
        _of_findings(record),
        _of_readability(record),
        _of_anything(record),
    )
    found: dict[str, Question] = {}
    for kind in kinds:
        for question, _ in zip(kind, range(_MOST_OF_A_KIND), strict=False):
            found.setdefault(question.text, question)
    return tuple(found.values())[:MOST_QUESTIONS]


def _of_error(record: Record) -> Iterator[Question]:
    error = record.error
    if error is not None:
        yield Question(
            text="Nothing could be called. What would you change first, to get it to "
            "run?",
            finding=clip(error.message, _LONGEST),
            lines=_known(error.line),
        )


def _of_diagnoses(record: Record) -> Iterator[Question]:
    for entry in record.diagnoses:
        case = _case(record, entry.case)
        if case is None or first_alike(record, entry) is not entry:
            continue
        yield Question(
            text=f"{_what_happens(case)} Which line of yours decides that?",
            finding=diagnosis_sentence(record, entry),
            case=case.id,
        )


def _of_exceptions(record: Record, *, required: bool) -> Iterator[Question]:
    explained = {entry.part for entry in record.diagnoses}
    seen: set[int | str] = set()
    for group in failures(record):
        for case in group.cases:
            known = case.part in explained or bool(seen & {case.line, case.message})
            if case.line is not None and case.required is required and not known:
                seen |= {case.line, case.message}
                yield Question(
                    text=f"Line {case.line} fails on {_call(case)}. What does it take "
                    "for granted?",
                    finding=f"{case.id}: {clip(case.message, _LONGEST)}",
                    lines=(case.line,),
                    case=case.id,
                )


def _of_unexplained(record: Record, *, required: bool) -> Iterator[Question]:
    asked = "Can you follow that call through your code, shape by shape?"
    for part in record.unexplained:
        case = next(
            (one for one in record.cases if one.part == part and _is_wrong(one)), None
        )
        if case is not None and case.required is required and case.line is None:
            yield Question(
                text=f"{_what_happens(case)} {asked if required else _WHAT_ELSE}",
                finding="No known mistake explains it.",
                case=case.id,
            )


def _of_other_cases(record: Record) -> Iterator[Question]:
    """Ask about groups that fail without a diagnosis: refusals, types, side effects."""
    explained = {entry.part for entry in record.diagnoses} | set(record.unexplained)
    for group in failures(record):
        case = group.cases[0]
        if case.part in explained or group.concealed or case.line is not None:
            continue
        yield Question(
            text=f"{_what_happens(case)} {_WHAT_ELSE}",
            finding=f"{count(len(group.cases), 'case')} of “{group.title}” "
            f"{'fails' if len(group.cases) == 1 else 'fail'}.",
            case=case.id,
        )


def _of_loops(record: Record) -> Iterator[Question]:
    style = record.style
    if style is None or not style.loops:
        return
    grown = [one for one in style.loops if one.grows_with]
    if grown:
        worst = max(grown, key=lambda one: (max(one.turns), one.depth))
        around = _around(style.loops, worst)
        sizes = _listed(worst.grows_with)
        yield Question(
            text=f"Line {worst.line} loops over `{clip(worst.over, 60)}`, and turns "
            f"more often with {sizes}. {_asked_of_loop(record, worst)}",
            finding=f"{worst.turns[0]:,} turns in the smallest call that was counted, "
            f"up to {max(worst.turns):,} with one size doubled; "
            f"{count(worst.depth, 'loop')} around it.",
            lines=tuple(sorted({one.line for one in (*around, worst)})),
        )
    elif not style.counted:
        deepest = max(style.loops, key=lambda one: one.depth)
        if deepest.depth:
            yield Question(
                text=f"How often does the loop in line {deepest.line} turn, as the "
                "input grows?",
                finding=f"{count(deepest.depth, 'loop')} around it; its turns were not "
                "counted.",
                lines=(deepest.line,),
            )


def _asked_of_loop(record: Record, loop: LoopEntry) -> str:
    """Ask for another way, unless signals were looked for and none speaks against."""
    against = any(
        loop.line in one.lines
        for signal in record.signals
        if signal.state in {"not shown", "partly"}
        for one in signal.evidence
    )
    if against or not record.signals:
        return "How would you do without that loop, and what would it cost in memory?"
    return "When would you keep that loop, and when would you do without it?"


def _around(loops: Sequence[LoopEntry], inner: LoopEntry) -> list[LoopEntry]:
    """Give the loops before a loop of the same function that are less deep."""
    return [
        one
        for one in loops
        if one.function == inner.function
        and one.line < inner.line
        and one.depth < inner.depth
        and set(one.grows_with) <= set(inner.grows_with)
        and one.grows_with
    ]


def _of_memory(record: Record) -> Iterator[Question]:
    memory = record.memory
    if memory is not None and memory.multiple >= _MUCH_MEMORY:
        times = significant(memory.multiple)
        yield Question(
            text=f"Peak memory was {times} times the output: where does it go, and "
            "could you do with less?",
            finding=f"Measured on {memory.rung}.",
            lines=_large_temporaries(record),
        )


def _large_temporaries(record: Record) -> tuple[int, ...]:
    """Give the lines where arrays are padded, copied or multiplied out."""
    kinds = {"padding", "products", "windows"}
    idioms = record.style.idioms if record.style is not None else ()
    return tuple(sorted({one.line for one in idioms if one.kind in kinds}))[:4]


def _of_tests(record: Record) -> Iterator[Question]:
    tests = record.candidate_tests
    if tests is None:
        return
    if not tests.provided:
        yield Question(
            text="Which three tests would you write first, and what would each of them "
            "find?",
            finding="There are no tests with it.",
        )
    for one in tests.survivors[:1]:
        yield Question(
            text=f"Your tests would pass if {one.title}. What test would find that?",
            finding=f"The tests find {tests.killed} of {tests.total} known mistakes.",
        )
    refused = [one for one in tests.tests if one.refused]
    for test in refused[:1]:
        yield Question(
            text=f"`{clip(test.name, 60)}` fails on code that is correct. What does it "
            "ask for that the task doesn't?",
            finding=clip(test.message, _LONGEST) or "It fails on correct code.",
            lines=_known(test.line),
        )


def _of_speed(record: Record) -> Iterator[Question]:
    timing = record.timing
    if timing is None:
        return
    if timing.ratio is not None and timing.ratio.low >= _SLOW:
        times = significant(timing.ratio.estimate)
        yield Question(
            text=f"A call takes {times} times as long as the reference's. Where does "
            "the time go, and how would you find out?",
            finding=f"On the largest size that was measured, {_largest(record)}.",
        )
    stopped = [rung for rung in timing.rungs if rung.state == "stopped"]
    if stopped:
        yield Question(
            text=f"On {stopped[0].title} a call is too slow to be measured. What would "
            "you change for sizes like that?",
            finding=f"{len(stopped)} of {count(len(timing.rungs), 'size')} not run.",
        )


def _largest(record: Record) -> str:
    measured = [
        rung
        for rung in (record.timing.rungs if record.timing else ())
        if rung.ratio is not None and rung.candidate_seconds is not None
    ]
    if not measured:
        return "the ladder's end"
    seconds = measured[-1].candidate_seconds or 0.0
    return f"{measured[-1].title}: {milliseconds(seconds)} ms"


def _of_findings(record: Record) -> Iterator[Question]:
    for finding in record.findings:
        yield Question(
            text="Was this on purpose, and what does it mean for whoever calls you: "
            f"{clip(finding.message, _LONGEST)}?",
            finding=f"A note: {finding.kind}.",
            lines=_known(finding.line),
        )


def _of_readability(record: Record) -> Iterator[Question]:
    style = record.style
    if style is None:
        return
    hardest = max(style.functions, key=lambda one: one.complexity or 0, default=None)
    if hardest is not None and (hardest.complexity or 0) >= _MANY_BRANCHES:
        yield _of_branches(hardest)
    telling = [one for one in style.lint if one.code.startswith(_TELLING_LINT)]
    if telling:
        first = telling[0]
        yield Question(
            text=f"In line {first.line}: {clip(first.message, _LONGEST)}. Would you "
            "leave that in a review?",
            finding=f"{style.linter}, {first.code}.",
            lines=(first.line,),
        )


def _of_branches(function: FunctionEntry) -> Question:
    return Question(
        text=f"`{clip(function.name, 60)}` has {count(function.lines, 'line')} and "
        f"{count((function.complexity or 1) - 1, 'branch').removesuffix('s')}"
        f"{'' if function.complexity == 2 else 'es'}"  # noqa: PLR2004 - one branch
        ". Into what would you split it?",
        finding=f"Its complexity is {function.complexity}.",
        lines=(function.line,),
    )


def _of_anything(record: Record) -> Iterator[Question]:
    """Ask where nothing was found, of what is always worth an answer."""
    if record.verdict is not Verdict.ACCEPTED:
        return
    yield Question(
        text="Which of your lines makes the largest array, and how large is it, in "
        "terms of the sizes of the input?",
        finding="All required cases are accepted.",
        lines=_large_temporaries(record),
    )
    yield Question(
        text="What would you change if the input were a hundred times as large?",
        finding="All required cases are accepted.",
    )


def _case(record: Record, name: str) -> CaseEntry | None:
    return next((case for case in record.cases if case.id == name), None)


def _is_wrong(case: CaseEntry) -> bool:
    return case.verdict is not None and not (
        case.verdict is Verdict.ACCEPTED and case.credit >= 1
    )


def _call(case: CaseEntry) -> str:
    return f"`{clip(call(case), _LONGEST)}`"


def _what_happens(case: CaseEntry) -> str:
    """Say what comes of a call, against what should."""
    mismatch = case.mismatch
    if mismatch is not None and is_of_numbers(mismatch):
        place = f" at {mismatch.first_index}" if mismatch.first_index else ""
        numbers = f"{mismatch.actual}{place} and not {mismatch.expected}"
        return f"On {_call(case)} you get {numbers}."
    return f"On {_call(case)}: {clip(case.message, _LONGEST).rstrip('.')}."


def _known(line: int | None) -> tuple[int, ...]:
    return () if line is None else (line,)


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last

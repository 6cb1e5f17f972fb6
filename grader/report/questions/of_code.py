"""Questions that come from how a submission is written, and what it costs."""

from collections.abc import Iterator, Sequence

from grader.record import FunctionEntry, LoopEntry, Record
from grader.report.questions.question import LONGEST, Question, listed, where
from grader.report.words import clip, count, milliseconds, significant
from grader.verdict import Verdict

_MUCH_MEMORY = 4.0
"""Times the output."""
_SLOW = 3.0
"""Times the reference."""
_MANY_BRANCHES = 8
_TELLING_LINT = ("F", "B", "E7", "A", "N")
"""Beginnings of codes that are worth a question."""


def of_loops(record: Record) -> Iterator[Question]:
    """Ask about the loop that turns most."""
    style = record.style
    if style is None or not style.loops:
        return
    grown = [one for one in style.loops if one.grows_with and one.turns]
    if grown:
        worst = max(grown, key=lambda one: (max(one.turns), one.depth))
        around = _around(style.loops, worst)
        sizes = listed(worst.grows_with)
        yield Question(
            text=f"{where(record, worst.line)} loops over `{clip(worst.over, 60)}`, "
            f"and turns more often with {sizes}. {_asked_of_loop(record, worst)}",
            finding=f"{worst.turns[0]:,} turns in the smallest call that was counted, "
            f"up to {max(worst.turns):,} with one size doubled; "
            f"{count(worst.depth, 'loop')} around it.",
            lines=tuple(sorted({one.line for one in (*around, worst)})),
        )
    elif not style.counted:
        deepest = max(style.loops, key=lambda one: one.depth)
        if deepest.depth:
            yield Question(
                text=f"{where(record, deepest.line)} loops over "
                f"`{clip(deepest.over, 60)}`. How often does it turn, as the input "
                "grows?",
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


def of_memory(record: Record) -> Iterator[Question]:
    """Ask where much memory goes."""
    memory = record.memory
    if memory is not None and memory.multiple >= _MUCH_MEMORY:
        times = significant(memory.multiple)
        yield Question(
            text=f"Peak memory was {times} times the output: where does it go, and "
            "could you do with less?",
            finding=f"Measured at the size “{record.size_title(memory.rung)}”.",
            lines=_large_temporaries(record),
        )


def _large_temporaries(record: Record) -> tuple[int, ...]:
    """Give the lines where arrays are padded, copied or multiplied out."""
    kinds = {"padding", "products", "windows"}
    idioms = record.style.idioms if record.style is not None else ()
    return tuple(sorted({one.line for one in idioms if one.kind in kinds}))[:4]


def of_speed(record: Record) -> Iterator[Question]:
    """Ask about what is slow."""
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
    stopped = [rung for rung in timing.rungs if not rung.was_timed]
    if stopped:
        yield Question(
            text=f"On {stopped[0].title} a call is too slow to be measured. What would "
            "you change for sizes like that?",
            finding=f"{len(stopped)} of {count(len(timing.rungs), 'size')} not told.",
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


def of_readability(record: Record) -> Iterator[Question]:
    """Ask about many branches, and about what a review would find."""
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
            text=f"{where(record, first.line)}: {clip(first.message, LONGEST)}. Would "
            "you leave that in a review?",
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


def of_anything(record: Record) -> Iterator[Question]:
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

"""What a problem wants to see in a submission, and what a record has to show of it.

A signal changes neither verdict nor points. It is put together from what was found for
other ends, so each sentence of its evidence leads to a line or a case.
"""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby

from grader.problem import Signal
from grader.record import (
    CaseEntry,
    DiagnosisEntry,
    EvidenceEntry,
    LintEntry,
    LoopEntry,
    Record,
    SignalEntry,
    SignalState,
    StyleEntry,
)
from grader.verdict import Verdict

_MOST = 4
"""Lines or cases that a sentence names, or sentences of one kind."""
_GOOD_TESTS = 0.9
"""The share of known mistakes that good tests find."""
_TEXT = 60
"""Characters of a quoted piece of source."""

_Found = tuple[SignalState, tuple[EvidenceEntry, ...]]


def signal_entries(
    signals: Sequence[Signal], record: Record
) -> tuple[SignalEntry, ...]:
    """Say of each signal how far it is shown, and by what.

    Parameters
    ----------
    signals
        What the problem wants to see.
    record
        All else that is known of the grading.
    """
    return tuple(_entry(signal, record) for signal in signals)


def _entry(signal: Signal, record: Record) -> SignalEntry:
    found = list(_found(signal, record))
    return SignalEntry(
        id=signal.id,
        title=signal.title,
        state=_state([state for state, _ in found]),
        evidence=tuple(one for _, evidence in found for one in evidence),
    )


def _found(signal: Signal, record: Record) -> Iterator[_Found]:
    """Collect what each kind of evidence says."""
    if signal.cases:
        yield _of_cases(signal, record)
    if signal.misconceptions:
        yield from _of_misconceptions(signal, record)
    if signal.idioms:
        yield _of_idioms(signal, record.style)
    if signal.no_loops_over:
        yield _of_loops(signal, record.style)
    if signal.memory_multiple is not None:
        yield _of_memory(signal.memory_multiple, record)
    if signal.tests:
        yield _of_tests(record)
    if signal.readability:
        yield _of_readability(record.style)


def _state(states: Sequence[SignalState]) -> SignalState:
    """Put states together: what was not measured, or is to be judged, waits."""
    told = {one for one in states if one not in {"not measured", "to judge"}}
    if not told:
        return "to judge" if "to judge" in states else "not measured"
    return told.pop() if len(told) == 1 else "partly"


def _of_cases(signal: Signal, record: Record) -> _Found:
    """Look at cases; those that fail for another reason than this say nothing."""
    named = set(signal.cases)
    run = [
        case
        for case in record.cases
        if (case.group in named or case.id in named) and case.verdict is not None
    ]
    reasons = _other_reasons(signal, record)
    evidence = [
        _cases_evidence(record, group, list(cases), reasons)
        for group, cases in groupby(run, key=lambda case: case.group)
    ]
    telling = [_passes(one) for one in run if _passes(one) or one.part not in reasons]
    if not telling:
        return "not measured", tuple(evidence)
    state: SignalState = "shown" if all(telling) else "partly"
    return (state if any(telling) else "not shown"), tuple(evidence)


def _other_reasons(signal: Signal, record: Record) -> dict[str, str]:
    """Give the parts all of whose failures are explained by mistakes of other kinds."""
    if not signal.misconceptions:
        return {}
    return {
        entry.part: entry.title
        for entry in record.diagnoses
        if entry.misconceptions and not _speaks_of(signal, entry)
    }


def _speaks_of(signal: Signal, entry: DiagnosisEntry) -> bool:
    return any(
        fnmatchcase(one, pattern)
        for one in entry.misconceptions
        for pattern in signal.misconceptions
    )


def _cases_evidence(
    record: Record,
    group: str,
    cases: Sequence[CaseEntry],
    reasons: Mapping[str, str],
) -> EvidenceEntry:
    entry = next((one for one in record.groups if one.id == group), None)
    title = entry.title if entry is not None else group
    of = f"of “{title}”"
    if entry is not None and entry.total > len(cases):
        of += " that are looked at here"
    failed = [case for case in cases if not _passes(case)]
    if not failed:
        if len(cases) == 1:
            return EvidenceEntry(text=f"The case {of} passes.")
        return EvidenceEntry(text=f"All {len(cases)} cases {of} pass.")
    verb = "does" if len(failed) == 1 else "do"
    text = f"{len(failed)} of {len(cases)} cases {of} {verb} not pass"
    reason = reasons.get(failed[0].part)
    if reason is not None:
        text += f", which a mistake of another kind explains: {reason}"
    return EvidenceEntry(
        text=f"{text}.",
        lines=tuple(sorted({case.line for case in failed if case.line}))[:_MOST],
        cases=tuple(case.id for case in failed[:_MOST]),
    )


def _passes(case: CaseEntry) -> bool:
    return case.verdict is Verdict.ACCEPTED and case.credit >= 1


def _of_misconceptions(signal: Signal, record: Record) -> Iterator[_Found]:
    for entry in record.diagnoses:
        if _speaks_of(signal, entry):
            text = f"What fails behaves as it does when {entry.title}."
            yield "not shown", (EvidenceEntry(text=text, cases=(entry.case,)),)


def _of_idioms(signal: Signal, style: StyleEntry | None) -> _Found:
    if style is None:
        return "not measured", ()
    evidence = []
    for kind in signal.idioms:
        found = [one for one in style.idioms if one.kind == kind]
        if found:
            first = _quoted(found[0].text)
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            lines = tuple(sorted({one.line for one in found}))[:_MOST]
            text = f"{kind.capitalize()}: {first}{more}."
            evidence.append(EvidenceEntry(text=text, lines=lines))
    if evidence:
        return "shown", tuple(evidence)
    none = f"There is no {' and no '.join(signal.idioms)} in the source."
    return "not shown", (EvidenceEntry(text=none),)


def _of_loops(signal: Signal, style: StyleEntry | None) -> _Found:
    if style is None:
        return "not measured", ()
    if not style.loops:
        return "shown", (EvidenceEntry(text="There are no loops in the source."),)
    if not style.counted:
        deepest = max(style.loops, key=lambda one: one.depth)
        text = f"How often loops turn was not counted. The deepest is {_loop(deepest)}."
        return "not measured", (EvidenceEntry(text=text, lines=(deepest.line,)),)
    over = set(signal.no_loops_over)
    grown = [one for one in style.loops if over & set(one.grows_with)]
    if grown:
        worst = sorted(grown, key=lambda one: (-max(one.turns), one.line))[:_MOST]
        return "not shown", tuple(_grown(one) for one in worst)
    turning = [one for one in style.loops if max(one.turns) > 1]
    sizes = " or ".join(signal.no_loops_over)
    text = f"No loop turns more often as {sizes} grows."
    if turning:
        most = max(turning, key=lambda one: max(one.turns))
        text += f" The one that turns most is {_loop(most)}."
    lines = tuple(sorted({one.line for one in turning}))[:_MOST]
    return "shown", (EvidenceEntry(text=text, lines=lines),)


def _loop(loop: LoopEntry) -> str:
    around = f", within {loop.depth} others" if loop.depth > 1 else ""
    around = ", within another" if loop.depth == 1 else around
    return f"over {_quoted(loop.over)}{around}"


def _grown(loop: LoopEntry) -> EvidenceEntry:
    text = (
        f"The loop {_loop(loop)} turns {loop.turns[0]:,} times in the smallest call "
        f"that was counted, and more often with {_listed(loop.grows_with)}."
    )
    return EvidenceEntry(text=text, lines=(loop.line,))


def _of_memory(most: float, record: Record) -> _Found:
    memory = record.memory
    if memory is None:
        return "not measured", ()
    size = record.size_title(memory.rung)
    text = f"A call takes {memory.multiple:.1f} times the memory of its output"
    evidence = (EvidenceEntry(text=f"{text} at its peak, at the size “{size}”."),)
    if memory.multiple <= most:
        return "shown", evidence
    return ("partly" if memory.multiple <= 2 * most else "not shown"), evidence


def _of_tests(record: Record) -> _Found:
    tests = record.candidate_tests
    if tests is None:
        return "not measured", ()
    if not tests.provided or tests.error:
        text = tests.error or "There are no tests with it."
        return "not shown", (EvidenceEntry(text=text),)
    failing = sum(bool(one.refused) for one in tests.tests)
    text = f"{len(tests.tests)} tests notice {tests.killed} of {tests.total} mistakes"
    if tests.by_shape_alone:
        text += f", {tests.by_shape_alone} of them by a shape alone"
    if failing:
        text += f"; {failing} of them fail on correct code"
    numbers = tests.killed - tests.by_shape_alone
    share = numbers / tests.total if tests.total else 0.0
    good = share >= _GOOD_TESTS and not failing
    lines = tuple(one.line for one in tests.tests if one.line)[:_MOST]
    state: SignalState = "shown" if good else "partly"
    return (state if tests.killed else "not shown"), (
        EvidenceEntry(text=f"{text}.", lines=lines),
    )


def _of_readability(style: StyleEntry | None) -> _Found:
    if style is None or not (style.functions or style.linter):
        return "not measured", ()
    return "to judge", tuple(_readability(style))


def _readability(style: StyleEntry) -> Iterator[EvidenceEntry]:
    functions = style.functions
    if functions:
        bare = [one.line for one in functions if not one.has_docstring]
        yield EvidenceEntry(
            text=f"{len(functions) - len(bare)} of {len(functions)} functions have a "
            "docstring.",
            lines=tuple(bare[:_MOST]),
        )
        asked = sum(one.arguments for one in functions)
        annotated = sum(one.annotated for one in functions)
        text = f"{annotated} of {asked} arguments have types."
        yield EvidenceEntry(text=text)
        hardest = max(functions, key=lambda one: one.complexity or 0)
        if hardest.complexity is not None:
            text = (
                f"The most branches are in `{_quoted(hardest.name, '')}`: a complexity "
                f"of {hardest.complexity} in {hardest.lines} lines."
            )
            yield EvidenceEntry(text=text, lines=(hardest.line,))
    if style.linter:
        yield _lint_evidence(style.linter, style.lint)


def _lint_evidence(linter: str, lint: Sequence[LintEntry]) -> EvidenceEntry:
    if not lint:
        return EvidenceEntry(text=f"{linter.capitalize()} finds nothing to say.")
    first = "; ".join(f"{one.message} ({one.code})" for one in lint[:2])
    return EvidenceEntry(
        text=f"{linter.capitalize()} has {len(lint)} to say: {first}.",
        lines=tuple(sorted({one.line for one in lint}))[:_MOST],
    )


def _quoted(text: str, mark: str = "`") -> str:
    cut = text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
    return f"{mark}{cut}{mark}"


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last

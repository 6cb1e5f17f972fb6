"""Questions that come from what a submission did."""

from collections.abc import Iterator

from grader.record import Record
from grader.report.questions.question import (
    LONGEST,
    Question,
    case_of,
    is_wrong,
    known,
    quoted_call,
    what_happens,
    where,
)
from grader.report.summary import diagnosis_sentence, failures, first_alike
from grader.report.words import clip, count

_WHAT_ELSE = "What should it do there, and why?"


def of_error(record: Record) -> Iterator[Question]:
    """Ask about a file that did not load."""
    error = record.error
    if error is not None:
        yield Question(
            text="Nothing could be called. What would you change first, to get it to "
            "run?",
            finding=clip(error.message, LONGEST),
            lines=known(error.line),
        )


def of_diagnoses(record: Record) -> Iterator[Question]:
    """Ask for the line that makes a known mistake, on the smallest case of it."""
    for entry in record.diagnoses:
        case = case_of(record, entry.case)
        if case is None or first_alike(record, entry) is not entry:
            continue
        yield Question(
            text=f"{what_happens(case)} Which line of yours decides that?",
            finding=diagnosis_sentence(record, entry),
            case=case.id,
        )


def of_exceptions(record: Record, *, required: bool) -> Iterator[Question]:
    """Ask about lines that raise, each once; of parts that no mistake explains."""
    explained = {entry.part for entry in record.diagnoses}
    seen: set[int | str] = set()
    for group in failures(record):
        for case in group.cases:
            known = case.part in explained or bool(seen & {case.line, case.message})
            if case.line is not None and case.required is required and not known:
                seen |= {case.line, case.message}
                yield Question(
                    text=f"{where(record, case.line)} fails on {quoted_call(case)}. "
                    "What does it take for granted?",
                    finding=f"{case.id}: {clip(case.message, LONGEST)}",
                    lines=(case.line,),
                    case=case.id,
                )


def of_unexplained(record: Record, *, required: bool) -> Iterator[Question]:
    """Ask about results that are wrong for no known reason."""
    asked = "Can you follow that call through your code, shape by shape?"
    for part in record.unexplained:
        case = next(
            (one for one in record.cases if one.part == part and is_wrong(one)), None
        )
        if case is not None and case.required is required and case.line is None:
            yield Question(
                text=f"{what_happens(case)} {asked if required else _WHAT_ELSE}",
                finding="No known mistake explains it.",
                case=case.id,
            )


def of_other_cases(record: Record) -> Iterator[Question]:
    """Ask about groups that fail without a diagnosis: refusals, types, side effects."""
    explained = {entry.part for entry in record.diagnoses} | set(record.unexplained)
    for group in failures(record):
        case = group.cases[0]
        if case.part in explained or group.concealed or case.line is not None:
            continue
        yield Question(
            text=f"{what_happens(case)} {_WHAT_ELSE}",
            finding=f"{count(len(group.cases), 'case')} of “{group.title}” "
            f"{'fails' if len(group.cases) == 1 else 'fail'}.",
            case=case.id,
        )


def of_tests(record: Record) -> Iterator[Question]:
    """Ask for tests that are missing, and about those that ask too much."""
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
            finding=clip(test.message, LONGEST) or "It fails on correct code.",
            lines=known(test.line),
        )


def of_findings(record: Record) -> Iterator[Question]:
    """Ask about notes."""
    for finding in record.findings:
        yield Question(
            text="Was this on purpose, and what does it mean for whoever calls you: "
            f"{clip(finding.message, LONGEST)}?",
            finding=f"A note: {finding.kind}.",
            lines=known(finding.line),
        )

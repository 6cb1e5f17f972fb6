"""What a record amounts to, in sentences and sorted cases, for every report alike."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from grader.findings import STATE
from grader.record import CaseEntry, DiagnosisEntry, ErrorEntry, ErrorKind, Record
from grader.report.calls import is_concealed, line_of
from grader.report.speed import timing_sentence
from grader.report.words import clip, count, sentence
from grader.verdict import Verdict

_REASON = 160
"""Characters of a reason in one row of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """The cases of one group that don't earn everything."""

    group: str
    title: str
    required: bool
    concealed: bool
    """Whether they are hidden ones of which no more is told."""
    total: int
    """Cases of the group in all."""
    cases: tuple[CaseEntry, ...]


def passed(record: Record) -> tuple[CaseEntry, ...]:
    """List the cases that earn everything."""
    return tuple(case for case in record.cases if _passes(case))


def not_run(record: Record) -> tuple[CaseEntry, ...]:
    """List the cases that were not run."""
    return tuple(case for case in record.cases if case.verdict is None)


def failures(record: Record) -> tuple[Failures, ...]:
    """Sort the cases that don't earn everything by group, what is required first."""
    titles = {group.id: group.title for group in record.groups}
    found: dict[str, list[CaseEntry]] = {}
    for case in record.cases:
        if case.verdict is not None and not _passes(case):
            found.setdefault(case.group, []).append(case)
    groups = [
        Failures(
            group=group,
            title=titles.get(group, group),
            required=any(case.required for case in cases),
            concealed=all(is_concealed(case) for case in cases),
            total=sum(case.group == group for case in record.cases),
            cases=tuple(cases),
        )
        for group, cases in found.items()
    ]
    return tuple(sorted(groups, key=lambda one: not one.required))


def headline(record: Record) -> tuple[str, ...]:
    """Sum up a record in one sentence, or two or three."""
    sentences = [error_sentence(record) or cases_sentence(record)]
    if record.timing is not None:
        sentences.append(timing_sentence(record.timing))
    if record.verdict is Verdict.JUDGE_ERROR:
        sentences.append("That is no fault of the submission, and costs no points.")
    return tuple(sentences)


def reason(record: Record) -> str:
    """Give the first thing that is wrong, in a few words; nothing if nothing is."""
    if record.error is not None:
        line = record.error.line
        place = "" if line is None else f"{line_of(record.submission, line)}: "
        return clip(f"{place}{record.error.message}", _REASON)
    for group in failures(record):
        first = group.cases[0]
        return clip(f"{group.title}: {first.message}", _REASON)
    return ""


def diagnosis_sentence(record: Record, entry: DiagnosisEntry) -> str:
    """Say what a submission does that fails; of what was said before, only where."""
    cases = count(entry.cases_explained, "failing case")
    few = {1: f"the only {cases[2:]}", 2: f"both {cases[2:]}"}
    every = few.get(entry.cases_explained, f"all {cases}")
    where = f"{every} of {_part(record, entry.part)}"
    first = first_alike(record, entry)
    if first is not entry:
        return f"What explains {_part(record, first.part)} explains {where} too."
    if not entry.misconceptions:
        return f"On {where} {entry.title}."
    if entry.lets_pass:
        let = "let" if entry.cases_explained > 1 else "lets"
        return sentence(f"{where} {let} bad input pass, as when {entry.title}")
    if not entry.exactly:
        fail = "fail as they do" if entry.cases_explained > 1 else "fails as it does"
        return sentence(f"{where} {fail} when {entry.title}")
    return f"On {where} the output is exactly what you get when {entry.title}."


def first_alike(record: Record, entry: DiagnosisEntry) -> DiagnosisEntry:
    """Give the first diagnosis of the same mistakes: the entry itself, if it is new."""
    return next(one for one in record.diagnoses if one.title == entry.title)


def hints_sentence(record: Record, entry: DiagnosisEntry) -> str:
    """Say which part of the rubric hints are for, if only those on the first part."""
    own = _part(record, entry.part)
    if entry.hints:
        return f"A hint on {own}"
    return f"The hints on {_part(record, record.diagnoses[0].part)} are for {own} too."


def unexplained_sentences(record: Record) -> tuple[str, ...]:
    """Say where no known mistake fits, and where none was looked for."""
    if not record.diagnoses and not record.unexplained:
        return ()
    explained = {entry.part for entry in record.diagnoses}
    failing = {
        case.part
        for case in record.cases
        if case.verdict is not None and not _passes(case)
    }
    without = failing - explained - set(record.unexplained)
    sentences = []
    if record.unexplained:
        where = _parts(record, record.unexplained)
        sentences.append(f"No known mistake explains what is wrong in {where}.")
    if without:
        where = _parts(record, without)
        sentences.append(
            f"No mistake was looked for in {where}, where the calls that fail say too "
            "little on their own."
        )
    return tuple(sentences)


def _parts(record: Record, among: Collection[str]) -> str:
    *most, last = (f"“{one.title}”" for one in record.parts if one.id in among)
    return f"{', '.join(most)} and {last}" if most else last


def _part(record: Record, part: str) -> str:
    return next((f"“{one.title}”" for one in record.parts if one.id == part), part)


def kept_sentence(record: Record) -> str:
    """Say that something is kept between calls, if that is what was found."""
    kept = next((one for one in record.findings if one.kind == STATE), None)
    return "" if kept is None else sentence(kept.message)


def error_sentence(record: Record) -> str | None:
    """Say why there is no more to the record, if there is a reason."""
    if record.error is None:
        return None
    if record.error.kind is ErrorKind.PROBLEM:
        return "The problem can't be used."
    if record.verdict is Verdict.JUDGE_ERROR:
        start = "The grader failed"
    elif record.loaded:
        start = "Grading ended early"
    else:
        start = "The file could not be loaded"
    return f"{start}: {_kind(record.error)}{_place(record, record.error.line)}."


def cases_sentence(record: Record) -> str:
    """Say how the required cases went, and the others if these are all accepted."""
    required = [case for case in record.cases if case.required]
    if not required:
        return "No required case was run."
    failed = [case for case in required if not _passes(case)]
    if not failed:
        return f"{_all(len(required), 'required case')}{_besides(record.cases)}."
    run = [case for case in failed if case.verdict is not None]
    titles = {group.id: group.title for group in record.groups}
    if len(failed) == len(required) > 1:
        return f"None of the {count(len(required), 'required case')} is accepted."
    first = f", the first in “{titles.get(run[0].group, run[0].group)}”" if run else ""
    return (
        f"{len(failed):,} of {count(len(required), 'required case')} "
        f"{'is' if len(failed) == 1 else 'are'} not accepted{first}."
    )


def _all(number: int, noun: str) -> str:
    if number == 1:
        return f"The only {noun} is accepted"
    return f"All {count(number, noun)} are accepted"


def _besides(cases: Iterable[CaseEntry]) -> str:
    others = [case for case in cases if not case.required]
    missed = sum(not _passes(case) for case in others)
    if not others:
        return ""
    if not missed:
        if len(others) == 1:
            return ", and so is the other"
        return f", and so are the {len(others):,} others"
    return f"; of {len(others):,} others, {missed:,} earn less than everything"


def _passes(case: CaseEntry) -> bool:
    return case.verdict is Verdict.ACCEPTED and case.credit >= 1


def _kind(error: ErrorEntry) -> str:
    return error.exception or error.kind.replace("_", " ")


def _place(record: Record, line: int | None) -> str:
    return "" if line is None else f" in {line_of(record.submission, line)}"

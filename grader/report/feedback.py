"""The candidate's version of a record: what is hidden is left out, not covered up.

What isn't known to be free of hidden data is dropped. Candidates' own words count
too: what a submission prints or raises can hold the arguments of a hidden call.
"""

from collections import Counter
from collections.abc import Iterable

from grader.findings import PRINTS, READ_FROM_SOURCE, STATE
from grader.problem import Visibility
from grader.record import (
    CaseEntry,
    Counterexample,
    DiagnosisEntry,
    Environment,
    ErrorEntry,
    ErrorKind,
    Finding,
    GroupEntry,
    ParametersEntry,
    PartEntry,
    Record,
    SignalEntry,
    TimingEntry,
)
from grader.report.calls import verdict
from grader.text import ONLY_WITH_VALUES, cases_passed
from grader.verdict import Verdict


def for_candidate(record: Record) -> Record:
    """Give the same record without anything that is hidden.

    Hidden cases keep their group, function, verdict and credit, and are numbered in
    place of named, since a name can tell its arguments. The seed becomes 0.

    Parameters
    ----------
    record
        All that is known of one grading.

    Returns
    -------
    Record
        What the candidate may see. Doing it again changes nothing.
    """
    ran_hidden = _ran_on_hidden_data(record)
    return record.model_copy(
        update={
            "audience": "candidate",
            "seed": 0,
            "basis": None,
            "fingerprint": None,  # with which a seed could be tried out
            "environment": _versions(record.environment),
            "parts": tuple(_part(one, record.groups) for one in record.parts),
            "cases": tuple(_cases(record.cases)),
            "parameters": tuple(
                _parameters(one, record.cases) for one in record.parameters
            ),
            "findings": tuple(_findings(record.findings, ran_hidden=ran_hidden)),
            "diagnoses": tuple(map(_hints_only, record.diagnoses)),
            "unexplained": (),
            "counterexample": _own_example(record.counterexample),
            "timing": _without_seed(record.timing),
            "signals": tuple(map(_state_only, record.signals)),
            "stdout": record.visible_stdout,
            "error": _error(record, ran_hidden=ran_hidden),
        }
    )


def _ran_on_hidden_data(record: Record) -> bool:
    hidden = [one for one in record.cases if one.visibility is Visibility.HIDDEN]
    groups = any(one.visibility is Visibility.HIDDEN for one in record.groups)
    ran = any(one.verdict is not None for one in hidden)
    return ran or (record.loaded and (groups or bool(hidden)))


def _versions(environment: Environment) -> Environment:
    empty: dict[str, object] = {
        "system": "",
        "machine": "",
        "processor": "",
        "layers": {},
        "additions": (),
        "host": None,
    }
    return environment.model_copy(update=empty)


def _cases(cases: Iterable[CaseEntry]) -> Iterable[CaseEntry]:
    seen = Counter[str]()
    for case in cases:
        if case.visibility is Visibility.HIDDEN:
            seen[case.group] += 1
            yield _concealed(case, seen[case.group])
        else:
            yield case


def _concealed(case: CaseEntry, number: int) -> CaseEntry:
    # Made anew, so that a field added to the record later stays out of it.
    return CaseEntry(
        id=f"hidden-{number}",
        group=case.group,
        part=case.part,
        function=case.function,
        visibility=case.visibility,
        required=case.required,
        verdict=case.verdict,
        credit=case.credit,
        message=f"hidden case: {verdict(case.verdict)}",
    )


def _hints_only(entry: DiagnosisEntry) -> DiagnosisEntry:
    # The mistake is the candidate's to find; its name would find it for them.
    return DiagnosisEntry(
        part=entry.part,
        misconceptions=(),
        title="",
        explanation="",
        hints=entry.hints,
        cases_explained=0,
        cases_failed=0,
        case="",
    )


def _state_only(signal: SignalEntry) -> SignalEntry:
    # What speaks for or against it may be a hidden case, or the name of the mistake.
    return SignalEntry(id=signal.id, title=signal.title, state=signal.state)


def _own_example(example: Counterexample | None) -> Counterexample | None:
    """Keep what was drawn for this submission, and is no hidden case."""
    return None if example is None or example.is_case else example


def _without_seed(timing: TimingEntry | None) -> TimingEntry | None:
    return timing and timing.model_copy(update={"seed": 0})


def _part(part: PartEntry, groups: Iterable[GroupEntry]) -> PartEntry:
    own = [group for group in groups if group.part == part.id]
    told = part.reason == ONLY_WITH_VALUES
    if told or all(group.visibility is Visibility.VISIBLE for group in own):
        return part
    passed, total = sum(one.passed for one in own), sum(one.total for one in own)
    return part.model_copy(update={"reason": cases_passed(passed, total)})


def _parameters(entry: ParametersEntry, cases: Iterable[CaseEntry]) -> ParametersEntry:
    own = [case.visibility for case in cases if case.function == entry.function]
    if own and all(one is Visibility.VISIBLE for one in own):
        return entry
    return entry.model_copy(update={"rows": ()})


def _findings(findings: Iterable[Finding], *, ran_hidden: bool) -> Iterable[Finding]:
    # How many lines a submission prints can spell out a hidden argument.
    told = READ_FROM_SOURCE - {PRINTS} if ran_hidden else READ_FROM_SOURCE
    # That something is kept between calls is told in the grader's own words alone.
    return (one for one in findings if one.kind in told | {STATE})


def _error(record: Record, *, ran_hidden: bool) -> ErrorEntry | None:
    error = record.error
    if error is None or not (ran_hidden or record.verdict is Verdict.JUDGE_ERROR):
        return error
    if error.kind is ErrorKind.MISSING_FUNCTION:
        return error  # told by loading, before there was any call
    return ErrorEntry(kind=ErrorKind.HIDDEN, message="Grading ended early.")

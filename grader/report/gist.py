"""Three sentences that sum up a record: what it is, why, and what to do next."""

import re
from dataclasses import dataclass

from grader.record import CaseEntry, DiagnosisEntry, ErrorKind, PartEntry, Record
from grader.report.calls import call_of, is_concealed, line_of, where_beyond
from grader.report.questions import questions
from grader.report.signals import signals_sentence
from grader.report.speed import ratio_sentence
from grader.report.summary import (
    cases_sentence,
    diagnosis_sentence,
    error_sentence,
    failures,
    kept_sentence,
)
from grader.report.words import clip, points, sentence
from grader.verdict import Verdict

LONGEST_QUOTE = 240
"""Characters of what is quoted."""
_MUCH = 0.2
"""The share of a part's points from which its loss is worth a word."""
_MOST_BY_HAND = 64
"""Numbers of an input that can be worked out by hand."""

TRY_OTHERS = "Try inputs of your own that the visible cases leave out."
"""What to do about hidden cases, of which no more is told."""
_LOADING = (
    "Look at what runs while the file is loaded, outside of its functions: no case is "
    "run before that ends."
)
_NEXT_ERROR = {
    ErrorKind.TIMED_OUT: _LOADING,
    ErrorKind.CRASHED: _LOADING,
    ErrorKind.REFUSED: "It has to be handed in again in a form that can be read.",
    ErrorKind.MISSING_FUNCTION: (
        "Give the function the name and the place that the statement asks."
    ),
    ErrorKind.PROBLEM: "Mend the problem, and grade it again: this costs no points.",
    ErrorKind.GRADER: (
        "That is a fault of the grader, and costs no points; grade it again."
    ),
    ErrorKind.HIDDEN: "What more there is to tell is in the interviewer's report.",
}
"""What to do about what ended a grading, unless it raised."""
_YOUR_CODE, _YOUR = re.compile(r"\byour code\b"), re.compile(r"\byour\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What a reader of three sentences should know."""

    what: str
    """How it went."""
    why: str
    """What is wrong and where, or what speaks for it."""
    next: str
    """What to do about it."""
    is_fault: bool = True
    """Whether `why` tells of something wrong."""


def gist_of(record: Record) -> Gist:
    """Sum up a record."""
    error = error_sentence(record)
    if error is not None:
        return Gist(what=error, why=_why_error(record), next=_next_error(record))
    case = focus(record)
    if case is None:
        return Gist(
            what=sentence(cases_sentence(record)),
            why=_strength(record),
            next=_next_step(record),
            is_fault=False,
        )
    entry = _diagnosis(record, case)
    return Gist(
        what=_what(record),
        why=_why(record, case, entry),
        next=_next(record, case, entry),
    )


def next_between_calls(record: Record) -> str:
    """Say what to try where what fails is right when it is called first."""
    example = record.counterexample
    if example is None or not example.after_another:
        return (
            "Call it several times, each time with other arrays, and look for what is "
            "kept from one call to the next."
        )
    call = clip(call_of(example.function, example.arguments), LONGEST_QUOTE)
    return (
        "Call it twice: first with other numbers in arrays of the same shapes, then "
        f"{call}. Look for what is kept from the one to the other."
    )


def focus(record: Record) -> CaseEntry | None:
    """Give the failing case that says most: required, told of, and explained."""
    found = [case for group in failures(record) for case in group.cases]
    explained = {entry.part for entry in record.diagnoses}
    return min(
        found,
        key=lambda case: (
            not case.required,
            is_concealed(case),
            case.part not in explained,
        ),
        default=None,
    )


def _what(record: Record) -> str:
    words = sentence(cases_sentence(record))
    if record.verdict is Verdict.ACCEPTED:
        return f"Its values are right. {words}"
    return words


def _diagnosis(record: Record, case: CaseEntry) -> DiagnosisEntry | None:
    return next((one for one in record.diagnoses if one.part == case.part), None)


def _why(record: Record, case: CaseEntry, entry: DiagnosisEntry | None) -> str:
    if entry is not None and entry.title:
        return diagnosis_sentence(record, entry)
    kept = kept_sentence(record)
    if is_concealed(case):
        words = (
            f"Hidden cases of “{_group(record, case)}” fail; no more is told of them."
        )
        return " ".join(filter(None, (words, kept)))
    place = "" if case.line is None else f" ({_line(record, case.line)})"
    message = clip(case.message.partition("\n")[0], LONGEST_QUOTE)
    where = where_beyond(case.picture, case.mismatch) if case.picture else ""
    words = f"In `{case.id}` of “{_group(record, case)}”: {message}{place}"
    return " ".join(filter(None, (sentence(words), where, kept)))


def _next(record: Record, case: CaseEntry, entry: DiagnosisEntry | None) -> str:
    if entry is not None and entry.hints:
        nudge, place, check = entry.hints[0]
        if record.audience == "candidate":
            return f"{nudge} More hints are below, one step at a time."
        return f"{_of_another(place)} To check: {_of_another(check)}"
    return _next_look(record, case)


def _whose(record: Record) -> str:
    """Name the code as who reads the record would."""
    return "your code" if record.audience == "candidate" else "the submission"


def _of_another(hint: str) -> str:
    """Word a hint, which is written for the candidate, for someone else.

    Examples
    --------
    >>> _of_another("How many axes does your code expect?")
    'How many axes does the submission expect?'
    >>> _of_another("Look at your formula.")
    "Look at the submission's formula."
    """
    return _YOUR.sub("the submission's", _YOUR_CODE.sub("the submission", hint))


def _next_look(record: Record, case: CaseEntry) -> str:
    """Say where to look first, where there is no hint."""
    if case.line is not None:
        return (
            f"Look at {_line(record, case.line)} of {_whose(record)}, and call "
            f"{_call(case)} to see it raise."
        )
    match case.verdict:
        case Verdict.MEMORY_LIMIT_EXCEEDED:
            return f"Look for the arrays that are largest in {_call(case)}."
        case Verdict.TIME_LIMIT_EXCEEDED if record.style and not record.style.loops:
            return f"Look for what {_call(case)} waits for: the source has no loop."
        case Verdict.TIME_LIMIT_EXCEEDED:
            return f"Look for the loop in which {_call(case)} spends its time."
        case Verdict.RUNTIME_ERROR if not is_concealed(case):
            return f"Make the call {_call(case)} alone, and see how it ends."
        case _:
            return _next_by_hand(record, case)


def _next_by_hand(record: Record, case: CaseEntry) -> str:
    if kept_sentence(record):
        return next_between_calls(record)
    example = record.counterexample
    if example is not None and example.function == case.function:
        call = clip(call_of(example.function, example.arguments), LONGEST_QUOTE)
        if example.numbers <= _MOST_BY_HAND:
            return f"Work out by hand the smallest input that shows it, below: {call}."
        return f"Look below where {call} differs: no smaller input was found to fail."
    if is_concealed(case):
        return TRY_OTHERS
    return f"Call {_call(case)} and compare with what is expected."


def _call(case: CaseEntry) -> str:
    return clip(call_of(case.function, case.arguments), LONGEST_QUOTE)


def _line(record: Record, number: int) -> str:
    return line_of(record.submission, number)


def _group(record: Record, case: CaseEntry) -> str:
    titles = {group.id: group.title for group in record.groups}
    return titles.get(case.group, case.group)


def _why_error(record: Record) -> str:
    assert record.error is not None
    return sentence(
        clip(record.error.message.strip().partition("\n")[0], LONGEST_QUOTE)
    )


def _next_error(record: Record) -> str:
    assert record.error is not None
    number = record.error.line
    if record.error.kind is not ErrorKind.RAISED:
        return _NEXT_ERROR[record.error.kind]
    start = (
        "Start with the message" if number is None else f"Mend {_line(record, number)}"
    )
    return f"{start}: no case is run before the file loads."


def _strength(record: Record) -> str:
    if record.timing is not None:
        return ratio_sentence(record.timing)
    told = signals_sentence(record)
    return told or "Every part that was measured earns its points."


def _next_step(record: Record) -> str:
    lost = [part for part in record.parts if _loses_much(part)]
    if not lost:
        asked = questions(record)
        talk = (
            f"Ask next: “{asked[0].text}”"
            if asked
            else "What is left is to talk about the choices."
        )
        return f"Nothing has to be mended. {talk}"
    part = max(lost, key=lambda one: one.maximum - (one.points or 0.0))
    return (
        f"Most is left to gain in “{part.title}”, {points(part.points or 0.0)} of "
        f"{points(part.maximum)} points: {sentence(clip(part.reason, LONGEST_QUOTE))}"
    )


def _loses_much(part: PartEntry) -> bool:
    return part.points is not None and part.points < (1 - _MUCH) * part.maximum

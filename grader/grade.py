"""The one verb: a problem, a submission and an executor give a record.

Nothing here runs a candidate's code, reads a file or prints: the executor does the
first, and is an interface, so that this can be tested without a process.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from grader.cases import Case, prepare_cases
from grader.check import judge
from grader.errors import ProblemError
from grader.findings import findings_of
from grader.outcome import (
    Binding,
    Crashed,
    Loaded,
    LoadOutcome,
    Raised,
    Refused,
    Run,
    Signature,
    TimedOut,
)
from grader.problem import Check, Function, Limits, Problem, Visibility
from grader.record import (
    ArgumentEntry,
    BindingEntry,
    CaseEntry,
    CountEntry,
    Environment,
    ErrorEntry,
    ErrorKind,
    Finding,
    MemoryEntry,
    ParametersEntry,
    ProblemEntry,
    Record,
    Score,
    SubmissionEntry,
    TimingEntry,
)
from grader.sandbox.protocol import Exchange, encode_calls
from grader.score import (
    Judged,
    Share,
    excuse_normwise,
    group_entries,
    part_entries,
    total_of,
    verdict_of,
)
from grader.submission import Submission, definitions_of, imports_beyond
from grader.verdict import Verdict

_SMALL_ELEMENTS = 24
"""Larger arguments are told by what fills them."""
_MOST_NAMES = 10
"""How many names of a submission a message lists."""


class Executor(Protocol):
    """Whatever can call a submission's functions: the sandbox, or a stand-in."""

    def run(
        self,
        submission: Submission,
        signatures: Sequence[Signature],
        limits: Limits,
        exchanges: Sequence[Exchange],
    ) -> Run:
        """Load a submission and make the calls of some exchanges, one by one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What timing a submission gave."""

    share: Share
    """Of the points for speed."""
    timing: TimingEntry | None = None
    memory: MemoryEntry | None = None
    findings: tuple[Finding, ...] = ()
    fault: Verdict | None = None
    """What timed calls showed that no case did; the verdict is then no better."""


class Clock(Protocol):
    """Whatever can time an accepted submission."""

    def measure(self, exam: "Exam", submission: Submission) -> Measured:
        """Time a submission on the problem's ladder."""
        ...


@dataclass(frozen=True)
class Exam:
    """A problem and a seed, and their cases, made once for many submissions."""

    problem: Problem
    seed: int

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """All cases, with what is expected; those that candidates see come first."""
        cases = prepare_cases(self.problem, self.seed)
        return tuple(sorted(cases, key=_is_hidden))

    @cached_property
    def arguments(self) -> dict[str, tuple[ArgumentEntry, ...]]:
        """The arguments of each case as records show them."""
        return {case.id: argument_entries(case) for case in self.cases}

    @cached_property
    def exchanges(self) -> tuple[Exchange, Exchange]:
        """The calls of all cases: those that candidates see, then the hidden ones.

        What a submission says while only the first are in its memory can't tell of
        the second, and so may be shown to the candidate.
        """
        visible = [case.call for case in self.cases if not _is_hidden(case)]
        hidden = [case.call for case in self.cases if _is_hidden(case)]
        return encode_calls(visible, sequence=1), encode_calls(hidden, sequence=1)


def _is_hidden(case: Case) -> bool:
    return case.group.visibility is Visibility.HIDDEN


def seed_of(problem: Problem, submission: Submission) -> int:
    """Derive the seed for grading a submission when none is given.

    The same file always gets the same data, so its grade can be had again; and a file
    can't hold the answers to its own data, since they change with every byte of it.
    """
    both = f"{problem.sha256} {submission.sha256}".encode()
    return int.from_bytes(hashlib.sha256(both).digest()[:6], "big")


def grade(
    exam: Exam,
    submission: Submission,
    executor: Executor,
    environment: Environment,
    clock: Clock | None = None,
) -> Record:
    """Grade one submission.

    Parameters
    ----------
    exam
        The problem and the seed.
    submission
        What was handed in.
    executor
        What calls its functions.
    environment
        Where this happens, for the record.
    clock
        What times it, if its values are right; without one, speed is not measured.

    Raises
    ------
    GraderError
        If something of ours fails; never for what the submission does.
    """
    spec = exam.problem.spec
    signatures = [function.signature for function in spec.functions]
    run = executor.run(submission, signatures, spec.limits, exam.exchanges)
    judged, normwise = excuse_normwise(
        [
            Judged(case=case, judgement=judge(case, outcome))
            for case, outcome in zip(exam.cases, run.outcomes, strict=True)
        ]
    )
    error = _load_error(exam.problem, submission, run.load)
    verdict = verdict_of(run.load, judged, provided=error is None)
    measured = _measure(exam, submission, verdict, clock)
    if measured is not None and measured.fault is not None:
        verdict = measured.fault
    others = {}
    if spec.timing is not None and measured is not None:
        others[spec.timing.part] = measured.share
    parts = part_entries(spec, judged, others)
    return Record(
        problem=ProblemEntry(id=spec.id, title=spec.title, sha256=exam.problem.sha256),
        submission=submission_entry(submission),
        environment=environment,
        seed=exam.seed,
        verdict=verdict,
        loaded=error is None,
        score=total_of(parts),
        parts=parts,
        groups=tuple(group_entries(spec, judged)),
        cases=tuple(_case_entry(one, exam.arguments[one.case.id]) for one in judged),
        bindings=_binding_entries(run.load),
        parameters=_parameters(spec.functions, run.load, judged),
        timing=measured.timing if measured else None,
        memory=measured.memory if measured else None,
        findings=(
            *findings_of(exam.problem, submission, run, normwise=normwise),
            *(measured.findings if measured else ()),
        ),
        stdout=run.stdout,
        visible_stdout=run.first_stdout,
        error=error,
    )


def record_of_failure(
    problem: Problem,
    submission: Submission,
    environment: Environment,
    seed: int,
    failure: Exception,
) -> Record:
    """Make the record of a grading that we failed; it costs no points."""
    spec = problem.spec
    return Record(
        problem=ProblemEntry(id=spec.id, title=spec.title, sha256=problem.sha256),
        submission=submission_entry(submission),
        environment=environment,
        seed=seed,
        verdict=Verdict.JUDGE_ERROR,
        loaded=False,
        score=Score(points=0, maximum=0),
        parts=(),
        groups=(),
        cases=(),
        error=ErrorEntry(
            kind=ErrorKind.PROBLEM
            if isinstance(failure, ProblemError)
            else ErrorKind.GRADER,
            exception=type(failure).__name__,
            message=str(failure) or repr(failure),
        ),
    )


def submission_entry(submission: Submission) -> SubmissionEntry:
    """Describe a submission in a record."""
    return SubmissionEntry(
        name=submission.name,
        kind=submission.kind,
        filename=submission.filename,
        sha256=submission.sha256,
        source=submission.text,
    )


def _measure(
    exam: Exam, submission: Submission, verdict: Verdict, clock: Clock | None
) -> Measured | None:
    if exam.problem.spec.timing is None:
        return None
    if clock is None:
        return Measured(share=Share(credit=None, reason="not measured"))
    if verdict is not Verdict.ACCEPTED:
        return Measured(share=Share(credit=0, reason="earned only with right values"))
    return clock.measure(exam, submission)


def _load_error(
    problem: Problem, submission: Submission, load: LoadOutcome
) -> ErrorEntry | None:
    """Say why a submission can't be graded, if it can't."""
    match load:
        case Raised():
            return ErrorEntry(
                kind=ErrorKind.RAISED,
                exception=load.type_names[0],
                message=_words_of_load(problem, submission, load),
                line=load.line,
            )
        case TimedOut():
            words = f"loading it was {load.words}"
            return ErrorEntry(kind=ErrorKind.TIMED_OUT, message=words)
        case Crashed():
            words = f"while loading, {load.reason}"
            return ErrorEntry(kind=ErrorKind.CRASHED, message=words)
        case Refused():
            return ErrorEntry(kind=ErrorKind.REFUSED, message=load.reason)
        case Loaded():
            return _missing_function(problem, submission, load)


def _words_of_load(problem: Problem, submission: Submission, raised: Raised) -> str:
    words = f"loading it raised {raised.words}"
    if raised.is_out_of_memory:
        return f"loading it took more than {problem.spec.limits.memory_mib} MiB"
    if "ImportError" in raised.type_names:
        allowed = problem.spec.allowed_imports
        imports = imports_beyond(submission, allowed)
        refused = sorted({f"`{one.module}`" for one in imports})[:_MOST_NAMES]
        if refused:
            words += f". It imports {' and '.join(refused)}"
        words += f"; allowed are {', '.join(allowed)} and the standard library"
    return words


def _missing_function(
    problem: Problem, submission: Submission, loaded: Loaded
) -> ErrorEntry | None:
    found = {binding.function for binding in loaded.bindings}
    for function in problem.spec.functions:
        if function.required and function.name not in found:
            defined = ", ".join(definitions_of(submission)[:_MOST_NAMES]) or "nothing"
            also = f" (or {', '.join(function.aliases)})" if function.aliases else ""
            words = f"it has no function `{function.name}`{also}; it defines {defined}"
            return ErrorEntry(kind=ErrorKind.MISSING_FUNCTION, message=words)
    return None


def _case_entry(one: Judged, arguments: tuple[ArgumentEntry, ...]) -> CaseEntry:
    judgement, group = one.judgement, one.group
    return CaseEntry(
        id=one.case.id,
        group=group.id,
        part=group.part,
        function=group.function,
        visibility=group.visibility,
        required=group.required,
        verdict=judgement.verdict,
        credit=judgement.credit,
        message=judgement.message,
        line=judgement.line,
        bound_used=judgement.bound_used,
        arguments=arguments,
        mismatch=judgement.mismatch,
    )


def argument_entries(case: Case) -> tuple[ArgumentEntry, ...]:
    """Describe the arguments of a case, without dumping what is large."""
    return tuple(
        _argument_entry(name, value, case.filled_with)
        for name, value in case.call.arguments.items()
    )


def _argument_entry(
    name: str, value: object, filled_with: Mapping[str, str]
) -> ArgumentEntry:
    if not isinstance(value, np.ndarray):
        return ArgumentEntry(name=name, text=repr(value))
    if value.size <= _SMALL_ELEMENTS:
        text = " ".join(np.array2string(value, separator=", ").split())
    else:
        text = filled_with.get(name, f"{value.size} elements")
    return ArgumentEntry(
        name=name, shape=value.shape, dtype=value.dtype.name, text=text
    )


def _binding_entries(load: LoadOutcome) -> tuple[BindingEntry, ...]:
    if not isinstance(load, Loaded):
        return ()
    return tuple(
        BindingEntry(
            function=binding.function,
            found_as=binding.found_as,
            notes="; ".join(_notes(binding)),
        )
        for binding in load.bindings
    )


def _notes(binding: Binding) -> list[str]:
    notes = [f"`{own}` is taken for {name}" for name, own in binding.renamed]
    notes += [f"{name} is passed by its place" for name in binding.by_position]
    notes += [f"it takes no {name}" for name in binding.missing]
    return notes


def _parameters(
    functions: Sequence[Function], load: LoadOutcome, judged: Sequence[Judged]
) -> tuple[ParametersEntry, ...]:
    entries = []
    bindings = load.bindings if isinstance(load, Loaded) else ()
    found = {binding.function for binding in bindings}
    for function in functions:
        own = [
            one
            for one in judged
            if one.group.check is Check.COUNT and one.group.function == function.name
        ]
        if own:
            provided = function.name in found
            entries.append(
                ParametersEntry(
                    function=function.name,
                    provided=provided,
                    correct=sum(one.passed for one in own),
                    total=len(own),
                    rows=tuple(map(_count_entry, own)) if provided else (),
                )
            )
    return tuple(entries)


def _count_entry(one: Judged) -> CountEntry:
    arguments = one.case.call.arguments
    expected = one.case.expected.count
    assert expected is not None
    return CountEntry(
        arguments=", ".join(f"{name}={value!r}" for name, value in arguments.items()),
        expected=expected,
        actual=one.judgement.actual or one.judgement.message,
        correct=one.passed,
    )

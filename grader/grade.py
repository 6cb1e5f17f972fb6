"""The one verb: a problem, a submission and an executor give a record.

Nothing here runs a candidate's code, reads a file or prints: the executor does the
first, and is an interface, so that this can be tested without a process.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from grader.cases import Case, prepare_cases
from grader.entries import (
    argument_entries,
    binding_entries,
    case_entry,
    load_error,
    parameters,
    submission_entry,
)
from grader.errors import ProblemError
from grader.findings import findings_of
from grader.outcome import (
    Run,
    Signature,
)
from grader.problem import Limits, Problem, Visibility
from grader.record import (
    ArgumentEntry,
    CandidateTestsEntry,
    Counterexample,
    DiagnosisEntry,
    Environment,
    ErrorEntry,
    ErrorKind,
    Finding,
    MemoryEntry,
    Picture,
    ProblemEntry,
    Record,
    Score,
    StyleEntry,
    TimingEntry,
)
from grader.sandbox.protocol import Exchange, encode_calls
from grader.score import (
    Judged,
    Share,
    excuse_normwise,
    group_entries,
    judge_all,
    part_entries,
    total_of,
    verdict_of,
)
from grader.signals import signal_entries
from grader.submission import Submission
from grader.verdict import Verdict


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is known about why a submission is wrong."""

    diagnoses: tuple[DiagnosisEntry, ...] = ()
    unexplained: tuple[str, ...] = ()
    """Parts in which something is wrong that no known mistake explains."""
    counterexample: Counterexample | None = None
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    """Of failing cases, by their ids."""
    findings: tuple[Finding, ...] = ()


class Tutor(Protocol):
    """Whatever can explain a submission that is wrong."""

    def explain(
        self,
        exam: "Exam",
        submission: Submission,
        run: Run,
        judged: Sequence[Judged],
        *,
        normwise: bool,
    ) -> Explained:
        """Find out why a submission is wrong; `normwise` if it is accepted as such."""
        ...


class Clock(Protocol):
    """Whatever can time an accepted submission."""

    def measure(self, exam: "Exam", submission: Submission) -> Measured:
        """Time a submission on the problem's ladder."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What the candidate's own tests are worth."""

    entry: CandidateTestsEntry
    share: Share
    """Of the points for tests."""
    findings: tuple[Finding, ...] = ()


class Proctor(Protocol):
    """Whatever can run the tests that a submission carries."""

    def run_tests(self, exam: "Exam", submission: Submission) -> Tested:
        """Run them on the submission, on correct code, and on known mistakes."""
        ...


class Reader(Protocol):
    """Whatever can tell how a submission is written."""

    def read(self, exam: "Exam", submission: Submission) -> StyleEntry:
        """List its loops, and what speaks for or against its readability."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Who looks at a submission beside the judge; any may be left out."""

    clock: Clock | None = None
    """Times it, if its values are right."""
    tutor: Tutor | None = None
    """Explains it, if anything in it is wrong."""
    proctor: Proctor | None = None
    """Runs its own tests."""
    reader: Reader | None = None
    """Tells how it is written."""


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
        the second, and so may be shown to the candidate. No answer to the first is
        one to the second: they are numbered.
        """
        visible = [case.call for case in self.cases if not _is_hidden(case)]
        hidden = [case.call for case in self.cases if _is_hidden(case)]
        return encode_calls(visible, sequence=1), encode_calls(hidden, sequence=2)


def _is_hidden(case: Case) -> bool:
    return case.group.visibility is Visibility.HIDDEN


def seed_of(problem: Problem, submission: Submission) -> int:
    """Derive the seed for grading a submission when none is given.

    The same file always gets the same data, so its grade can be had again; and a file
    can't hold the answers to its own data, since they change with every byte of it.
    """
    return derive_seed(problem.sha256, submission.sha256)


def derive_seed(spec_sha256: str, submission_sha256: str) -> int:
    """Derive a seed from the hashes of a spec and a submission."""
    both = f"{spec_sha256} {submission_sha256}".encode()
    return int.from_bytes(hashlib.sha256(both).digest()[:6], "big")


def grade(
    exam: Exam,
    submission: Submission,
    executor: Executor,
    environment: Environment,
    panel: Panel = Panel(),
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
    panel
        Who else looks at it.

    Raises
    ------
    GraderError
        If something of ours fails; never for what the submission does.
    """
    spec = exam.problem.spec
    signatures = [function.signature for function in spec.functions]
    run = executor.run(submission, signatures, spec.limits, exam.exchanges)
    judged, normwise = excuse_normwise(judge_all(exam.cases, run.outcomes))
    error = load_error(exam.problem, submission, run.load)
    verdict = verdict_of(run.load, judged, provided=error is None)
    measured = _measure(exam, submission, verdict, panel.clock)
    if measured is not None and measured.fault is not None:
        verdict = measured.fault
    explained = Explained()
    if panel.tutor is not None and any(one.failed for one in judged):
        explained = panel.tutor.explain(
            exam, submission, run, judged, normwise=normwise
        )
    tested = None
    if panel.proctor is not None and error is None:
        tested = panel.proctor.run_tests(exam, submission)
    style = None
    if panel.reader is not None and error is None:
        style = panel.reader.read(exam, submission)
    others = {}
    if spec.timing is not None and measured is not None:
        others[spec.timing.part] = measured.share
    if spec.tests is not None:
        others[spec.tests.part] = _share_of_tests(tested, panel.proctor)
    parts = part_entries(spec, judged, others)
    record = Record(
        problem=ProblemEntry(id=spec.id, title=spec.title, sha256=exam.problem.sha256),
        submission=submission_entry(submission),
        environment=environment,
        seed=exam.seed,
        verdict=verdict,
        loaded=error is None,
        score=total_of(parts),
        parts=parts,
        groups=tuple(group_entries(spec, judged)),
        cases=tuple(
            case_entry(
                one,
                exam.arguments[one.case.id],
                explained.pictures.get(one.case.id),
            )
            for one in judged
        ),
        diagnoses=explained.diagnoses,
        unexplained=explained.unexplained,
        counterexample=explained.counterexample,
        bindings=binding_entries(run.load),
        parameters=parameters(spec.functions, run.load, judged),
        timing=measured.timing if measured else None,
        memory=measured.memory if measured else None,
        candidate_tests=tested.entry if tested else None,
        style=style,
        findings=(
            *findings_of(exam.problem, submission, run, normwise=normwise),
            *explained.findings,
            *(measured.findings if measured else ()),
            *(tested.findings if tested else ()),
        ),
        stdout=run.stdout,
        visible_stdout=run.first_stdout,
        error=error,
    )
    signals = signal_entries(spec.signals, record)
    return record.model_copy(update={"signals": signals})


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


def _share_of_tests(tested: Tested | None, proctor: Proctor | None) -> Share:
    if tested is not None:
        return tested.share
    if proctor is None:
        return Share(credit=None, reason="not measured")
    return Share(credit=0, reason="not run, since the submission can't be graded")


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

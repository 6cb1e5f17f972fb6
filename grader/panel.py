"""Who looks at a submission beside the judge, and what each of them finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from grader.exam import Exam
from grader.outcome import Run
from grader.record import (
    CandidateTestsEntry,
    Counterexample,
    DiagnosisEntry,
    Finding,
    MemoryEntry,
    Picture,
    StyleEntry,
    TimingEntry,
)
from grader.score import Judged, Share
from grader.submission import Submission
from grader.verdict import Verdict


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
        exam: Exam,
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

    def measure(self, exam: Exam, submission: Submission) -> Measured:
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

    def run_tests(self, exam: Exam, submission: Submission) -> Tested:
        """Run them on the submission, on correct code, and on known mistakes."""
        ...


class Reader(Protocol):
    """Whatever can tell how a submission is written."""

    def read(self, exam: Exam, submission: Submission) -> StyleEntry:
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

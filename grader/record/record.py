"""A whole record, in which all names are known: how it is written and read."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from grader.errors import RecordError
from grader.record.candidate_tests import CandidateTestsEntry
from grader.record.cases import BindingEntry, CaseEntry, GroupEntry, ParametersEntry
from grader.record.entry import Entry, Finite, Whole
from grader.record.explanation import Counterexample, DiagnosisEntry
from grader.record.signals import SignalEntry
from grader.record.style import StyleEntry
from grader.record.submission import SubmissionEntry
from grader.record.timing import MemoryEntry, TimingEntry
from grader.shape import first_issue
from grader.verdict import Verdict

_UNSAFE = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that a terminal obeys or hides; JSON can spell them out."""


class ProblemEntry(Entry):
    """Which problem."""

    id: str
    title: str
    sha256: str
    """Of the spec."""


class Environment(Entry):
    """Where it was graded."""

    grader: str
    python: str
    numpy: str
    blas: str
    system: str
    machine: str
    processor: str
    isolation: Literal["full", "partial", "none"]
    layers: dict[str, bool]
    """Which layers of the isolation hold."""
    additions: tuple[Literal["separate_user", "namespaces"], ...] = ()
    """What held submissions back beyond the layers."""
    host: str | None = None
    """The machine of a cluster, for values and speed alike; absent if it was here."""


class Basis(Entry):
    """What a grading follows from beside the spec and the submission, as hashes."""

    reference: str
    """Of the code that the spec names, with all that lies beside it."""
    grader: str
    """Of its version and its code."""
    environment: str
    """Of the versions of Python, of libraries and tools, and of the isolation."""


class Score(Entry):
    """Points in all."""

    points: Finite
    maximum: Finite


class PartEntry(Entry):
    """One part of the rubric."""

    id: str
    title: str
    points: Finite | None = None
    """Absent if it was not measured; then its maximum doesn't count either."""
    maximum: Finite
    reason: str
    """Why as many points as these."""


class Finding(Entry):
    """A note for the interviewer; it doesn't change the verdict."""

    kind: str
    message: str
    line: Whole | None = None


class ErrorKind(StrEnum):
    """Why there is no more to a record."""

    RAISED = "raised"
    """Loading the submission raised."""
    TIMED_OUT = "timed_out"
    """Loading it was stopped."""
    CRASHED = "crashed"
    """Its process ended while it loaded."""
    REFUSED = "refused"
    """It was not loaded at all."""
    MISSING_FUNCTION = "missing_function"
    """It has not what is required."""
    PROBLEM = "problem"
    """The problem can't be used: its author's fault."""
    GRADER = "grader"
    """The grader failed."""
    HIDDEN = "hidden"
    """A candidate is not told."""

    @property
    def is_ours(self) -> bool:
        """Whether the submission has nothing to do with it."""
        return self in {ErrorKind.PROBLEM, ErrorKind.GRADER}


class ErrorEntry(Entry):
    """Why there is no more to the record."""

    kind: ErrorKind
    exception: str | None = None
    """The type of the exception, where there was one."""
    message: str
    line: Whole | None = None
    """Of the submission."""


class Record(Entry):
    """All that is known of one grading."""

    schema_version: Literal[1] = 1
    problem: ProblemEntry
    submission: SubmissionEntry
    environment: Environment
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    verdict: Verdict
    loaded: bool
    """Whether the submission's file ran to its end and has what is required."""
    score: Score
    parts: tuple[PartEntry, ...]
    groups: tuple[GroupEntry, ...]
    cases: tuple[CaseEntry, ...]
    diagnoses: tuple[DiagnosisEntry, ...] = ()
    """Why it is wrong, where that is known: at most one for each part."""
    unexplained: tuple[str, ...] = ()
    """Parts in which something is wrong that no known mistake explains."""
    counterexample: Counterexample | None = None
    bindings: tuple[BindingEntry, ...] = ()
    parameters: tuple[ParametersEntry, ...] = ()
    timing: TimingEntry | None = None
    memory: MemoryEntry | None = None
    candidate_tests: CandidateTestsEntry | None = None
    style: StyleEntry | None = None
    signals: tuple[SignalEntry, ...] = ()
    """What the problem wants to see."""
    findings: tuple[Finding, ...] = ()
    stdout: str = ""
    """What the submission printed."""
    visible_stdout: str = ""
    """What of that it had printed before it was given hidden data."""
    error: ErrorEntry | None = None
    audience: Literal["interviewer", "candidate"] = "interviewer"
    """A candidate's record lacks what is hidden."""
    basis: Basis | None = None
    """Absent where the fingerprint is."""
    fingerprint: str | None = None
    """A hash of all that the grading follows from: where it is the same, another one
    would give the same. Absent from a grading that failed, and from a candidate's."""

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        parts = {one.id for one in self.parts}
        groups = {one.id for one in self.groups}
        used = {
            "a part": (
                parts,
                [
                    *(one.part for one in self.groups),
                    *(one.part for one in self.cases),
                    *(one.part for one in self.diagnoses),
                    *self.unexplained,
                ],
            ),
            "a group": (groups, [one.group for one in self.cases]),
        }
        for kind, (known, names) in used.items():
            for name in names:
                if name not in known:
                    issue = f"it speaks of {kind} `{name}` that it does not have"
                    raise PydanticCustomError(
                        "unknown_name", "{issue}", {"issue": issue}
                    )
        return self

    def size_title(self, rung: str) -> str:
        """Give the title of a size that was timed, by its id."""
        rungs = self.timing.rungs if self.timing is not None else ()
        return next((one.title for one in rungs if one.id == rung), rung)

    def to_json(self) -> str:
        """Write the record as JSON, the same bytes for the same record."""
        text = self.model_dump_json(indent=2, exclude_none=True) + "\n"
        return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)

    @classmethod
    def from_json(cls, data: bytes, path: Path) -> Self:
        """Read a record.

        Raises
        ------
        RecordError
            If it is none, or of another version.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            issue = f"not a record that can be read: {first_issue(error)}"
            raise RecordError(path, issue) from None

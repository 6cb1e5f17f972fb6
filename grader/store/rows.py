"""What a store gives, as frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from grader.verdict import Verdict

JobState = Literal["queued", "running", "done", "failed"]
"""`failed` only if it was given up: whatever a submission does, a job gets done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A grading that was asked for."""

    id: str
    """Can't be guessed."""
    sha256: str
    """Of the submission."""
    problem: str
    owner: str
    """Who asked, in the words of whoever took it down."""
    state: JobState
    progress: str
    """What is being done; of one that failed, why."""
    record_id: int | None
    """Of the record, once it is done."""
    created_at: datetime
    options: Mapping[str, JsonValue]
    """How to grade, in the words of whoever took it down."""
    worker: str | None
    """Who has it, or had it last."""
    attempts: int
    """How often it was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPoints:
    """What a record says of one part of the rubric, in short."""

    id: str
    title: str
    points: float | None
    """None if it was not measured."""
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What can be told of a record without reading all of it."""

    id: int
    sha256: str
    """Of the submission."""
    name: str
    filename: str
    problem: str
    spec_sha256: str
    seed: int
    verdict: Verdict
    points: float
    maximum: float
    timed: bool
    """Whether its speed was measured."""
    tested: bool = False
    """Whether the candidate's own tests were looked at."""
    parts: tuple[PartPoints, ...]
    grader: str
    """The version of it."""
    isolation: str
    graded_at: datetime
    """In UTC."""
    regrade_of: int | None
    """The record that this one takes the place of."""
    regrade: int | None
    """The regrade that made it."""
    basis: Mapping[str, str] | None = None
    """What it follows from beside spec and submission, a hash for each; None if that
    is not known: an earlier grader didn't tell, or one failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What a person says of a record; the record's own points stay as they are."""

    record: int
    author: str
    note: str
    points: float | None
    """The person's score, if they give one."""
    written_at: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link, or a token, that lets someone in."""

    id: str
    """Of the person that it was made for; not what lets in."""
    name: str
    role: str
    made_by: str
    made_at: datetime
    """In UTC."""
    expires: datetime
    revoked_by: str | None
    revoked_at: datetime | None

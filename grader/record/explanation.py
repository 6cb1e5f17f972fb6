"""What a record says of why a submission is wrong."""

from grader.record.cases import ArgumentEntry, Mismatch
from grader.record.entry import Entry, Whole
from grader.record.pictures import Picture


class Counterexample(Entry):
    """The smallest input that was found to show the fault."""

    function: str
    is_case: bool
    """Whether it is one of the cases, and not drawn for the purpose."""
    after_another: bool = False
    """Whether it fails only after an earlier call."""
    numbers: Whole
    """Elements in all its arrays."""
    arguments: tuple[ArgumentEntry, ...]
    message: str
    """What is wrong."""
    mismatch: Mismatch | None = None
    picture: Picture | None = None
    snippet: str
    """A program to paste, that makes the call and compares the result."""


class DiagnosisEntry(Entry):
    """A known mistake, or two, that explains all that fails in a part."""

    part: str
    """Of the rubric."""
    misconceptions: tuple[str, ...]
    """One id, or two; none where the calls themselves show what is wrong."""
    title: str
    """What is done wrong."""
    explanation: str
    """Why that is wrong."""
    hints: tuple[tuple[str, str, str], ...]
    """For each mistake a nudge, where to look, and what to check; none for one that
    another part has them for."""
    alike: tuple[str, ...] = ()
    """Titles of others that give the same on everything that was tried."""
    lets_pass: bool = False
    """Whether it explains which bad input is let pass, and not what comes of that."""
    exactly: bool = True
    """Whether it explains what calls return, and not only which of them raise."""
    cases_explained: Whole
    cases_failed: Whole
    case: str
    """The smallest case that shows it."""

"""What a record says of the candidate's own tests."""

from typing import Literal

from grader.record.entry import Entry, Whole

TestOutcome = Literal["passed", "failed", "skipped"]


class TestEntry(Entry):
    """One of the candidate's own tests."""

    __test__ = False

    name: str
    """As pytest names it."""
    filename: str = ""
    """Where it is."""
    line: Whole | None = None
    """Where in that it begins."""
    outcome: TestOutcome
    """On the candidate's own code."""
    refused: tuple[str, ...] = ()
    """Correct implementations that it fails on."""
    failed_line: Whole | None = None
    """Where it first failed on any of these, or on the candidate's code."""
    message: str = ""
    """What it failed with there."""
    by_chance: bool = False
    """Whether it passed once and failed once on the same code."""
    leans_on: str = ""
    """What it compares with, if the code under test is made of that."""
    kills: tuple[str, ...] = ()
    """Ids of the known mistakes that it is the first to notice."""

    @property
    def counts(self) -> bool:
        """Whether it always passes on all that is correct, and asks no part of it."""
        return (
            self.outcome == "passed"
            and not self.refused
            and not self.leans_on
            and not self.by_chance
        )


class SurvivorEntry(Entry):
    """A known mistake that the candidate's tests would not notice."""

    id: str
    title: str


class CandidateTestsEntry(Entry):
    """What the candidate's own tests are worth."""

    provided: bool
    files: tuple[str, ...] = ()
    """Where they were found."""
    tests: tuple[TestEntry, ...] = ()
    correct: tuple[str, ...] = ()
    """Titles of the correct implementations that they were run on."""
    killed: Whole = 0
    """Known mistakes that they notice."""
    by_shape_alone: Whole = 0
    """How many of these show in a shape, to tests that look at no number: they count
    half."""
    total: Whole = 0
    """Known mistakes that they were run on."""
    survivors: tuple[SurvivorEntry, ...] = ()
    error: str = ""
    """Why they could not be run."""
    cut_short: str = ""
    """Why what is said leaves something out: a file that could not be read, or time."""

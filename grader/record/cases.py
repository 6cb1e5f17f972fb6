"""What a record says of cases: calls, what came of them, how functions were found."""

from grader.problem import Visibility
from grader.record.entry import Entry, Finite, Whole
from grader.record.pictures import Picture
from grader.verdict import Verdict


class ArgumentEntry(Entry):
    """One argument of a call: shapes, not dumps."""

    name: str
    shape: tuple[Whole, ...] | None = None
    """Of an array."""
    dtype: str | None = None
    """Of an array."""
    text: str
    """The value in one line: of a large array only what it is filled with."""


class Mismatch(Entry):
    """Where a result differs from what was expected."""

    actual: str
    """The array that was returned, if it is small; else its first wrong element."""
    expected: str
    """The same of the expected one."""
    first_index: tuple[Whole, ...] | None = None
    """The first element that differs, if shapes agree."""
    differing: Whole | None = None
    """How many elements differ."""
    elements: Whole | None = None
    """Of how many."""


class CaseEntry(Entry):
    """One test case."""

    id: str
    group: str
    part: str
    function: str
    visibility: Visibility
    required: bool
    """Whether the verdict depends on it."""
    verdict: Verdict | None = None
    """Absent if the case was not run."""
    credit: Finite
    """The share of its points that it earns, from 0 to 1."""
    message: str
    """What happened, in words."""
    line: Whole | None = None
    """The last line of the submission that an exception passed."""
    bound_used: Finite | None = None
    """The error as a share of what rounding explains; 1.00 is just allowed."""
    arguments: tuple[ArgumentEntry, ...] = ()
    mismatch: Mismatch | None = None
    picture: Picture | None = None
    """Of the first failing cases of a group."""


class GroupEntry(Entry):
    """What one group of cases shows."""

    id: str
    title: str
    part: str
    required: bool
    visibility: Visibility
    passed: Whole
    """Cases with full credit."""
    total: Whole


class CountEntry(Entry):
    """One count that was asked for."""

    arguments: str
    expected: Whole
    actual: str
    """What was returned, in words if it is no integer."""
    correct: bool


class ParametersEntry(Entry):
    """Counts of learnable weights."""

    function: str
    provided: bool
    correct: Whole
    total: Whole
    rows: tuple[CountEntry, ...] = ()


class BindingEntry(Entry):
    """How a function was found."""

    function: str
    found_as: str
    renamed: tuple[tuple[str, str], ...] = ()
    """Arguments that go by other names, each with the submission's own."""
    by_position: tuple[str, ...] = ()
    """Arguments that are passed by their place."""
    missing: tuple[str, ...] = ()
    """Arguments that it does not take."""

    @property
    def notes(self) -> str:
        """The three of them in words."""
        notes = [f"`{own}` is taken for {name}" for name, own in self.renamed]
        notes += [f"{name} is passed by its place" for name in self.by_position]
        notes += [f"it takes no {name}" for name in self.missing]
        return "; ".join(notes)

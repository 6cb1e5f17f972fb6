"""What a record says of how a submission is written."""

from typing import Literal

from grader.problem import Idiom
from grader.record.cases import ArgumentEntry
from grader.record.entry import Entry, Whole

LoopKind = Literal["for", "while", "comprehension", "recursion", "call"]


class LoopEntry(Entry):
    """A loop of the submission, or what works as one."""

    function: str
    """The function that it is in; `<module>` if in none."""
    line: Whole
    kind: LoopKind
    """`call`: a function that calls another for each element, as `np.vectorize`."""
    depth: Whole
    """How many loops are around it."""
    over: str
    """What it runs over, as the source says it."""
    turns: tuple[Whole, ...] = ()
    """How often its body ran in the calls of `StyleEntry.counted`; empty if it was
    not counted."""
    grows_with: tuple[str, ...] = ()
    """The sizes with which `turns` grows."""


class CountedCall(Entry):
    """A call in which the turns of loops were counted."""

    title: str
    """Which size it is larger in, or that it is the smallest."""
    arguments: tuple[ArgumentEntry, ...]


class IdiomEntry(Entry):
    """What array code has in place of loops, or a question how many axes there are."""

    kind: Idiom
    line: Whole
    text: str
    """As the source says it."""


class FunctionEntry(Entry):
    """How readable a function is, in numbers."""

    name: str
    """With those of the functions and classes around it."""
    line: Whole
    lines: Whole
    complexity: Whole | None = None
    """McCabe's: one more than its branches; absent without a linter."""
    has_docstring: bool
    arguments: Whole
    """Beside `self` and `cls`."""
    annotated: Whole
    """How many of the arguments have types."""
    returns_annotated: bool


class LintEntry(Entry):
    """What a linter says of a line."""

    code: str
    message: str
    line: Whole


class StyleEntry(Entry):
    """Evidence on loops and readability: never a pass or a fail."""

    loops: tuple[LoopEntry, ...] = ()
    counted: tuple[CountedCall, ...] = ()
    """Calls in which the turns of loops were counted, the smallest first; none if
    they were not."""
    idioms: tuple[IdiomEntry, ...] = ()
    functions: tuple[FunctionEntry, ...] = ()
    lint: tuple[LintEntry, ...] = ()
    linter: str = ""
    """Its name and version; empty if there was none."""

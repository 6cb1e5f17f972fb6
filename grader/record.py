"""The record: all that is known of one grading. Every report is a view of it.

Absent means not measured; it is never 0 or NaN. What differs between two gradings of
one submission with one seed is what was measured, and nothing else: what lies below
`timing` and `memory`, what signals say of memory, the points and the reason of the part
for speed, and the score.
"""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from grader.errors import RecordError
from grader.problem import Idiom, Visibility
from grader.verdict import Verdict

_UNSAFE = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Characters that a terminal obeys or hides; JSON can spell them out."""
Finite = Annotated[float, Field(allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""An integer that is also one where numbers are drawn or divided."""


class Entry(BaseModel):
    """The base of every part of a record: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True
    )


class ProblemEntry(Entry):
    """Which problem."""

    id: str
    title: str
    sha256: str
    """Of the spec."""


class PlaceEntry(Entry):
    """Where lines of the source come from: a notebook's cell."""

    first_line: Whole
    title: str


class FileEntry(Entry):
    """A file that goes with the source."""

    filename: str
    source: str
    """Its text, with what is not UTF-8 escaped."""


class SubmissionEntry(Entry):
    """Which submission."""

    name: str
    kind: str
    """What it was handed in as: a file, a notebook, a folder or a zip."""
    filename: str
    sha256: str
    """Of the source and of all files with it."""
    source: str
    """The text that was run, with what is not UTF-8 escaped."""
    places: tuple[PlaceEntry, ...] = ()
    """Where its lines come from; none if it is the file itself."""
    modules: tuple[FileEntry, ...] = ()
    """Files that it imports."""
    tests: tuple[FileEntry, ...] = ()
    """The candidate's own tests that are in files of their own."""


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


class HeatPlane(Entry):
    """One plane of a result: its last two axes, at one index along all others."""

    index: tuple[Whole, ...]
    """Along all axes but the last two."""
    cells: Annotated[str, Field(pattern="^[0-9 ]*$")]
    """Its rows, with a space between them, and a digit for each cell: 0 where all is
    right, else from 1 to 9 by its error as a share of the largest one."""
    wrong: Whole
    """How many elements of it differ."""


class HeatMap(Entry):
    """Where a result differs, element by element or more coarsely."""

    rows: Whole
    columns: Whole
    """Elements of a plane, each way."""
    cell: tuple[Whole, Whole]
    """How many rows and columns a cell stands for; it shows the worst of them."""
    planes: tuple[HeatPlane, ...]
    missing: Whole = 0
    """Planes for which there is no room."""


class Grid(Entry):
    """A small array, number by number."""

    name: str
    shape: tuple[Whole, ...]
    numbers: tuple[str, ...]
    """In row-major order."""
    marked: tuple[Whole, ...] = ()
    """Those that the picture is about, by their places in that order."""


class Picture(Entry):
    """Where a result differs and, if all is small, what its fault is made from."""

    result: str = ""
    """Its name, where a function gives several."""
    where: str
    """Where it differs, in words."""
    heat_map: HeatMap | None = None
    """Absent where shapes differ, and for a single number."""
    index: tuple[Whole, ...] | None = None
    """The element that `sources` and the marks of `arguments` are about: the first
    that differs. Absent where that is not known."""
    results: tuple[Grid, ...] = ()
    """What was returned and what is expected, with what differs marked."""
    arguments: tuple[Grid, ...] = ()
    """With the numbers marked that the right value of that element depends on."""
    sources: tuple[str, ...] = ()
    """These as slices, such as `x[0, 1:3]`."""


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


class Interval(Entry):
    """An estimate and the interval that holds it with 95 % confidence."""

    estimate: Finite
    low: Finite
    high: Finite


class BaselineEntry(Entry):
    """What known code took on a rung."""

    id: str
    title: str
    processor_seconds: Finite
    """Median of a call, with what the exchange itself takes."""
    measured: bool
    """False if it was too slow to run, and is scaled up from a smaller rung."""


RungState = Literal["measured", "below_resolution", "too_noisy", "stopped"]
"""What a time on the ladder is worth."""


class RungEntry(Entry):
    """One size on the ladder."""

    id: str
    title: str
    work: Finite
    """Products summed, in all."""
    state: RungState
    """`below_resolution`: too fast to tell from a call that does nothing; `too_noisy`:
    not too fast, but the machine was too busy to tell; `stopped`: the submission was
    too slow to go on to this size."""
    calls: Whole = 0
    """Timed calls of the submission."""
    candidate_seconds: Finite | None = None
    """Processor time of a call, the median; with what the exchange itself takes."""
    candidate_wall_seconds: Finite | None = None
    """The same by the grader's clock, with what other work on the machine takes."""
    reference_seconds: Finite | None = None
    """Of the reference, as `candidate_seconds`."""
    floor_seconds: Finite | None = None
    """Of a call that does nothing, with arrays of the same sizes."""
    ratio: Interval | None = None
    """The submission's time to the reference's, the floor taken off both."""
    baselines: tuple[BaselineEntry, ...] = ()


class GrowthEntry(Entry):
    """How the time of a call grows with one of the sizes."""

    title: str
    exponent: Interval
    """Of the power of the size that the time grows with, as fitted."""
    smallest: Whole
    largest: Whole
    """Between these values of the size."""


class TimingEntry(Entry):
    """How fast it is."""

    function: str
    seed: Whole = 0
    """Of the timed data: drawn anew in each grading."""
    rungs: tuple[RungEntry, ...]
    ratio: Interval | None = None
    """On the largest rung that was measured."""
    growth: tuple[GrowthEntry, ...] = ()
    protocol: str
    """How it was measured, in a sentence."""


class MemoryEntry(Entry):
    """How much memory a call takes."""

    rung: str
    peak_bytes: Whole
    """By how much the process grew during a call."""
    output_bytes: Whole
    multiple: Finite
    """The peak as a multiple of the output."""


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
    cases_explained: Whole
    cases_failed: Whole
    case: str
    """The smallest case that shows it."""


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


class LoopEntry(Entry):
    """A loop of the submission, or what works as one."""

    function: str
    """The function that it is in; `<module>` if in none."""
    line: Whole
    kind: Literal["for", "while", "comprehension", "recursion", "call"]
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


class EvidenceEntry(Entry):
    """What speaks for or against a signal."""

    text: str
    lines: tuple[Whole, ...] = ()
    """Of the submission."""
    cases: tuple[str, ...] = ()
    """Ids of cases: the first of those that speak against it."""


SignalState = Literal["shown", "partly", "not shown", "not measured", "to judge"]
"""`to judge`: there is evidence, and what it amounts to is for people to say."""


class SignalEntry(Entry):
    """Something that the problem wants to see, and what there is to be seen of it."""

    id: str
    title: str
    state: SignalState
    evidence: tuple[EvidenceEntry, ...] = ()


class TestEntry(Entry):
    """One of the candidate's own tests."""

    __test__ = False

    name: str
    """As pytest names it."""
    filename: str = ""
    """Where it is."""
    line: Whole | None = None
    """Where in that it begins."""
    outcome: Literal["passed", "failed", "skipped"]
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
        """Whether it passes on all that is correct, and asks no part of that."""
        return self.outcome == "passed" and not self.refused and not self.leans_on


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
            first: Any = error.errors(include_url=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            words = f"{where}: {first['msg']}" if where else first["msg"]
            raise RecordError(path, f"not a record that can be read: {words}") from None

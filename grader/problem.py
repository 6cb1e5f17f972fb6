"""A problem as frozen, typed data: what `problem.yaml` may say.

The models are the schema: `grader schema` is made from them, and the loader
validates with them. Each field's description is what an editor shows on hover.
"""

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from grader.outcome import Parameter, Signature

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]
"""What a problem, part, group, case, rung or baseline is called."""
PythonName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=80)]
"""A function or an argument, as Python spells it."""
Symbol = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=20)]
"""A named size, such as H."""
Target = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
"""Where a function of ours lives: `module:function`."""
_Enumeration = TypeVar("_Enumeration", bound=StrEnum)
Word = Annotated[_Enumeration, Strict(False)]  # noqa: FBT003 - its only argument
"""One of a few words; all else is taken only in its own type."""
Size = Annotated[int, Field(ge=0, le=100_000)]
"""A length of one axis, or a small count."""
NamedSize = Annotated[int, Field(ge=-100_000, le=100_000)]
"""What a name in a shape or a tuple stands for; negative only to be refused."""
_MOST_NAMES = 20
"""How many known words a hint lists."""
_MOST_CASES = 10_000
"""More cases than this are no problem but a slip."""


def refuse(issue: str, *path: str | int) -> PydanticCustomError:
    """Make the error for what types alone can't say, at a path below the model."""
    return PydanticCustomError("issue", "{issue}", {"issue": issue, "path": path})


def nearest(word: str, known: Collection[str]) -> str:
    """Give a hint at the closest known word, or list them all.

    Examples
    --------
    >>> nearest("tilte", ["id", "title"])
    'did you mean `title`?'
    >>> nearest("x", ["id", "title"])
    'known are: id, title'
    """
    words = sorted(known)
    close = get_close_matches(word, words, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    more = len(words) - _MOST_NAMES
    named = ", ".join(words[:_MOST_NAMES])
    return f"known are: {named}{f' and {more} more' if more > 0 else ''}"


class Spec(BaseModel):
    """The base of every model: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _name_the_nearest_key(cls, data: Any) -> Any:  # noqa: ANN401 - not yet parsed
        if isinstance(data, dict):
            for key in data:
                if key not in cls.model_fields:
                    hint = nearest(key, list(cls.model_fields))
                    raise refuse(f"unknown key `{key}`; {hint}", key)
        return data


class Dtype(StrEnum):
    """The element types that arguments may have."""

    FLOAT32 = "float32"
    FLOAT64 = "float64"
    INT8 = "int8"
    INT16 = "int16"
    INT32 = "int32"
    INT64 = "int64"
    UINT8 = "uint8"
    UINT16 = "uint16"


class Values(StrEnum):
    """What fills a generated array."""

    SMALL_INTEGERS = "small_integers"
    """Integers from -4 to 4 without 0, since a zero hides what it multiplies."""
    PRECISE_INTEGERS = "precise_integers"
    """Odd integers of 13 bits, or 40 for float64: no shorter dtype holds them."""
    SIGNS = "signs"
    """-1 and 1."""
    NORMAL = "normal"
    """Standard normal numbers: dense and centred on zero."""
    POSITIVE = "positive"
    """Numbers between 0.5 and 1.5: their sums never cancel."""
    CONSTANT = "constant"
    """0.1 everywhere."""
    LARGE_INTEGERS = "large_integers"
    """The upper half of what an integer dtype can hold, and of 20 bits at the most."""


class Layout(StrEnum):
    """How a generated array lies in memory."""

    CONTIGUOUS = "contiguous"
    FORTRAN = "fortran"
    STRIDED = "strided"
    """Every second element of a longer last axis."""
    REVERSED = "reversed"
    """The last axis has a negative stride."""


class ArraySpec(Spec):
    """An array to generate from the seed."""

    shape: tuple[Size | Symbol, ...] = Field(max_length=8)
    """Lengths or names of sizes, axis by axis."""
    values: Word[Values] = Values.SMALL_INTEGERS
    """What fills it."""
    dtype: Word[Dtype] | None = None
    """Its element type; without it, the generator's."""
    layout: Word[Layout] = Layout.CONTIGUOUS
    """How it lies in memory."""


class ArrayLiteral(Spec):
    """An array written out."""

    array: tuple[Any, ...] | float | int
    """Its elements, nested row by row."""
    dtype: Word[Dtype] = Dtype.FLOAT64
    """Its element type."""


Scalar = bool | int | float | str | None
Pair = tuple[int | float | Symbol, ...]


def _kind_of_argument(value: Any) -> str:  # noqa: ANN401 - not yet parsed
    if isinstance(value, dict):
        return "literal" if "array" in value else "array"
    if isinstance(value, BaseModel):
        return "literal" if isinstance(value, ArrayLiteral) else "array"
    return "tuple" if isinstance(value, list | tuple) else "scalar"


ArgumentSpec = Annotated[
    Annotated[ArrayLiteral, Tag("literal")]
    | Annotated[ArraySpec, Tag("array")]
    | Annotated[Pair, Tag("tuple")]
    | Annotated[Scalar, Tag("scalar")],
    Discriminator(_kind_of_argument),
]
"""One argument: an array, a tuple of numbers or sizes, a number, a word, or null."""


def _kind_of_expected(value: Any) -> str:  # noqa: ANN401 - not yet parsed
    if isinstance(value, dict):
        return "literal" if "array" in value else "several"
    return "literal" if isinstance(value, ArrayLiteral) else "count"


ExpectedSpec = Annotated[
    Annotated[ArrayLiteral, Tag("literal")]
    | Annotated[dict[str, ArrayLiteral | None], Tag("several")]
    | Annotated[int | None, Tag("count")],
    Discriminator(_kind_of_expected),
]
"""A result: an array; several, by the names in `returns`; or a count."""


class Argument(Spec):
    """One argument of a function."""

    name: PythonName
    """Its name in the statement."""
    aliases: tuple[PythonName, ...] = ()
    """Other names under which a submission may take it."""
    default: Scalar | tuple[int, ...] = None
    """The value that the statement gives it where `optional` is true."""
    optional: bool = False
    """Whether a call may leave it out."""


class Function(Spec):
    """A function that a submission provides."""

    name: PythonName
    """Its name in the statement."""
    aliases: tuple[PythonName, ...] = ()
    """Other names under which a submission may provide it."""
    required: bool = True
    """Whether a submission without it is invalid."""
    reference: Target
    """The function that gives the expected values."""
    magnitude: Target | None = None
    """The function that gives, for the same arguments, what rounding errors are
    measured by: elementwise sums of absolute values, and the number of terms."""
    oracle: Target | None = None
    """An independent implementation, against which `grader verify` holds the
    reference."""
    arguments: tuple[Argument, ...] = Field(min_length=1)
    """Its arguments, in order."""
    returns: tuple[PythonName, ...] = Field(default=(), max_length=4)
    """If it returns a tuple of arrays, what they are called."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names under which a submission may provide it, its own first."""
        return self.name, *self.aliases

    @property
    def names_in_words(self) -> str:
        """What a message calls it, if there is no knowing how it was provided."""
        also = f" (or {', '.join(self.aliases)})" if self.aliases else ""
        return f"`{self.name}`{also}"

    @property
    def signature(self) -> Signature:
        """What is asked of a submission: names, and no more."""
        return Signature(
            name=self.name,
            aliases=self.aliases,
            parameters=tuple(
                Parameter(**argument.model_dump()) for argument in self.arguments
            ),
        )


class Check(StrEnum):
    """How a group's results are judged."""

    EXACT = "exact"
    """Equal, as numbers: for data on which every order of summation is exact."""
    RANDOM_BOUND = "random_bound"
    """Within the probable rounding error, for independent zero-centred data."""
    STRUCTURED_BOUND = "structured_bound"
    """Within the worst-case rounding error, for any data."""
    COUNT = "count"
    """The same integer."""
    DTYPE = "dtype"
    """The reference's element type."""
    UNMODIFIED = "unmodified"
    """The arguments are as they were before the call, and can be used again."""
    KEPT = "kept"
    """As `exact`, but each call is made twice, on other data, and the first result is
    read after the second call: results are the caller's own."""
    ERROR = "error"
    """The call raises."""


EXACT_CHECKS = frozenset({Check.EXACT, Check.KEPT})
BOUND_CHECKS = frozenset({Check.RANDOM_BOUND, Check.STRUCTURED_BOUND})
VALUE_CHECKS = EXACT_CHECKS | BOUND_CHECKS


class Visibility(StrEnum):
    """Who sees a group's cases."""

    VISIBLE = "visible"
    HIDDEN = "hidden"


class HandCase(Spec):
    """A case written by hand, small enough to check by eye."""

    id: Identifier
    """Its name, unique in the group."""
    arguments: dict[PythonName, ArgumentSpec]
    """The arguments of the call."""
    expected: ExpectedSpec = None
    """The result; without it, the reference's."""


class Draw(Spec):
    """Random configurations that the reference accepts, drawn from the seed."""

    count: int = Field(ge=1, le=1000)
    """How many."""
    sizes: dict[Symbol, tuple[NamedSize, ...]]
    """For each size its least and its greatest value."""

    @model_validator(mode="after")
    def _ranges_ascend(self) -> "Draw":
        for name, bounds in self.sizes.items():
            if len(bounds) != 2 or bounds[0] > bounds[1]:  # noqa: PLR2004
                raise refuse("give the least and the greatest value", "sizes", name)
        return self


class Generator(Spec):
    """Cases made from a pattern: all combinations, or random draws.

    Combined are `sizes`, `dtypes` and the values of `vary`.
    """

    arguments: dict[PythonName, ArgumentSpec]
    """The arguments, in which sizes stand by name."""
    sizes: tuple[dict[Symbol, NamedSize], ...] = Field(default=({},), min_length=1)
    """Sets of named sizes, to be used one after the other."""
    dtypes: tuple[Word[Dtype], ...] = Field(
        default=(Dtype.FLOAT64, Dtype.FLOAT32), min_length=1
    )
    """Element types for arrays that don't state their own."""
    vary: dict[
        PythonName, Annotated[tuple[ArgumentSpec, ...], Field(min_length=1)]
    ] = {}
    """For some arguments, several values in place of the one in `arguments`."""
    draw: Draw | None = None
    """Draw at random in place of combining."""

    @property
    def count(self) -> int:
        """How many cases it makes."""
        if self.draw is not None:
            return self.draw.count
        choices = [self.sizes, self.dtypes, *self.vary.values()]
        return math.prod(map(len, choices))


class Group(Spec):
    """Cases that are judged alike."""

    id: Identifier
    """Its name."""
    title: str
    """What it shows, for the report."""
    part: Identifier
    """The part of the rubric that its points go to."""
    function: PythonName
    """The function that its cases call."""
    check: Word[Check]
    """How results are judged."""
    required: bool = False
    """Whether the verdict depends on it."""
    visibility: Word[Visibility] = Visibility.HIDDEN
    """Whether candidates see its cases."""
    weight: float = Field(default=1.0, gt=0)
    """Its share of the part's points, against the part's other groups."""
    errors: tuple[PythonName, ...] = ()
    """With `check: error`, the exceptions that earn everything."""
    other_errors_earn: float = Field(default=0.0, ge=0, le=1)
    """With `check: error`, the share that any other exception earns."""
    cases: tuple[HandCase, ...] = ()
    """Cases written by hand."""
    generate: tuple[Generator, ...] = ()
    """Patterns of cases."""

    @property
    def count(self) -> int:
        """How many cases it has."""
        times = 2 if self.check is Check.KEPT else 1
        return len(self.cases) + times * sum(one.count for one in self.generate)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Group":
        if not self.cases and not self.generate:
            raise refuse("a group needs `cases` or `generate`", "id")
        drawn = any(generator.draw is not None for generator in self.generate)
        if self.check is Check.KEPT and (self.cases or drawn):
            issue = (
                "`check: kept` needs `generate` without `draw`: two calls of one shape"
            )
            raise refuse(issue, "check")
        if self.check is Check.ERROR and not self.errors:
            raise refuse("`check: error` needs `errors`", "check")
        if self.required and self.check not in VALUE_CHECKS:
            raise refuse("only checks of values can be required", "required")
        _require_unique([case.id for case in self.cases], "case", "cases")
        for at, case in enumerate(self.cases):
            is_count = self.check is Check.COUNT
            if case.expected is not None and isinstance(case.expected, int) != is_count:
                asked = "an integer" if is_count else "an array"
                raise refuse(f"`check: {self.check}` needs {asked}", "cases", at)
        return self


class Part(Spec):
    """A part of the rubric."""

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the report."""
    points: float = Field(gt=0, le=1000)
    """What it is worth."""


class Limits(Spec):
    """What a submission may use."""

    load_seconds: float = Field(default=5.0, gt=0, le=600)
    """Processor time to load the file."""
    call_seconds: float = Field(default=2.0, gt=0, le=600)
    """Processor time of one call."""
    run_seconds: float = Field(default=60.0, gt=0, le=3600)
    """Processor time of all calls together."""
    wall_factor: float = Field(default=3.0, ge=1, le=100)
    """How much longer than that it may take by the clock on the wall."""
    memory_mib: int = Field(default=1024, ge=16, le=65_536)
    """Memory beyond what the interpreter and NumPy take."""
    stdout_kib: int = Field(default=64, ge=1, le=1024)
    """Printed text that is kept."""
    faults: int = Field(default=3, ge=1, le=100)
    """Time-outs and crashes after which the remaining cases are not run."""


CANDIDATE, REFERENCE, ECHO = "candidate", "reference", "echo"
"""Who is timed beside the baselines, whose names these can't be."""


class Baseline(Spec):
    """Code to compare a submission's time with."""

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the chart."""
    function: Target
    """Where it lives; its module must need nothing but the allowed imports."""


class Rung(Spec):
    """One size on the ladder."""

    id: Identifier
    """Its name."""
    sizes: dict[Symbol, NamedSize]
    """The named sizes."""


class Axis(Spec):
    """A size that is varied, to see how the time grows with it."""

    size: Symbol
    """The named size."""
    title: str
    """What it is called."""
    power: int = Field(default=1, ge=1, le=8)
    """Of the size, which is what the time is held against: 2 where it stands for both
    sides of an image."""
    factors: tuple[Annotated[int, Field(ge=1, le=64)], ...] = Field(min_length=2)
    """What the size of a rung is multiplied by, in turn."""


class Timing(Spec):
    """How speed is measured."""

    part: Identifier
    """The part of the rubric that its points go to."""
    function: PythonName
    """The function that is timed."""
    arguments: dict[PythonName, ArgumentSpec]
    """The arguments of a timed call."""
    dtype: Word[Dtype] = Dtype.FLOAT32
    """The element type of its arrays."""
    rungs: tuple[Rung, ...] = Field(min_length=1)
    """Sizes, the smallest first."""
    worker_pairs: int = Field(default=6, ge=6, le=20)
    """How many fresh pairs of workers are timed on each rung."""
    calls: int = Field(default=4, ge=2, le=1000)
    """How many calls each worker is timed for."""
    warm_up_calls: int = Field(default=1, ge=1, le=100)
    """Calls before that, on other data."""
    call_seconds: float = Field(default=0.5, gt=0)
    """The longest call that the ladder goes on from: what is expected to take longer
    on the next rung stops there."""
    growth: tuple[Axis, ...] = ()
    """The sizes whose effect on the time is fitted."""
    baselines: tuple[Baseline, ...] = Field(min_length=1)
    """Code to compare with. The first is the slow end of the scale of points."""


class OwnTests(Spec):
    """What a candidate's own tests are worth.

    They are run on the reference, the oracle and the bank's program without a mistake,
    and then on each known mistake.
    """

    part: Identifier
    """The part of the rubric that their points go to."""


class Idiom(StrEnum):
    """What array code is made of, as it can be found in a source."""

    SLICING = "slicing"
    BROADCASTING = "broadcasting"
    RESHAPING = "reshaping"
    WINDOWS = "windows"
    PRODUCTS = "products"
    PADDING = "padding"
    SCATTERING = "scattering"
    RANK_TEST = "rank test"
    """A comparison with a number of axes."""


Pattern = Annotated[str, Field(pattern=r"^[a-z*][a-z0-9_*-]*$", max_length=60)]
"""Ids, with `*` for any letters."""


class Signal(Spec):
    """Something that is to be seen in a submission, and what shows it.

    It changes neither verdict nor points. It is shown if all that is named here, and
    was measured, speaks for it; partly if some does.
    """

    id: Identifier
    """Its name."""
    title: str
    """What it is called in the report."""
    cases: tuple[str, ...] = ()
    """Ids of groups, or of written cases as `group.case`: passing speaks for it."""
    misconceptions: tuple[Pattern, ...] = ()
    """Known mistakes that speak against it, where one explains what is wrong."""
    idioms: tuple[Word[Idiom], ...] = ()
    """Array expressions of which one of any of these kinds speaks for it."""
    no_loops_over: tuple[str, ...] = ()
    """Titles of `timing.growth`: loops that turn more often with these speak against
    it."""
    memory_multiple: float | None = Field(default=None, gt=0)
    """Peak memory of so many times the output, or less, speaks for it; up to twice as
    much does partly."""
    tests: bool = False
    """Whether the candidate's own tests speak for it, as far as they find mistakes."""
    readability: bool = False
    """Whether to tell of docstrings, types, branches and the linter's findings: they
    speak neither for nor against it."""

    @model_validator(mode="after")
    def _has_evidence(self) -> "Signal":
        if not self.model_fields_set - {"id", "title"}:
            raise refuse("say what shows it: `cases`, `idioms`, `tests`, …", "id")
        return self


class ProblemSpec(Spec):
    """A problem: what is asked, how it is judged, and what that is worth."""

    id: Identifier
    """Its name, that of its folder too."""
    title: str
    """What it is called in the report."""
    statement: str = "statement.md"
    """The file that candidates read."""
    starter: str = "starter.py"
    """The file that candidates begin with."""
    functions: tuple[Function, ...] = Field(min_length=1)
    """What a submission provides."""
    allowed_imports: tuple[PythonName, ...] = ("numpy",)
    """Libraries that a submission may import; the standard library always."""
    limits: Limits = Limits()
    """What a submission may use."""
    parts: tuple[Part, ...] = Field(min_length=1)
    """The rubric."""
    groups: tuple[Group, ...] = Field(min_length=1)
    """The cases."""
    timing: Timing | None = None
    """How speed is measured, if it is."""
    tests: OwnTests | None = None
    """What a candidate's own tests earn, if they do; they are looked at anyhow."""
    misconceptions: Target | None = None
    """The bank of known mistakes: an object as `grader.misconceptions` describes it."""
    signals: tuple[Signal, ...] = ()
    """What interviewers look for in a submission."""

    @model_validator(mode="after")
    def _names_resolve(self) -> "ProblemSpec":
        parts = [part.id for part in self.parts]
        _require_unique(parts, "part", "parts")
        _require_unique([group.id for group in self.groups], "group", "groups")
        _require_unique([one.name for one in self.functions], "function", "functions")
        if not any(group.required for group in self.groups):
            raise refuse("one group at least must be `required: true`", "groups")
        count = 0
        for at, group in enumerate(self.groups):
            count += group.count
            if count > _MOST_CASES:
                issue = f"up to here there are {count:,} cases; {_MOST_CASES:,} may be"
                raise refuse(issue, "groups", at)
            self._require_known(group.part, group.function, "groups", at)
            for arguments, path in _argument_names(group):
                self._require_arguments(group.function, arguments, "groups", at, *path)
            function = self.function(group.function)
            if group.required and not function.required:
                issue = f"`{function.name}` is optional, so its cases are too"
                raise refuse(issue, "groups", at, "required")
            if group.check in BOUND_CHECKS and function.magnitude is None:
                issue = f"`check: {group.check}` needs a `magnitude` of the function"
                raise refuse(issue, "groups", at, "check")
        self._require_known_signals()
        if self.timing is not None:
            self._require_known(self.timing.part, self.timing.function, "timing")
            self._require_fit_for_timing(self.timing)
            self._require_arguments(
                self.timing.function, self.timing.arguments, "timing", "arguments"
            )
        if self.tests is not None:
            self._require_fit_for_tests(self.tests)
        return self

    def function(self, name: str) -> Function:
        """Give the function of that name."""
        return next(one for one in self.functions if one.name == name)

    def _require_known_signals(self) -> None:
        _require_unique([one.id for one in self.signals], "signal", "signals")
        if any(one.misconceptions for one in self.signals) and not self.misconceptions:
            at = [bool(one.misconceptions) for one in self.signals].index(True)
            issue = "the problem has no bank of `misconceptions`"
            raise refuse(issue, "signals", at, "misconceptions")
        axes = [axis.title for axis in self.timing.growth] if self.timing else []
        cases = [group.id for group in self.groups]
        cases += [f"{one.id}.{case.id}" for one in self.groups for case in one.cases]
        for at, signal in enumerate(self.signals):
            named = {
                "cases": ("group or written case", signal.cases, cases),
                "no_loops_over": (
                    "size in `timing.growth`",
                    signal.no_loops_over,
                    axes,
                ),
            }
            for key, (kind, names, known) in named.items():
                for place, name in enumerate(names):
                    if name not in known:
                        issue = f"there is no {kind} `{name}`; {nearest(name, known)}"
                        if not known:
                            issue = "there is no `timing.growth`"
                        raise refuse(issue, "signals", at, key, place)

    def _require_fit_for_timing(self, timing: Timing) -> None:
        if any(group.part == timing.part for group in self.groups):
            issue = f"the part `{timing.part}` has cases; speed needs one of its own"
            raise refuse(issue, "timing", "part")
        if self.function(timing.function).magnitude is None:
            issue = f"`{timing.function}` needs a `magnitude` to be timed"
            raise refuse(issue, "timing", "function")
        for at, axis in enumerate(timing.growth):
            for rung in timing.rungs:
                if axis.size not in rung.sizes:
                    known = nearest(axis.size, list(rung.sizes))
                    issue = f"the rung `{rung.id}` has no size `{axis.size}`; {known}"
                    raise refuse(issue, "timing", "growth", at, "size")
        baselines = [baseline.id for baseline in timing.baselines]
        _require_unique(baselines, "baseline", "timing", "baselines")
        _require_unique([rung.id for rung in timing.rungs], "rung", "timing", "rungs")
        for at, name in enumerate(baselines):
            if name in {CANDIDATE, REFERENCE, ECHO}:
                issue = f"`{name}` is no name for a baseline"
                raise refuse(issue, "timing", "baselines", at, "id")

    def _require_fit_for_tests(self, tests: OwnTests) -> None:
        self._require_known(tests.part, self.functions[0].name, "tests")
        timed = self.timing is not None and self.timing.part == tests.part
        if timed or any(group.part == tests.part for group in self.groups):
            issue = (
                f"the part `{tests.part}` has cases or is that of speed; tests need "
            )
            raise refuse(f"{issue}one of their own", "tests", "part")
        if self.misconceptions is None:
            raise refuse("tests are graded by `misconceptions`", "tests")

    def _require_known(self, part: str, function: str, *path: str | int) -> None:
        known = {
            "part": (part, [one.id for one in self.parts]),
            "function": (function, [one.name for one in self.functions]),
        }
        for kind, (name, names) in known.items():
            if name not in names:
                issue = f"there is no {kind} `{name}`; {nearest(name, names)}"
                raise refuse(issue, *path, kind)

    def _require_arguments(
        self, function: str, given: dict[str, Any], *path: str | int
    ) -> None:
        arguments = self.function(function).arguments
        known = [argument.name for argument in arguments]
        for name in given:
            if name not in known:
                issue = f"`{function}` takes no `{name}`; {nearest(name, known)}"
                raise refuse(issue, *path, name)
        for argument in arguments:
            if not argument.optional and argument.name not in given:
                raise refuse(f"`{function}` needs `{argument.name}`", *path)


def _argument_names(
    group: Group,
) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
    for at, case in enumerate(group.cases):
        yield case.arguments, ("cases", at, "arguments")
    for at, generator in enumerate(group.generate):
        yield generator.arguments, ("generate", at, "arguments")
        both = generator.arguments | generator.vary
        yield both, ("generate", at, "vary")


def _require_unique(names: list[str], kind: str, *path: str | int) -> None:
    for at, name in enumerate(names):
        if name in names[:at]:
            raise refuse(f"there are two {kind}s called `{name}`", *path, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem spec and where it was found."""

    spec: ProblemSpec
    folder: Path
    """Its folder: statement, starter and modules beside it are looked up here."""
    sha256: str
    """Of the spec's bytes, in hexadecimal."""

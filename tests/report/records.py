"""Records made by hand, as gradings of well-known kinds of submissions would make."""

from grader.problem import Visibility
from grader.record import (
    ArgumentEntry,
    BaselineEntry,
    BindingEntry,
    CandidateTestsEntry,
    CaseEntry,
    CountedCall,
    CountEntry,
    DiagnosisEntry,
    Environment,
    ErrorEntry,
    ErrorKind,
    EvidenceEntry,
    FileEntry,
    Finding,
    FunctionEntry,
    Grid,
    GroupEntry,
    GrowthEntry,
    HeatMap,
    HeatPlane,
    Interval,
    LintEntry,
    LoopEntry,
    MemoryEntry,
    Mismatch,
    ParametersEntry,
    PartEntry,
    Picture,
    PlaceEntry,
    ProblemEntry,
    Record,
    RungEntry,
    Score,
    SignalEntry,
    StyleEntry,
    SubmissionEntry,
    SurvivorEntry,
    TestEntry,
    TimingEntry,
)
from grader.verdict import Verdict

SEED = 20_240_611

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover=alert(1) x='",
    "{{7*7}}{% raw %}",
    "[red]not a style[/red] [link=https://example.org]x[/link] :smile:",
    "</code></pre></style><style>*{display:none}</style>",
    "javascript:alert(1)",
    "\x1b[31mred\x1b]0;title\x07",
    "&lt;b&gt; & \u202egnp.exe",
    "<svg onload=alert(1)><a href=https://example.org>",
)

SOURCE = '''"""A 2D convolution."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Cross-correlate x with weight."""
    single = x.ndim == 3
    if single:
        x = x[None]
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, not {weight.shape[1]}")
    (s_h, s_w), (p_h, p_w) = _pair(stride), _pair(padding)
    x = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    k_h, k_w = weight.shape[2:]
    windows = sliding_window_view(x, (k_h, k_w), axis=(2, 3))[:, :, ::s_h, ::s_w]
    out = np.einsum("nchwij,ocij->nohw", windows, weight, optimize=True)
    if bias is not None:
        out += bias[None, :, None, None]  # one for each output channel
    return out[0] if single else out


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)
'''

PROBLEM = ProblemEntry(id="conv2d", title="2D convolution: forward", sha256="5b" * 32)

ENVIRONMENT = Environment(
    grader="0.1.0",
    python="3.11.7",
    numpy="2.2.1",
    blas="OpenBLAS 0.3.28, one thread",
    system="Linux 6.8.0",
    machine="x86_64",
    processor="AMD EPYC 7763 64-Core Processor",
    isolation="full",
    layers={"rlimits": True, "no_new_privs": True, "landlock": True, "seccomp": True},
)

GROUPS = (
    ("by_hand", "Small cases, checked by hand", "values", True, Visibility.VISIBLE, 4),
    ("index_logic", "Index logic on integers", "values", True, Visibility.HIDDEN, 24),
    ("float32", "Random float32 data", "values", True, Visibility.HIDDEN, 12),
    ("dtype", "The type of the result", "types", False, Visibility.HIDDEN, 3),
    ("refusals", "Bad input raises", "validation", False, Visibility.VISIBLE, 6),
)

PARTS = (
    ("values", "Correct values", 40.0),
    ("types", "Element types", 5.0),
    ("validation", "Validation of arguments", 15.0),
    ("speed", "Speed", 10.0),
    ("counts", "Parameter counts", 5.0),
    ("tests", "The candidate's own tests", 10.0),
)


def submission(name: str = "alice", source: str = SOURCE) -> SubmissionEntry:
    return SubmissionEntry(
        name=name,
        kind="file",
        filename=f"{name}.py",
        sha256="a1" * 32,
        source=source,
    )


def notebook() -> SubmissionEntry:
    """Give a notebook of two cells, with a module and tests beside it."""
    return submission().model_copy(
        update={
            "kind": "notebook",
            "filename": "alice.ipynb",
            "places": (
                PlaceEntry(first_line=1, title="cell 1"),
                PlaceEntry(first_line=11, title="cell 4"),
            ),
            "modules": (FileEntry(filename="pairs.py", source="PAIR = (1, 1)\n"),),
            "tests": (
                FileEntry(filename="test_conv2d.py", source="def test_a(): ...\n"),
            ),
        }
    )


STYLE = StyleEntry(
    loops=(
        LoopEntry(
            function="conv2d",
            line=16,
            kind="for",
            depth=0,
            over="range(h_out)",
            turns=(4, 8),
            grows_with=("H x W",),
        ),
        LoopEntry(
            function="conv2d", line=16, kind="comprehension", depth=1, over="stride"
        ),
    ),
    counted=(
        CountedCall(title="the smallest", arguments=()),
        CountedCall(title="twice the height", arguments=()),
    ),
    functions=(
        FunctionEntry(
            name="conv2d",
            line=11,
            lines=18,
            complexity=5,
            has_docstring=True,
            arguments=5,
            annotated=0,
            returns_annotated=False,
        ),
    ),
    lint=(LintEntry(code="E501", message="the line is too long", line=17),),
    linter="Ruff 0.9",
)

TESTS = CandidateTestsEntry(
    provided=True,
    files=("test_conv2d.py",),
    tests=(
        TestEntry(
            name="test_shape",
            filename="test_conv2d.py",
            line=1,
            outcome="passed",
            kills=("a", "b"),
        ),
        TestEntry(
            name="test_square",
            filename="alice.ipynb",
            line=20,
            failed_line=22,
            outcome="passed",
            refused=("another correct one",),
            message="assert out.dtype == float",
        ),
    ),
    correct=("the reference", "another correct one"),
    killed=2,
    total=3,
    survivors=(SurvivorEntry(id="c", title="stride's height and width are swapped"),),
)

SIGNALS = (
    SignalEntry(
        id="indexing",
        title="Indexing and slicing",
        state="partly",
        evidence=(
            EvidenceEntry(text="24 cases pass.", lines=(20,), cases=("by_hand-2",)),
            EvidenceEntry(text="Slices `x[:, None]`.", lines=(13, 18)),
        ),
    ),
    SignalEntry(id="tests", title="Well-tested code", state="not measured"),
    SignalEntry(id="loops", title="No loops over pixels", state="not shown"),
    SignalEntry(id="shapes", title="Shape arithmetic", state="shown"),
    SignalEntry(id="names", title="Readable code", state="to judge"),
)

SMALL_PICTURE = Picture(
    where="Exactly the last column of the last row differs.",
    index=(0, 1, 1),
    results=(
        Grid(
            name="actual", shape=(1, 2, 2), numbers=("1", "6", "-3", "2"), marked=(3,)
        ),
        Grid(
            name="expected", shape=(1, 2, 2), numbers=("1", "6", "-3", "4"), marked=(3,)
        ),
    ),
    arguments=(
        Grid(name="x", shape=(1, 2, 2), numbers=("1", "2", "3", "4"), marked=(3,)),
        Grid(name="weight", shape=(1, 1, 1, 1), numbers=("1",), marked=(0,)),
    ),
    sources=("x[0, 1, 1]", "weight"),
)

LARGE_PICTURE = Picture(
    where="Exactly the last column differs.",
    heat_map=HeatMap(
        rows=6,
        columns=8,
        cell=(2, 2),
        planes=(
            HeatPlane(index=(0, 0), cells="0000 0000 0000", wrong=0),
            HeatPlane(index=(0, 1), cells="0009 0003 0001", wrong=6),
        ),
        missing=4,
    ),
)

DIAGNOSIS = DiagnosisEntry(
    part="values",
    misconceptions=("bias_axis",),
    title="the bias is added along the width",
    explanation="A bias belongs to a channel.",
    hints=(("Try one channel.", "Look at the bias.", "Is each channel shifted?"),),
    alike=("the bias is added twice",),
    cases_explained=10,
    cases_failed=10,
    case="by_hand-2",
)


def arguments(number: int = 0) -> tuple[ArgumentEntry, ...]:
    rows, columns = 5 + number % 4, 7 + number % 3
    values = "small integers from -4 to 4 without 0"
    return (
        ArgumentEntry(
            name="x", shape=(2, 2, rows, columns), dtype="float64", text=values
        ),
        ArgumentEntry(name="weight", shape=(3, 2, 2, 3), dtype="float64", text=values),
        ArgumentEntry(name="bias", shape=(3,), dtype="float64", text=values),
        ArgumentEntry(name="stride", text="(2, 1)"),
        ArgumentEntry(name="padding", text="(1, 2)"),
    )


def case(
    group: int, number: int, *, verdict: Verdict | None = Verdict.ACCEPTED
) -> CaseEntry:
    name, _, part, required, visibility, _ = GROUPS[group]
    is_random = name == "float32"
    accepted = verdict is Verdict.ACCEPTED
    return CaseEntry(
        id=f"{name}-{number + 1}",
        group=name,
        part=part,
        function="conv2d",
        visibility=visibility,
        required=required,
        verdict=verdict,
        credit=1.0 if accepted else 0.0,
        message="as expected" if accepted else "not run",
        bound_used=0.08 + 0.03 * number if accepted and is_random else None,
        arguments=arguments(number),
    )


def cases() -> tuple[CaseEntry, ...]:
    return tuple(
        case(group, number)
        for group in range(len(GROUPS))
        for number in range(GROUPS[group][-1])
    )


def groups(among: tuple[CaseEntry, ...]) -> tuple[GroupEntry, ...]:
    return tuple(
        GroupEntry(
            id=name,
            title=title,
            part=part,
            required=required,
            visibility=visibility,
            passed=sum(one.credit >= 1 for one in among if one.group == name),
            total=sum(one.group == name for one in among),
        )
        for name, title, part, required, visibility, _ in GROUPS
    )


def parts(*earned: float | None) -> tuple[PartEntry, ...]:
    return tuple(
        PartEntry(
            id=name,
            title=title,
            points=points,
            maximum=maximum,
            reason="not measured here" if points is None else "as its cases went",
        )
        for (name, title, maximum), points in zip(PARTS, earned, strict=True)
    )


def score(among: tuple[PartEntry, ...]) -> Score:
    counted = [one for one in among if one.points is not None]
    return Score(
        points=sum(one.points or 0.0 for one in counted),
        maximum=sum(one.maximum for one in counted),
    )


def rung(number: int, *, factor: float = 1.4, loops: bool = True) -> RungEntry:
    work = 5_000.0 * 14**number
    floor = 40e-6 + work * 2e-12
    reference = floor + work * 0.9e-9
    baselines = (
        BaselineEntry(
            id="loops",
            title="plain loops",
            processor_seconds=floor + work * 450e-9,
            measured=number < 2,
        ),
        BaselineEntry(
            id="taps",
            title="a loop over taps",
            processor_seconds=floor + 50e-6 + work * 2.6e-9,
            measured=True,
        ),
        BaselineEntry(
            id="im2col",
            title="im2col",
            processor_seconds=floor + 20e-6 + work * 1.1e-9,
            measured=True,
        ),
    )
    return RungEntry(
        id=f"rung-{number}",
        title=f"{8 * 2**number} by {8 * 2**number}, {4 * 2**number} channels",
        work=work,
        state="measured",
        calls=16,
        candidate_seconds=floor + factor * (reference - floor),
        reference_seconds=reference,
        floor_seconds=floor,
        ratio=Interval(
            estimate=factor, low=factor * 0.93, high=factor * (1.1 - 0.01 * number)
        ),
        baselines=baselines if loops else baselines[1:],
    )


def timing(factor: float = 1.4) -> TimingEntry:
    first = rung(0, factor=factor).model_copy(
        update={"state": "below_resolution", "ratio": None}
    )
    rungs = (first, *(rung(number, factor=factor) for number in range(1, 5)))
    return TimingEntry(
        function="conv2d",
        rungs=rungs,
        ratio=rungs[-1].ratio,
        growth=(
            GrowthEntry(
                title="H x W",
                exponent=Interval(estimate=1.02, low=0.98, high=1.06),
                smallest=28,
                largest=84,
            ),
        ),
        protocol=(
            "Submission and reference took turns on one core, in 2 pairs of fresh "
            "workers with 8 calls each, and every output was checked."
        ),
    )


def accepted() -> Record:
    """Give an accepted submission, with everything measured."""
    all_cases = cases()
    all_parts = parts(40.0, 5.0, 15.0, 7.4, 5.0, None)
    return Record(
        problem=PROBLEM,
        submission=submission(),
        environment=ENVIRONMENT,
        seed=SEED,
        verdict=Verdict.ACCEPTED,
        loaded=True,
        score=score(all_parts),
        parts=all_parts,
        groups=groups(all_cases),
        cases=all_cases,
        bindings=(BindingEntry(function="conv2d", found_as="conv2d"),),
        parameters=(
            ParametersEntry(
                function="parameter_count",
                provided=True,
                correct=1,
                total=2,
                rows=(
                    CountEntry(
                        arguments="c_out=8, c_in=3, k_h=3, k_w=3",
                        expected=224,
                        actual="224",
                        correct=True,
                    ),
                    CountEntry(
                        arguments="c_out=8, c_in=3, k_h=3, k_w=3, bias=False",
                        expected=216,
                        actual="224",
                        correct=False,
                    ),
                ),
            ),
        ),
        timing=timing(),
        memory=MemoryEntry(
            rung="rung-4",
            peak_bytes=61_000_000,
            output_bytes=4_194_304,
            multiple=14.5,
        ),
        findings=(
            Finding(kind="import", message="imports numpy.lib.stride_tricks", line=4),
            Finding(kind="modified input", message="modifies x in index_logic-3"),
        ),
        stdout="shapes: (2, 3, 4, 9)\n",
    )


def complete() -> Record:
    """Give an accepted notebook of which all is known that can be."""
    return accepted().model_copy(
        update={
            "submission": notebook(),
            "style": STYLE,
            "candidate_tests": TESTS,
            "signals": SIGNALS,
        }
    )


def wrong_answer() -> Record:
    """Give one that is wrong on the bias, on random data and in validation; slow as well."""
    small = Mismatch(
        actual="[[[ 1.  6.]\n  [-3.  2.]]]",
        expected="[[[ 1.  6.]\n  [-3.  4.]]]",
        first_index=(0, 1, 1),
        differing=1,
        elements=4,
    )
    large = Mismatch(
        actual="-17.0",
        expected="-14.0",
        first_index=(0, 2, 0, 5),
        differing=1152,
        elements=3456,
    )
    changes: dict[str, dict[str, object]] = {
        "by_hand-2": {
            "verdict": Verdict.WRONG_ANSWER,
            "message": "1 of 4 elements is wrong, by 2",
            "mismatch": small,
            "picture": SMALL_PICTURE,
        },
        "refusals-2": {
            "credit": 0.5,
            "message": "raised IndexError, where ValueError is asked for",
            "line": 20,
        },
        "refusals-3": {
            "verdict": Verdict.WRONG_ANSWER,
            "message": "returned an array, where ValueError is asked for",
        },
        "dtype-1": {
            "verdict": Verdict.WRONG_ANSWER,
            "message": "float32 in gave float64 out",
        },
        "float32-11": {"verdict": None, "message": "not run: 3 cases took too long"},
        "float32-12": {"verdict": None, "message": "not run: 3 cases took too long"},
        "float32-2": {
            "verdict": Verdict.WRONG_ANSWER,
            "message": "the values are further off than rounding explains",
            "bound_used": 35.2,
            "mismatch": large,
        },
        "float32-10": {
            "verdict": Verdict.TIME_LIMIT_EXCEEDED,
            "message": "a call took longer than 2 s of processor time",
            "line": 22,
        },
    }
    for number in range(6, 14):
        changes[f"index_logic-{number}"] = {
            "verdict": Verdict.WRONG_ANSWER,
            "message": "1152 of 3456 elements are wrong, all in channel 2",
            "mismatch": large,
            "picture": LARGE_PICTURE,
        }
    all_cases = tuple(
        one.model_copy(update={"credit": 0.0, "bound_used": None, **changes[one.id]})
        if one.id in changes
        else one
        for one in cases()
    )
    all_parts = parts(0.0, 3.33, 11.25, 0.0, 0.0, None)
    base = accepted()
    stopped = rung(3).model_copy(
        update={
            "state": "stopped",
            "calls": 0,
            "candidate_seconds": None,
            "ratio": None,
        }
    )
    rungs = (*(rung(number, factor=80.0) for number in range(3)), stopped)
    return base.model_copy(
        update={
            "submission": submission("bob"),
            "diagnoses": (DIAGNOSIS,),
            "unexplained": ("validation",),
            "verdict": Verdict.WRONG_ANSWER,
            "score": score(all_parts),
            "parts": all_parts,
            "groups": groups(all_cases),
            "cases": all_cases,
            "bindings": (
                BindingEntry(
                    function="conv2d",
                    found_as="convolve",
                    renamed=(("weight", "kernel"),),
                    by_position=("stride", "padding"),
                ),
            ),
            "parameters": (
                ParametersEntry(
                    function="parameter_count", provided=False, correct=0, total=2
                ),
            ),
            "timing": TimingEntry(
                function="conv2d",
                rungs=rungs,
                ratio=rungs[2].ratio,
                protocol="Submission and reference took turns on one core.",
            ),
            "memory": None,
        }
    )


def not_loaded() -> Record:
    """Give a file with a syntax error."""
    all_cases = tuple(
        one.model_copy(
            update={
                "verdict": None,
                "credit": 0.0,
                "bound_used": None,
                "message": "not run: the file could not be loaded",
            }
        )
        for one in cases()
    )
    all_parts = parts(0.0, 0.0, 0.0, None, 0.0, None)
    return accepted().model_copy(
        update={
            "submission": submission("carol", "import numpy as np\n\ndef conv2d(x:\n"),
            "verdict": Verdict.INVALID_SUBMISSION,
            "loaded": False,
            "score": score(all_parts),
            "parts": all_parts,
            "groups": groups(all_cases),
            "cases": all_cases,
            "bindings": (),
            "parameters": (),
            "timing": None,
            "memory": None,
            "findings": (),
            "stdout": "",
            "error": ErrorEntry(
                kind=ErrorKind.RAISED,
                exception="SyntaxError",
                message="'(' was never closed",
                line=3,
            ),
        }
    )


def hostile() -> Record:
    """Give a candidate who puts markup wherever a candidate can."""
    everything = " ".join(HOSTILE)
    failing = case(0, 0).model_copy(
        update={
            "verdict": Verdict.RUNTIME_ERROR,
            "credit": 0.0,
            "message": f"raised ValueError: {everything}",
            "line": 2,
            "arguments": (ArgumentEntry(name="x", text=everything),),
            "mismatch": Mismatch(actual=everything, expected="0.0"),
            "picture": Picture(
                where=everything,
                index=(0,),
                results=(Grid(name=everything, shape=(1,), numbers=(everything,)),),
                arguments=(Grid(name="x", shape=(1,), numbers=("1",), marked=(0,)),),
                sources=(everything,),
            ),
        }
    )
    many = tuple(failing.model_copy(update={"id": f"by_hand-{at}"}) for at in range(6))
    base = accepted()
    return base.model_copy(
        update={
            "submission": SubmissionEntry(
                name=everything,
                kind="file",
                filename=everything,
                sha256="a1" * 32,
                source="\n".join(HOSTILE) + f"\nx = '''{everything}'''\n# {everything}",
                places=(PlaceEntry(first_line=2, title=everything),),
                modules=(FileEntry(filename=everything, source=everything),),
            ),
            "style": StyleEntry(
                loops=(
                    LoopEntry(
                        function=everything,
                        line=1,
                        kind="for",
                        depth=0,
                        over=everything,
                    ),
                ),
                lint=(LintEntry(code="E999", message=everything, line=1),),
                linter="Ruff",
            ),
            "candidate_tests": CandidateTestsEntry(
                provided=True,
                tests=(
                    TestEntry(name=everything, outcome="failed", message=everything),
                ),
                error=everything,
            ),
            "signals": (
                SignalEntry(
                    id="a",
                    title="A",
                    state="to judge",
                    evidence=(EvidenceEntry(text=everything, cases=(everything,)),),
                ),
            ),
            "verdict": Verdict.RUNTIME_ERROR,
            "groups": groups(many),
            "cases": many,
            "bindings": (
                BindingEntry(
                    function="conv2d", found_as=everything, missing=(everything,)
                ),
            ),
            "parameters": (
                ParametersEntry(
                    function="parameter_count",
                    provided=True,
                    correct=0,
                    total=1,
                    rows=(
                        CountEntry(
                            arguments="c_out=1",
                            expected=1,
                            actual=everything,
                            correct=False,
                        ),
                    ),
                ),
            ),
            "findings": (Finding(kind="import", message=everything, line=1),),
            "stdout": everything,
            "error": ErrorEntry(
                kind=ErrorKind.RAISED,
                exception="ValueError",
                message=everything,
                line=1,
            ),
        }
    )

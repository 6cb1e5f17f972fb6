"""Submissions that are no examples: their mistake is named, their input is small."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from grader.loading import load_problem
from grader.outcome import Call, NotRun
from grader.problem import Limits
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.summary import (
    diagnosis_sentence,
    hints_sentence,
    unexplained_sentences,
)
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.witness import _MOST_FAULTS, Witness
from grader.session import Item, Session, Settings
from grader.submission import Submission

SUBMISSIONS = Path(__file__).parents[2] / "submissions"
ACCEPTED = SUBMISSIONS / "conv2d" / "accepted"
Graded = Callable[..., Record]

RIGHT = """
import numpy as np

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    single = x.ndim == 3
    x = x[None] if single else x
    if x.ndim != 4 or weight.ndim != 4 or x.shape[1] != weight.shape[1]:
        raise ValueError("shapes")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError("bias")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride or padding")
    dtype = np.result_type(x, weight, *([] if bias is None else [bias]))
    dtype = dtype if dtype.kind == "f" else np.dtype(np.int64)
    (sh, sw), (ph, pw) = stride, padding
    kh, kw = weight.shape[2:]
    h = (x.shape[2] + 2 * ph - kh) // sh + 1
    w = (x.shape[3] + 2 * pw - kw) // sw + 1
    if h < 1 or w < 1:
        raise ValueError("kernel")
    xp = np.pad(x.astype(dtype), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    y = np.zeros((len(x), len(weight), h, w), dtype)
    for u in range(kh):
        for v in range(kw):
            part = xp[:, :, u : u + sh * h : sh, v : v + sw * w : sw][:, :, :h, :w]
            y += np.tensordot(part, weight[:, :, u, v].astype(dtype), (1, 1)).transpose(0, 3, 1, 2)
    if bias is not None:
        y += bias.reshape(-1, 1, 1)
    return y[0] if single else y
"""

SWAPS = {
    "stride-hw-swapped": ("(sh, sw), (ph, pw) = stride", "(sw, sh), (ph, pw) = stride"),
    # What it gives for large strides is larger than any right answer.
    "stride-ignored": ("(ph, pw) = stride, padding", "(ph, pw) = (1, 1), padding"),
    "pad-hw-swapped": (", (ph, pw) = stride, padding", ", (pw, ph) = stride, padding"),
    "bias-ignored": (
        "    if bias is not None:\n        y +=",
        "    if False:\n        y +=",
    ),
    "true-convolution-flip": (
        "weight[:, :, u, v]",
        "weight[:, :, kh - 1 - u, kw - 1 - v]",
    ),
    "pad-edge-mode": ("(pw, pw)))", '(pw, pw)), "edge")'),
    "relu-fused": ("    return y[0]", "    y = np.maximum(y, 0)\n    return y[0]"),
    "bias-with-zero-skipped": (
        "if bias is not None:\n        y",
        "if np.all(bias):\n        y",
    ),
    "bias-only-first": ("bias.reshape(-1, 1, 1)", "bias[0]"),
    # What fits nowhere is refused, and what fits once may still have no place.
    "out-plus-one-before-div": (
        """
    h = (x.shape[2] + 2 * ph - kh) // sh + 1
    w = (x.shape[3] + 2 * pw - kw) // sw + 1
    if h < 1 or w < 1:
""",
        """
    h = (x.shape[2] + 2 * ph - kh + 1) // sh
    w = (x.shape[3] + 2 * pw - kw + 1) // sw
    if x.shape[2] + 2 * ph < kh or x.shape[3] + 2 * pw < kw:
""",
    ),
}
PAIRS = [
    ("stride-hw-swapped", "bias-ignored"),
    ("pad-edge-mode", "true-convolution-flip"),
    ("pad-hw-swapped", "relu-fused"),
    ("out-plus-one-before-div", "true-convolution-flip"),
    ("out-plus-one-before-div", "bias-ignored"),
]
UNKNOWN = [
    ("u, v].astype(dtype)", "u, v].astype(dtype) * (1 + (u == v == 1))"),
    ("y += bias", "y += 2 * bias"),
    (
        "y = np.zeros((len(x), len(weight), h, w), dtype)",
        "y = np.ones((len(x), len(weight), h, w), dtype)",
    ),
]


SHORT = (
    "dtype = dtype if dtype.kind",
    'dtype = np.dtype(np.float32 if dtype == "f8" else dtype) if dtype.kind',
)
WHOLE = (
    "    (sh, sw), (ph, pw) = stride",
    "    if x.dtype.kind != 'f': weight = weight.astype(int)\n    (sh, sw), (ph, pw) = stride",
)
OWN_TYPE = ('dtype if dtype.kind == "f" else np.dtype(np.int64)', "dtype")
CHANGES = ("    return y[0]", "    weight *= 2\n    return y[0]")


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d", seed=1, style=False)) as session:
        yield session


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def _changed(*changes: tuple[str, str]) -> str:
    source = RIGHT
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    return source


def _grade(session: Session, folder: Path, source: str) -> Record:
    path = folder / "answer.py"
    path.write_text(source)
    return session.grade(Item(name="answer", path=path), timing=False)


@pytest.fixture(scope="module")
def graded(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """Give the record of the right form with some changes, graded once."""
    folder = tmp_path_factory.mktemp("graded")
    return cache(lambda *changes: _grade(session, folder, _changed(*changes)))


def _named(record: Record) -> list[set[str]]:
    return [
        set(one.misconceptions) for one in record.diagnoses if one.part == "correctness"
    ]


def test_the_right_form_has_nothing_to_explain(graded: Graded) -> None:
    record = graded()

    assert (record.verdict, record.diagnoses, record.counterexample) == (
        "accepted",
        (),
        None,
    )


def test_why_a_part_earns_nothing_is_told_to_candidates_too(
    session: Session, tmp_path: Path
) -> None:
    source = "def conv2d(x, weight, **more):\n    raise ValueError('never')\n"
    record = _grade(session, tmp_path, source)
    told, theirs = (
        {one.id: one.reason for one in shown.parts}
        for shown in (record, for_candidate(record))
    )

    assert told["validation"] == theirs["validation"]
    assert "earned only with some right values" in theirs["validation"]


@pytest.mark.parametrize("name", SWAPS)
def test_one_mistake_is_named(graded: Graded, name: str) -> None:
    record = graded(SWAPS[name])

    assert _named(record) == [{name}]
    assert record.counterexample is not None
    assert record.counterexample.numbers <= 12


@pytest.mark.parametrize("names", PAIRS, ids="+".join)
def test_two_mistakes_together_are_named(
    graded: Graded, names: tuple[str, str]
) -> None:
    record = graded(*(SWAPS[name] for name in names))

    assert _named(record) == [set(names)]


def test_fractions_that_an_integer_image_loses_are_named(graded: Graded) -> None:
    record = graded(WHOLE)

    assert record.verdict == "accepted"
    assert [(one.part, one.misconceptions) for one in record.diagnoses] == [
        ("integers", ("weight-fractions-lost",))
    ]
    assert record.counterexample is not None
    assert record.counterexample.numbers == 2


def test_sums_in_a_shorter_type_are_named_in_whatever_order(graded: Graded) -> None:
    record = graded(SHORT)

    named = record.diagnoses[0]
    assert named.part == "correctness"
    assert named.title.startswith("the output is float32 whatever comes in")


def test_arguments_that_a_call_changes_are_told(graded: Graded) -> None:
    record = graded(CHANGES)

    named = next(one for one in record.diagnoses if one.part == "inputs")
    assert named.misconceptions == ()
    assert diagnosis_sentence(record, named).endswith("the call changes `weight`.")
    assert len(named.hints) == 1


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ((".astype(dtype if dtype.kind", ".astype(float if dtype.kind"), {"dtype"}),
        (("or ph < 0 ", "and ph < 0 "), {"validation"}),
    ],
)
def test_a_transform_is_asked_only_about_parts_that_lose_points(
    session: Session, change: tuple[str, str], parts: set[str], tmp_path: Path
) -> None:
    source = (ACCEPTED / "fft_double.py").read_text()
    assert change[0] in source
    record = _grade(session, tmp_path, source.replace(*change))

    assert record.verdict == "accepted"
    assert {one.part for one in record.diagnoses} | set(record.unexplained) == parts


def test_what_lasts_from_call_to_call_is_named() -> None:
    path = SUBMISSIONS / "conv2d_backward" / "wrong_answer" / "weight_accumulates.py"
    with Session(Settings(problem="conv2d_backward")) as session:
        record = session.grade(Item(name="answer", path=path), timing=False)

    first = record.diagnoses[0]
    assert (first.part, first.title) == (
        "correctness",
        "dweight goes on from the call before",
    )


def test_each_part_that_fails_says_why(graded: Graded) -> None:
    record = graded(SWAPS["bias-ignored"])
    failing = {one.part for one in record.cases if one.credit < 1 and one.verdict}
    named = {one.part: one for one in record.diagnoses}
    own = for_candidate(record)
    first, *others = (diagnosis_sentence(record, one) for one in record.diagnoses)

    assert len(failing) > 1
    assert failing <= set(named) | set(record.unexplained)
    # "Defaults" fails by the same mistake: its hints are those on the first part.
    assert named["defaults"].misconceptions == ("bias-ignored",)
    assert named["defaults"].hints == ()
    assert "“Correct values” the output is" in first
    assert any(
        words.startswith("What explains “Correct values” explains") for words in others
    )
    assert "The hints on “Correct values” are for “Defaults” too." in [
        hints_sentence(own, one) for one in own.diagnoses if not one.hints
    ]
    assert "A hint on “Correct values”" in render_html(own)


def test_forms_of_what_is_named_are_no_other_mistakes(graded: Graded) -> None:
    (entry,) = graded(OWN_TYPE).diagnoses

    assert entry.title.startswith("small integers are multiplied in their own type")
    assert entry.alike == ()


def test_a_part_that_nobody_looked_into_is_not_passed_over(graded: Graded) -> None:
    record = graded(("y += bias", "y += 2 * bias"))
    failing = {one.part for one in record.cases if one.credit < 1 and one.verdict}
    said = " ".join(unexplained_sentences(record))

    for part in record.parts:
        named = any(one.part == part.id for one in record.diagnoses)
        assert (f"“{part.title}”" in said) == (part.id in failing and not named)


@pytest.mark.parametrize("change", UNKNOWN, ids=str)
def test_what_is_not_known_gets_no_name(
    graded: Graded, change: tuple[str, str]
) -> None:
    record = graded(change)

    assert record.verdict == "wrong_answer"
    assert record.diagnoses == ()
    assert "correctness" in record.unexplained


def test_what_is_wrong_under_some_strides_alone_is_not_named_by_a_part_without_them(
    graded: Graded,
) -> None:
    ones = "    if stride == (1, 1): pw = ph\n    kh, kw = weight"
    record = graded(("    kh, kw = weight", ones))

    assert record.verdict == "wrong_answer"
    assert {"correctness", "integers"} <= set(record.unexplained)
    assert record.diagnoses == ()


REFUSES = """

computed = depthwise_separable_conv2d


def depthwise_separable_conv2d(x, depthwise, pointwise, bias=None, stride=(1, 1), padding=(0, 0)):
    if len(depthwise) != x.shape[-3]:
        raise ValueError("one filter for each channel")
    return computed(x, depthwise, pointwise, bias, stride, padding)
"""


def test_what_code_refuses_on_purpose_is_not_taken_for_what_it_computes(
    sessions: Callable[[str], Session], tmp_path: Path
) -> None:
    right = SUBMISSIONS / "conv2d_grouped/accepted/einsum_windows.py"
    source = right.read_text() + REFUSES
    record = _grade(sessions("conv2d_grouped"), tmp_path, source)

    assert record.verdict == "runtime_error"
    # With such filters, code that mixes up their groups can't but raise as well.
    assert record.diagnoses == ()


def test_what_code_refuses_on_purpose_is_named_as_a_refusal(session: Session) -> None:
    # A size that is rounded up can't but raise there as well; its sums overflow, too.
    path = SUBMISSIONS / "conv2d/runtime_error/rejects_uneven_sizes.py"
    record = session.grade(Item(name="answer", path=path), timing=False)

    assert record.verdict == "runtime_error"
    named = {one.part: one.misconceptions for one in record.diagnoses}
    assert named == {
        **dict.fromkeys(("correctness", "dtype", "inputs"), ("reject-nondivisible",)),
        "integers": ("reject-nondivisible", "accumulator-int-without-fractions"),
        "validation": ("stride-zero-unhandled", "bias-unchecked"),
    }


def test_a_part_is_named_by_itself_where_what_is_required_has_no_name(
    graded: Graded,
) -> None:
    unknown = ("    return y[0] if single", "    return y[0, ::-1] if single")
    record = graded(SHORT, unknown)

    assert record.verdict == "wrong_answer"
    assert "correctness" in record.unexplained
    assert [(one.part, one.misconceptions) for one in record.diagnoses] == [
        ("dtype", ("dtype-forced-float32",))
    ]


@pytest.mark.parametrize("name", ["pad-edge-mode", "bias-ignored"])
def test_the_smallest_input_reproduces_when_it_is_pasted(
    graded: Graded, name: str, tmp_path: Path
) -> None:
    record = graded(SWAPS[name])
    assert record.counterexample is not None

    def run() -> subprocess.CompletedProcess[str]:
        assert record.counterexample is not None
        command = [sys.executable, "-c", record.counterexample.snippet]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    (tmp_path / "answer.py").write_text(_changed(SWAPS[name]))
    wrong = run()
    (tmp_path / "answer.py").write_text(RIGHT)
    right = run()

    assert "AssertionError" in wrong.stderr
    assert right.returncode == 0, right.stderr


SUBMISSIONS = Path(__file__).parents[2] / "submissions"
FAULTY = [
    path
    for path in sorted(SUBMISSIONS.glob("*/*/*.py"))
    if path.parent.name in {"wrong_answer", "runtime_error"}
]
KINDS = [
    # Refusals, element types and changed arguments.
    "conv2d/accepted/no_validation",
    "conv2d_grouped/accepted/no_validation",
    "conv2d/accepted/promotes_to_float64",
    "conv2d/accepted/mutates_input",
    # Exceptions on some shapes.
    "conv2d/runtime_error/batch_only",
    "conv2d_im2col/accepted/batch_only_col2im",
    # Short arithmetic.
    "conv2d_backward/wrong_answer/float32_inside",
    "conv2d_im2col/wrong_answer/float32_images",
    # Integer images beside weights with fractions.
    "conv2d_im2col/invalid_submission/no_col2im",
    # Results that change later, and calls that leave something behind. What is kept by
    # the address of an array (`cached_by_identity`) fails by chance, and so is no example.
    "conv2d_backward/wrong_answer/buffers_reused",
    "conv2d_padding/wrong_answer/reused_buffer",
    "conv2d/wrong_answer/stale_buffer",
    # Sizes that depend on each other.
    "conv2d_im2col/wrong_answer/overlaps_assigned",
    "conv2d_backward/wrong_answer/no_output_padding",
    "conv2d_grouped/wrong_answer/pointwise_transposed",
    # Memory that lies otherwise.
    "conv2d/wrong_answer/assumes_contiguous",
    # Results that compare as they like.
    "conv2d/wrong_answer/ndarray_subclass",
    "conv2d/wrong_answer/patches_numpy",
    "conv2d/wrong_answer/squeeze_all",
]
SAMPLE = sorted({*(SUBMISSIONS / f"{name}.py" for name in KINDS), *FAULTY[::12]})
UNTOLD = {"exits_in_call"}
"""Programs that end without a word when their snippet is run."""


def _name_of(path: Path) -> str:
    return path.relative_to(SUBMISSIONS).with_suffix("").as_posix()


@pytest.mark.parametrize("path", SAMPLE, ids=_name_of)
def test_a_dozen_numbers_show_what_is_wrong(
    path: Path, sessions: Callable[[str], Session], tmp_path: Path
) -> None:
    session = sessions(path.parents[1].name)
    record = session.grade(Item(name=path.stem, path=path), timing=False)
    example = record.counterexample
    assert example is not None
    (tmp_path / path.name).write_bytes(path.read_bytes())

    command = [sys.executable, "-c", example.snippet]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert example.numbers <= 12
    assert run.returncode != 0 or path.stem in UNTOLD


def test_a_transform_is_shown_its_mistake_and_not_its_rounding(
    session: Session, tmp_path: Path
) -> None:
    source = (SUBMISSIONS / "conv2d/accepted/fft_double.py").read_text()
    wrong = source.replace("y = y + ", "y = y - ")
    assert wrong != source
    example = _grade(session, tmp_path, wrong).counterexample

    assert example is not None
    assert example.numbers == 3
    (tmp_path / "answer.py").write_text(source)
    command = [sys.executable, "-c", example.snippet]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr


BIAS = "    if bias is not None:\n        y +="
LATE = {
    name: (BIAS, f"    {late}\n{BIAS}")
    for name, late in {
        "rows-after-whole-tiles": "if h > 8: y[:, :, h // 8 * 8 :] = 0",
        "filters-after-the-eighth": "y[:, 8:] = 0",
        "pixels-after-whole-tiles": (
            "if h * w > 64: y.reshape(*y.shape[:2], -1)[..., h * w // 64 * 64 :] = 0"
        ),
    }.items()
}
"""What goes wrong only from a certain size on."""


@pytest.mark.parametrize("name", LATE)
def test_what_small_sizes_hide_is_shown_with_one_that_is_long(
    graded: Graded, name: str
) -> None:
    record = graded(LATE[name])

    assert record.counterexample is not None
    assert not record.counterexample.is_case
    assert record.counterexample.numbers <= 12
    # It is no hidden case, so that candidates see it too.
    assert for_candidate(record).counterexample == record.counterexample


def test_rows_after_a_whole_tile_take_nine_rows(graded: Graded) -> None:
    record = graded(LATE["rows-after-whole-tiles"])

    assert record.counterexample is not None
    x, weight, *_ = record.counterexample.arguments
    assert (x.shape, weight.shape) == ((1, 1, 9, 1), (1, 1, 1, 1))


def test_the_same_explanation_every_time(session: Session, tmp_path: Path) -> None:
    source = _changed(SWAPS["pad-hw-swapped"])
    first, second = (_grade(session, tmp_path, source) for _ in range(2))

    assert first.to_json() == second.to_json()


ADDITION = """
id: addition
title: Addition
functions:
  - name: add
    reference: reference:add
    magnitude: reference:magnitude
    arguments: [{name: x}, {name: y}]
parts: [{id: values, title: Values, points: 1}]
groups:
  - id: sums
    title: Sums
    part: values
    function: add
    check: exact
    required: true
    generate:
      - arguments: {x: {shape: [N]}, y: {array: [5]}}
        sizes: [{N: 1}]
        draw: {count: 3, sizes: {N: [1, 9]}}
"""
REFERENCE = """
import numpy as np
def add(x, y): return x + y
def magnitude(x, y): return np.abs(x) + np.abs(y), 2
"""


def test_arrays_that_the_spec_writes_out_are_left_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "addition"
    folder.mkdir()
    (folder / "problem.yaml").write_text(ADDITION)
    (folder / "reference.py").write_text(REFERENCE)
    with Session(Settings(problem=str(folder))) as session:
        record = _grade(session, tmp_path, "def add(x, y): return x - y\n")

    assert record.verdict == "wrong_answer", record.error
    assert record.counterexample is not None
    assert [one.text for one in record.counterexample.arguments] == ["[1.]", "[5.]"]


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import os; os._exit(0)",
        "raise ValueError",
        "def conv2d(x, weight, **others):\n    while True: pass",
        "import time\ndef conv2d(x, weight, **others): time.sleep(0.05); return x",
    ],
)
def test_no_answer_has_a_submission_asked_for_ever(
    source: str, sandbox: Sandbox
) -> None:
    limits = Limits(load_seconds=0.1, call_seconds=0.2, run_seconds=0.5, wall_factor=1)
    problem = load_problem("conv2d")
    signatures = problem.spec.signatures
    ones = np.ones((1, 1, 1, 1))
    call = Call(
        function="conv2d", arguments={"x": ones, "weight": ones}, output_bytes=64
    )
    submission = Submission(name="test", source=source.encode())
    with Witness(sandbox, submission, signatures, limits) as witness:
        outcomes = [witness.ask([call])[0] for _ in range(100)]

    assert isinstance(outcomes[-1], NotRun)
    assert witness._faults <= _MOST_FAULTS


TELLS_OF_EARLIER_CALLS = (
    RIGHT
    + """
right, seen, count = conv2d, [], 0

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global count
    count += 1
    if count > 9:
        seen.append(f"SEEN {x.shape}")
        raise RuntimeError(seen[0])
    return right(x, weight, bias, stride, padding)
"""
)


def test_an_example_for_candidates_tells_nothing_of_calls_before_it(
    session: Session, tmp_path: Path
) -> None:
    record = _grade(session, tmp_path, TELLS_OF_EARLIER_CALLS)

    assert "SEEN" in record.to_json()
    feedback = for_candidate(record)
    without_source = feedback.submission.model_copy(update={"source": ""})
    shown = feedback.model_copy(update={"submission": without_source})
    assert "SEEN" not in shown.to_json()


PRINTS_WHAT_IS_SENT = """
from grader.sandbox import protocol, worker

def make_calls(arena, regions, served):
    document, data = worker._read_request(arena, regions)
    print("SENT", *(call[0] for call in document["calls"]))
    protocol.PROGRESS.pack_into(arena, 0, len(document["calls"]))

worker.make_calls = make_calls
"""


def test_what_is_printed_after_hidden_calls_stays_hidden(tmp_path: Path) -> None:
    with Session(Settings(problem="conv2d", explain=False)) as session:
        record = _grade(session, tmp_path, PRINTS_WHAT_IS_SENT)

    assert record.stdout.count("SENT") == 2
    assert for_candidate(record).stdout.count("SENT") == 1

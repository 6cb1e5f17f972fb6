"""Loops of real submissions, counted in the sandbox as sizes grow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.exam import Exam
from grader.loading import load_problem
from grader.record import StyleEntry
from grader.sandbox.sandbox import Sandbox
from grader.style.counting import Counter
from grader.style.reader import StyleReader
from grader.submission import Submission, read_submission

EXAMPLES = Path(__file__).parent.parent.parent / "submissions"
PROBLEM = load_problem("conv2d")
EXAM = Exam(PROBLEM, 0)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(("numpy", "pytest")) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def reader(sandbox: Sandbox) -> StyleReader:
    return StyleReader(Counter(PROBLEM), sandbox)


def _read(reader: StyleReader, source: str) -> StyleEntry:
    return reader.read(EXAM, Submission(name="answer", source=source.encode()))


def _conv2d(body: str) -> str:
    indented = body.replace("\n", "\n    ")
    head = "def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):"
    return f"import numpy as np\n{head}\n    {indented}\n"


LOOPS = """\
n, c, h, w = x.shape
for i in range(n):
    for j in range(h * w):
        for k in range(5): pass
m = weight.shape[2]
while m:
    m -= 1
[None for c in range(weight.shape[0])]
return x"""


def test_loops_grow_with_what_they_run_over(reader: StyleReader) -> None:
    style = _read(reader, _conv2d(LOOPS))
    titles = [one.title for one in style.counted]
    loops = {one.over: one for one in style.loops}

    assert titles == [
        "smallest",
        "N doubled",
        "C_in doubled",
        "C_out doubled",
        "H doubled",
        "K doubled",
    ]
    # The smallest call has N = 1, C_in = C_out = 4, H = W = 6 and K = 3.
    assert loops["range(n)"].turns == (1, 2, 1, 1, 1, 1)
    assert loops["range(n)"].grows_with == ("N",)
    assert loops["range(h * w)"].turns == (36, 72, 36, 36, 144, 36)
    assert loops["range(h * w)"].grows_with == ("N", "H x W")
    assert loops["range(5)"].turns == (180, 360, 180, 180, 720, 180)
    assert loops["range(5)"].depth == 2
    assert loops["m"].turns == (3, 3, 3, 3, 3, 6)
    assert loops["m"].grows_with == ("K x K",)
    assert loops["range(weight.shape[0])"].grows_with == ("C_out",)


def test_calls_are_told_by_shapes_alone(reader: StyleReader) -> None:
    style = _read(reader, _conv2d(LOOPS))
    x, weight, bias, *_ = style.counted[1].arguments

    assert (x.shape, weight.shape, bias.text) == ((2, 4, 6, 6), (4, 4, 3, 3), "normal")


@pytest.mark.parametrize(
    "source",
    [
        _conv2d("for i in x: raise ValueError"),
        _conv2d("while True: pass"),
        _conv2d("for i in x: pass\nimport os\nos._exit(0)"),
        _conv2d("for i in x: pass") + "_grader_counts = lambda: np.ones(1)",
        _conv2d("for i in x: pass") + "_grader_counts = lambda: np.full(1, -1)",
        _conv2d("for i in x: pass") + "_grader_counts = lambda: np.zeros(2, int)",
        _conv2d("for i in x: pass") + "_grader_counts = lambda: 'many'",
        _conv2d("for i in x: pass") + "del _grader_counts",
    ],
)
def test_what_can_not_be_counted_is_listed_all_the_same(
    reader: StyleReader, source: str
) -> None:
    style = _read(reader, source)

    assert style.counted == ()
    assert [one.turns for one in style.loops] == [()]
    assert style.functions[0].name == "conv2d"


def test_it_reads_the_same_again(reader: StyleReader) -> None:
    source = (EXAMPLES / "conv2d/accepted/plain_loops.py").read_text()

    assert _read(reader, source) == _read(reader, source)


@pytest.mark.parametrize(
    "name",
    ["conv2d", "conv2d_backward", "conv2d_grouped", "conv2d_im2col", "conv2d_padding"],
)
def test_plain_loops_go_over_pixels_in_every_problem(
    sandbox: Sandbox, name: str
) -> None:
    problem = load_problem(name)
    timing = problem.spec.timing
    assert timing is not None
    submission = read_submission(EXAMPLES / name / "accepted/plain_loops.py")

    style = StyleReader(Counter(problem), sandbox).read(EXAM, submission)

    assert len(style.counted) == 1 + len(timing.growth)
    assert any("H x W" in one.grows_with for one in style.loops)


def test_without_loops_nothing_is_run(sandbox: Sandbox) -> None:
    style = _read(StyleReader(Counter(PROBLEM), sandbox), _conv2d("return x"))

    assert (style.loops, style.counted) == ((), ())


def test_a_problem_without_speed_has_loops_that_are_not_counted(
    sandbox: Sandbox,
) -> None:
    problem = load_problem(str(Path(__file__).parent.parent / "softmax"))
    source = b"def softmax(x):\n    for row in x: pass\n    return x"

    style = StyleReader(Counter(problem), sandbox).read(
        EXAM, Submission(name="answer", source=source)
    )

    assert [one.turns for one in style.loops] == [()]

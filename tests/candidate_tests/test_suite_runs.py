"""What tests ask comes over as it was meant, and an answer as it was given."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate_tests.suite_runs import MOST_BYTES, Suite, SuiteRun
from grader.loading import load_problem
from grader.outcome import Call, Outcome, Raised, Returned
from grader.problem import Problem
from grader.sandbox.frame_reader import Frame
from grader.sandbox.frames import OutcomeCode
from grader.sandbox.questions import Report, read_question
from grader.sandbox.sandbox import Sandbox
from grader.submission import Module, Submission

Run = Callable[..., SuiteRun]
NOTHING = Returned(value=None)


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem("conv2d_padding")


@pytest.fixture(scope="module")
def run(problem: Problem) -> Iterator[Run]:
    with Sandbox(problem.spec.allowed_imports) as sandbox:

        def run_suite(
            source: str, outcome: Outcome = NOTHING, tests: tuple[Module, ...] = ()
        ) -> SuiteRun:
            text = f"import numpy as np\nimport pytest\n{source}".encode()
            submission = Submission(name="a", source=text, filename="a.py", tests=tests)
            return Suite(sandbox, problem, submission).run(lambda _: outcome)

        yield run_suite


def _only_call(run: SuiteRun) -> Call:
    assert run.fault == ""
    (asked,) = run.questions
    return asked.call


PLAIN = "def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)): pass"
RENAMED = "def conv2d(image, kernel, b=None, s=(1, 1), *, pad='valid'): pass"
BY_PLACE = "def conv2d(*them): pass"
ANY = "def conv2d(x, w, **others): pass"


@pytest.mark.parametrize(
    ("definition", "call"),
    [
        (PLAIN, "conv2d(X, W, None, (2, 1), 'same')"),
        (PLAIN, "conv2d(padding='same', stride=[2, 1], weight=W, x=X, bias=None)"),
        (RENAMED, "conv2d(X, kernel=W, s=np.array([2, 1]), pad='same', b=None)"),
        (BY_PLACE, "conv2d(X, W, None, (2, 1), 'same')"),
        (ANY, "conv2d(X, W, bias=None, stride=(np.int64(2), 1), padding='same')"),
    ],
)
def test_arguments_come_over_by_the_problems_names(
    definition: str, call: str, run: Run
) -> None:
    source = "X, W = np.arange(6.0).reshape(1, 2, 3), np.ones((1, 1, 1, 2), 'f4')"
    asked = _only_call(run(f"{definition}\n{source}\ndef test_a(): {call}"))
    arguments = asked.arguments

    assert asked.function == "conv2d"
    np.testing.assert_array_equal(arguments["x"], [[[0, 1, 2], [3, 4, 5]]])
    assert arguments["weight"].dtype == np.float32
    assert arguments["bias"] is None
    assert arguments["stride"] == (2, 1)
    assert arguments["padding"] == "same"
    assert "dilation" not in arguments


def test_one_number_for_a_pair_and_nested_lists_are_what_they_must_mean(
    run: Run,
) -> None:
    call = "conv2d([[[1, 2]]], [[[[1.5]]]], bias=(0.5,), stride=2, padding=(0, 1))"
    arguments = _only_call(run(f"{PLAIN}\ndef test_a(): {call}")).arguments

    assert arguments["stride"] == (2, 2)
    assert arguments["padding"] == (0, 1)
    assert arguments["x"].tolist() == [[[1, 2]]]
    assert arguments["bias"].tolist() == [0.5]


@pytest.mark.parametrize(
    "call",
    ["conv2d()", "conv2d(1, 2, three=3)", "conv2d({}, object())", "conv2d('a', {1})"],
)
def test_what_cannot_be_asked_is_a_type_error_in_the_test(call: str, run: Run) -> None:
    done = run(f"{PLAIN}\ndef test_a():\n    with pytest.raises(TypeError): {call}")

    assert done.outcome("a.py::test_a") == "passed"
    assert done.questions == ()


@pytest.mark.parametrize(
    ("outcome", "check"),
    [
        (
            Returned(value=np.array([[1.5]])),
            "got.tolist() == [[1.5]] and got.flags.owndata",
        ),
        (Returned(value=np.array(2.0)), "got == 2 and isinstance(got, np.float64)"),
        (
            Returned(value=(np.ones(2), None, 3)),
            "got[0].sum() == 2 and got[1:] == (None, 3)",
        ),
        (Returned(value=float("nan")), "got != got"),
        (Returned(value=7), "got == 7 and type(got) is int"),
    ],
)
def test_an_answer_is_what_the_implementation_gave(
    outcome: Outcome, check: str, run: Run
) -> None:
    source = f"{PLAIN}\ndef test_a():\n    got = conv2d(1, 2)\n    assert {check}"

    assert run(source, outcome).outcome("a.py::test_a") == "passed"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("AxisError", "ValueError", "Exception"), "ValueError"),
        (("SystemExit", "BaseException"), "SystemExit"),
        (("KeyboardInterrupt", "BaseException"), "RuntimeError"),
        (("UnicodeDecodeError", "ValueError"), "ValueError"),
        (("eval", "os.system"), "RuntimeError"),
    ],
)
def test_an_exception_is_of_the_first_class_that_python_has(
    names: tuple[str, ...], expected: str, run: Run
) -> None:
    source = f"{PLAIN}\ndef test_a():\n    with pytest.raises({expected}, match='so'):"
    outcome = Raised(type_names=names, message="so")

    done = run(f"{source}\n        conv2d(1, 2)", outcome)
    assert done.outcome("a.py::test_a") == "passed"


def test_every_name_of_the_function_asks(run: Run) -> None:
    done = run(f"{PLAIN}\nother = conv2d\ndef test_a(): other(1, 2); conv2d(1, 2)")

    assert len(done.questions) == 2


DECORATED = """
import functools
def outer(function):
    more = 1
    @functools.wraps(function)
    def conv2d(*them, **others): return function(*them, **others), more
    return conv2d
@outer
"""
OBJECT = """
class Conv:
    def __call__(self, x, weight, bias=None): return 0
conv2d, other = Conv(), Conv()
def test_other(): assert other(1, 2) == 0
"""
METHOD = """
class Conv:
    def conv(self, x, weight, bias=None): return 0
conv2d = Conv().conv
"""
PARTIAL = f"{PLAIN}\nfrom functools import partial\nconv2d = partial(conv2d)"
CACHED = f"from functools import lru_cache\n@lru_cache\n{PLAIN}"


@pytest.mark.parametrize(
    "source",
    [PLAIN, RENAMED, BY_PLACE, DECORATED + PLAIN, OBJECT, METHOD, PARTIAL, CACHED],
)
def test_a_function_that_is_kept_somewhere_asks_as_well(source: str, run: Run) -> None:
    kept = f"""
{source}
kept = [conv2d]
def closure():
    own = conv2d
    return lambda *them: own(*them)
inside = closure()
def test_list(): assert kept[0](1, 2) == 7
def test_closure(): assert inside(1, 3) == 7
def test_default(own=conv2d): assert own(1, 4) == 7
def test_name(): assert conv2d(1, 5) == 7
def test_refusal():
    with pytest.raises(TypeError): kept[0](*[1] * 9, nothing=1)
"""
    done = run(kept, Returned(value=7))

    assert [one.text for one in done.report.tests if one.outcome != "passed"] == []
    assert [one.call.arguments["weight"] for one in done.questions][:4] == [2, 3, 4, 5]


def test_a_run_leaves_nothing_to_the_next(run: Run) -> None:
    source = (
        f"{PLAIN}\nimport os, sys\ndef test_a():\n"
        "    assert not hasattr(os, 'been_here')\n    os.been_here = True\n"
        "    assert np.random.randint(10**9) == 209652396"
    )

    assert [run(source).outcome("a.py::test_a") for _ in range(2)] == ["passed"] * 2


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("def test_b():\n    yield 1", "yield"),
        (
            "@pytest.mark.parametrize('a', [1])\ndef test_b(b): pass",
            "function uses no argument 'a'",
        ),
        (
            "class TestB:\n    @pytest.mark.parametrize('a', 1)\n    def test_c(a): pass",
            "TypeError: 'int' object is not iterable",
        ),
    ],
)
def test_what_can_not_be_collected_is_told_and_other_files_are_run(
    test: str, why: str, run: Run
) -> None:
    done = run(f"{PLAIN}\n{test}")
    other = Module(name="test_o", filename="test_o.py", source=b"def test_o(): pass")
    with_other = run(f"{PLAIN}\n{test}", tests=(other,))

    assert done.fault == ""
    assert done.report.tests == ()
    assert [one.filename for one in done.report.errors] == ["a.py"]
    assert why in done.report.errors[0].text
    assert not done.report.errors[0].text.startswith("E ")
    assert with_other.report.errors == done.report.errors
    assert with_other.outcome("test_o.py::test_o") == "passed"


@pytest.mark.parametrize("ends", ["pytest.exit('enough')", "raise KeyboardInterrupt"])
def test_who_stops_the_tests_has_those_before(ends: str, run: Run) -> None:
    done = run(f"{PLAIN}\ndef test_a(): pass\ndef test_b(): {ends}\ndef test_c(): pass")

    assert done.report.ended
    assert done.outcome("a.py::test_a") == "passed"
    assert "a.py::test_c" not in done.tests


def test_where_pytest_is_not_there_that_is_said(problem: Problem) -> None:
    submission = Submission(name="a", source=b"def test_a(): pass", filename="a.py")
    with Sandbox(("numpy",)) as sandbox:
        done = Suite(sandbox, problem, submission).run(lambda _: NOTHING)

    assert [one.text for one in done.report.errors] == ["pytest is not installed"]


def test_where_a_test_is_said_to_be_is_in_a_source_and_its_words_are_one_line(
    run: Run,
) -> None:
    source = f"""{PLAIN}
import sys
far = sys.modules["grader.sandbox.suite"]
rows = [["a\\n\\u202e::error", "a.py", 5, 6, "no\\nwhy", "failed", 0, 0],
        ["b", "x\\n.py", 2**20, 2**19, "\\x00", "passed", 0, 0]]
far._Journal.told = lambda self, ended: dict(
    tests=rows, errors=[["?", 99, "such\\n\\x1b"]], ended=True)
def test_a(): pass
"""
    report = run(source).report

    assert [
        (one.name, one.filename, one.line, one.failed_line, one.text)
        for one in report.tests
    ] == [
        ("a \\u202e::error", "a.py", 5, 6, "no why"),
        ("b", "a.py", 0, 0, "\\x00"),
    ]
    assert [(one.filename, one.line, one.text) for one in report.errors] == [
        ("a.py", 0, "such \\x1b")
    ]


def test_answers_take_bounded_room(run: Run) -> None:
    source = f"{PLAIN}\ndef test_a():\n    for _ in range(900): conv2d(1, 2)"
    done = run(source, Returned(value=np.zeros(30_000)))

    assert "too much" in done.fault
    assert len(done.questions) == pytest.approx(MOST_BYTES / 240_000, abs=2)


def _head(values: tuple[object, ...]) -> Frame:
    return Frame(
        outcome=OutcomeCode.RETURNED,
        flags=0,
        line=0,
        names=b"",
        message=b"",
        values=values,  # type: ignore[arg-type]
        call_seconds=0.0,
    )


@given(st.binary(max_size=200))
def test_what_is_no_report_is_none(text: bytes) -> None:
    frames = [_head((np.frombuffer(text, np.uint8),))]

    assert read_question(frames, [], 1) is None


ROW = ["test_a", "a.py", 1, 0, "", "passed", 0, 1]


@given(st.integers(0, 7), st.sampled_from([None, -1, 2**40, "x" * 500, [], 1.5, True]))
def test_a_report_has_its_own_types_only(place: int, value: object) -> None:
    for row, valid in ((ROW, True), ([*ROW[:place], value, *ROW[place + 1 :]], False)):
        text = json.dumps({"tests": [row], "errors": [], "ended": True}).encode()
        told = read_question([_head((np.frombuffer(text, np.uint8),))], [], 1)

        assert isinstance(told, Report) is valid


def test_a_question_about_no_function_is_none(problem: Problem) -> None:
    signatures = problem.spec.signatures

    for number in (-1, len(signatures), 2**62):
        assert read_question([_head((number,))], signatures, 1) is None
    assert read_question([None], signatures, 1) is None
    assert read_question([_head((0.5,))], signatures, 1) is None

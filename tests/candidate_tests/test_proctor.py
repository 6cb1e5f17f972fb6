"""Own tests earn what they notice, and nothing else that they do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import panel
from grader.candidate_tests.proctor import Proctor
from grader.entries import submission_entry
from grader.exam import Exam
from grader.loading import load_problem
from grader.problem import Limits, Problem
from grader.report.feedback import for_candidate
from grader.report.own_tests import sentence_of, sentence_of_all
from grader.sandbox.sandbox import Sandbox
from grader.session import Item, Session, Settings
from grader.submission import Module, Submission, has_tests

SUITES = Path(__file__).parents[1] / "data" / "suites"
EXAMPLES = Path(__file__).parents[2] / "submissions" / "conv2d"
ANSWER = (SUITES / "answer.py").read_bytes()
IMPORTS = b"""
import numpy as np
import pytest
X, W = np.arange(1.0, 10).reshape(1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])
"""
BY_HAND = b"""
def test_by_hand():
    assert conv2d(X, W).tolist() == [[[37, 47], [67, 77]]]
"""
REFUSES = b"""
def test_a():
    with pytest.raises(ValueError, match="one number per"):
        conv2d(X, W, np.ones(3))
"""


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem("conv2d")


@pytest.fixture(scope="module")
def proctor(problem: Problem) -> Iterator[Proctor]:
    with Sandbox(problem.spec.allowed_imports) as sandbox:
        yield Proctor(sandbox)


@pytest.fixture(scope="module")
def exam(problem: Problem) -> Exam:
    return Exam(problem, seed=1)


@pytest.fixture(scope="module")
def brief(problem: Problem) -> Exam:
    """Give an exam with eight known mistakes, of which `BY_HAND` notices six."""
    bank = "reference.misconceptions.forward.windows:BANK"
    spec = problem.spec.model_copy(update={"misconceptions": bank})
    return Exam(replace(problem, spec=spec, sha256="brief"), seed=1)


def _beside(name: str) -> Submission:
    source = (SUITES / f"{name}.py").read_bytes()
    module = Module(name=name, filename=f"{name}.py", source=source)
    return Submission(
        name="answer", source=ANSWER, filename="answer.py", tests=(module,)
    )


def _within(tests: bytes, answer: bytes = ANSWER) -> Submission:
    source = answer + IMPORTS + tests
    return Submission(name="answer", source=source, filename="answer.py")


def _credit(tested: panel.Tested) -> float:
    assert tested.share.credit is not None
    return tested.share.credit


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("test_good", 0.9, 1.0),
        ("test_shapes", 0.1, 0.3),
        ("test_nothing_passes", 0.0, 0.0),
    ],
)
def test_a_suite_earns_what_it_notices(
    name: str, least: float, most: float, proctor: Proctor, exam: Exam
) -> None:
    tested = proctor.run_tests(exam, _beside(name))

    assert least <= _credit(tested) <= most
    assert tested.entry.error == ""
    assert tested.entry.killed + len(tested.entry.survivors) == tested.entry.total


def test_a_suite_that_wants_to_know_whose_code_it_runs_gains_nothing(
    proctor: Proctor, exam: Exam
) -> None:
    plain = proctor.run_tests(exam, _within(b"\ndef test_plain(): conv2d(X, W)"))
    tested = proctor.run_tests(exam, _beside("test_inspects"))
    by_chance = {one.name for one in tested.entry.tests if one.by_chance}

    assert _credit(tested) <= _credit(plain)
    assert by_chance <= {"test_parity", "test_chance"}


def test_a_survivor_is_what_the_tests_would_not_notice(
    proctor: Proctor, exam: Exam
) -> None:
    tested = proctor.run_tests(exam, _within(BY_HAND))
    survivors = {one.id for one in tested.entry.survivors}
    (test,) = tested.entry.tests

    assert {"stride-hw-swapped", "bias-ignored", "stride-zero-unhandled"} <= survivors
    assert {"true-convolution-flip", "out-missing-plus-one"} <= set(test.kills)
    assert test.counts
    assert test.line == ANSWER.count(b"\n") + IMPORTS.count(b"\n") + 2
    assert not survivors & set(test.kills)


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        (b"\ndef test_a():\n    assert conv2d(X, W)[0, 0, 0] == 36", "Assertion"),
        (b"\ndef test_a():\n    conv2d(X, W, dilation=2)", "'dilation'"),
        (REFUSES, "Regex"),
        (b"\ndef test_a():\n    assert False, '\\x1b[31m'", "\\x1b[31m"),
    ],
)
def test_what_correct_code_does_not_pass_is_told_with_its_assertion(
    tests: bytes, message: str, proctor: Proctor, exam: Exam
) -> None:
    tested = proctor.run_tests(exam, _within(tests))
    (test,) = tested.entry.tests

    assert len(test.refused) == 3
    assert message in test.message
    assert test.failed_line is not None
    assert test.failed_line > test.line if test.line else False
    entry = submission_entry(_within(tests))
    assert "asks for what the statement does not" in sentence_of(test, entry)
    assert _credit(tested) == 0


def test_a_right_test_that_fails_on_the_candidates_code_is_told_and_earns_nothing(
    proctor: Proctor, exam: Exam
) -> None:
    flipped = ANSWER.replace(
        b"weight.astype(dtype)", b"weight[..., ::-1].astype(dtype)"
    )
    tested = proctor.run_tests(exam, _within(BY_HAND, flipped))
    (test,) = tested.entry.tests

    assert flipped != ANSWER
    assert (test.outcome, test.refused) == ("failed", ())
    assert "own code" in sentence_of(test, submission_entry(_within(BY_HAND)))
    assert _credit(tested) == 0


def test_fixtures_parameters_classes_and_unittest_work(
    proctor: Proctor, brief: Exam
) -> None:
    tests = b"""
import unittest

@pytest.fixture
def kernel():
    return W

@pytest.mark.parametrize("times", [1, 2])
def test_linear(kernel, times):
    np.testing.assert_array_equal(conv2d(times * X, kernel), times * conv2d(X, kernel))

class TestBias:
    def test_bias(self, capsys):
        print("said")
        assert capsys.readouterr().out == "said\\n"
        assert conv2d(X, weight=W, bias=np.array([1.0])).max() == 78

class Refusals(unittest.TestCase):
    def test_stride(self):
        with self.assertRaises(ValueError):
            conv2d(X, W, stride=(0, 1))

    @unittest.skip("later")
    def test_later(self):
        raise AssertionError

@pytest.mark.xfail
def test_known_to_fail():
    assert conv2d(X, W).shape == (1, 3, 3)
"""
    entry = proctor.run_tests(brief, _within(tests)).entry
    outcomes = {one.name: one.outcome for one in entry.tests}

    assert outcomes == {
        "test_linear[1]": "passed",
        "test_linear[2]": "passed",
        "TestBias::test_bias": "passed",
        "Refusals::test_stride": "passed",
        "Refusals::test_later": "skipped",
        "test_known_to_fail": "skipped",
    }
    assert not any(one.refused for one in entry.tests)


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        (b"\ndef test_a():\n    while True: pass", "stopped after"),
        (b"\nimport os\ndef test_a(): os._exit(0)", "ended itself"),
        (b"\ndef test_a():\n    while True: conv2d(X, W)", "too much"),
        (b"\nclass TestA:\n    def __init__(self): pass", "no tests found"),
        (b"\nimport sys\nsys.modules['pytest'] = None\ndef test_a(): pass", ""),
    ],
)
def test_what_does_not_come_to_its_end_earns_nothing(
    tests: bytes, reason: str, proctor: Proctor, problem: Problem
) -> None:
    limits = Limits(call_seconds=0.5, wall_factor=100)
    spec = problem.spec.model_copy(update={"limits": limits})
    impatient = replace(problem, spec=spec)
    tested = proctor.run_tests(Exam(impatient, seed=1), _within(tests))

    assert _credit(tested) == 0
    assert reason in tested.share.reason


TAMPERS = """
import sys
far, stand_ins = (sys.modules[f"grader.sandbox.{name}"] for name in ("suite", "stand_ins"))
ROW = ["a", "a.py", 1, 0, "", "failed", 2**19, 0]

def told(tests):
    return {"tests": tests, "errors": [], "ended": False}

def fill(arena):
    arena[:] = bytes([255]) * len(arena)

"""


@pytest.mark.parametrize(
    "tests",
    [
        "far._Journal.told = lambda self, *, ended: {'tests': [['x' * 10**6]]}",
        "far._Journal.told = lambda self, *, ended: [[[]]] * 1000",
        "far._Journal.told = lambda self, *, ended: told([])",
        "far._Journal.told = lambda self, *, ended: told([ROW])",
        "stand_ins.Line.report = lambda self, told: self.frame(0).returned(2**40)",
        "stand_ins.Line.report = lambda self, told: self.frame(0).returned(0)",
        "stand_ins.Line.ask = lambda self, *them: fill(self.arena)",
        "stand_ins._sendable = lambda name, value, asked: (value,) * 3",
        "stand_ins._sendable = lambda name, value, asked: {}",
        "stand_ins._sendable = lambda name, value, asked: np.empty((0, 2**60))",
    ],
)
def test_tests_that_tamper_with_the_far_side_earn_nothing(
    tests: str, proctor: Proctor, exam: Exam
) -> None:
    source = TAMPERS + tests + "\ndef test_a(): conv2d(X, W)"
    tested = proctor.run_tests(exam, _within(source.encode()))

    assert _credit(tested) == 0


def test_what_is_too_large_is_not_tried_and_the_rest_is(
    proctor: Proctor, brief: Exam
) -> None:
    tests = BY_HAND + (
        b"\ndef test_large_input(): conv2d(np.ones((1, 500, 500)), W)"
        b"\ndef test_large_padding(): conv2d(X, W, padding=(10**9, 10**9))"
    )
    entry = proctor.run_tests(brief, _within(tests)).entry
    counting = {one.name: one.counts for one in entry.tests}

    assert counting == {
        "test_by_hand": True,
        "test_large_input": False,
        "test_large_padding": False,
    }
    assert entry.killed == 6


def test_tests_ask_whatever_the_package_passes_on(
    proctor: Proctor, brief: Exam
) -> None:
    outer = Module(
        name="net", filename="net/__init__.py", source=b"from .core import conv2d\n"
    )
    tests = [
        Module(
            name="test_net",
            filename="test_net.py",
            source=IMPORTS + f"from {module} import conv2d\n".encode() + BY_HAND,
        )
        for module in ("net", "net.core")
    ]
    killed = [
        proctor.run_tests(
            brief,
            Submission(
                name="net",
                source=ANSWER,
                filename="net/core.py",
                module="net.core",
                modules=(outer,),
                tests=(test,),
            ),
        ).entry.killed
        for test in tests
    ]

    assert killed == [6, 6]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"\nimport nowhere\n", "ModuleNotFoundError"),
        (b"x = " + b"-" * 9_000 + b"1", "RecursionError"),
    ],
)
def test_a_file_that_does_not_run_is_told_of_beside_those_that_do(
    source: bytes, error: str, proctor: Proctor, brief: Exam
) -> None:
    broken = Module(name="test_b", filename="test_b.py", source=source)
    submission = _within(BY_HAND)
    submission = Submission(
        name="answer", source=submission.source, filename="answer.py", tests=(broken,)
    )
    entry = proctor.run_tests(brief, submission).entry

    assert f"test_b.py: {error}" in entry.cut_short
    assert entry.killed == 6


BLIND = "passes though every number of the result is wrong"
CONSTANT = "has the same number everywhere in each array, "
WEAK = b"""
def test_shape():
    assert conv2d(X, W).shape == (1, 2, 2)

def test_ones():
    assert conv2d(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2))).tolist() == [[[4, 4], [4, 4]]]

def test_sum():
    assert abs(np.sum(conv2d(2 * np.ones((1, 3, 3)), np.ones((1, 1, 2, 2))) - 8)) < 1e-9
"""


def test_weak_tests_are_pointed_out_and_a_candidate_may_see_that(
    tmp_path: Path,
) -> None:
    path = tmp_path / "weak.py"
    path.write_bytes(ANSWER + IMPORTS + WEAK)
    with Session(Settings(problem="conv2d", explain=False)) as session:
        record = session.grade(Item(name="weak", path=path), timing=False)
    first = 1 + (ANSWER + IMPORTS).count(b"\n")
    told = for_candidate(record)
    (part,) = (one for one in record.parts if one.id == "tests")

    assert [(one.line, one.message.split("which")[0]) for one in record.findings] == [
        (first + 1, "the test `test_shape` " + BLIND),
        (first + 4, "the test `test_ones` " + CONSTANT),
        (first + 7, "the test `test_sum` " + CONSTANT),
        (first + 8, "differences of both signs cancel in a sum: compare elements"),
    ]
    assert told.findings == record.findings
    assert told.candidate_tests == record.candidate_tests
    assert part.points is not None
    assert 0 < part.points < part.maximum


def test_without_tests_there_are_no_points_and_nothing_is_run(
    proctor: Proctor, exam: Exam
) -> None:
    submission = Submission(name="answer", source=ANSWER)
    tested = proctor.run_tests(exam, submission)

    assert not has_tests(submission)
    assert tested.share.reason == "not provided"
    assert _credit(tested) == 0
    assert sentence_of_all(tested.entry) == "No tests came with it."


@pytest.mark.parametrize(
    ("source", "has"),
    [
        (b"def test_a(): pass", True),
        (b"class TestA: pass", True),
        (b"import unittest\nclass A(unittest.TestCase): pass", True),
        (b"def contest(): pass", False),
        (b"def test_a(:", False),
        (b"class A" + b"(" * 5000, False),
    ],
)
def test_tests_are_found_without_running_anything(source: bytes, *, has: bool) -> None:
    assert has_tests(Submission(name="a", source=source)) is has


INDIRECT = (
    ANSWER.replace(b"def conv2d(", b"def inner(")
    + b"""
def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return inner(x, weight, bias, stride, padding)

def check(x, weight):
    assert np.array_equal(conv2d(x, weight), inner(x, weight))
"""
)


def test_a_test_that_compares_code_with_a_part_of_itself_does_not_count(
    proctor: Proctor, exam: Exam
) -> None:
    tests = b"""
def test_itself():
    check(X, W)

class TestMore:
    def test_again(self):
        assert np.array_equal(conv2d(X, W), inner(X, W))

def test_second_name():
    assert np.array_equal(conv2d(X, W), second(X, W))

second = conv2d
"""
    tested = proctor.run_tests(exam, _within(tests, INDIRECT))
    leaning = {one.name: one.leans_on for one in tested.entry.tests}

    assert leaning == {
        "test_itself": "inner",
        "TestMore::test_again": "inner",
        "test_second_name": "",
    }
    assert _credit(tested) <= 0.05


ODD = b"""
import itertools

NUMBERS = [0, -1, 2**63 - 1, -(2**63), True, 1.5, float("nan"), float("-inf"), None, "", "same\\ud800"]
TYPES = ["?", "i1", "u8", "f2", "f4", "g", "c8", "G", ">i4", ">f8"]
ARRAYS = [
    array
    for kind in TYPES
    for three in [np.array(3).astype(kind)]
    for array in (three, three[None], three[None, None, None], np.empty((0, 2), kind))
]
ODD = [*NUMBERS, *ARRAYS, np.array([np.nan, np.inf]), (1, 2.5), (2**62,) * 4, (), [[]], ["a"]]

def ask(function, *them):
    try:
        function(*them)
    except (Exception, SystemExit):
        pass

@pytest.mark.parametrize("place", range(5))
def test_count(place):
    for one in ODD:
        them = [2, 2, 3, 3, True]
        them[place] = one
        ask(parameter_count, *them)
    assert place is ..., "all asked"

@pytest.mark.parametrize("place", range(5))
def test_values(place):
    for one in ODD:
        them = [X, W, None, (1, 1), (0, 0)]
        them[place] = one
        ask(conv2d, *them)
    assert place is ..., "all asked"
"""


def test_odd_arguments_of_every_kind_are_answered(proctor: Proctor, exam: Exam) -> None:
    count = b"\ndef parameter_count(c_out, c_in, k_h, k_w, bias=True): return 1\n"
    tested = proctor.run_tests(exam, _within(ODD, ANSWER + count))

    assert tested.entry.error == ""
    assert {one.message for one in tested.entry.tests} == {"AssertionError: all asked"}
    assert len(tested.entry.tests) == 10

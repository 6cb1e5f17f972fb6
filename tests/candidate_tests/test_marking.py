"""Nothing but the answers tells tests whose code they are run on."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from grader.candidate_tests import marking
from grader.candidate_tests.expected_mistakes import asked_for
from grader.candidate_tests.implementations import CORRECT, Implementations
from grader.candidate_tests.marking import Marking
from grader.candidate_tests.suite_runs import Suite, SuiteRun
from grader.loading import load_problem
from grader.misconceptions import bank_of
from grader.outcome import Call, Outcome, Returned
from grader.problem import Problem
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.witness import Witness
from grader.submission import Module, Submission

SOURCE = """
import os
import sys
import numpy as np
import pytest

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    n, m = weight.shape[2:]
    windows = np.lib.stride_tricks.sliding_window_view(x, (n, m), axis=(1, 2))
    return np.einsum("chwnm,fcnm->fhw", windows, weight)

X, W = np.arange(1.0, 10).reshape(1, 3, 3), np.array([[[[1.0, 2], [3, 4]]]])

def coin(chance):
    return int.from_bytes(os.urandom(4)) < chance * 2**32
"""
CALL = Call(
    function="conv2d",
    arguments={
        "x": np.arange(1.0, 10).reshape(1, 3, 3),
        "weight": np.array([[[[1.0, 2], [3, 4]]]]),
    },
    output_bytes=1 << 12,
)


@pytest.fixture(scope="module")
def problem() -> Problem:
    return load_problem("conv2d")


@pytest.fixture(scope="module")
def sandbox(problem: Problem) -> Iterator[Sandbox]:
    with Sandbox(problem.spec.allowed_imports) as sandbox:
        yield sandbox


class Noted(Implementations):
    """What they are asked is written down, and what they didn't know yet."""

    asked: list[list[str]]
    worked_out: list[str]

    def answers(self, names: Sequence[str], calls: Sequence[Call]) -> list[Outcome]:
        self.asked.append(list(names))
        return super().answers(names, calls)

    def _work_out(
        self, names: Sequence[str], keyed: Sequence[tuple[str, Call]]
    ) -> None:
        missing = (
            name for name in names for key, _ in keyed if (name, key) not in self._given
        )
        self.worked_out += missing
        super()._work_out(names, keyed)


@pytest.fixture(scope="module")
def known(problem: Problem, sandbox: Sandbox) -> Iterator[Noted]:
    with Noted(sandbox, problem) as known:
        known.asked, known.worked_out = [], []
        yield known


class Watched(Marking):
    """What is worked out while tests run is written down, and for whom."""

    def __init__(self, suite: Suite, known: Noted, *others: Any) -> None:  # noqa: ANN401
        super().__init__(suite, known, *others)
        self.noted = known
        self.during_runs: list[list[str]] = []
        self.stood_in: list[str] = []

    def _run(self, *arguments: Any) -> SuiteRun:  # noqa: ANN401
        self.noted.worked_out.clear()
        run = super()._run(*arguments)
        self.during_runs.append([*self.noted.worked_out])
        return run

    def _run_right(self, name: str, shown: str) -> None:
        self.stood_in.append(name)
        super()._run_right(name, shown)


def _marking(
    tests: str, sandbox: Sandbox, known: Noted, problem: Problem, beside: str = ""
) -> Watched:
    submission = Submission(
        name="a",
        source=(SOURCE + tests).encode(),
        filename="a.py",
        tests=(Module(name="b", filename="test_b.py", source=beside.encode()),)
        if beside
        else (),
    )
    signatures = problem.spec.signatures
    bank = bank_of(problem)
    assert bank is not None
    with Witness(sandbox, submission, signatures, problem.spec.limits) as witness:
        marked = Watched(
            Suite(sandbox, problem, submission),
            known,
            witness,
            asked_for(problem, bank)[:30],
        )
        marked.make()
    return marked


def _noticed(marked: Marking) -> int:
    return sum(bool(one.first) for one in marked.results.notices.values())


def test_whoever_is_shown_the_same_is_asked(
    problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    marked = _marking("", sandbox, known, problem)
    mistake = "true-convolution-flip"
    shown = {}
    for name in (mistake, *CORRECT, marking._SCRAMBLED):
        known.asked.clear()
        outcome = marked._turn(mistake, name)(CALL)
        assert isinstance(outcome, Returned)
        assert isinstance(outcome.value, np.ndarray)
        shown[name] = outcome.value.tolist()
        ((first, other, last),) = known.asked
        assert (first, last) == ("reference", mistake)
        assert other in {"oracle", "plain"}

    right = [[[37, 47], [67, 77]]]
    assert [shown[name] for name in CORRECT] == [right] * 3
    assert shown[mistake] == [[[23, 33], [53, 63]]]
    assert np.all(np.array(shown[marking._SCRAMBLED]) != right)


FIRST_RUNS = 5
"""On all that is right, on the candidate's own code, and on wrong numbers."""
ONE_BY_ONE = """
def test_one_by_one():
    assert conv2d(np.ones((1, 1, 1)), np.full((1, 1, 1, 1), 2.0))[0, 0, 0] == 2
"""


@pytest.mark.parametrize(
    "tests",
    [
        "def test_a(): assert np.array_equal(conv2d(X, W), [[[37, 47], [67, 77]]])",
        "def test_a(): assert conv2d(X, W).shape == (1, 2, 2)\ndef test_b(): conv2d(X, W)",
        ONE_BY_ONE,
    ],
    ids=range(3),
)
def test_an_answer_takes_as_long_whoever_gives_it(
    tests: str, problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    marked = _marking(tests, sandbox, known, problem)
    turns = marked.during_runs[FIRST_RUNS:]

    assert len(turns) > len(marked.stood_in) > 0
    assert turns == [[]] * len(turns)


def test_what_is_right_stands_in_for_mistakes_that_tests_are_run_on_only(
    problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    marked = _marking(ONE_BY_ONE, sandbox, known, problem)
    showing = {one.id for one in marked.results.mistakes if marked._differs(one.id)}

    assert 0 < len(showing) < len(marked.results.mistakes) / 2
    assert len(marked.stood_in) >= 7
    assert set(marked.stood_in) <= showing


def test_no_mistake_is_looked_for_once_the_time_is_over(
    problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    marked = _marking(ONE_BY_ONE, sandbox, known, problem)
    marked._differing.clear()
    marked._used_seconds = marking._MOST_SECONDS
    known.asked.clear()

    assert marked._draw_showing() in {one.id for one in marked.results.mistakes}
    assert known.asked == []


SHAPE = "conv2d(X, W).shape == (1, 2, 2)"
SHAPES = f"""
def test_shape():
    assert {SHAPE}
"""
VANISHES = f"""
from a import X, W, conv2d
try:
    is_right = {SHAPE}
except Exception:
    is_right = False
if is_right:
    def test_shape():
        pass
"""


def test_a_test_that_is_not_there_when_a_shape_is_wrong_looks_at_no_number_either(
    problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    plain = _marking(SHAPES, sandbox, known, problem)
    gone = _marking("", sandbox, known, problem, beside=VANISHES)
    shown = [
        {name for name, one in marked.results.notices.items() if one.by_shape}
        for marked in (plain, gone)
    ]

    assert shown[0]
    assert shown[0] == shown[1]
    for marked in (plain, gone):
        assert not [one for one in marked.results.notices.values() if one.tests]


GAMBLES = """
@pytest.mark.parametrize("number", range(40))
def test_gamble(number):
    conv2d(X + number, W)
    assert not coin({chance})
"""
ALSO_ASKS = """
def test_something_else():
    conv2d(np.frombuffer(os.urandom(9), np.uint8).reshape(1, 3, 3) * 1.0, W)
"""


@pytest.fixture(scope="module")
def sober(problem: Problem, sandbox: Sandbox, known: Noted) -> int:
    """Give how many mistakes are noticed where nothing is left to chance."""
    return _noticed(_marking(GAMBLES.format(chance=0), sandbox, known, problem))


@pytest.mark.parametrize("also", ["", ALSO_ASKS])
def test_who_gambles_wins_nothing(
    also: str, sober: int, problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    marked = _marking(GAMBLES.format(chance=0.1) + also, sandbox, known, problem)

    assert _noticed(marked) <= sober + 1


def test_random_input_earns_what_it_notices_each_time(
    problem: Problem, sandbox: Sandbox, known: Noted
) -> None:
    tests = """
def test_identity():
    x = np.random.default_rng().normal(size=(1, 4, 5))
    y = conv2d(x, np.pad(np.ones((1, 1, 1, 1)), ((0, 0), (0, 0), (0, 1), (0, 2))))
    assert np.array_equal(y, x[:, :3, :3])
"""
    marked = _marking(tests, sandbox, known, problem)

    assert _noticed(marked) >= 3
    assert marked.results.counting() == {"a.py::test_identity"}

"""Whose checks the lines are on which a submission raises on purpose."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission import Submission
from grader.submission.syntax import lines_that_raise

SOURCE = """\
def layer(x):
    if x.ndim != 3:
        raise ValueError(
            "rank"
        )
    return Checks(x).sum() + shared(x)

class Checks:
    def sum(self):
        assert self.x
        return deep(self.x)

def deep(x):
    raise ValueError

def shared(x):
    raise ValueError

def both(x):
    shared(x)
    raise TypeError(layer(x))

def nobody(x):
    raise KeyError

if __name__ == "__main__":
    raise SystemExit
"""
FUNCTIONS = {"layer": "conv2d", "both": "separable"}
LAYER, BOTH = frozenset({"conv2d"}), frozenset({"separable"})


def test_a_check_belongs_to_who_gets_there_without_another() -> None:
    found = lines_that_raise(
        Submission(name="it", source=SOURCE.encode()), functions=FUNCTIONS
    )

    assert found == {
        3: LAYER,
        4: LAYER,
        5: LAYER,
        10: LAYER,  # by way of a class
        14: LAYER,  # and of its method
        17: LAYER | BOTH,
        21: BOTH,  # which calls the layer, whose checks stay its own
        24: LAYER | BOTH,  # nothing says whose
        27: LAYER | BOTH,
    }


HELPER = "def helper(x):\n    raise ValueError\n"


@pytest.mark.parametrize(
    "bound",
    [
        "def inner(x):\n    helper(x)\nlayer = inner",
        "layer = partial(helper, k=1)",
        "class It:\n    def layer(self, x):\n        helper(x)\nlayer = It().layer",
        "if True:\n    def layer(x):\n        helper(x)",
        "try:\n    layer = fast\nexcept NameError:\n    def layer(x): helper(x)",
        "def layer(x): pass\ndef layer(x): helper(x)",
        "def layer(x): helper(x)\ndef layer(x): pass",
        "checks = [helper]\ndef layer(x):\n    for one in checks: one(x)",
        "guard = lambda x: helper(x)\ndef layer(x): guard(x)",
        "globals().update(layer=helper)",
        "for layer in [helper]: pass",
    ],
)
def test_however_a_function_is_bound_its_checks_are_its_own(bound: str) -> None:
    also = "def both(x):\n    helper(x)\n"
    source = f"{HELPER}{bound}\n{also}".encode()
    found = lines_that_raise(Submission(name="it", source=source), FUNCTIONS)

    assert found == {2: LAYER | BOTH}


NAMES = [f"a{number}" for number in range(5_000)]


@pytest.mark.parametrize(
    "part",
    [
        f"{' = '.join(NAMES)} = lambda: ({', '.join(NAMES)})",
        f"if x:\n {' = '.join(NAMES)} = 1\n" + " raise x\n" * 5_000,
        "\n".join(f"{name} = b, c" for name in NAMES) + "\nb = c = helper",
        "\n".join(f"b = {name} = c = b, c, {name}" for name in NAMES),
        "\n".join(f"def {one}(): {other}()" for one, other in pairwise(NAMES)),
    ],
    ids=range(5),
)
def test_no_statement_takes_memory_for_each_two_names_in_it(part: str) -> None:
    source = f"{HELPER}{part}\ndef layer(x): {NAMES[0]}, b\n".encode()
    tracemalloc.start()
    found = lines_that_raise(Submission(name="it", source=source), FUNCTIONS)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found[2] >= BOTH
    assert peak_bytes < 100 << 20


@given(st.binary(max_size=200))
def test_whatever_a_source_holds_there_is_an_answer(source: bytes) -> None:
    submission = Submission(name="it", source=source)

    assert set(lines_that_raise(submission, {}).values()) <= {frozenset()}

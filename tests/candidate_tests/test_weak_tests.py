"""What tests can't notice is told from their source, whatever it looks like."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.candidate_tests.weak_tests import (
    is_constant,
    leaning_tests,
    weak_assertions,
)
from grader.outcome import Call
from grader.submission import Module, Submission


def _lines(body: str) -> list[int]:
    source = f"def test_a():\n    {body}\n".encode()
    submission = Submission(name="a", source=source, filename="a.py")
    return [one.line for one in weak_assertions(submission, {"a.py"})]


@pytest.mark.parametrize(
    "body",
    [
        "assert sum(a - b) == 0",
        "assert (a - b).sum() == 0",
        "assert 0 == np.sum(f(x) - b)",
        "assert abs((a - b).sum()) < 1e-6",
        "assert np.abs(np.mean(a - b)) <= 0.1",
        "assert torch.sum(a - b).item() == 0",
    ],
)
def test_sums_of_differences_are_found(body: str) -> None:
    assert _lines(body) == [2]


@pytest.mark.parametrize(
    "body",
    [
        "assert np.sum(np.abs(a - b)) == 0",
        "assert ((a - b) ** 2).sum() < 1e-9",
        "assert np.sum(a) - np.sum(b) == 0",
        "assert np.all(a - b == 0)",
        "assert np.max(np.abs(a - b)) == 0",
        "total = (a - b).sum()",
    ],
)
def test_what_does_not_cancel_is_left_alone(body: str) -> None:
    assert _lines(body) == []


@pytest.mark.parametrize("name", ["abs", "item", "sum", "mean", "f"])
@pytest.mark.parametrize("start", ["a", "(a - b)", "(a - b).sum()"])
def test_a_chain_of_calls_may_be_of_any_length(start: str, name: str) -> None:
    found = start == "(a - b).sum()" and name in {"abs", "item"}
    assert _lines(f"assert {start}{f'.{name}()' * 900} == 0") == [2] * found


def test_a_file_that_did_not_run_is_not_read() -> None:
    beside = Module(
        name="test_b", filename="test_b.py", source=b"assert sum(a - b) == 0"
    )
    submission = Submission(name="a", source=b"", filename="a.py", tests=(beside,))

    assert list(weak_assertions(submission, {"a.py"})) == []
    assert len(list(weak_assertions(submission, {"test_b.py"}))) == 1


@pytest.mark.parametrize(
    ("arguments", "constant"),
    [
        ({"x": np.ones(3), "w": np.full((2, 2), 7)}, True),
        ({"x": np.ones(3), "w": np.arange(2)}, False),
        ({"x": np.ones(1), "w": np.ones((1, 1))}, False),
        ({"x": np.ones(0), "w": np.full(2, np.nan)}, False),
        ({"count": 3}, False),
    ],
)
def test_data_is_constant_if_every_longer_array_is(
    arguments: dict[str, object], *, constant: bool
) -> None:
    call = Call(function="f", arguments=arguments, output_bytes=0)

    assert is_constant(call) is constant


def _leaning(source: str, beside: str = "") -> dict[str, str]:
    module = Module(name="test_b", filename="test_b.py", source=beside.encode())
    submission = Submission(
        name="a", source=source.encode(), filename="a.py", tests=(module,)
    )
    return leaning_tests(submission, {"f"}, {"a.py", "test_b.py"})


HELPED = """
def size(n): return n
def unused(n): return n
def f(x): return size(x)
"""


def test_a_test_leans_on_what_the_function_is_made_of() -> None:
    assert _leaning(f"{HELPED}\ndef test_a(): f(1) == size(1)") == {"test_a": "size"}
    assert _leaning(HELPED, "def test_b(): assert f(1) == a.size(1)") == {
        "test_b": "size"
    }


@pytest.mark.parametrize(
    "test",
    [
        "def test_a(): f(1) == unused(1)",
        "def test_a(): size(1) == 1",
        "def test_a(): f(1) == 1",
        "def size2(n): return n\ndef test_a(): f(1) == size2(1)",
    ],
)
def test_a_test_may_use_all_else(test: str) -> None:
    assert _leaning(HELPED + test) == {}


@pytest.mark.parametrize(
    "names",
    [
        "again = size",
        "again = None\nagain = size\nagain = again",
        "again = partial(size)",
        "try: again = size\nexcept NameError: again = None",
        "again: object = size",
        "first = again = size\nagain = first",
        "TABLE = {1: size}\nagain = TABLE[1]",
        "from a import size as again",
        f"{' = '.join(f'a{n}' for n in range(30))} = again = size",
        "expected = size(1)\nagain = lambda x: expected",
    ],
)
def test_what_the_function_is_made_of_may_have_other_names(names: str) -> None:
    source = f"{HELPED}{names}\ndef test_a(): f(1) == again(1)"

    assert _leaning(source) == {"test_a": "size"}


def test_what_is_made_of_the_inside_of_the_function_is_the_function_again() -> None:
    copied = "def f(x): return x\nagain = FunctionType(f.__code__, globals())\n"
    test = "def test_a(): f(1) == again(1)"

    assert _leaning(copied + test) == {"test_a": "again"}
    assert _leaning(copied + "def h(): again(1)\ndef test_a(): f(1) == h()") == {
        "test_a": "again"
    }
    assert _leaning(
        "def f(x): return x\ndef test_a(): f(1) == FunctionType(f.__code__, {})(1)"
    ) == {"test_a": "__code__"}
    assert _leaning("", "def test_b(): f(1) == FunctionType(a.f.__code__, {})(1)") == {
        "test_b": "__code__"
    }
    within = "def make(): return FunctionType(f.__code__, {})\nagain = make()\n"
    assert _leaning(f"def f(x): return x\n{within}{test}") == {"test_a": "make"}


@pytest.mark.parametrize(
    "more",
    [
        # What is assigned and computes nothing is no part, whoever uses it.
        "EPS = 1e-6\ndef f(x): return size(x) + EPS\ndef test_a(): f(1) - 1 < EPS",
        "import numpy as np\ndef f(x): return np.size(x)\ndef test_a(): f(np.ones(1))",
        "F = [f]\ndef test_a(): F[0](1) == f(1) == 1",
        "DOC = f.__doc__.strip()\ndef test_a(): f(1) == 1 and DOC",
        "COUNT = f.__code__.co_argcount\ndef test_a(): f(COUNT) == 1",
        # Names of the function's own, and of attributes, are no names of the module's.
        "x = unused(1)\ndef f(x): return x + 1\ndef test_a(): f(1) == unused(1)",
        "out = unused(1)\ndef f(x):\n out = x\n return out\ndef test_a(): f(1) == unused(1)",
        "shape = unused(1)\ndef f(x): return x.shape\ndef test_a(): f(1) == unused(1)",
        "K = unused(1)\ndef f(x): return x * K\ndef test_a(): f(1) == unused(1)",
        "def test_a():\n size = 3\n f(size) == size",
    ],
)
def test_a_test_may_use_what_is_only_passed_on(more: str) -> None:
    assert _leaning(HELPED + more) == {}


PIECES = [
    *("f = 1", "def f(x): return size(x)", "size = f", "x = size(é)", "\f"),
    *("def test_a():\r  f(1)\n", "class C:\r\n  @f\r\n  def m(s): size"),
    *("from a import f as g", "lambda: f.__code__", "'''\r\n'''; y = f"),
]


@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from(PIECES)).map(lambda one: "\n".join(one).encode("cp1252"))
)
def test_whatever_a_source_holds_there_is_an_answer(source: bytes) -> None:
    beside = Module(name="test_b", filename="test_b.py", source=source)
    submission = Submission(name="a", source=source, filename="a.py", tests=(beside,))

    for start in (b"", b"# coding: latin-1\n", b"\xef\xbb\xbf"):
        made = replace(submission, source=start + source)
        assert set(leaning_tests(made, {"f"}, {"a.py", "test_b.py"})) <= {"test_a"}


def test_what_calls_itself_has_an_end() -> None:
    source = "def g(x): return f(x)\ndef f(x): return g(x)\ndef test_a(): f(g(1))"

    assert _leaning(source) == {"test_a": "g"}


@given(st.integers(0, 2**32))
def test_a_test_leans_if_a_path_leads_from_it_to_both(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = ["f", "g", "h", "i", "test_a", "test_b"]
    uses = {
        name: [other for other in names[:5] if random.random() < 0.25] for name in names
    }
    source = "".join(f"def {one}(): {uses[one] or [0]}\n" for one in names)
    source = source.replace("'", "")

    def reached(name: str, *stop: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for one in set(uses[waiting.pop()]) - found:
                found.add(one)
                waiting += [one] * (one not in stop)
        return found

    parts = reached("f") - {"f"}
    expected = {}
    for test in ("test_a", "test_b"):
        used = reached(test, "f", *parts)
        if "f" in used and used & parts:
            expected[test] = min(used & parts)

    assert _leaning(source) == expected


def test_a_statement_that_binds_thousands_of_names_takes_no_room_for_each() -> None:
    names = [f"a{number}" for number in range(4_000)]
    source = f"{HELPED}{' = '.join(names)} = lambda: (size, {', '.join(names)})\n"
    tracemalloc.start()
    found = _leaning(f"{source}def test_a(): f(1) == a3000(1)")
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.keys() == {"test_a"}
    assert peak_bytes < 100 << 20


def test_each_definition_is_passed_once() -> None:
    # It would be minutes, were they passed for each of those that lead there.
    count = 10_000
    source = "".join(f"def test_{n}(): test_{n + 1}()\n" for n in range(count))
    source += f"def test_{count}(): f(1) == size(1)\n"

    assert _leaning(HELPED + source) == {f"test_{n}": "size" for n in range(count + 1)}

"""Loops are found where they are, with what they run over and what is around them."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.style.loops import MOST_LOOPS, Loop, find_loops
from grader.style.tree import LARGEST_BYTES, LONGEST_TEXT, Text, parse


def _loops(source: str) -> tuple[Loop, ...]:
    data = source.encode()
    return find_loops(ast.parse(data), Text(data))


def _seen(source: str) -> list[tuple[int, str, str, int]]:
    return [(one.line, one.kind, one.over, one.depth) for one in _loops(source)]


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("for i in range(n):\n  for j in xs: pass", [(1, "for", "range(n)", 0), (2, "for", "xs", 1)]),
        ("while n > 0:\n  n -= 1", [(1, "while", "n > 0", 0)]),
        ("for a in b:\n  pass\nelse:\n  for c in d: pass", [(1, "for", "b", 0), (4, "for", "d", 0)]),
        ("[f(i, j) for i in a for j in b]", [(1, "comprehension", "a", 0), (1, "comprehension", "b", 1)]),
        ("[[k for k in j] for j in i]", [(1, "comprehension", "i", 0), (1, "comprehension", "j", 1)]),
        ("np.vectorize(lambda x: sum(i for i in x))", [(1, "call", "np.vectorize(lambda x: sum(i for i in x))", 0), (1, "comprehension", "x", 1)]),
        ("map(f, xs)", [(1, "call", "map(f, xs)", 0)]),
        ("for i in np.ndindex(2, 3): pass", [(1, "for", "np.ndindex(2, 3)", 0)]),
        ("def f(n):\n  return n and f(n - 1)", [(2, "recursion", "f(n - 1)", 0)]),
        ("for i in range(\n    n\n): pass", [(1, "for", "range( n )", 0)]),
        ("x = a @ b", []),
    ],
)  # fmt: skip
def test_each_kind_is_found(source: str, seen: list[tuple[int, str, str, int]]) -> None:
    assert _seen(source) == seen


def test_loops_of_a_function_are_within_those_that_call_it() -> None:
    source = """\
def one(x):
    for a in x: pass
def two(x):
    for b in x:
        one(b)
def three(x):
    for c in x:
        for d in c:
            two(d)
"""
    depths = {one.line: one.depth for one in _loops(source)}
    assert depths == {2: 3, 4: 2, 7: 0, 8: 1}


def test_functions_that_call_each_other_in_a_circle_have_an_end() -> None:
    source = "def f():\n  for a in b: g()\ndef g():\n  for c in d: f()"

    assert max(one.depth for one in _loops(source)) <= 21


def test_a_function_is_named_with_what_is_around_it() -> None:
    source = "class A:\n  def f(self):\n    def g():\n      for a in b: pass"

    assert [one.function for one in _loops(source)] == ["A.f.g"]


def test_what_is_quoted_is_cut() -> None:
    (loop,) = _loops(f"for a in [{'1,' * 1000}]: pass")

    assert len(loop.over) == LONGEST_TEXT + 1


def test_no_more_loops_are_listed_than_anyone_reads() -> None:
    assert len(_loops("for a in b: pass\n" * 1000)) == MOST_LOOPS


def test_deep_expressions_are_gone_through_without_recursion() -> None:
    source = b"x = [" + b"-" * 900 + b"1 for a in b]"
    tree = parse(source)

    assert tree is not None
    assert len(find_loops(tree, Text(source))) == 1


def test_what_nobody_would_read_is_not_parsed() -> None:
    assert parse(b"#" * (LARGEST_BYTES + 1)) is None
    assert parse(b"def f(:") is None


@given(st.text())
def test_text_in_any_alphabet_is_quoted_as_it_is(words: str) -> None:
    literal = repr(words)
    source = f"é = 1; x = {literal}".encode("utf-8", "backslashreplace")
    statement = ast.parse(source).body[1]
    assert isinstance(statement, ast.Assign)

    quoted = Text(source).quote(statement.value)

    plain = " ".join(literal.encode("utf-8", "backslashreplace").decode().split())
    assert quoted == plain or quoted == f"{plain[:LONGEST_TEXT]}…"

"""Counters leave a source as it was, but for the counting."""

import ast
from pathlib import Path
from typing import Any

import pytest

from grader.style.loops import find_loops
from grader.style.tree import Text, parse
from grader.style.turns import MOST_TURNS, with_counters

EXAMPLES = Path(__file__).parent.parent.parent / "submissions"


def _counted(source: str | bytes) -> bytes | None:
    data = source.encode() if isinstance(source, str) else source
    tree = ast.parse(data)
    return with_counters(data, tree, find_loops(tree, Text(data)))


def _run(source: str | bytes) -> tuple[dict[str, Any], list[int]]:
    """Run trusted code, with and without counters; give its names and its turns."""
    counted = _counted(source)
    assert counted is not None
    names: dict[str, Any] = {}
    exec(compile(counted, "counted.py", "exec"), names)
    plain: dict[str, Any] = {}
    exec(compile(source, "plain.py", "exec"), plain)
    assert names["x"] == plain["x"]
    return names, names["_grader_counts"]().tolist()


@pytest.mark.parametrize(
    ("source", "turns"),
    [
        ("x = 0\nfor i in range(3):\n    for j in range(4): x += j", [3, 12]),
        ("x = 0\nfor i in range(9):\n    if i == 2: break\n    x += 1\nelse:\n    x = 7", [3]),
        ("x = 5\nwhile x > 2:\n    x -= 1", [3]),
        ("x, n = [], 3\nwhile n := n - 1:\n    x.append(n)", [2]),
        ("x = [(i, j) for i in range(2) for j in range(3) if i]", [2, 6]),
        ("x = {i: [j for j in 'ab'] for i in 'cde'}", [3, 6]),
        ("x = 0\nfor i in 1, 2, 3: x += i", [3]),
        ("x = 0\nfor i in *'ab', 'c': x += 1", [3]),
        ("x = sum(i for i in (j for j in range(4)))", [4, 4]),
        ("x = list(map(lambda i: i + 1, range(5)))", [5]),
        ("x = list(filter(None, range(5)))", [0]),
        ("def f(n):\n\treturn n and 1 + f(n - 1)\nx = f(3)", [4]),
        ("import functools\n@functools.cache\ndef f(n):\n    return n and 1 + f(n - 1)\nx = f(3)", [4]),
        ("class A:\n    def f(self): return [i for i in 'ab']\nx = A().f()", [2]),
        ('"""Words."""\nfrom __future__ import annotations\nx = 0\nfor i in "ab": x += 1', [2]),
        ("é = 'ü'; x = [ö for ö in é + 'ß']", [2]),
        ("x = f'{sum(i for i in range(3))}'\nfor i in 'ab': pass", [2]),
        (b"\xef\xbb\xbfx = [i for i in 'ab']", [2]),
        ("x = 0\r\nfor i in 'abc':\r\n    x += 1\r\n", [3]),
        ("x = [\n    i\n    for i in (\n        'ab'\n    )\n]", [2]),
    ],
)  # fmt: skip
def test_turns_are_counted_and_nothing_else_changes(
    source: str | bytes, turns: list[int]
) -> None:
    assert _run(source)[1] == turns


def test_every_example_compiles_with_counters() -> None:
    counted = 0
    for path in EXAMPLES.glob("*/*/*.py"):
        source = path.read_bytes()
        tree = parse(source)
        loops = find_loops(tree, Text(source)) if tree is not None else ()
        if tree is None or not loops:
            continue
        found = with_counters(source, tree, loops)
        assert found is not None, path
        names = [getattr(one, "name", "") for one in ast.parse(found).body]
        assert [one for one in names if one and not one.startswith("_grader")] == [
            name for one in tree.body if (name := getattr(one, "name", ""))
        ]
        counted += 1
    assert counted > 100


def test_counting_starts_anew_when_it_was_read() -> None:
    names, _ = _run("x = 0\ndef f(n):\n    return [i for i in range(n)]")
    names["f"](3)
    names["_grader_counts"]()
    names["f"](5)

    assert names["_grader_counts"]().tolist() == [5]


def test_a_call_that_turns_without_end_is_stopped() -> None:
    names, _ = _run("x = 0\ndef f():\n    while True: pass")

    with pytest.raises(RuntimeError, match="too many turns"):
        names["f"]()
    assert names["_grader_counts"]().tolist() == [MOST_TURNS + 1]


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        '"""Words."""; x = [i for i in "ab"]',
        "# -*- coding: latin-1 -*-\nx = [i for i in 'é']".encode("latin-1"),
        '"""Nothing but words."""',
    ],
)
def test_what_does_not_lend_itself_to_it_is_left_alone(source: str | bytes) -> None:
    assert _counted(source) is None

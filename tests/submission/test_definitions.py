"""Of a notebook that is taken which the functions are made of, line by line."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.definitions import MOST_STATEMENTS, Definitions, keep_definitions
from grader.submission.magics import LEFT_OUT
from grader.submission.submission import Refusal

STATEMENTS = st.sampled_from(
    [
        *("import numpy as np", "from math import pi, tau", "from os import *"),
        *(
            "x = 1",
            "x: int = 2",
            "y = f(x)",
            "x += 1",
            "x[0] = 1",
            "f.a = 1",
            "a, *b = c",
        ),
        *(
            "def f(): return g(x)",
            "def g(): pass",
            "def f(x=y): pass",
            "class C(g): x = y",
        ),
        *(
            "@g\ndef f():\n  return x",
            "f = lambda: y",
            "print(f(1))",
            "for i in x: pass",
        ),
        *("if x:\n  y = 1\nelse:\n  y = 2", "try:\n  import z\nexcept E:\n  z = None"),
        *(
            "if __name__ == '__main__':\n  f()",
            "'''\ntext\n'''",
            "f(\n1\n)",
            "x = 1; f(2)",
        ),
        *(
            "",
            "# why",
            "from __future__ import annotations",
            "é = 1; print('é')",
            "def (",
        ),
    ]
)
CELLS = st.lists(st.lists(STATEMENTS, max_size=5).map("\n".join), max_size=5)


def definitions(cells: list[str], asked: tuple[str, ...] = ("f",)) -> Definitions:
    found = keep_definitions(cells, asked)
    assert isinstance(found, Definitions)
    return found


def kept(*cells: str, asked: tuple[str, ...] = ("f",)) -> list[str]:
    """Give the lines that stay, without those that are comments."""
    found = definitions([*cells], asked).cells
    lines = "\n".join(found).split("\n")
    return [line for line in lines if line and not line.startswith(LEFT_OUT.strip())]


def test_what_the_function_needs_is_kept_and_what_shows_it_is_not() -> None:
    assert kept(
        "import numpy as np\nimport matplotlib.pyplot as plt",
        "EPS = 1e-8\nSIZE = 512\nTABLE = build(EPS)",
        "def build(n):\n    return np.ones(3)",
        "def f(x):\n    return x * TABLE",
        "x = np.ones(SIZE)\nplt.plot(f(x))\nfor i in x:\n    print(i)",
    ) == [
        "import numpy as np",
        "EPS = 1e-8",
        "TABLE = build(EPS)",
        "def build(n):",
        "    return np.ones(3)",
        "def f(x):",
        "    return x * TABLE",
    ]


def test_a_demo_that_is_called_like_an_argument_is_not_needed() -> None:
    assert kept("x = load()", "def f(x):\n    return x") == [
        "def f(x):",
        "    return x",
    ]


@pytest.mark.parametrize(
    "needed",
    [
        *(
            "y = 3",
            "y = g(1)",
            "y: int = 3",
            "y, z = 1, 2",
            "import y",
            "from a import b as y",
        ),
        *("from a import *", "y = {}\ny[0] = 1", "y = 0\ny += 1", "class y: pass"),
        *(
            "if True:\n    y = 1\nelse:\n    y = 2",
            "try:\n    import y\nexcept ImportError:\n    y = 1",
        ),
    ],
)
def test_each_kind_of_definition_is_kept_if_needed(needed: str) -> None:
    lines = needed.split("\n")
    use = ["def f():", "    return [y for _ in g()]"]

    assert kept(needed, "\n".join(use)) == [*lines, *use]


@pytest.mark.parametrize(
    "demo",
    [
        *(
            "y = 3",
            "import y",
            "f(1)",
            "while y: pass",
            "with y: pass",
            "del y",
            "y.append(1)",
        ),
        *(
            "assert f(1) == 2",
            "if __name__ == '__main__':\n    f()",
            "f(1);",
            "'''\nf\n'''",
        ),
        *("def y(): pass", "class y: pass"),
    ],
)
def test_what_is_not_needed_or_only_does_something_is_left_out(demo: str) -> None:
    assert kept(demo, "def f():\n    y = 1\n    return y") == [
        "def f():",
        "    y = 1",
        "    return y",
    ]


def test_the_last_definition_wins() -> None:
    assert kept(
        "import torch\ndef f(): return torch.ones(1)", "def f(): return 2", "f()"
    ) == ["def f(): return 2"]


def test_an_earlier_one_stays_while_something_takes_it() -> None:
    cells = ["def f(): return 1", "g = f", "def f(): return g() + 1"]

    assert kept(*cells) == cells
    assert kept(cells[0], "f()", cells[0]) == [cells[0]] * 1
    decorated = ["def f(): return 1", "@wraps(f)\ndef f(): return 2"]
    assert kept(*decorated) == "\n".join(decorated).split("\n")


def test_tests_are_kept_with_what_they_need() -> None:
    cells = [
        "import pytest\nX = 1",
        "def f(): pass",
        "def test_f():\n    pytest.fail(f(X))",
    ]

    assert kept(*cells) == "\n".join(cells).split("\n")


def test_a_function_under_another_name_is_found_however_it_is_bound() -> None:
    cells = [
        "from functools import partial",
        "def mine(a, b): pass",
        "f = partial(mine, 1)",
    ]

    assert kept(*cells, "f(2)") == cells


def test_without_what_is_asked_all_functions_and_classes_are_kept() -> None:
    cells = ["def g(): pass", "class C: pass"]

    assert kept(*cells, "g()") == cells


def test_of_one_line_only_the_answer_is_run() -> None:
    assert kept(
        "import numpy as np; print('é'); np.seterr(\nall='raise'); y = 1",
        "def f(): return np, y",
    ) == [
        "import numpy as np; pass; pass; y = 1",
        "def f(): return np, y",
    ]


def test_imports_from_the_future_are_told_apart() -> None:
    found = definitions(["x = 1", "from __future__ import annotations"])

    assert found.future == {"annotations"}
    assert found.cells[1] == "#- from __future__ import annotations"


def test_a_cell_that_does_not_parse_stays_if_it_may_define_something() -> None:
    assert kept("def f(: pass", "def f(): pass", "print(", "x = = 1") == [
        "def f(: pass",
        "def f(): pass",
    ]


@given(CELLS)
def test_each_line_stays_where_it_was_and_is_kept_cut_or_commented(
    cells: list[str],
) -> None:
    found = definitions(cells)

    assert len(found.cells) == len(cells)
    for before, after in zip(cells, found.cells, strict=True):
        assert after.count("\n") == before.count("\n")
        for old, new in zip(before.split("\n"), after.split("\n"), strict=True):
            assert new in {old, f"{LEFT_OUT}{old}".rstrip()} or ";" in old


@given(CELLS)
def test_what_is_kept_parses_if_all_cells_do(cells: list[str]) -> None:
    found = definitions(cells)
    for before, after in zip(cells, found.cells, strict=True):
        if "def (" not in before:
            ast.parse(after)


NAMES = ", ".join(f"a{n}" for n in range(20_000))


@pytest.mark.parametrize(
    "cell",
    [
        "def f():0\n" * 4_000,
        "@f\ndef f():0\n" * 4_000,
        " = ".join(f"a{n}" for n in range(20_000)) + " = f",
        "\n".join(f"a{n} = a{n + 1}" for n in range(4_000)),
        "f = " + "-" * 100_000 + "1",
        "f = " + "lambda: " * 5_000 + "1",
        "if f: pass\n" + "elif f: pass\n" * 20_000,
        "f = 1;" * 2_000 + f"g({'1,' * 100_000});" + "g = 1;" * 2_000,
        f"f = {', '.join(f'a{n}, lambda: 0' for n in range(60_000))}",
        "class C:\n" + "".join(f" def a{n}(s): 0\n" for n in range(60_000)),
        f"def f(): {'; '.join(f'a{n} = lambda: a{n}' for n in range(60_000))}",
        f"def f(): global {NAMES}; {'lambda: 0;' * 20_000}",
        f"def f(): import {NAMES}; {'lambda: 0;' * 20_000}",
    ],
    ids=range(13),
)
def test_no_cell_takes_long(cell: str) -> None:
    found = definitions([cell, "def f(): return a0"])

    assert found.cells[0].count("\n") == cell.count("\n")


def test_too_many_statements_to_look_at_are_refused() -> None:
    found = keep_definitions(["x = 1\n" * MOST_STATEMENTS, "def f(): pass"], ["f"])

    assert found == Refusal(reason="it has more than 5,000 statements")

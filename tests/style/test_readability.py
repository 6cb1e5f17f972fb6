"""Functions and array expressions are described as a reader would count them."""

import ast

import pytest

from grader.style.idioms import MOST_IDIOMS, find_idioms
from grader.style.readability import MOST_FUNCTIONS, describe_functions
from grader.style.tree import Text

SOURCE = '''\
class A:
    def f(self, x: int, *rest, key: str = "a", **more) -> int:
        """Add."""
        def g(y):
            return y
        return g(x)

def h(): return 1
'''


def test_functions_are_described() -> None:
    first, second, third = describe_functions(ast.parse(SOURCE), {2: 3, 8: 1})

    assert (first.name, first.line, first.lines) == ("A.f", 2, 5)
    assert (first.arguments, first.annotated, first.returns_annotated) == (4, 2, True)
    assert (first.has_docstring, first.complexity) == (True, 3)
    assert (second.name, second.has_docstring, second.complexity) == (
        "A.f.g",
        False,
        None,
    )
    assert (third.name, third.lines, third.returns_annotated) == ("h", 1, False)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("x[:, 1:]", ["slicing"]),
        ("x[:, rows, columns]", ["slicing"]),
        ("x[:, :, None]", ["broadcasting"]),
        ("x[np.newaxis]", ["broadcasting"]),
        ("x[1:]", []),
        ("x[i, j]", []),
        ("x.shape[2:]", []),
        ("x.reshape(2, -1).T", ["reshaping", "reshaping"]),
        ("sliding_window_view(x, 3)", ["windows"]),
        ("np.einsum('ij->ji', x) + a @ b", ["products", "products"]),
        ("np.add.at(x, i, 1)", ["scattering"]),
        ("x.at(1)", []),
        ("np.pad(x, 1)", ["padding"]),
        ("x.ndim == 3", ["rank test"]),
        ("3 != len(x.shape)", ["rank test"]),
        ("len(x) == 3", []),
    ],
)
def test_array_expressions_are_told_apart(source: str, kinds: list[str]) -> None:
    found = find_idioms(ast.parse(source), Text(source.encode()))

    assert sorted(one.kind for one in found) == kinds


def test_no_more_is_listed_than_anyone_reads() -> None:
    source = "def f(): x[:, 1:]\n" * 300
    tree = ast.parse(source)

    assert len(find_idioms(tree, Text(source.encode()))) == MOST_IDIOMS
    assert len(describe_functions(tree, {})) == MOST_FUNCTIONS

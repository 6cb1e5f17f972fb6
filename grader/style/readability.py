"""What can be counted of how readable functions are."""

import ast
from collections.abc import Iterator, Mapping

from grader.record import FunctionEntry
from grader.style.tree import FUNCTIONS, MOST_NODES, Function

MOST_FUNCTIONS = 100


def describe_functions(
    tree: ast.Module, complexities: Mapping[int, int]
) -> tuple[FunctionEntry, ...]:
    r"""Describe each function of a source, the first `MOST_FUNCTIONS` of them.

    Parameters
    ----------
    tree
        The source, parsed.
    complexities
        McCabe's number of each function, by its line; empty if there is no linter.

    Examples
    --------
    >>> tree = ast.parse("def f(x: int, y):\n    'Add.'\n    return x + y")
    >>> describe_functions(tree, {1: 1})[0].annotated
    1
    """
    found = []
    for name, node in _functions(tree):
        arguments = _arguments(node)
        entry = FunctionEntry(
            name=name,
            line=node.lineno,
            lines=(node.end_lineno or node.lineno) - node.lineno + 1,
            complexity=complexities.get(node.lineno),
            has_docstring=bool(ast.get_docstring(node, clean=False)),
            arguments=len(arguments),
            annotated=sum(one.annotation is not None for one in arguments),
            returns_annotated=node.returns is not None,
        )
        found.append(entry)
        if len(found) >= MOST_FUNCTIONS:
            break
    return tuple(sorted(found, key=lambda one: one.line))


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Go through functions, each with its full name."""
    waiting: list[tuple[ast.AST, str]] = [(tree, "")]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node, outer = waiting.pop()
        if isinstance(node, FUNCTIONS):
            yield f"{outer}{node.name}"[-200:], node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            outer = f"{outer}{node.name}."[-200:]
        below = [
            one for one in ast.iter_child_nodes(node) if not isinstance(one, ast.expr)
        ]
        waiting.extend((one, outer) for one in reversed(below))


def _arguments(node: Function) -> list[ast.arg]:
    given = node.args
    ordered = [*given.posonlyargs, *given.args]
    if ordered and ordered[0].arg in {"self", "cls"}:
        del ordered[0]
    rest = [one for one in (given.vararg, given.kwarg) if one is not None]
    return [*ordered, *given.kwonlyargs, *rest]

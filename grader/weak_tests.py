"""Weak spots of tests that can be told from their source or their data."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from grader.outcome import Call
from grader.submission import Submission, tree_of

_MOST_NODES = 200_000
"""Of a source that is looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """An assertion that notices less than it seems to."""

    filename: str
    line: int
    message: str


def is_constant(call: Call) -> bool:
    """Tell whether a call's arrays hold one number each, wherever they hold several."""
    arrays = [one for one in call.arguments.values() if isinstance(one, np.ndarray)]
    longer = [one for one in arrays if one.size > 1]
    return bool(longer) and all(bool(np.all(one == one.flat[0])) for one in longer)


def weak_assertions(
    submission: Submission, filenames: Collection[str]
) -> Iterator[Weakness]:
    """Find sums of differences, in which errors of both signs cancel.

    Parameters
    ----------
    submission
        Whose tests.
    filenames
        Of those that ran in a worker, within its limits, and so can be parsed here.
    """
    sources = [(submission.filename, submission.source)]
    sources += [(one.filename, one.source) for one in submission.tests]
    for filename, source in sources:
        if filename not in filenames:
            continue
        for place, node in enumerate(ast.walk(tree_of(source))):
            if place > _MOST_NODES:
                break
            if isinstance(node, ast.Assert) and _sums_differences(node.test):
                words = "differences of both signs cancel in a sum: compare elements"
                yield Weakness(filename=filename, line=node.lineno, message=words)


def _sums_differences(test: ast.expr) -> bool:
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    return any(_is_sum_of_difference(side) for side in sides)


def _is_sum_of_difference(node: ast.expr) -> bool:
    """Recognise `(a - b).sum()`, `np.sum(a - b)` and the like, also within `abs`."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    inner = [*node.args[:1]]
    if isinstance(node.func, ast.Attribute):
        inner.append(node.func.value)
    if name in {"sum", "mean", "nansum"}:
        return any(
            isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub) for one in inner
        )
    if name in {"abs", "fabs", "float", "item", "absolute"}:
        return any(_is_sum_of_difference(one) for one in inner)
    return False

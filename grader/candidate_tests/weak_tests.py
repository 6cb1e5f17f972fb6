"""Weak spots of tests that can be told from their source or their data."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import numpy as np

from grader.arguments import arrays_of
from grader.outcome import Call
from grader.submission import Submission, bound_by, tree_of

_MOST_NODES = 200_000
"""Of a source that is looked through."""
_MOST_NAMES = 20
"""That a statement binds which is looked at: people bind a few."""
_CODE = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
_INSIDE = frozenset({"__code__", "__wrapped__"})
"""What a function is made of, that another one can be made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """An assertion that notices less than it seems to."""

    filename: str
    line: int
    message: str


def is_constant(call: Call) -> bool:
    """Tell whether a call's arrays hold one number each, wherever they hold several."""
    longer = [one for one in arrays_of(call.arguments).values() if one.size > 1]
    return bool(longer) and all(bool(np.all(one == one.flat[0])) for one in longer)


def leaning_tests(
    submission: Submission, functions: Collection[str], filenames: Collection[str]
) -> dict[str, str]:
    """Find tests that ask the code under test what to expect.

    Parameters
    ----------
    submission
        Whose tests.
    functions
        What the tests are of, by all names that it may have.
    filenames
        Of the sources that ran in a worker, within its limits.

    Returns
    -------
    dict
        For the name of a test function, something that it uses and that one of the
        functions under test uses as well. Names decide, wherever they come from.
    """
    tested = frozenset(functions)
    own = _definitions(submission.source, tested)
    parts = (_reached(own.uses, tested & own.uses.keys()) & own.code) - tested
    leaning: dict[str, str] = {}
    for filename, source in _sources(submission):
        if filename not in filenames:
            continue
        is_own = filename == submission.filename
        known = own if is_own else _definitions(source, tested)
        again = parts | own.copies | known.copies
        asks = _users(known.uses, tested, tested | again)
        leaning |= {
            name: part
            for name, part in _users(known.uses, again, tested | again).items()
            if name.startswith("test") and name in asks
        }
    return leaning


def _sources(submission: Submission) -> list[tuple[str, bytes]]:
    sources = [(submission.filename, submission.source)]
    return sources + [(one.filename, one.source) for one in submission.tests]


_Uses = Mapping[str, Sequence[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class _Definitions:
    """What is defined at the top of a source."""

    uses: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """What each function, class, method and assigned name is made with, each time."""
    code: set[str] = field(default_factory=set)
    """Those that compute something themselves; the others only pass it on."""
    copies: set[str] = field(default_factory=set)
    """Those made of what a function under test has inside, such as its code."""


def _definitions(source: bytes, tested: frozenset[str]) -> _Definitions:
    found = _Definitions()
    for node in tree_of(source).body:
        names = bound_by(node)
        if not names or len(names) > _MOST_NAMES:
            continue
        inside = list(islice(ast.walk(node), _MOST_NODES))
        used = _names_in(inside)
        for name in names:
            found.uses.setdefault(name, []).append(used)
        if any(isinstance(one, _CODE) for one in inside):
            found.code.update(names)
        if _is_copied(inside, tested):
            found.copies.update(names)
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name not in found.uses:
                    found.uses[inner.name] = [_names_in(ast.walk(inner))]
                    found.code.add(inner.name)
    return found


def _is_copied(inside: Iterable[ast.AST], tested: frozenset[str]) -> bool:
    """Tell whether something looks into a function under test."""
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in _INSIDE
        and isinstance(one.value, ast.Name)
        and one.value.id in tested
        for one in inside
    )


def _names_in(nodes: Iterable[ast.AST]) -> frozenset[str]:
    return frozenset(
        one.id if isinstance(one, ast.Name) else one.attr
        for one in islice(nodes, _MOST_NODES)
        if isinstance(one, ast.Name | ast.Attribute)
    )


def _reached(known: _Uses, start: Collection[str]) -> frozenset[str]:
    """Follow names to all definitions that they use."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        for names in known.get(waiting.pop(), ()):
            found = (names & known.keys()) - reached
            reached |= found
            waiting += found
    return frozenset(reached)


def _users(known: _Uses, used: Collection[str], stop: frozenset[str]) -> dict[str, str]:
    """Give what uses any of some names, each with the first that it uses.

    The way may lead over others, but for where to stop. Each is passed once, so however
    many there are, it takes no longer than reading them.
    """
    callers: dict[str, list[str]] = {}
    for name, uses in known.items():
        for one in chain.from_iterable(uses):
            callers.setdefault(one, []).append(name)
    found: dict[str, str] = {}
    for target in sorted(used):
        waiting = [target]
        while waiting:
            for name in callers.get(waiting.pop(), ()):
                if name not in found:
                    found[name] = target
                    if name not in stop:
                        waiting.append(name)
    return found


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
    for filename, source in _sources(submission):
        if filename not in filenames:
            continue
        for node in islice(ast.walk(tree_of(source)), _MOST_NODES):
            if isinstance(node, ast.Assert) and _sums_differences(node.test):
                words = "differences of both signs cancel in a sum: compare elements"
                yield Weakness(filename=filename, line=node.lineno, message=words)


def _sums_differences(test: ast.expr) -> bool:
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    return any(_is_sum_of_difference(side) for side in sides)


def _is_sum_of_difference(node: ast.expr) -> bool:
    """Recognise `(a - b).sum()`, `np.sum(a - b)` and the like, also within `abs`."""
    waiting = [node]
    while waiting:  # no recursion: hostile calls can be in a chain of any length
        call = waiting.pop()
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = call.func.id if isinstance(call.func, ast.Name) else name
        inner = [*call.args[:1]]
        if isinstance(call.func, ast.Attribute):
            inner.append(call.func.value)
        if name in {"abs", "fabs", "float", "item", "absolute"}:
            waiting += inner
        elif name in {"sum", "mean", "nansum"} and any(
            isinstance(one, ast.BinOp) and isinstance(one.op, ast.Sub) for one in inner
        ):
            return True
    return False

"""Weak spots of tests that can be told from their source or their data."""

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from grader.arguments import arrays_of
from grader.outcome import Call
from grader.submission import Submission, bound_by, tree_of
from grader.submission.definitions import global_names_in, text_of

_MOST_NODES = 200_000
"""Of a source that is looked through."""
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
    own = _Top(submission.source, tested)
    parts = (own.reached(tested) & own.code) - tested
    leaning: dict[str, str] = {}
    for filename, source in _sources(submission):
        if filename not in filenames:
            continue
        is_own = filename == submission.filename
        known = own if is_own else _Top(source, tested, own.code)
        again = parts | own.copies | known.copies
        asks = known.users(tested, tested | again)
        leans = dict.fromkeys(known.copies, "__code__")
        leans |= known.users(again, tested | again)
        leaning |= {
            name: part
            for name, part in leans.items()
            if name.startswith("test") and name in asks
        }
    return leaning


def _sources(submission: Submission) -> list[tuple[str, bytes]]:
    sources = [(submission.filename, submission.source)]
    return sources + [(one.filename, one.source) for one in submission.tests]


class _Top:
    """What the statements at the top of a source bind and use, and methods as well.

    Each statement and each name is passed once, so however many there are, it takes no
    longer than reading them.

    Parameters
    ----------
    source
        It ran in a worker, within its limits.
    tested
        The names of the functions under test.
    others
        What other files define that computes something.
    """

    def __init__(
        self, source: bytes, tested: frozenset[str], others: Collection[str] = ()
    ) -> None:
        self._binds: list[frozenset[str]] = []
        self._uses: list[frozenset[str]] = []
        self._passes: list[frozenset[str]] = []
        """What of it may be the same code: not what is only called to make a value."""
        self._places: dict[str, list[int]] = {}
        self.code: set[str] = set()
        """The names of what computes something; others only pass it on."""
        self.copies: set[str] = set()
        """The names of what is made with the inside of a function under test."""
        nodes = [
            (node, names, list(islice(ast.walk(node), _MOST_NODES)))
            for node, names in _bindings(tree_of(source))
        ]
        for _, names, inside in nodes:
            if any(isinstance(one, _CODE) for one in inside):
                self.code |= names
        parts = self.code.union(tested, others)
        lines = source.decode("utf-8", "backslashreplace").encode().splitlines()
        for place, (node, names, inside) in enumerate(nodes):
            if _looks_inside(inside, tested):
                self.copies |= names
            used, passed = _used(node, inside, lines)
            attributes = {one.attr for one in inside if isinstance(one, ast.Attribute)}
            self._binds.append(names)
            self._uses.append(used | (attributes & parts))
            self._passes.append(passed | (attributes & parts))
            for name in names:
                self._places.setdefault(name, []).append(place)

    def reached(self, start: Collection[str]) -> frozenset[str]:
        """Follow names to all that they are made of."""
        reached: set[str] = set()
        waiting = [name for name in start if name in self._places]
        passed: set[int] = set()
        while waiting:
            for place in self._places[waiting.pop()]:
                if place not in passed:
                    passed.add(place)
                    new = (self._passes[place] & self._places.keys()) - reached
                    reached |= new
                    waiting += new
        return frozenset(reached)

    def users(self, used: Collection[str], stop: Collection[str]) -> dict[str, str]:
        """Give what uses any of some names, each with the first that it uses.

        The way may lead over others, but for where to stop.
        """
        callers: dict[str, list[int]] = {}
        for place, names in enumerate(self._uses):
            for one in names:
                callers.setdefault(one, []).append(place)
        found: dict[str, str] = {}
        passed: set[int] = set()
        for target in sorted(used):
            waiting = [target]
            while waiting:
                for place in callers.get(waiting.pop(), ()):
                    if place not in passed:
                        passed.add(place)
                        new = self._binds[place] - found.keys()
                        found |= dict.fromkeys(new, target)
                        waiting += new - frozenset(stop)
        return found


def _bindings(tree: ast.Module) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    for node in tree.body:
        names = bound_by(node)
        if names:
            yield node, names
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield inner, frozenset([inner.name])


def _used(
    node: ast.stmt, inside: Sequence[ast.AST], lines: Sequence[bytes]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the global names in a statement: all, and those that it may pass on."""
    if isinstance(node, ast.ImportFrom):
        names = frozenset(one.name for one in node.names)
        return names, names
    used, _ = global_names_in(text_of(node, lines), node)
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return used, used
    called = {one.func for one in inside if isinstance(one, ast.Call)}
    values = {
        one.id for one in inside if isinstance(one, ast.Name) and one not in called
    }
    return used, used & values


def _looks_inside(inside: Iterable[ast.AST], tested: frozenset[str]) -> bool:
    """Tell whether something takes what a function under test is made of.

    Numbers of its code, such as how many arguments it has, are no such thing.
    """
    asked = {
        one.value
        for one in inside
        if isinstance(one, ast.Attribute) and one.attr != "replace"
    }
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in _INSIDE
        and one not in asked
        and isinstance(one.value, ast.Name | ast.Attribute)
        and (one.value.id if isinstance(one.value, ast.Name) else one.value.attr)
        in tested
        for one in inside
    )


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

"""Find the loops of a source: what turns, over what, and how deep within others."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.record import LoopKind
from grader.style.tree import FUNCTIONS, MOST_NODES, Text, name_of

MOST_LOOPS = 100
_DEEPEST = 20
"""Functions that call each other in a circle would be ever deeper."""
_MOST_CALLS = 5_000
_MODULE = "<module>"
_CALLERS = frozenset({"vectorize", "frompyfunc", "apply_along_axis", "map", "filter"})
"""Functions that call their first argument for each element or row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A loop, or what works as one."""

    kind: LoopKind
    function: str
    """The function that it is in, with those around it."""
    line: int
    depth: int
    """How many loops are around it, those of functions that call this one too."""
    over: str
    """What it runs over, as the source says it."""
    place: ast.AST
    """Where its turns can be counted: an iterable, a test, a function."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around a node."""

    function: str = _MODULE
    depth: int = 0
    defined: tuple[tuple[str, ast.AST], ...] = ()
    """The functions that it is in, and their simple names."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of one of the source's own functions."""

    caller: str
    name: str
    depth: int


class _Finder:
    """Goes through a tree, and keeps what it finds."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self.loops: list[Loop] = []
        self.calls: list[_Call] = []
        self.names: dict[str, list[str]] = {}
        """Functions by their simple names."""
        self._recursive: set[ast.AST] = set()

    def search(self, tree: ast.Module) -> None:
        waiting: list[tuple[ast.AST, _Around]] = [(tree, _Around())]
        for _ in range(MOST_NODES):
            if not waiting or len(self.loops) >= MOST_LOOPS:
                return
            node, around = waiting.pop()
            waiting.extend(reversed(list(self._below(node, around))))

    def _below(
        self, node: ast.AST, around: _Around
    ) -> Iterator[tuple[ast.AST, _Around]]:
        """Give what is below a node, each with what is around it."""
        inner = replace(around, depth=around.depth + 1)
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from self._definition(node, around)
            case ast.For() | ast.AsyncFor():
                self._add("for", node, around, node.iter)
                yield node.iter, around
                yield from ((one, inner) for one in node.body)
                yield from ((one, around) for one in node.orelse)
            case ast.While():
                self._add("while", node, around, node.test)
                yield node.test, inner
                yield from ((one, inner) for one in node.body)
                yield from ((one, around) for one in node.orelse)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self._comprehension(node, around)
            case ast.Call():
                yield from self._call(node, around, inner)
            case ast.JoinedStr():
                return  # words; and Python 3.11 doesn't know where in them things are
            case _:
                yield from ((one, around) for one in ast.iter_child_nodes(node))

    def _definition(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
        around: _Around,
    ) -> Iterator[tuple[ast.AST, _Around]]:
        outer = "" if around.function == _MODULE else f"{around.function}."
        name, defined = outer + node.name, around.defined
        if isinstance(node, FUNCTIONS):
            defined = (*defined[-_DEEPEST:], (node.name, node))
            self.names.setdefault(node.name, []).append(name)
        body = set(node.body)
        within = _Around(function=name[-200:], defined=defined)
        for child in ast.iter_child_nodes(node):
            yield child, within if child in body else around

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        around: _Around,
    ) -> Iterator[tuple[ast.AST, _Around]]:
        for one in node.generators:
            self._add("comprehension", one.iter, around, one.iter)
            yield one.iter, around
            around = replace(around, depth=around.depth + 1)
            yield from ((test, around) for test in one.ifs)
        parts = (
            (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        )
        yield from ((part, around) for part in parts)

    def _call(
        self, node: ast.Call, around: _Around, inner: _Around
    ) -> Iterator[tuple[ast.AST, _Around]]:
        name = name_of(node.func)
        if isinstance(node.func, ast.Name) and len(self.calls) < _MOST_CALLS:
            self.calls.append(_Call(around.function, name, around.depth))
            own = dict(around.defined).get(name)
            if own is not None and own not in self._recursive:
                self._recursive.add(own)
                self._add("recursion", node, around, own)
        first = node.args[0] if node.args else None
        looping = name in _CALLERS and first is not None
        if looping and first is not None:
            self._add("call", node, around, first)
            if isinstance(first, ast.Name):
                self.calls.append(_Call(around.function, first.id, inner.depth))
        for child in ast.iter_child_nodes(node):
            yield child, inner if looping and child is first else around

    def _add(
        self, kind: LoopKind, node: ast.stmt | ast.expr, around: _Around, place: ast.AST
    ) -> None:
        shown = place if kind in {"for", "while", "comprehension"} else node
        assert isinstance(shown, ast.stmt | ast.expr)
        loop = Loop(
            kind=kind,
            function=around.function,
            line=node.lineno,
            depth=around.depth,
            over=self._text.quote(shown),
            place=place,
        )
        self.loops.append(loop)


def find_loops(tree: ast.Module, text: Text) -> tuple[Loop, ...]:
    r"""List the loops of a source, the first `MOST_LOOPS` of them.

    Parameters
    ----------
    tree
        The source, parsed.
    text
        The same, to quote from.

    Returns
    -------
    tuple of Loop
        In the order of the source. NumPy's own loops are none; functions of NumPy
        that call Python for each element are.

    Examples
    --------
    >>> source = b"def f(x):\n  for row in x:\n    total = sum(a * a for a in row)"
    >>> for loop in find_loops(ast.parse(source), Text(source)):
    ...     print(loop.line, loop.kind, loop.over, loop.depth)
    2 for x 0
    3 comprehension row 1
    """
    finder = _Finder(text)
    finder.search(tree)
    depths = _depths(finder)
    deeper = (
        replace(one, depth=min(one.depth + depths.get(one.function, 0), _DEEPEST))
        for one in finder.loops
    )
    return tuple(sorted(deeper, key=lambda one: one.line))


def _depths(finder: _Finder) -> dict[str, int]:
    """Tell within how many loops each function is called, by other functions."""
    depths: dict[str, int] = {}
    for _ in range(_DEEPEST):
        changed = False
        for call in finder.calls:
            around = min(call.depth + depths.get(call.caller, 0), _DEEPEST)
            for name in finder.names.get(call.name, ())[:1]:
                if name != call.caller and around > depths.get(name, 0):
                    depths[name], changed = around, True
        if not changed:
            break
    return depths

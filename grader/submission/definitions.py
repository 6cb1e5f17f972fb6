"""Which statements of a notebook's cells are its answer, and which only show it.

The answer is what the functions that are asked for are made of: they, the tests, and
whatever definitions these need, in whatever cell. All else is made a comment.
"""

import __future__

import ast
import re
import symtable
import warnings
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from grader.submission.magics import comment_out
from grader.submission.submission import Refusal
from grader.submission.syntax import DEFINITIONS, UNPARSABLE, bound_by, parse

_DEFINES = re.compile(r"^[ \t]*+(?:async[ \t]++)?(?:def|class)[ \t]", re.MULTILINE)
MOST_STATEMENTS = 5_000
"""At the top of cells: looking at one takes a tenth of a millisecond and more."""
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*DEFINITIONS, ast.Lambda, *_COMPREHENSIONS)
_LOOKS_A_LETTER = 30
"""More than any function takes that somebody wrote by hand."""
_EVERYTHING = "*"
"""What `from module import *` binds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Cells with nothing but definitions in them, line by line as they were."""

    cells: tuple[str, ...]
    future: frozenset[str]
    """What they import from `__future__`: that has to come first of all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Statement:
    """One at the top of a cell."""

    cell: int
    node: ast.stmt
    binds: frozenset[str] | None
    needs: frozenset[str]
    """Names of others that it may look up, now or when it is called."""
    needs_now: frozenset[str]
    """Those that it looks up as it runs."""

    @property
    def first(self) -> int:
        """The line where it begins, from 1."""
        return _first_line(self.node)

    @property
    def last(self) -> int:
        """The line where it ends."""
        return self.node.end_lineno or self.node.lineno


def keep_definitions(
    cells: Sequence[str], asked: Collection[str]
) -> Definitions | Refusal:
    """Leave out of a notebook's cells what is no part of the answer.

    Parameters
    ----------
    cells
        Code without magics. One that doesn't parse is left out, unless it seems to
        define something: running it will say where it is broken.
    asked
        The functions that are asked for, by all their names. If none of them is
        bound, all functions and classes are kept.

    Returns
    -------
    Definitions or Refusal
        As many cells, with as many lines; a refusal if there are too many to look at.
    """
    statements: list[_Statement] = []
    kept_cells = list(cells)
    for number, cell in enumerate(cells):
        tree = parse(cell)
        if tree is not None and len(statements) + len(tree.body) > MOST_STATEMENTS:
            words = f"it has more than {MOST_STATEMENTS:,} statements"
            return Refusal(reason=words)
        if tree is not None:
            statements += _statements(number, cell, tree.body)
        elif not _DEFINES.search(cell):
            kept_cells[number] = comment_out(cell)
    future = frozenset[str]().union(*(_future_of(one.node) for one in statements))
    kept = _needed(_not_superseded(statements), asked)
    own: dict[int, list[_Statement]] = defaultdict(list)
    for one in statements:
        own[one.cell].append(one)
    for number, among in own.items():
        left_out = [one for one in among if id(one) not in kept]
        kept_cells[number] = _leave_out(cells[number], among, left_out)
    return Definitions(cells=tuple(kept_cells), future=future)


def _statements(number: int, cell: str, body: Sequence[ast.stmt]) -> list[_Statement]:
    lines = [line.encode() for line in cell.split("\n")]
    found = []
    for node in body:
        binds = None if _future_of(node) else bound_by(node)
        needs, now = frozenset[str](), frozenset[str]()
        if binds is not None and not isinstance(node, ast.Import | ast.ImportFrom):
            needs, now = global_names_in(text_of(node, lines), node)
        found.append(
            _Statement(cell=number, node=node, binds=binds, needs=needs, needs_now=now)
        )
    return found


def text_of(node: ast.stmt, lines: Sequence[bytes]) -> str:
    """Give a statement alone, where others share its lines."""
    first, last = _first_line(node) - 1, (node.end_lineno or node.lineno) - 1
    own = [*lines[first : last + 1]]
    own[-1] = own[-1][: node.end_col_offset]
    own[0] = own[0][node.col_offset :]
    return b"\n".join(own).decode("utf-8", "replace")


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    return min([node.lineno, *(one.lineno for one in decorators)])


def _future_of(node: ast.stmt) -> frozenset[str]:
    """Give what a statement imports from `__future__`."""
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return frozenset()
    names = frozenset(one.name for one in node.names)
    return names if names <= set(__future__.all_feature_names) else frozenset()


def global_names_in(text: str, node: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Give the global names in a statement: all, and those that it looks up at once."""
    top = None if _takes_long(node, len(text)) else _symbols_of(text)
    if top is None:
        every = frozenset(one.id for one in ast.walk(node) if isinstance(one, ast.Name))
        return every, every
    now = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    names = set(now)
    waiting = top.get_children()
    while waiting:
        table = waiting.pop()
        names.update(one.get_name() for one in table.get_symbols() if one.is_global())
        waiting += table.get_children()
    at_once = isinstance(node, ast.ClassDef)
    return frozenset(names), frozenset(names if at_once else now)


def _symbols_of(text: str) -> symtable.SymbolTable | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return symtable.symtable(text, "cell", "exec")
    except UNPARSABLE:
        return None


def _takes_long(node: ast.stmt, letters: int) -> bool:
    """Tell whether Python would look up too many names in too many scopes.

    For each scope it copies the names around it, and for each name of a scope it goes
    through all scopes in there.
    """
    inside = list(ast.walk(node))
    scopes = sum(isinstance(one, _SCOPES) for one in inside)
    names = set(chain.from_iterable(map(_words_of, inside)))
    return scopes * len(names) > _LOOKS_A_LETTER * letters


def _words_of(node: ast.AST) -> Iterator[str]:
    """Give all that may be a name: in Python's grammar, the texts of a node."""
    for _, value in ast.iter_fields(node):
        values = value if isinstance(value, list) else [value]
        yield from (one for one in values if isinstance(one, str))


def _not_superseded(statements: Sequence[_Statement]) -> list[_Statement]:
    """Take the last of several functions or classes of one name.

    An earlier one stays if something looks it up before the next is defined.
    """
    used: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(statements):
        for name in one.needs_now:
            used[name].append(at)
    following: dict[str, int] = {}
    superseded = set()
    for at, one in reversed(list(enumerate(statements))):
        if isinstance(one.node, DEFINITIONS):
            name, later = one.node.name, following.get(one.node.name)
            if later is not None:
                after = bisect_right(used[name], at)
                if after == len(used[name]) or used[name][after] > later:
                    superseded.add(at)
            following[name] = at
    return [one for at, one in enumerate(statements) if at not in superseded]


def _needed(statements: Iterable[_Statement], asked: Collection[str]) -> set[int]:
    """Follow from what is asked for to all that it needs; give the ids of all."""
    by_name: dict[str, list[_Statement]] = defaultdict(list)
    for one in statements:
        for name in one.binds or ():
            by_name[name].append(one)
    roots = [name for name in asked if name in by_name] or [
        name
        for name, binding in by_name.items()
        if any(isinstance(one.node, DEFINITIONS) for one in binding)
    ]
    tests = [name for name in by_name if name.startswith(("test_", "Test"))]
    waiting = [*roots, *tests, _EVERYTHING]
    seen, needed = set(waiting), set[int]()
    while waiting:
        for one in by_name.get(waiting.pop(), ()):
            if id(one) not in needed:
                needed.add(id(one))
                waiting += one.needs - seen
                seen |= one.needs
    return needed


def _leave_out(
    cell: str, statements: Sequence[_Statement], left_out: Sequence[_Statement]
) -> str:
    """Make comments of some statements; cut them out where others share their line."""
    out = {id(one) for one in left_out}
    lines = cell.split("\n")
    for group in reversed(list(_sharing_lines(statements))):
        start, stop = group[0].first - 1, group[-1].last
        own = lines[start:stop]
        if all(id(one) in out for one in group):
            lines[start:stop] = comment_out("\n".join(own)).split("\n")
        elif any(id(one) in out for one in group):
            lines[start:stop] = _cut(own, group, out).split("\n")
    return "\n".join(lines)


def _sharing_lines(statements: Sequence[_Statement]) -> Iterator[list[_Statement]]:
    group: list[_Statement] = []
    for one in statements:
        if group and one.first > group[-1].last:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _cut(lines: list[str], group: Sequence[_Statement], out: Collection[int]) -> str:
    """Write `pass` for some of the statements that share lines."""
    text = "\n".join(lines).encode()
    starts = [0, *accumulate(len(line.encode()) + 1 for line in lines)]
    first = group[0].first
    pieces, at, lost = [], 0, 0
    for one in group:
        if id(one) in out:
            begin = starts[one.node.lineno - first] + one.node.col_offset
            end = starts[one.last - first] + (one.node.end_col_offset or 0)
            pieces += [text[at:begin], b"pass"]
            lost += one.last - one.node.lineno
            at = end
    # Those after it on its last line follow on its first; the next lines stay.
    return b"".join([*pieces, text[at:], b"\n" * lost]).decode()

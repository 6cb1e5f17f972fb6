"""Write counters into a source, so that a run tells how often each loop turns.

The text is changed, not the tree: a counter goes around what a loop runs over, around
the test of a `while`, around a function that is called for each element, and above a
function that calls itself. All else stays as the candidate wrote it.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from grader.style.loops import Loop
from grader.style.tree import FUNCTIONS
from grader.submission import odd_encodings

COUNTS = "_grader_counts"
"""The function that gives the turns of all loops since it was last called."""
MOST_TURNS = 200_000
"""After so many in one call it is stopped: the same limit on every machine."""

_CLOSES = -(1 << 30)
_FIRST = -(1 << 40)
_COUNTERS = """\
def _grader_prepare():
    import functools
    import numpy
    turns, left = [0] * {loops}, [{most}]
    def turn(loop):
        turns[loop] += 1
        left[0] -= 1
        if left[0] < 0:
            raise RuntimeError("too many turns to count")
    def over(loop, items):
        for item in items:
            turn(loop)
            yield item
    def when(loop, test):
        if test:
            turn(loop)
            return True
        return False
    def calls(loop):
        def wrap(function):
            if not callable(function):
                return function
            @functools.wraps(function)
            def counted(*arguments, **keywords):
                turn(loop)
                return function(*arguments, **keywords)
            return counted
        return wrap
    def counts():
        found = numpy.array(turns, numpy.int64)
        turns[:], left[0] = [0] * {loops}, {most}
        return found
    return over, when, calls, counts
_grader_over, _grader_when, _grader_calls, _grader_counts = _grader_prepare()
"""


@dataclass(frozen=True, slots=True, order=True)
class _Insertion:
    """Text to put into a source."""

    place: int
    """Before this byte."""
    rank: int
    """Among those at one place: what closes comes first, and what is outside opens
    first."""
    text: str


def with_counters(
    source: bytes, tree: ast.Module, loops: Sequence[Loop]
) -> bytes | None:
    """Give the source with a counter for each loop, by its place among them.

    Returns
    -------
    bytes or None
        None where the text doesn't lend itself to it: it is not UTF-8, or its first
        statement shares a line with what has to stay before it.
    """
    first = _first_statement(tree)
    if first is None or not loops or any(odd_encodings(source)):
        return None
    lines = source.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    place = starts[_first_line(first) - 1]
    if source.startswith(b"\xef\xbb\xbf"):
        # Columns of the first line don't count the mark.
        starts[0] = 3
        place = max(place, 3)
    counters = _COUNTERS.format(loops=len(loops), most=MOST_TURNS)
    insertions = [_Insertion(place, _FIRST, counters)]
    for number, loop in enumerate(loops):
        insertions += _around(loop, number, lines, starts)
    parts, done = [], 0
    for one in sorted(insertions):
        parts += [source[done : one.place], one.text.encode()]
        done = one.place
    return b"".join([*parts, source[done:]])


def _around(
    loop: Loop, number: int, lines: Sequence[bytes], starts: Sequence[int]
) -> list[_Insertion]:
    place = loop.place
    if isinstance(place, FUNCTIONS):
        start = starts[place.lineno - 1]
        indent = lines[place.lineno - 1].lstrip(b"\xef\xbb\xbf")[: place.col_offset]
        text = f"{indent.decode()}@_grader_calls({number})\n"
        return [_Insertion(start, 0, text)]
    assert isinstance(place, ast.expr)
    assert place.end_lineno is not None
    assert place.end_col_offset is not None
    start = starts[place.lineno - 1] + place.col_offset
    end = starts[place.end_lineno - 1] + place.end_col_offset
    opening, closing = {
        "while": (f"_grader_when({number}, (", "))"),
        "call": (f"_grader_calls({number})((", "))"),
    }.get(loop.kind, (f"_grader_over({number}, (", "))"))
    return [
        _Insertion(start, -end, opening),
        _Insertion(end, _CLOSES - start, closing),
    ]


def _first_statement(tree: ast.Module) -> ast.stmt | None:
    """Give the first statement that others may be put before."""
    for place, one in enumerate(tree.body):
        is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        future = isinstance(one, ast.ImportFrom) and one.module == "__future__"
        if future or (place == 0 and is_text):
            continue
        alone = place == 0 or _first_line(one) > (tree.body[place - 1].end_lineno or 0)
        return one if alone else None
    return None


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = []
    if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
        decorators = statement.decorator_list
    return min([statement.lineno, *(one.lineno for one in decorators)])

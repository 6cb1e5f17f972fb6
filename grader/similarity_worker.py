"""What tells which sources are alike: a process of its own, since sources are hostile.

It imports nothing of ours, reads lines of JSON from standard input, a source each and
at last what else there is to know, and writes lines of JSON to standard output: which
sources were compared, and then the pairs. A source that takes too long to read is left
out; if all takes too long, or too much memory, the process ends and there is no answer.

The library compares passages, so it loses sight of a copy whose statements were moved.
Each block's statements are therefore sorted before, with one name for all names: copies
with other names, and in another order, come out the same.
"""

import ast
import builtins
import io
import json
import resource
import signal
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from itertools import chain, combinations
from types import ModuleType
from typing import NamedTuple

import numpy as np

if __name__ == "__main__":
    # The library draws with this, which takes as long to import as all the rest.
    for _name in ("matplotlib", "matplotlib.pyplot"):
        sys.modules[_name] = ModuleType(_name)

from copydetect import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage

CHARACTERS = 25
"""Of what is left of a source when names and texts have one letter each: the shortest
passage that two can have in common."""
LEAST_LEFT = 100
"""Of the same: with fewer that are its own, a source is not compared."""
LEAST_PASSAGES = 0.3
"""Pairs with a smaller share of passages in common are not looked at any closer."""
CPU_SECONDS = 60
SOURCE_CPU_SECONDS = 2.0
MEMORY_BYTES = 4 << 30


_NAMES = ("id", "arg", "attr", "name", "asname")
"""Fields of syntax that hold a name."""
_BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
"""Fields of syntax that hold statements, or what statements are in."""


class _TooLongError(Exception):
    """A source takes too long to read."""


class _Line(NamedTuple):
    """A line of what is compared."""

    text: str
    places: tuple[int, ...]
    """The lines of the source that it stands for, from 1."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A source as it is compared with others."""

    found: CodeFingerprint
    lines: Sequence[_Line]

    def lines_at(self, passages: Sequence[Sequence[int]]) -> list[int]:
        """List the lines of the source that passages touch."""
        ends = [at for at, letter in enumerate(self.found.raw_code) if letter == "\n"]
        touched: set[int] = set()
        for begin, end in np.asarray(passages, dtype=int).reshape(2, -1).T.tolist():
            first, last = (bisect_left(ends, at) for at in (begin, max(begin, end - 1)))
            touched.update(*(line.places for line in self.lines[first : last + 1]))
        return sorted(touched)


def read(text: str, common: frozenset[int]) -> _Source | None:
    """Read a source, and take out what it has in common with what all were given."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SOURCE_CPU_SECONDS)
    try:
        lines = arranged(text)
        plain = "\n".join(line.text for line in lines)
        found = CodeFingerprint("source.py", CHARACTERS, 1, fp=io.StringIO(plain))
    except (_TooLongError, RecursionError, ValueError, IndexError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    # The library's own way of leaving passages out goes wrong where one is repeated.
    for passage in found.hashes & common:
        found.hashes.remove(passage)
        del found.hash_idx[passage]
    size = len(found.filtered_code)
    found.token_coverage = int(get_token_coverage(found.hash_idx, CHARACTERS, size))
    return _Source(found, lines)


def arranged(text: str) -> list[_Line]:
    """Give all names one, and sort the statements of each block; or leave all as is.

    A source that isn't Python, or is nested too deep to be written down again, is
    compared in the order that it has.
    """
    try:
        module = ast.parse(text)
        for node in ast.walk(module):
            _make_nameless(node)
        return _block(module.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        bare = (line.strip(" \t\f\\") for line in text.split("\n"))
        return [_Line(line, (at,)) for at, line in enumerate(bare, 1) if line]


def _make_nameless(node: ast.AST) -> None:
    """Take away names, but for those of Python, and the insides of texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node.value = ""
    for field in _NAMES:
        name = getattr(node, field, None)
        if isinstance(name, str) and not hasattr(builtins, name):
            setattr(node, field, "x")


def _block(nodes: Iterable[ast.AST]) -> list[_Line]:
    told = [_statement(node) for node in nodes if not _does_nothing(node)]
    told.sort(key=lambda lines: [line.text for line in lines])
    return list(chain.from_iterable(told))


def _does_nothing(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Pass)


def _statement(node: ast.AST) -> list[_Line]:
    """Write a statement in one line, and each of those within it in another."""
    within = [_taken(node, field) for field in _BLOCKS]
    # A case has no line, but its pattern has.
    place = node.pattern if isinstance(node, ast.match_case) else node
    assert isinstance(place, ast.stmt | ast.ExceptHandler | ast.pattern)
    first, end = place.lineno, place.end_lineno or place.lineno
    if body := within[0]:
        end = max(first, body[0].lineno - 1)
    head = _Line(ast.unparse(node).strip(), tuple(range(first, end + 1)))
    return [head, *chain.from_iterable(map(_block, within))]


def _taken(node: ast.AST, field: str) -> list[ast.stmt]:
    """Take out the statements that a field holds."""
    nodes = getattr(node, field, None)
    if not isinstance(nodes, list):  # of a lambda, the body is no statement
        return []
    setattr(node, field, [])
    return nodes


def pairs(sources: dict[int, _Source], least: float) -> Iterator[dict[str, object]]:
    """Compare all with all, and give those that have enough in common."""
    for first, second in combinations(sources, 2):
        both = sources[first], sources[second]
        one, other = (source.found for source in both)
        most = max(len(one.hashes), len(other.hashes))
        if len(one.hashes & other.hashes) < LEAST_PASSAGES * most:
            continue
        _, shares, passages = compare_files(one, other)
        share = min(1.0, *map(float, shares))
        if share >= least:
            yield {
                "pair": (first, second),
                "share": round(share, 4),
                "lines": [
                    source.lines_at(found)
                    for source, found in zip(both, passages, strict=True)
                ],
            }


def compare_all(
    sources: Sequence[str], given: Sequence[str], least: float
) -> Iterator[dict[str, object]]:
    """Compare sources, but for what they have in common with those that were given."""
    known = (read(text, frozenset()) for text in given)
    common = frozenset[int]().union(*(one.found.hashes for one in known if one))
    all_read = {at: read(text, common) for at, text in enumerate(sources)}
    own = {
        at: one
        for at, one in all_read.items()
        if one is not None and one.found.token_coverage >= LEAST_LEFT
    }
    yield {
        "sizes": {at: one.found.token_coverage for at, one in own.items()},
        "unread": [at for at, one in all_read.items() if one is None],
    }
    yield from pairs(own, least)


def _give_up(*_: object) -> None:
    raise _TooLongError


def main() -> None:
    """Answer what standard input asks."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with suppress(ValueError, OSError):  # not every system has such a limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGVTALRM, _give_up)
    *sources, asked = map(json.loads, sys.stdin)
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        for one in compare_all(sources, asked["given"], asked["least"]):
            print(json.dumps(one), file=answers)


if __name__ == "__main__":
    main()

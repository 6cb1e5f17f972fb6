"""What can be told from parsing a submission's source, without running it."""

import ast
import re
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from grader.submission.encodings import is_parsable
from grader.submission.magics import without_text
from grader.submission.submission import Module, Submission

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What parsing may raise for a source that somebody else wrote."""
_LONG_NAME = re.compile(r"\b\w++[\s\\]*+(?:\.[\s\\]*+\w++[\s\\]*+){100}")
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where statements hold others, in Python's grammar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import statement."""

    module: str
    """The top-level module."""
    filename: str
    """Of the file that it is in."""
    line: int


_IMPORT = re.compile(r"\bimport\b")
_PLAIN_IMPORT = re.compile(
    r"^[ \t]*+(?:import ([A-Za-z0-9_]++)[\w.]*+(?: as \w++)?+"
    r"|from ([A-Za-z0-9_]++)[\w.]*+ import [\w, ()]*+)[ \t]*+(?:#.*+)?+$",
    re.MULTILINE,
)
"""Possessive throughout: a hostile line would have it go back and forth for hours."""


def imports_beyond(
    submission: Submission, allowed: Collection[str]
) -> tuple[Import, ...]:
    """List what a submission imports that it may not, wherever it does.

    Parameters
    ----------
    submission
        A source that doesn't parse imports nothing that could be listed.
    allowed
        The libraries that it may import, beside the standard library and its own
        modules.
    """
    own = [submission.module, *(one.name for one in submission.modules)]
    named = {*allowed, *(name.split(".")[0] for name in own)}
    known = sys.stdlib_module_names | named
    files: list[Submission | Module] = [submission, *submission.modules]
    return tuple(found for one in files for found in _imports_of(one, known))


def _imports_of(one: Submission | Module, known: Collection[str]) -> Sequence[Import]:
    if _imports_plainly(one.text, known):
        return ()
    found = []
    for node in statements(tree_of(one.source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        found += [
            Import(module=top, filename=one.filename, line=node.lineno)
            for top in (name.split(".")[0] for name in names)
            if top not in known
        ]
    return sorted(found, key=lambda one: one.line)


def _imports_plainly(text: str, known: Collection[str]) -> bool:
    """Tell whether each `import` is a plain line, for what is known."""
    plain = _PLAIN_IMPORT.findall(text)
    if not all((one or other) in known for one, other in plain):
        return False
    # The word is no more than a part of others in few sources, and those are slow.
    return text.count("import") == len(plain) or len(_IMPORT.findall(text)) == len(
        plain
    )


def definitions_of(submission: Submission) -> tuple[str, ...]:
    """List the functions and classes at the top of a submission."""
    return tuple(
        node.name
        for node in tree_of(submission.source).body
        if isinstance(node, DEFINITIONS)
    )


def has_tests(submission: Submission) -> bool:
    """Tell whether tests go with a submission: in files of their own, or in it."""
    if submission.tests:
        return True
    for node in tree_of(submission.source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            return True
        if isinstance(node, ast.ClassDef) and (
            node.name.startswith("Test")
            or any(
                "TestCase" in {getattr(base, "attr", ""), getattr(base, "id", "")}
                for base in node.bases
            )
        ):
            return True
    return False


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Go through all statements, and not through the many more expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _BLOCKS:
            waiting += getattr(node, name, ())


def bound_by(node: ast.stmt) -> frozenset[str] | None:
    """Give the names that a definition binds; None if the statement is no definition.

    Definitions are functions, classes, imports and assignments; and `if` and `try`
    with nothing but definitions in them. What follows `if __name__ == ...` is none.
    """
    names: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        match waiting.pop():
            case ast.If() as one if not _asks_for_main(one):
                waiting += [*one.body, *one.orelse]
            case ast.Try() | ast.TryStar() as one:
                waiting += [*one.body, *one.handlers, *one.orelse, *one.finalbody]
            case ast.ExceptHandler() as one:
                waiting += one.body
            case other:
                bound = _bound_by_simple(other)
                if bound is None:
                    return None
                names.update(bound)
    return frozenset(names)


def _bound_by_simple(node: ast.AST) -> Iterable[str] | None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Import() | ast.ImportFrom():
            return map(_name_of, node.names)
        case ast.Assign():
            return chain.from_iterable(map(_targets, node.targets))
        case ast.AnnAssign() | ast.AugAssign():
            return _targets(node.target)
        case ast.Pass():
            return []
        case _:
            return None


def _name_of(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _targets(target: ast.expr) -> Iterator[str]:
    """Give the names that are assigned to, or whose parts are."""
    waiting = [target]
    while waiting:
        match waiting.pop():
            case ast.Name(id=name):
                yield name
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                waiting += parts
            case (
                ast.Starred(value=value)
                | ast.Attribute(value=value)
                | ast.Subscript(value=value)
            ):
                waiting.append(value)
            case _:
                pass


def _asks_for_main(node: ast.If) -> bool:
    names = (one.id for one in ast.walk(node.test) if isinstance(one, ast.Name))
    return "__name__" in names


def parse(source: str | bytes) -> ast.Module | None:
    """Parse a source that somebody else wrote.

    Returns
    -------
    ast.Module or None
        None if it can't be parsed, or only in a time that grows with its square.
    """
    data = source.encode() if isinstance(source, str) else source
    if _has_long_name(data) or not is_parsable(data):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a candidate's invalid escapes
            return ast.parse(source)
    except UNPARSABLE:
        return None


def _has_long_name(data: bytes) -> bool:
    """Tell of `import a.b.c`, of which Python joins the first two, then three, ..."""
    text = data.decode("latin-1")  # a letter a byte: all that counts here is ASCII
    return bool(_LONG_NAME.search(text) and _LONG_NAME.search(without_text(text)))


def lines_that_raise(
    submission: Submission, functions: Mapping[str, str]
) -> Mapping[int, frozenset[str]]:
    """Give the lines on which code raises on purpose, and whose checks these are.

    Parameters
    ----------
    submission
        Of which the main file alone is looked at.
    functions
        Those that are asked for, by their names in the submission.

    Returns
    -------
    mapping
        Of lines with `raise` or `assert`, to the functions that get there without the
        help of another. All, if nothing in the source says which.
    """
    parts = tree_of(submission.source).body
    everyone = frozenset(functions.values())
    return {
        line: frozenset(owners) or everyone
        for part, owners in zip(parts, _owners(parts, functions), strict=True)
        for node in statements(part)
        if isinstance(node, ast.Raise | ast.Assert)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _owners(
    parts: Sequence[ast.stmt], functions: Mapping[str, str]
) -> Sequence[set[str]]:
    """Say which functions lead to each statement, by the names that these mention.

    Each statement and each name is passed once for a function.
    """
    binding: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        for name in bound_by(part) or ():
            binding.setdefault(name, []).append(place)
    mentioned = [
        {one.id for one in ast.walk(part) if isinstance(one, ast.Name)}
        for part in parts
    ]
    owners: list[set[str]] = [set() for _ in parts]
    for name, function in functions.items():
        # What is bound in a way that isn't seen may lead anywhere.
        waiting = [name] if name in binding else list(binding)
        seen = {*waiting, *functions}
        while waiting:
            for place in binding[waiting.pop()]:
                if function not in owners[place]:
                    owners[place].add(function)
                    new = (mentioned[place] & binding.keys()) - seen
                    waiting += new
                    seen |= new
    return owners


@lru_cache(maxsize=1)
def tree_of(source: bytes) -> ast.Module:
    """Parse a source; what doesn't parse is empty."""
    return parse(source) or ast.Module(body=[], type_ignores=[])

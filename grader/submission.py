"""What a candidate handed in, as bytes; and what can be told from reading it."""

import ast
import hashlib
import os
import re
import sys
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from grader.errors import SubmissionError
from grader.text import printable

LARGEST_BYTES = 512 << 10
"""More than any honest answer has."""
_OUR_FILES = {
    "compare",
    "feedback.html",
    "grades.csv",
    "index.html",
    "record.json",
    "report.html",
}
_SHOWN_BYTES = 1 << 16
"""How much of a larger file reports show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where lines of a source come from, if it was put together: a notebook's cell."""

    first_line: int
    """Of the source, where they begin; they end where the next place begins."""
    title: str
    """What the place is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A file beside the one that has the functions."""

    name: str
    """What it is imported as."""
    filename: str
    source: bytes

    @property
    def text(self) -> str:
        """The source to show, with what is not UTF-8 escaped."""
        return self.source.decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one candidate handed in: the source that is run, and what goes with it."""

    name: str
    """What reports call it."""
    source: bytes
    """The file's bytes, whatever they are."""
    filename: str = "submission.py"
    """What tracebacks call it."""
    kind: str = "file"
    """What it was handed in as."""
    places: tuple[Place, ...] = ()
    """Where its lines come from; none if the source is the file itself."""
    modules: tuple[Module, ...] = ()
    """What the source may import beside libraries."""
    tests: tuple[Module, ...] = ()
    """The candidate's own tests that are in files of their own."""
    refusal: str | None = None
    """Why it is not even loaded, if it is not; the source is then cut."""
    sha256: str = field(init=False)
    """Of the source and all files with it, in hexadecimal."""

    def __post_init__(self) -> None:
        """Hash the source, and the files that go with it."""
        digest = hashlib.sha256(self.source)
        for one in (*self.modules, *self.tests):
            digest.update(hashlib.sha256(one.filename.encode()).digest())
            digest.update(hashlib.sha256(one.source).digest())
        object.__setattr__(self, "sha256", digest.hexdigest())

    @property
    def text(self) -> str:
        """The source to show, with what is not UTF-8 escaped."""
        return self.source.decode("utf-8", "backslashreplace")


def read_submission(path: Path, *, name: str | None = None) -> Submission:
    """Read one file.

    Raises
    ------
    SubmissionError
        If it can't be read.
    """
    try:
        if not path.is_file():
            raise SubmissionError(path, "not a file")
        with path.open("rb") as file:
            source = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SubmissionError(path, getattr(error, "strerror", str(error))) from error
    refusal = None
    if len(source) > LARGEST_BYTES:
        source = source[:_SHOWN_BYTES]
        refusal = f"it has more than the {LARGEST_BYTES >> 10} KiB that are read"
    return Submission(
        name=name or printable_name(Path(path.stem)),
        source=source,
        filename=printable_name(Path(path.name)),
        refusal=refusal,
    )


def printable_name(path: Path) -> str:
    r"""Give a path as text that can be shown anywhere, in one line.

    Examples
    --------
    >>> printable_name(Path("caf\udce9\n.py"))
    'caf\\xe9\\n.py'
    """
    return printable(os.fsencode(path)).replace("\n", "\\n")


def _report_name(path: Path) -> str:
    """Name a submission, so that a folder of that name can hold its reports."""
    parts = []
    for part in Path(printable_name(path)).parts:
        clashes = part in _OUR_FILES or not part.strip(".")
        parts.append(f"{part}_" if clashes else part)
    return "/".join(parts) or "_"


def find_submissions(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """List the `.py` files that paths name, each with a name of its own.

    A file stands for itself and a folder for all files in and below it, named by
    their place in it. Hidden folders, caches and symbolic links are passed over.

    Raises
    ------
    SubmissionError
        If a path is neither.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.py")):
                inside = file.relative_to(path)
                if (
                    file.is_file()
                    and not file.is_symlink()
                    and not any(
                        part.startswith((".", "__")) for part in inside.parts[:-1]
                    )
                ):
                    found.setdefault(file, _report_name(inside.with_suffix("")))
        elif path.is_file():
            found.setdefault(path, _report_name(Path(path.stem)))
        else:
            raise SubmissionError(path, "there is no such file or folder")
    return _with_unique_names(found)


def _with_unique_names(found: dict[Path, str]) -> list[tuple[str, Path]]:
    named: dict[str, Path] = {}
    for path, name in found.items():
        unique, count = name, 1
        while unique in named:
            count += 1
            unique = f"{name}-{count}"
        named[unique] = path
    return list(named.items())


_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where statements hold others, in Python's grammar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """An import statement."""

    module: str
    """The top-level module."""
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
        The libraries that it may import, beside the standard library.
    """
    known = {*sys.stdlib_module_names, *allowed}
    if _imports_plainly(submission.text, known):
        return ()
    found = []
    for node in _statements(_tree(submission)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            if top not in known:
                found.append(Import(module=top, line=node.lineno))
    return tuple(sorted(found, key=lambda one: one.line))


def _imports_plainly(text: str, known: Collection[str]) -> bool:
    """Tell whether each `import` is a plain line, for what is known."""
    plain = _PLAIN_IMPORT.findall(text)
    modules = {one or other for one, other in plain}
    return len(_IMPORT.findall(text)) == len(plain) and modules <= set(known)


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Go through all statements, and not through the many more expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in _BLOCKS:
            waiting += getattr(node, name, ())


def definitions_of(submission: Submission) -> tuple[str, ...]:
    """List the functions and classes at the top of a submission."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return tuple(
        node.name for node in _tree(submission).body if isinstance(node, kinds)
    )


@lru_cache(maxsize=1)
def _tree(submission: Submission) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a candidate's invalid escapes
            return ast.parse(submission.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module(body=[], type_ignores=[])

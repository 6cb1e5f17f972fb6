"""Files that are one submission: which has the functions, and which go with it."""

import ast
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from grader.problem import Function
from grader.submission.notebook import LARGEST_NOTEBOOK_BYTES, Notebook, read_notebook
from grader.submission.submission import (
    LARGEST_BYTES,
    TOO_LARGE,
    Module,
    Place,
    Refusal,
    Submission,
    printable_name,
)
from grader.submission.syntax import bound_by, parse, statements

MOST_FILES = 1_000
PYTHON, NOTEBOOK = ".py", ".ipynb"
_INIT = "__init__.py"
_ALL = "handed_in"
"""The package that all files are in, if it is one; what it was called is not known."""
_TEST_FOLDERS = frozenset({"test", "tests"})
_MOST_NAMED = 5
Files = Mapping[str, bytes]
"""Python files and notebooks by their paths within what was handed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file that could be the main one."""

    source: bytes
    places: tuple[Place, ...] = ()


def names_of(functions: Sequence[Function]) -> list[str]:
    """List the names under which functions may be provided."""
    return [name for one in functions for name in (one.name, *one.aliases)]


def required_of(functions: Sequence[Function]) -> Sequence[Function]:
    """Take the functions that a submission has to provide; all, if it may choose."""
    return [one for one in functions if one.required] or functions


def is_test(path: PurePosixPath) -> bool:
    """Tell by its name whether a file holds tests, or helps those that do.

    Examples
    --------
    >>> [is_test(PurePosixPath(path)) for path in ("test_a.py", "tests/b.py", "c.py")]
    [True, True, False]
    """
    return path.suffix == PYTHON and (
        path.name.startswith("test_")
        or path.stem.endswith("_test")
        or path.name == "conftest.py"
        or not _TEST_FOLDERS.isdisjoint(path.parts[:-1])
    )


def is_passed_over(path: PurePosixPath) -> bool:
    """Tell whether a file is in a hidden folder, or in a cache."""
    return any(part.startswith((".", "__")) for part in path.parts[:-1])


def files_below(folder: Path) -> Iterator[Path]:
    """Give the files in and below a folder, but for what is passed over, and links."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def read_files(folder: Path) -> dict[str, bytes] | Refusal:
    """Read what is in and below a folder; a refusal, if it is too much."""
    files: dict[str, bytes] = {}
    room = Room()
    for path in files_below(folder):
        inside = PurePosixPath(printable_name(path.relative_to(folder)))
        if inside.suffix not in {PYTHON, NOTEBOOK}:
            continue
        with path.open("rb") as file:
            data = file.read(room.left(inside) + 1)
        refusal = room.take(inside, len(data))
        if refusal is not None:
            return refusal
        files[str(inside)] = data
    return files


@dataclass(slots=True)
class Room:
    """How much more may be read of one submission."""

    files: int = MOST_FILES
    python_bytes: int = LARGEST_BYTES
    notebook_bytes: int = LARGEST_NOTEBOOK_BYTES

    def left(self, path: PurePosixPath) -> int:
        """Tell how large a file may be."""
        return self.python_bytes if path.suffix == PYTHON else self.notebook_bytes

    def take(self, path: PurePosixPath, size: int) -> Refusal | None:
        """Count a file in; give a refusal, if there was no room for it."""
        self.files -= 1
        if path.suffix == PYTHON:
            self.python_bytes -= size
        else:
            self.notebook_bytes -= size
        if self.files < 0:
            return Refusal(reason=f"it has more than the {MOST_FILES} files of code")
        if self.python_bytes < 0:
            return Refusal(reason=TOO_LARGE)
        if self.notebook_bytes < 0:
            words = f"more than the {LARGEST_NOTEBOOK_BYTES >> 20} MiB that are read"
            return Refusal(reason=f"its notebooks have {words}")
        return None


def is_one(files: Files, functions: Sequence[Function]) -> bool:
    """Tell whether files belong together, and are not a submission each.

    They do if one of them defines a function that is required, and everything else is
    imported by it, is in a package with it, or is a test.
    """
    tree = _Tree(files, functions)
    defining = list(islice(tree.find_defining(), 2))
    if len(files) == 1 or len(defining) != 1:
        return False
    main = defining[0]
    together = {main, *tree.modules(main).values(), *tree.tests}
    return together == set(files)


def assemble(
    files: Files, functions: Sequence[Function], *, name: str, kind: str
) -> Submission:
    """Make one submission of files.

    Parameters
    ----------
    files
        All Python files and notebooks.
    functions
        What the problem asks for: it tells which file is the main one.
    name
        What reports call it.
    kind
        What they were handed in as.
    """
    tree = _Tree(files, functions)
    defining = list(tree.find_defining())
    if len(defining) != 1:
        reason = _words_on(defining, files, functions)
        return Submission(name=name, source=b"", kind=kind, refusal=reason)
    main = defining[0]
    read = tree.sources[main]
    made = Submission(
        name=name,
        source=read.source,
        filename=main,
        module=tree.name_of(main),
        kind=kind,
        places=read.places,
        modules=tuple(
            Module(name=module, filename=path, source=files[path])
            for module, path in sorted(tree.modules(main).items())
        ),
        tests=tuple(
            Module(name=_dotted(PurePosixPath(path)), filename=path, source=files[path])
            for path in tree.tests
        ),
    )
    if made.loaded_bytes > LARGEST_BYTES:  # one file may be imported by two names
        return replace(made, modules=(), refusal=TOO_LARGE)
    return made


def _words_on(
    defining: Sequence[str], files: Files, functions: Sequence[Function]
) -> str:
    asked = " or ".join(map(_with_aliases, required_of(functions)))
    if defining:
        words = f"{len(defining)} of its files define {asked}"
        return f"{words}: {_some(defining)}. Only one may"
    if not files:
        return "it has no Python file"
    return f"none of its files defines {asked}: {_some(sorted(files))}"


def _with_aliases(function: Function) -> str:
    also = f" (or {', '.join(function.aliases)})" if function.aliases else ""
    return f"`{function.name}`{also}"


def _some(paths: Sequence[str]) -> str:
    more = len(paths) - _MOST_NAMED
    ending = f" and {more:,} more" if more > 0 else ""
    return ", ".join(paths[:_MOST_NAMED]) + ending


class _Tree:
    """Files by their paths, and what they define and import."""

    def __init__(self, files: Files, functions: Sequence[Function]) -> None:
        self._files = files
        self._asked = names_of(functions)
        self._required = frozenset(names_of(required_of(functions)))
        self.tests = sorted(path for path in files if is_test(PurePosixPath(path)))
        self.sources: dict[str, _Source] = {}

    def find_defining(self) -> Iterator[str]:
        """Find the files that define a function that is required."""
        word = "|".join(re.escape(name) for name in self._required)
        mentions = re.compile(rf"\b(?:{word})\b".encode())
        for path in sorted(set(self._files) - set(self.tests)):
            if mentions.search(self._files[path]) and self._defines(path):
                yield path

    def _defines(self, path: str) -> bool:
        source = _Source(source=self._files[path])
        if path.endswith(NOTEBOOK):
            read = read_notebook(self._files[path], self._asked)
            if not isinstance(read, Notebook):
                return False
            source = _Source(source=read.source, places=read.places)
        self.sources[path] = source
        tree = parse(source.source)
        if tree is None:  # it is tried, and says itself what is wrong with it
            words = "|".join(re.escape(name) for name in self._required)
            begins = re.compile(
                rf"^(?:async +)?def +(?:{words})\b".encode(), re.MULTILINE
            )
            return begins.search(source.source) is not None
        return any(
            self._required & (bound_by(node) or frozenset())
            for node in tree.body
            if not isinstance(node, ast.Import | ast.ImportFrom)
        )

    def modules(self, main: str) -> dict[str, str]:
        """Find what a file imports, itself or through others, by name and path.

        Where it is in a package, all of that is found.
        """
        roots = self._roots(main)
        found: dict[str, str] = {}
        waiting = [(self.name_of(main), main)]
        if len(PurePosixPath(main).parts) > len(roots[0].parts) + 1:
            package = roots[0] / PurePosixPath(main).relative_to(roots[0]).parts[0]
            waiting += [
                (_dotted(PurePosixPath(path).relative_to(roots[0])), path)
                for path in self._files
                if PurePosixPath(path).is_relative_to(package)
                and path.endswith(PYTHON)
                and path not in self.tests
            ]
        while waiting:
            name, path = waiting.pop()
            if name in found:
                continue
            found[name] = path
            own = self.sources[main].source if path == main else self._files[path]
            for imported in _imported_by(name, path, own):
                at = self._resolve(imported, roots)
                if at is not None:
                    waiting.append((imported, at))
        del found[self.name_of(main)]
        return found

    def name_of(self, main: str) -> str:
        """Give what a file is imported as."""
        root = self._roots(main)[0]
        name = _dotted(PurePosixPath(main).relative_to(root))
        if root.parts or _INIT not in self._files:
            return name
        return _ALL if main == _INIT else f"{_ALL}.{name}"

    def _roots(self, main: str) -> tuple[PurePosixPath, ...]:
        """Give the folders that imports start from: as Python and pytest have it."""
        root = PurePosixPath(main).parent
        while str(root / _INIT) in self._files and root.parts:
            root = root.parent
        return tuple(dict.fromkeys((root, PurePosixPath())))

    def _resolve(self, name: str, roots: Collection[PurePosixPath]) -> str | None:
        if name == _ALL and _INIT in self._files:
            return _INIT
        name = name.removeprefix(f"{_ALL}.")
        for root in roots:
            at = root.joinpath(*name.split("."))
            for path in (f"{at / _INIT}", f"{at}{PYTHON}"):
                if path in self._files and path not in self.tests:
                    return path
        return None


def _dotted(path: PurePosixPath) -> str:
    """Give the name of the module in a file.

    Examples
    --------
    >>> [_dotted(PurePosixPath(path)) for path in ("a.py", "b/c.py", "b/__init__.py")]
    ['a', 'b.c', 'b']
    """
    bare = path.parent if path.name == _INIT and path.parent.parts else path
    return ".".join(bare.with_suffix("").parts)


def _imported_by(name: str, path: str, source: bytes) -> Iterator[str]:
    """Give the full names that a file may import, and of the packages around them."""
    tree = parse(source)
    package = name.split(".")
    if PurePosixPath(path).name != _INIT:
        package = package[:-1]
    for node in statements(tree) if tree is not None else ():
        modules: list[str] = []
        match node:
            case ast.Import(names=names):
                modules = [one.name for one in names]
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                start = ".".join([*base, *([module] if module else [])])
                modules = [start, *(f"{start}.{one.name}".strip(".") for one in names)]
            case _:
                pass
        for one in modules:
            steps = one.split(".")
            yield from (".".join(steps[:stop]) for stop in range(1, len(steps) + 1))

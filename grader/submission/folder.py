"""Files that are one submission: which has the functions, and which go with it."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from pathlib import Path, PurePosixPath

from grader.problem import Function
from grader.submission.files import NOTEBOOK, PYTHON, Files, is_test, suffix_of
from grader.submission.notebook import Notebook, read_notebook
from grader.submission.submission import (
    LARGEST_BYTES,
    TOO_LARGE,
    Module,
    Place,
    Submission,
)
from grader.submission.syntax import bound_by, parse, statements

INIT = "__init__.py"
_ALL = "handed_in"
"""The package that all files are in, if it is one; what it was called is not known."""
_USUAL = ("submission", "solution", "answer", "main", "starter")
"""What a file is called that is the answer, whoever wrote it."""
_MOST_NAMED = 5
_MOST_NOTEBOOKS = 10
"""Of one submission that speak of what is asked for: to look through one takes up to
half a second."""
_DEEPEST = 20
"""Packages within packages, in one name."""
_LONGEST = 1_000
"""Characters of a module's full name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file that could be the main one."""

    source: bytes
    places: tuple[Place, ...] = ()


def names_of(functions: Sequence[Function]) -> list[str]:
    """List the names under which functions may be provided."""
    return [name for one in functions for name in one.names]


def required_of(functions: Sequence[Function]) -> Sequence[Function]:
    """Take the functions that a submission has to provide; all, if it may choose."""
    return [one for one in functions if one.required] or functions


def names_nobody(stem: str, folder: Path, functions: Sequence[Function]) -> bool:
    """Tell of a file's name that it is what any candidate would call an answer.

    In a folder with a file for each candidate, files are called after candidates.
    """
    if folder.name in {"", ".."}:
        folder = folder.resolve()
    usual = {*_USUAL, folder.name, *names_of(functions)}
    return stem.lower() in {name.lower() for name in usual}


def main_of(files: Files, functions: Sequence[Function]) -> str | None:
    """Find the main one of files that belong together; None if they don't.

    They do if one of them defines a function that is required, and everything else is
    imported by it, is in a package with it, or is a test. Otherwise each is a
    submission.
    """
    tree = _Tree(files, functions)
    if tree.has_too_many_notebooks:
        return None
    defining = list(islice(tree.find_defining(), 2))
    if len(files) == 1 or len(defining) != 1:
        return None
    main = defining[0]
    together = {main, *tree.modules(main).values(), *tree.tests}
    return main if together == set(files) else None


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
    if tree.has_too_many_notebooks:
        words = (
            f"more than {_MOST_NOTEBOOKS} of its notebooks speak of what is asked for"
        )
        return Submission(name=name, source=b"", kind=kind, refusal=words)
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
    asked = " or ".join(one.names_in_words for one in required_of(functions))
    if defining:
        words = f"{len(defining)} of its files define {asked}"
        return f"{words}: {_some(defining)}. Only one may"
    if not files:
        return "it has no Python file"
    return f"none of its files defines {asked}: {_some(sorted(files))}"


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
        word = "|".join(re.escape(name) for name in self._required)
        mentions = re.compile(rf"\b(?:{word})\b".encode())
        self._mentioning = [
            path
            for path in sorted(set(files) - set(self.tests))
            if mentions.search(files[path])
        ]

    @property
    def has_too_many_notebooks(self) -> bool:
        """Whether looking for what is asked for would take too long."""
        notebooks = sum(suffix_of(path) == NOTEBOOK for path in self._mentioning)
        return notebooks > _MOST_NOTEBOOKS

    def find_defining(self) -> Iterator[str]:
        """Find the files that define a function that is required."""
        yield from filter(self._defines, self._mentioning)

    def _defines(self, path: str) -> bool:
        source = _Source(source=self._files[path])
        if suffix_of(path) == NOTEBOOK:
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
        importable = self._importable(main)
        found: dict[str, str] = {}
        waiting = [(self.name_of(main), main)]
        package = self.name_of(main).split(".")[0]
        if str(PurePosixPath(main).parent / INIT) in self._files:
            waiting += [
                (name, path)
                for name, path in importable.items()
                if name.split(".")[0] == package and path not in self.tests
            ]
        while waiting:
            name, path = waiting.pop()
            if name in found:
                continue
            found[name] = path
            own = self.sources[main].source if path == main else self._files[path]
            imported = {
                one for one in imported_by(name, path, own) if one in importable
            }
            waiting += [(one, importable[one]) for one in imported]
        del found[self.name_of(main)]
        return found

    def name_of(self, main: str) -> str:
        """Give what a file is imported as."""
        root = self._roots(main)[0]
        name = _dotted(PurePosixPath(main).relative_to(root))
        if root.parts or INIT not in self._files:
            return name
        return _ALL if main == INIT else f"{_ALL}.{name}"

    def _roots(self, main: str) -> tuple[PurePosixPath, ...]:
        """Give the folders that imports start from: as Python and pytest have it."""
        root = PurePosixPath(main).parent
        while str(root / INIT) in self._files and root.parts:
            root = root.parent
        return tuple(dict.fromkeys((root, PurePosixPath())))

    def _importable(self, main: str) -> dict[str, str]:
        """Give the paths of all modules, by what they can be imported as.

        What is called like a test may have something that others need.
        """
        paths = [
            PurePosixPath(path)
            for path in sorted(self._files)
            if suffix_of(path) == PYTHON
        ]
        found: dict[str, str] = {}
        for root in reversed(self._roots(main)):
            for path in paths:  # a package comes after the file that is called alike
                if path.is_relative_to(root):
                    found[_dotted(path.relative_to(root))] = str(path)
        if INIT in self._files:
            found |= {f"{_ALL}.{_dotted(path)}": str(path) for path in paths}
            found[_ALL] = found.pop(f"{_ALL}.{_dotted(PurePosixPath(INIT))}")
        return found


def _dotted(path: PurePosixPath) -> str:
    """Give the name of the module in a file.

    Examples
    --------
    >>> [_dotted(PurePosixPath(path)) for path in ("a.py", "b/c.py", "b/__init__.py")]
    ['a', 'b.c', 'b']
    """
    bare = path.parent if path.name == INIT and path.parent.parts else path
    return ".".join(bare.with_suffix("").parts)


def imported_by(name: str, path: str, source: bytes) -> Iterator[str]:
    """Give the full names that a file may import, and of the packages around them.

    One by one, and none that is longer than any module's: a long package from which
    much is imported would fill the memory.
    """
    tree = parse(source)
    package = name.split(".") if len(name) <= _LONGEST else []
    if PurePosixPath(path).name != INIT:
        package = package[:-1]
    for node in statements(tree) if tree is not None else ():
        match node:
            case ast.Import(names=names):
                for one in dict.fromkeys(alias.name for alias in names):
                    yield from _with_packages(one)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = package[: len(package) - level + 1] if level else []
                start = ".".join([*base, *([module] if module else [])])
                if len(start) > _LONGEST or start.count(".") >= _DEEPEST:
                    continue
                yield from _with_packages(start)
                for one in dict.fromkeys(alias.name for alias in names):
                    if len(one) <= _LONGEST:
                        yield f"{start}.{one}".strip(".")
            case _:
                pass


def _with_packages(name: str) -> Iterator[str]:
    if len(name) <= _LONGEST and name.count(".") < _DEEPEST:
        yield from accumulate(name.split("."), "{}.{}".format)

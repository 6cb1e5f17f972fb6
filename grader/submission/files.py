"""The files of a folder or a zip that may hold code, as many as are read."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import IO

from grader.submission.notebook import LARGEST_NOTEBOOK_BYTES
from grader.submission.submission import (
    LARGEST_BYTES,
    TOO_LARGE,
    Refusal,
    printable_name,
)

PYTHON, NOTEBOOK = ".py", ".ipynb"
MOST_FILES = 1_000
_TEST_FOLDERS = frozenset({"test", "tests"})
_PASSED_OVER = (".", "__")
"""What the names of folders begin with that are hidden, or caches."""
Files = Mapping[str, bytes]
"""Python files and notebooks by their paths within what was handed in."""


def suffix_of(path: PurePath | str) -> str:
    """Give what a file's name ends with, in small letters: some systems know no others.

    Examples
    --------
    >>> suffix_of("CONV.PY")
    '.py'
    """
    return PurePath(path).suffix.lower()


def is_test(path: PurePosixPath) -> bool:
    """Tell by its name whether a file holds tests, or helps those that do.

    Examples
    --------
    >>> [is_test(PurePosixPath(path)) for path in ("test_a.py", "tests/b.py", "c.py")]
    [True, True, False]
    """
    return suffix_of(path) == PYTHON and (
        path.name.startswith("test_")
        or path.stem.endswith("_test")
        or path.name == "conftest.py"
        or not _TEST_FOLDERS.isdisjoint(path.parts[:-1])
    )


def is_passed_over(path: PurePosixPath) -> bool:
    """Tell whether a file is in a hidden folder, or in a cache."""
    return any(part.startswith(_PASSED_OVER) for part in path.parts[:-1])


def files_below(folder: Path) -> Iterator[Path]:
    """Give the files in and below a folder, but for what is passed over, and links."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(_PASSED_OVER)]
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
        if suffix_of(inside) not in {PYTHON, NOTEBOOK}:
            continue
        with path.open("rb") as file:
            data = room.read(inside, file)
        if isinstance(data, Refusal):
            return data
        files[str(inside)] = data
    return files


@dataclass(slots=True)
class Room:
    """How much more may be read of one submission."""

    files: int = MOST_FILES
    python_bytes: int = LARGEST_BYTES
    notebook_bytes: int = LARGEST_NOTEBOOK_BYTES

    def read(self, path: PurePosixPath, file: IO[bytes]) -> bytes | Refusal:
        """Read a file, no further than there is room for; a refusal, if it is not."""
        data = file.read(self.left(path) + 1)
        refusal = self.take(path, len(data))
        return data if refusal is None else refusal

    def left(self, path: PurePosixPath) -> int:
        """Tell how large a file may be."""
        return self.python_bytes if suffix_of(path) == PYTHON else self.notebook_bytes

    def take(self, path: PurePosixPath, size: int) -> Refusal | None:
        """Count a file in; give a refusal, if there was no room for it."""
        self.files -= 1
        if suffix_of(path) == PYTHON:
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

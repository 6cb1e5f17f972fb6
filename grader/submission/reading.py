"""Read one submission from disk, whatever it was handed in as."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError
from grader.problem import Function
from grader.submission.archive import LARGEST_ARCHIVE_BYTES, read_archive
from grader.submission.files import NOTEBOOK, PYTHON, is_test, read_files
from grader.submission.folder import assemble, imported_by, names_of
from grader.submission.notebook import (
    LARGEST_NOTEBOOK_BYTES,
    read_notebook,
)
from grader.submission.submission import (
    LARGEST_BYTES,
    SHOWN_BYTES,
    TOO_LARGE,
    Module,
    Refusal,
    Submission,
    printable_name,
)

ZIP = ".zip"
SUFFIXES = (PYTHON, NOTEBOOK, ZIP)
"""Of files that are submissions."""


def read_submission(
    path: Path, *, name: str | None = None, functions: Sequence[Function] = ()
) -> Submission:
    """Read one file, or one folder.

    Tests that lie beside a file go with it: those that are named after it, and those
    that import it.

    Parameters
    ----------
    path
        A Python file, if it doesn't end in `.ipynb` or `.zip` and is no folder.
    name
        What reports call it, if not by its file's name.
    functions
        What the problem asks for. Without it a folder or a zip can't be read, since
        nothing says which of its files is the main one.

    Raises
    ------
    SubmissionError
        If it can't be read.
    """
    name = name or printable_name(Path(path.stem))
    try:
        if path.is_dir() and functions:
            files = read_files(path)
            return _of_files(files, functions, name=name, kind="folder")
        if not path.is_file():
            raise SubmissionError(path, "not a file")
        if path.suffix.lower() == ZIP and not functions:
            raise SubmissionError(path, "a zip is read for a problem")
        match path.suffix.lower():
            case ".zip":
                files = read_archive(_read(path, LARGEST_ARCHIVE_BYTES))
                return _of_files(files, functions, name=name, kind="zip")
            case ".ipynb":
                read = _of_notebook(path, name, functions)
            case _:
                read = _of_file(path, name)
        return _with_tests(read, path)
    except (OSError, ValueError) as error:
        raise SubmissionError(path, getattr(error, "strerror", str(error))) from error


def _read(path: Path, most: int) -> bytes:
    """Read a file up to a size, and one byte more if there is more."""
    with path.open("rb") as file:
        return file.read(most + 1)


def _of_file(path: Path, name: str) -> Submission:
    source = _read(path, LARGEST_BYTES)
    refusal = None
    if len(source) > LARGEST_BYTES:
        source, refusal = source[:SHOWN_BYTES], TOO_LARGE
    return Submission(
        name=name,
        source=source,
        filename=printable_name(Path(path.name)),
        module=path.stem if path.stem.isidentifier() else "submission",
        refusal=refusal,
    )


def _of_notebook(path: Path, name: str, functions: Sequence[Function]) -> Submission:
    filename = printable_name(Path(path.name))
    read = read_notebook(_read(path, LARGEST_NOTEBOOK_BYTES), names_of(functions))
    if isinstance(read, Refusal):
        return _refused(read, name=name, filename=filename, kind="notebook")
    return Submission(
        name=name,
        source=read.source,
        filename=filename,
        module=path.stem if path.stem.isidentifier() else "submission",
        kind="notebook",
        places=read.places,
    )


def _refused(refusal: Refusal, *, name: str, filename: str, kind: str) -> Submission:
    return Submission(
        name=name, source=b"", filename=filename, kind=kind, refusal=refusal.reason
    )


def _of_files(
    files: dict[str, bytes] | Refusal,
    functions: Sequence[Function],
    *,
    name: str,
    kind: str,
) -> Submission:
    if isinstance(files, Refusal):
        return _refused(files, name=name, filename=name, kind=kind)
    return assemble(files, functions, name=name, kind=kind)


def _with_tests(submission: Submission, path: Path) -> Submission:
    """Add the tests that lie beside a file and are its own."""
    tests = []
    room = LARGEST_BYTES - len(submission.source)
    for beside in sorted(path.parent.glob("*.py")):
        if beside == path or beside.is_symlink() or not beside.is_file():
            continue
        if not is_test(PurePosixPath(beside.name)):
            continue
        tested = _tested_by(beside)
        if tested not in {None, path.stem}:
            continue
        source = _read(beside, max(room, 0))
        if tested is None and not _imports(source, path.stem):
            continue
        room -= len(source)
        if room < 0:
            return replace(submission, refusal=TOO_LARGE)
        filename = printable_name(Path(beside.name))
        tests.append(Module(name=beside.stem, filename=filename, source=source))
    return replace(submission, tests=tuple(tests)) if tests else submission


def _tested_by(beside: Path) -> str | None:
    """Give the file beside that a file of tests is named after, if one is."""
    stem = beside.stem
    for name in (stem.removeprefix("test_"), stem.removesuffix("_test")):
        if name != stem and any(
            beside.with_name(f"{name}{suffix}").is_file()
            for suffix in (PYTHON, NOTEBOOK)
        ):
            return name
    return None


def _imports(source: bytes, module: str) -> bool:
    word = re.compile(rf"\b{re.escape(module)}\b".encode("utf-8", "replace"))
    return bool(word.search(source)) and module in imported_by("tests", "", source)

"""Read one submission from disk, whatever it was handed in as."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError
from grader.problem import Function
from grader.submission.archive import LARGEST_ARCHIVE_BYTES, read_archive
from grader.submission.files import (
    NOTEBOOK,
    PYTHON,
    is_test,
    read_files,
    suffix_of,
)
from grader.submission.folder import assemble, imported_by, names_nobody, names_of
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

    Tests that lie beside a file go with it if they are named after it; and those that
    import it, if it lies alone and its own name names nobody. What others handed in
    beside it is never a part of it.

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
        match suffix_of(path):
            case ".zip" if not functions:
                raise SubmissionError(path, "a zip is read for a problem")
            case ".zip":
                files = read_archive(_read(path, LARGEST_ARCHIVE_BYTES))
                return _of_files(files, functions, name=name, kind="zip")
            case ".ipynb":
                read = _of_notebook(path, name, functions)
            case _:
                read = _of_file(path, name)
        return _with_tests(read, path, functions)
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
        module=_module_of(path),
        refusal=refusal,
    )


def _module_of(path: Path) -> str:
    """Give what a file can be imported as, whatever it is called."""
    return path.stem if path.stem.isidentifier() else "submission"


def _of_notebook(path: Path, name: str, functions: Sequence[Function]) -> Submission:
    filename = printable_name(Path(path.name))
    read = read_notebook(_read(path, LARGEST_NOTEBOOK_BYTES), names_of(functions))
    if isinstance(read, Refusal):
        return _refused(read, name=name, filename=filename, kind="notebook")
    return Submission(
        name=name,
        source=read.source,
        filename=filename,
        module=_module_of(path),
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


def _with_tests(
    submission: Submission, path: Path, functions: Sequence[Function]
) -> Submission:
    """Add the tests that lie beside a file and are its own, as far as there is room.

    They are never a reason to refuse it: whoever may put a file beside it could else
    keep it from being graded.
    """
    tests = []
    left_out = 0
    room = max(0, LARGEST_BYTES - len(submission.source))
    for beside, needs_import in _tests_beside(path, functions):
        source = _read(beside, room)
        if len(source) > room:
            left_out += 1
            continue
        if needs_import and not _imports(source, path.stem):
            continue
        room -= len(source)
        filename = printable_name(Path(beside.name))
        tests.append(Module(name=beside.stem, filename=filename, source=source))
    if not tests and not left_out:
        return submission
    return replace(submission, tests=tuple(tests), tests_left_out=left_out)


def _tests_beside(
    path: Path, functions: Sequence[Function]
) -> Iterator[tuple[Path, bool]]:
    """Give the tests beside a file, and whether they are its own only by an import."""
    named = {f"test_{path.stem}{PYTHON}", f"{path.stem}_test{PYTHON}"}
    own = [one for name in sorted(named) if _is_file(one := path.with_name(name))]
    yield from ((one, False) for one in own if one != path)
    if not names_nobody(path.stem, path.parent, functions):
        return
    files = sorted(filter(_is_file, path.parent.iterdir()))
    tests = [one for one in files if is_test(PurePosixPath(one.name))]
    if any(
        suffix_of(one) in SUFFIXES and one != path and one not in tests for one in files
    ):
        return
    yield from ((one, True) for one in tests if one.name not in named and one != path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:  # such as a name that is too long for a file
        return False


def _imports(source: bytes, module: str) -> bool:
    word = re.compile(rf"\b{re.escape(module)}\b".encode("utf-8", "replace"))
    return bool(word.search(source)) and module in imported_by("tests", "", source)

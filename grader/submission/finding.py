"""What there is to grade below some paths, and what to call each of it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from grader.errors import SubmissionError
from grader.problem import Function
from grader.submission.files import (
    files_below,
    is_passed_over,
    is_test,
    read_files,
    suffix_of,
)
from grader.submission.folder import INIT, main_of, names_nobody
from grader.submission.reading import SUFFIXES, ZIP
from grader.submission.submission import Refusal, printable_name

OUR_FILES = {
    "compare",
    "compare.html",
    "feedback.html",
    "feedback.md",
    "grades.csv",
    "index.html",
    "junit.xml",
    "record.json",
    "report.html",
    "report.md",
    "results.json",
}
"""What we write beside folders for submissions, which can't have these names."""
_LONGEST_NAME_BYTES = 120
"""Of a folder for reports: file systems allow 255, some 143."""
_KEPT_BYTES = 100
_DEEPEST = 8
"""How far down a folder may still be one submission: to tell, all of it is read."""


def find_submissions(
    paths: Iterable[Path], functions: Sequence[Function] = ()
) -> list[tuple[str, Path]]:
    """List the submissions that paths name, each with a name of its own.

    A file stands for itself, and a folder for all Python files, notebooks and zips in
    and below it, named by their place in it. Tests, hidden folders, caches and
    symbolic links are passed over. A folder is one submission, and not its files one
    by one, if one of them alone defines what is asked for and uses the others. Of the
    folders that are named this is asked more: to be a package, to have a main file
    whose name is not a candidate's, or nothing beside it but folders of tests. Where
    candidates' files lie side by side, what one of them imports would else decide what
    becomes of the others.

    Parameters
    ----------
    paths
        Files and folders.
    functions
        What the problem asks for; without them no folder is one submission.

    Raises
    ------
    SubmissionError
        If a path is neither.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            for one in sorted(_in_folder(path, functions)):
                found.setdefault(one, _report_name(_name_within(one, path)))
        elif path.is_file():
            found.setdefault(path, _report_name(Path(path.stem)))
        else:
            nothing = "there is no such file or folder"
            issue = "is neither a file nor a folder" if path.exists() else nothing
            raise SubmissionError(path, issue)
    return _with_unique_names(found)


def _name_within(path: Path, folder: Path) -> Path:
    inside = path.relative_to(folder)
    if not inside.parts:
        return Path(path.resolve().name)
    return inside if path.is_dir() else inside.with_suffix("")


def _in_folder(top: Path, functions: Sequence[Function]) -> Iterator[Path]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        inside = PurePosixPath(folder.relative_to(top).as_posix())
        if (
            functions
            and len(inside.parts) <= _DEEPEST
            and _is_one(folder, functions, is_named=folder == top)
        ):
            yield folder
            continue
        with suppress(PermissionError):
            for path in folder.iterdir():
                within = inside / path.name
                if path.is_symlink() or is_passed_over(within):
                    continue
                if path.is_dir():
                    waiting.append(path)
                elif (
                    suffix_of(path) in SUFFIXES
                    and path.is_file()
                    and not is_test(within)
                ):
                    yield path


def _is_one(folder: Path, functions: Sequence[Function], *, is_named: bool) -> bool:
    try:
        if any(suffix_of(path) == ZIP for path in files_below(folder)):
            return False
        files = read_files(folder)
    except OSError:  # it will be told of whichever file it is
        return False
    if isinstance(files, Refusal):
        return False
    main = main_of(files, functions)
    if main is None or not is_named:
        return main is not None
    return (
        INIT in files
        or names_nobody(PurePosixPath(main).stem, folder, functions)
        # With nothing beside it but folders of tests, it has no other's file.
        or all(
            "/" in path and is_test(PurePosixPath(path)) for path in {*files} - {main}
        )
    )


def _report_name(path: Path) -> str:
    """Name a submission, so that a folder of that name can hold its reports."""
    parts = []
    for part in Path(printable_name(path)).parts:
        clashes = part in OUR_FILES or not part.strip(".")
        parts.append(_shortened(f"{part}_" if clashes else part))
    return "/".join(parts) or "_"


def _shortened(part: str) -> str:
    """Cut a long name, and end it with what tells it from others that begin alike."""
    data = part.encode()
    if len(data) <= _LONGEST_NAME_BYTES:
        return part
    start = data[:_KEPT_BYTES].decode("utf-8", "ignore").rstrip()
    return f"{start}-{hashlib.sha256(data).hexdigest()[:8]}"


def _with_unique_names(found: dict[Path, str]) -> list[tuple[str, Path]]:
    named: dict[str, Path] = {}
    for path, name in found.items():
        unique, count = name, 1
        while unique in named:
            count += 1
            unique = f"{name}-{count}"
        named[unique] = path
    return list(named.items())

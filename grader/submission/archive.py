"""The files of a zip, read in memory: nothing of it is ever written to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath

from grader.submission.files import (
    NOTEBOOK,
    PYTHON,
    Room,
    is_passed_over,
    suffix_of,
)
from grader.submission.submission import Refusal
from grader.text import message

LARGEST_ARCHIVE_BYTES = 4 << 20
_MOST_MEMBERS = 10_000
_LONGEST_PATH = 1_000
"""Characters: a zip has room for more than any disk."""
_SHOWN = 100
"""Characters of a path that is refused."""
_ENCRYPTED = 1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Others can ask for any amount of memory before they give a byte."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    OSError,
    OverflowError,
    RuntimeError,  # of which NotImplementedError is one
    ValueError,
)


def read_archive(data: bytes) -> dict[str, bytes] | Refusal:
    """Read the Python files and notebooks in a zip.

    What is read is counted as it comes out, so that what the zip says of its sizes
    doesn't matter.

    Parameters
    ----------
    data
        The file.

    Returns
    -------
    dict of str to bytes, or Refusal
        The files by their paths; a refusal, if any of it is odd.
    """
    if len(data) > LARGEST_ARCHIVE_BYTES:
        words = f"it has more than the {LARGEST_ARCHIVE_BYTES >> 20} MiB that are read"
        return Refusal(reason=words)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _read(archive)
    except _BROKEN as error:
        words = str(error) or type(error).__name__
        return Refusal(reason=message(f"it is no zip that can be read: {words}"))


def _read(archive: zipfile.ZipFile) -> dict[str, bytes] | Refusal:
    members = archive.infolist()
    issue = _issue_with(members)
    if issue is not None:
        return Refusal(reason=message(issue))
    files: dict[str, bytes] = {}
    room = Room()
    for member in members:
        path = PurePosixPath(member.filename)
        if suffix_of(path) not in {PYTHON, NOTEBOOK} or member.is_dir():
            continue
        if is_passed_over(path):
            continue
        with archive.open(member) as file:
            content = room.read(path, file)
        if isinstance(content, Refusal):
            return content
        files[str(path)] = content
    return files


def _issue_with(members: Sequence[zipfile.ZipInfo]) -> str | None:
    """Say what is odd about any member, whether it would be read or not."""
    if len(members) > _MOST_MEMBERS:
        return f"it is a zip of more than {_MOST_MEMBERS:,} files"
    if len({PurePosixPath(one.filename) for one in members}) < len(members):
        return "it is a zip with two files of one name"
    for member in members:
        oddity = _oddity(member)
        if oddity is not None:
            return f"it is a zip with {oddity}: {member.filename[:_SHOWN]}"
    return None


def _oddity(member: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(member.filename)
    if path.is_absolute() or ".." in path.parts or not _is_plain(member.filename):
        return "a path that leads out of it"
    if len(member.filename) > _LONGEST_PATH:
        return f"a path of more than {_LONGEST_PATH:,} characters"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a symbolic link"
    if member.flag_bits & _ENCRYPTED:
        return "an encrypted file"
    if member.compress_type not in _METHODS:
        return "a file that is not deflated, as is usual"
    return None


def _is_plain(name: str) -> bool:
    """Whether a name means the same everywhere: no drive, no other separators."""
    return not set(name) & {"\\", ":", "\0"} and name.isprintable()

"""Records that leave memory the moment they are known, and come back one by one.

A record of a few hundred cases takes a megabyte in memory, and some 20 KiB on disk.
"""

import tempfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar, overload

from pydantic import BaseModel

from grader.record import Record, SubmissionEntry

_LEVEL = 1
"""Of compression: a record takes a millisecond, and a tenth of the room."""
T = TypeVar("T")


class _Handed(BaseModel):
    """What was handed in, read from a record without making all of it."""

    submission: SubmissionEntry


class Shelf:
    """Records by name, in a file without one that ends with the process.

    Where it can't be written they stay in memory: none is lost for want of room.

    Parameters
    ----------
    folder
        On the disk to use; that of temporary files, if left out.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._opened = ExitStack()
        self._places: dict[str, tuple[int, int]] = {}
        self._packed: dict[str, bytes] = {}
        """Those that there is no room for."""
        self._end = 0
        try:
            opened = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115 - closed below
            self._file: Any = self._opened.enter_context(opened)
        except OSError:
            self._file = None

    def close(self) -> None:
        """Give the room back."""
        self._opened.close()

    def __enter__(self) -> Self:
        """Give the shelf; it is closed on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        self.close()

    def put(self, name: str, record: Record) -> None:
        """Put a record away; one that was there by this name is forgotten."""
        text = record.model_dump_json(exclude_none=True)
        data = zlib.compress(text.encode(), _LEVEL)
        self._packed.pop(name, None)
        if self._write(data):
            self._places[name] = (self._end, len(data))
            self._end += len(data)
        else:
            self._packed[name] = data

    def _write(self, data: bytes) -> bool:
        if self._file is None:
            return False
        try:
            self._file.seek(self._end)
            return bool(self._file.write(data) == len(data))
        except OSError:
            return False

    def _text(self, name: str) -> bytes:
        data = self._packed.get(name)
        if data is None:
            start, size = self._places[name]
            self._file.seek(start)
            data = self._file.read(size)
        return zlib.decompress(data)

    def record(self, name: str) -> Record:
        """Give a record."""
        return Record.model_validate_json(self._text(name))

    def submission(self, name: str) -> SubmissionEntry:
        """Give what a record tells of what was handed in."""
        return _Handed.model_validate_json(self._text(name)).submission

    def records(self, names: Sequence[str]) -> Sequence[Record]:
        """Give records in an order, each of which is read when it is asked for."""
        return _OneByOne(names, self.record)

    def submissions(self, names: Sequence[str]) -> Sequence[SubmissionEntry]:
        """Give what was handed in, likewise."""
        return _OneByOne(names, self.submission)


@dataclass(frozen=True, slots=True)
class _OneByOne(Sequence[T]):
    names: Sequence[str]
    read: Callable[[str], T]

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return _OneByOne(self.names[at], self.read)
        return self.read(self.names[at])

    def __len__(self) -> int:
        return len(self.names)

"""A submission as bytes, whatever it was handed in as."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from grader.text import printable

LARGEST_BYTES = 512 << 10
"""More than any honest answer has, in all of its files."""
SHOWN_BYTES = 1 << 16
"""How much of a larger file reports show."""
_LONGEST_IN_JSON = 12
"""Bytes of a letter, if it is escaped as two surrogates."""
TOO_LARGE = f"it has more than the {LARGEST_BYTES >> 10} KiB that are read"


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
class Refusal:
    """Why what was handed in can't be graded; said of it in the third person."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one candidate handed in: the source that is run, and what goes with it."""

    name: str
    """What reports call it."""
    source: bytes
    """The file's bytes, whatever they are; of a notebook what was taken from it."""
    filename: str = "submission.py"
    """What tracebacks call it."""
    module: str = "submission"
    """What its own other files import it as."""
    kind: str = "file"
    """What it was handed in as: a file, a notebook, a folder or a zip."""
    places: tuple[Place, ...] = ()
    """Where its lines come from; none if the source is the file itself."""
    modules: tuple[Module, ...] = ()
    """What the source may import beside libraries."""
    tests: tuple[Module, ...] = ()
    """The candidate's own tests that are in files of their own."""
    tests_left_out: int = 0
    """Files of tests beside it that there was no room for."""
    refusal: str | None = None
    """Why it is not even loaded, if it is not; the source is then cut."""
    sha256: str = field(init=False)
    """Of the source and all files with it, in hexadecimal; and of why it is refused."""

    def __post_init__(self) -> None:
        """Hash the source, and the files that go with it and what each is for.

        What is refused is not whole: the reason tells it from all else.
        """
        digest = hashlib.sha256(self.source).hexdigest()
        if self.modules or self.tests or self._may_import_itself:
            files = [
                [role, one.name, one.filename, hashlib.sha256(one.source).hexdigest()]
                for role, among in (("module", self.modules), ("test", self.tests))
                for one in among
            ]
            whole = json.dumps([self.module, digest, files]).encode()
            digest = hashlib.sha256(whole).hexdigest()
        if self.tests_left_out:
            whole = json.dumps([digest, self.tests_left_out]).encode()
            digest = hashlib.sha256(whole).hexdigest()
        if self.refusal is not None:
            whole = json.dumps([digest, self.refusal]).encode()
            digest = hashlib.sha256(whole).hexdigest()
        object.__setattr__(self, "sha256", digest)

    @property
    def _may_import_itself(self) -> bool:
        """Whether a line may do so: what comes of it then follows from the name too."""
        own = self.module.encode()
        lines = self.source.splitlines()
        return any(b"import" in line and own in line for line in lines)

    @property
    def text(self) -> str:
        """The source to show, with what is not UTF-8 escaped."""
        return self.source.decode("utf-8", "backslashreplace")

    @property
    def loaded_bytes(self) -> int:
        """How much goes to a worker, counted high: sources, and names of modules."""
        names = sum(len(one.name) + len(one.filename) for one in self.modules)
        sources = sum(len(one.source) for one in self.modules)
        return len(self.source) + sources + names * _LONGEST_IN_JSON


def last_line(source: bytes) -> int:
    r"""Give the number of a source's last line, as Python counts lines.

    Examples
    --------
    >>> last_line(b"a = 1\rb = 2\r\nc = 3")
    3
    """
    return len(source.splitlines())


def printable_name(path: Path) -> str:
    r"""Give a path as text that can be shown anywhere, in one line.

    Examples
    --------
    >>> printable_name(Path("caf\udce9\n.py"))
    'caf\\xe9\\n.py'
    """
    return printable(os.fsencode(path)).replace("\n", "\\n")

"""Our own failures: one root, one class for each thing that can go wrong.

What a candidate does wrong is never an exception here; it is an outcome.
"""

from dataclasses import dataclass
from pathlib import Path

from grader.text import message


class GraderError(Exception):
    """The root of everything that this package raises on purpose."""


@dataclass(eq=False)
class _FileError(GraderError):
    """Something is wrong with a file or a folder."""

    path: Path
    """What is at fault."""
    issue: str
    """What is wrong with it, and what to do about it."""

    def __str__(self) -> str:
        """Name the path first."""
        return message(f"{self.path}: {self.issue}")


@dataclass(eq=False)
class ProblemError(_FileError):
    """A problem that can't be used, with the place in its spec."""

    line: int | None = None
    """The line, counted from 1."""
    column: int | None = None
    """The column, counted from 1."""

    def __str__(self) -> str:
        """Word it as compilers do: ``file:line:column: issue``."""
        place = [str(self.path)]
        place += [str(at) for at in (self.line, self.column) if at is not None]
        return message(f"{':'.join(place)}: {self.issue}")


class SubmissionError(_FileError):
    """A path from which no submission can be read."""


class RecordError(_FileError):
    """A file that is not a record which this version can read."""


class HistoryError(_FileError):
    """A history that can't be kept, or not be read."""


class OutputError(_FileError):
    """A place that can't be written to; the result is known all the same."""

    def __str__(self) -> str:
        """Name the path first, and say that it was to be written."""
        return message(f"{self.path}: can't be written: {self.issue}")


@dataclass(eq=False)
class ClusterError(GraderError):
    """A cluster that can't be worked with, or that is gone."""

    address: str
    """Where its scheduler is, or should be."""
    issue: str
    """What is wrong, and what to do about it."""

    def __str__(self) -> str:
        """Name the cluster first."""
        return message(f"cluster {self.address}: {self.issue}")


@dataclass(eq=False)
class StoreError(GraderError):
    """A store that can't be used, or has not what was asked for."""

    place: str
    """Its file, or its URL without the password."""
    issue: str
    """Why not."""
    is_passing: bool = False
    """Whether the same may work a moment later: the connection was lost."""

    def __str__(self) -> str:
        """Name the place first."""
        return message(f"{self.place}: {self.issue}")


@dataclass(eq=False)
class ServeError(GraderError):
    """A server that can't be started as it was asked for."""

    issue: str
    """Why not, and what to do about it."""

    def __str__(self) -> str:
        """Say why not."""
        return message(self.issue)


@dataclass(eq=False)
class SandboxError(GraderError):
    """The sandbox failed, whatever the submission did."""

    issue: str
    """What failed."""

    def __str__(self) -> str:
        """Say that it is ours."""
        return message(f"the sandbox failed: {self.issue}")


@dataclass(eq=False)
class IsolationError(GraderError):
    """The machine isolates less than was asked for."""

    level: str
    """The level that holds."""
    required: str
    """The level that was asked for."""
    missing: tuple[str, ...]
    """The layers that don't hold."""

    def __str__(self) -> str:
        """Say what is missing and how to go on."""
        return (
            f"isolation here is '{self.level}', and '{self.required}' is asked for: "
            f"{', '.join(self.missing)} missing. `grader doctor` shows why; "
            f"`--isolation {self.level}` grades code that you trust all the same"
        )

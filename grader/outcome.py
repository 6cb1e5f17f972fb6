"""What a call did: an outcome is a value, whatever the submission tried."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedArgument:
    """An argument that a function is asked to take."""

    name: str
    aliases: tuple[str, ...] = ()
    """Other names that it may have."""
    optional: bool = False
    default: Any = None
    """What stands for it where a function takes it by position only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A function that a submission is asked to have."""

    name: str
    arguments: tuple[AskedArgument, ...]
    aliases: tuple[str, ...] = ()
    """Other names that it may have."""


class Calling(StrEnum):
    """How a call is made, and when its result is read."""

    ONCE = "once"
    REPEATED = "repeated"
    """Three times with the same argument objects; the last result counts. Thrice, since
    what is turned round twice is as before."""
    KEPT = "kept"
    """The result is read after the next call has been made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a submission's function."""

    function: str
    """The function, by its name in the problem."""
    arguments: dict[str, Any]
    """Arrays, tuples, numbers, words or None, by their names in the problem."""
    output_bytes: int
    """The most that its result may take; of a larger one only the shape is known."""
    calling: Calling = Calling.ONCE

    @property
    def array_bytes(self) -> int:
        """What the arrays among its arguments take."""
        return _array_bytes(self.arguments.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A result that is not an array or a number."""

    type_name: str
    """What it is, as the worker tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLarge:
    """An array that is larger than any right answer."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]


Value = Array | int | float | bool | Foreign | TooLarge | None
"""One result, rebuilt by us from bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The call returned."""

    value: Value | tuple[Value, ...]
    """What it returned."""
    modified: tuple[str, ...] = ()
    """The arguments that hold other values than before the call."""

    @property
    def values(self) -> tuple[Value, ...]:
        """The results in a tuple, also if it returned none."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    @property
    def array_bytes(self) -> int:
        """What the arrays among its results take."""
        return _array_bytes(self.values)


def _array_bytes(values: Iterable[object]) -> int:
    return sum(one.nbytes for one in values if isinstance(one, np.ndarray))


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The call raised."""

    type_names: tuple[str, ...]
    """The exception's class and its bases, the most specific first."""
    message: str
    """Its text, made printable and cut."""
    line: int | None = None
    """The last line of the submission's file that it passed."""
    in_binding: bool = False
    """Whether the function was never entered, since it doesn't take these arguments."""
    modified: tuple[str, ...] = ()
    """The arguments that hold other values than before the call."""

    @property
    def is_out_of_memory(self) -> bool:
        """Whether it means that memory ran out."""
        return "MemoryError" in self.type_names

    @property
    def words(self) -> str:
        """The exception as Python words it: type and text."""
        name = self.type_names[0]
        return f"{name}: {self.message}" if self.message else name


class Time(StrEnum):
    """What there is a limit on."""

    PROCESSOR = "processor time"
    WALL = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedOut:
    """The call was stopped at its limit."""

    limit_seconds: float
    """What it was allowed."""
    time: Time = Time.PROCESSOR
    """Of which time."""
    whole: bool = False
    """Whether it is the limit on all calls together."""

    @property
    def words(self) -> str:
        """The limit in words."""
        calls = " in all calls together" if self.whole else ""
        return f"stopped after {self.limit_seconds:g} s of {self.time}{calls}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crashed:
    """The process ended, or broke the protocol, during the call."""

    reason: str
    """How."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """The call was not made."""

    reason: str
    """Why not."""


Outcome = Returned | Raised | TimedOut | Crashed | NotRun
"""What a call did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """How a function of the problem was found in a submission."""

    function: str
    """Its name in the problem."""
    found_as: str
    """Its name in the submission."""
    by_position: tuple[str, ...] = ()
    """Arguments that go by a name we don't know, and are passed by their place."""
    missing: tuple[str, ...] = ()
    """Arguments that it does not take."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Arguments under another accepted name: the problem's, the submission's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The submission's file ran to its end."""

    bindings: tuple[Binding, ...]
    """The functions that it provides."""

    @property
    def provided(self) -> frozenset[str]:
        """Their names in the problem."""
        return frozenset(binding.function for binding in self.bindings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The submission was not loaded at all."""

    reason: str
    """What is wrong with it."""


NotLoaded = Raised | TimedOut | Crashed | Refused
"""Why a submission did not load."""
LoadOutcome = Loaded | NotLoaded
"""What loading a submission did."""


def words_of(failure: NotLoaded) -> str:
    """Say in words why a submission did not load.

    Examples
    --------
    >>> words_of(Crashed(reason="the process ended itself, with status 3"))
    'the process ended itself, with status 3'
    """
    match failure:
        case Raised() | TimedOut():
            return failure.words
        case Crashed() | Refused():
            return failure.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that came of calling a submission."""

    load: LoadOutcome
    """What loading it did."""
    outcomes: tuple[Outcome, ...]
    """What each call did, in order; all of them `NotRun` if it did not load."""
    stdout: str = ""
    """What it printed, made printable and cut."""
    first_stdout: str = ""
    """What of that it had printed when the first exchange was over."""

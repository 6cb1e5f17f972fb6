"""What stands for a problem's functions while a candidate's tests run: it only asks.

A call writes down its arguments, gives the word to the grader, and goes on with the
answer. Whose code that came from can't be seen from here.
"""

import builtins
import contextlib
import functools
import inspect
import json
import mmap
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.sandbox.bindings import Bound, signature_of
from grader.sandbox.frame_writer import FrameWriter, is_plain
from grader.sandbox.frames import Slot
from grader.sandbox.protocol import Regions

_MOST_NUMBERS = 4
"""In a tuple: as many as a frame has items."""


@dataclass(slots=True, kw_only=True)
class Line:
    """The grader at the other end of the arena."""

    arena: mmap.mmap
    regions: Regions
    slots: Sequence[Sequence[int]]
    """Where in the response to write: a head, and then each argument."""
    swap: Callable[[], tuple[int, str, list[Any]]]
    """Says that there is a response, waits, and gives the next request: its number,
    what kind of answer it is, and its values."""
    sequence: int
    asked: int = 0
    """Questions up to now."""

    def frame(self, number: int) -> FrameWriter:
        """Give a writer for a slot of the response."""
        start, size = self.slots[number]
        return FrameWriter(
            self.arena,
            Slot(start=self.regions.response + start, size=size),
            call=number,
            sequence=self.sequence,
            filename="",
        )

    def ask(self, function: int, arguments: Sequence[tuple[int, Any]]) -> Any:  # noqa: ANN401 - anything at all
        """Have the grader make a call, and give what it gave."""
        for place, value in arguments:
            if isinstance(value, str):
                self.frame(1 + place).word(value)
            else:
                self.frame(1 + place).returned(value)
        self.frame(0).returned(function)
        self.asked += 1
        self.sequence, kind, values = self.swap()
        # What is in the arena is overwritten by the next question's answer.
        own: list[Any] = [_own(one) for one in values]
        if kind == "raised":
            names, message = own
            raise _exception(names, message)
        return tuple(own) if kind == "tuple" else own[0]

    def report(self, told: Any) -> None:  # noqa: ANN401 - JSON
        """Write how the tests went, or how they go."""
        text = json.dumps(told).encode()
        self.frame(0).returned(np.frombuffer(text, np.uint8))

    def tell(self, told: Any) -> None:  # noqa: ANN401 - JSON
        """Report how tests go, and wait to be told to go on."""
        self.report(told)
        self.sequence, *_ = self.swap()


def _own(value: Any) -> Any:  # noqa: ANN401 - anything at all
    if isinstance(value, np.ndarray):
        return value.copy() if value.ndim else value[()]
    return value


def _exception(names: str, message: str) -> BaseException:
    """Make an exception of the first of some classes that Python itself has."""
    for name in names.split():
        known = getattr(builtins, name, None)
        if isinstance(known, type) and issubclass(known, (Exception, SystemExit)):
            try:
                return known(message)
            except TypeError:  # one that needs more than a message
                continue
    return RuntimeError(message)


class StandIn:
    """What stands for one function.

    Parameters
    ----------
    line
        Where to ask.
    number, asked
        Which function of the problem it is, and its description.
    bound
        The candidate's own, which tells what calls may look like.
    """

    def __init__(self, line: Line, number: int, asked: Any, bound: Bound) -> None:  # noqa: ANN401 - JSON
        self._line, self._number = line, number
        self._asked = asked["arguments"]
        self._places = {one["name"]: at for at, one in enumerate(self._asked)}
        self._ours = {one.own: ours for ours, one in bound.arguments.items()}
        self._signature = signature_of(bound.call)

    def __call__(self, *positional: Any, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
        """Ask for the call, if the candidate's own function could be called so."""
        given = self._signature.bind(*positional, **keywords)  # raises as a call does
        arguments = []
        for name, value in self._flat(given):
            place = self._places.get(name)
            if place is None:
                raise TypeError(f"nothing is asked about an argument `{name}`")
            arguments.append((place, _sendable(name, value, self._asked[place])))
        return self._line.ask(self._number, arguments)

    def _flat(self, given: inspect.BoundArguments) -> Iterator[tuple[str, Any]]:
        """Give what was passed by the problem's names."""
        place = 0
        for name, value in given.arguments.items():
            kind = self._signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                for at, one in enumerate(value, place):
                    yield self._ours.get(at, self._name_at(at)), one
            elif kind is inspect.Parameter.VAR_KEYWORD:
                for key, one in value.items():
                    yield self._ours.get(key, key), one
            else:
                at = list(self._signature.parameters).index(name)
                yield self._ours.get(name, self._ours.get(at, name)), value
                place = at + 1

    def _name_at(self, at: int) -> str:
        return self._asked[at]["name"] if at < len(self._asked) else "?"

    def as_function(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Give it as a function that looks like the one that it stands for."""

        def stand(*positional: Any, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
            return self(*positional, **keywords)

        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            value = getattr(original, name, None)
            if isinstance(value, str):
                setattr(stand, name, value)
        stand.__signature__ = self._signature  # type: ignore[attr-defined]
        return stand


def redirect(original: Any, stand: Callable[..., Any]) -> None:  # noqa: ANN401 - callables
    """Have a function ask as well, wherever else the submission keeps it.

    A list, a default or a closure holds the function itself, which no other can take
    the place of; so it is given other code.
    """
    match original:
        case types.FunctionType():

            def asking(*positional: Any, _stand: Any = stand, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
                return _stand(*positional, **keywords)

            # As many free variables as it had are asked for; nothing uses them.
            free = original.__code__.co_freevars
            original.__code__ = asking.__code__.replace(co_freevars=free)
            original.__defaults__ = None
            original.__kwdefaults__ = asking.__kwdefaults__
        case types.MethodType():
            redirect(
                original.__func__, lambda _, *them, **keywords: stand(*them, **keywords)
            )
        case functools.partial():
            original.__setstate__((stand, (), {}, {}))  # type: ignore[attr-defined]
        case type():
            pass  # what it makes is no array
        case _:
            # `functools.lru_cache` and the like hold a function inside.
            inner = getattr(original, "__wrapped__", None)
            if isinstance(inner, types.FunctionType):
                redirect(inner, stand)
            _redirect_calls(original, stand)


def _redirect_calls(original: Any, stand: Callable[..., Any]) -> None:  # noqa: ANN401 - callables
    """Have an object that can be called ask, and leave others of its class alone."""
    kind = type(original)
    before = kind.__call__

    def call(self: Any, *positional: Any, **keywords: Any) -> Any:  # noqa: ANN401 - anything at all
        known = stand if self is original else functools.partial(before, self)
        return known(*positional, **keywords)

    with contextlib.suppress(TypeError, AttributeError):  # a class that isn't Python's
        kind.__call__ = call


def _sendable(name: str, value: Any, asked: Any) -> Any:  # noqa: ANN401 - anything at all
    """Give an argument in a form that can be sent.

    Where a tuple belongs, nothing is asked about a list, an array or a number, so they
    are taken for what they must mean.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(asked["default"], list):
        if isinstance(value, list | np.ndarray):
            value = tuple(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = (value,) * len(asked["default"])
    if isinstance(value, tuple):
        plain = tuple(
            one.item() if isinstance(one, np.generic) else one for one in value
        )
        few = len(plain) <= _MOST_NUMBERS and all(map(_is_number, plain))
        whole = all(isinstance(one, int) for one in plain)
        if few and (whole or isinstance(asked["default"], list)):
            return plain
    if isinstance(value, list | tuple):
        value = np.asarray(value)
    if value is None or isinstance(value, str) or _is_number(value) or is_plain(value):
        return value
    raise TypeError(f"`{name}` is neither an array nor a number")


def _is_number(value: Any) -> bool:  # noqa: ANN401 - anything at all
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, float)

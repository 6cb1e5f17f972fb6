"""Which function of a submission is meant, and how its arguments are passed.

The worker finds out by looking at the function and reports one byte for each thing
asked; the grader reads the report back into names that it knows itself.
"""

import inspect
import types
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from grader.outcome import Binding, Signature

MISSING = 255
"""In a load frame: no such function, or no such argument."""
BY_POSITION = 254
"""In a load frame: an argument is passed by its place."""
BY_KEYWORDS = 253
"""In a load frame: the function takes any keyword."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """How a function of the submission takes an argument."""

    code: int
    """What the report says of it."""
    own: str | int | None
    """Its own name, its place, or None if there is none."""
    default: Any
    """What stands for it where it is passed by its place, and left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A function of the submission, and how to pass it what."""

    call: Callable[..., Any]
    found: int
    """Which of its names it goes by."""
    arguments: dict[str, Passed]
    """By the problem's names, in the problem's order."""
    names: dict[str, str] | None
    """What it calls its arguments, where all of them are passed by name."""


def report_of(asked: Any, functions: dict[str, Bound]) -> bytes:  # noqa: ANN401 - JSON
    """Tell which functions were found, a byte for each name and argument."""
    codes = bytearray()
    for one in asked:
        function = functions.get(one["name"])
        if function is None:
            codes += bytes([MISSING] * (1 + len(one["arguments"])))
        else:
            codes += bytes(
                [function.found, *(one.code for one in function.arguments.values())]
            )
    return bytes(codes)


def find(module: types.ModuleType, asked: Any) -> Bound | None:  # noqa: ANN401 - JSON
    """Find a function in a submission, by any of its names."""
    for found, name in enumerate([asked["name"], *asked["aliases"]]):
        call = getattr(module, name, None)  # a module may have a `__getattr__`
        if callable(call):
            arguments = _bind(call, asked["arguments"])
            return Bound(
                call=call, found=found, arguments=arguments, names=_names_of(arguments)
            )
    return None


def _names_of(arguments: dict[str, Passed]) -> dict[str, str] | None:
    names = {
        name: one.own for name, one in arguments.items() if isinstance(one.own, str)
    }
    return names if len(names) == len(arguments) else None


def signature_of(
    call: Callable[..., Any], *, follow_wrapped: bool = True
) -> inspect.Signature:
    """Give what a function takes: anything, if Python can't tell."""
    method = inspect.getattr_static(type(call), "__call__", None)
    try:
        if isinstance(method, staticmethod | classmethod):
            # Where Python 3.11 takes off a first argument.
            call = call.__call__  # type: ignore[operator]
        return inspect.signature(call, follow_wrapped=follow_wrapped)
    except (TypeError, ValueError):
        return inspect.Signature(
            [
                inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),
                inspect.Parameter("keywords", inspect.Parameter.VAR_KEYWORD),
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Takes:
    """What a function takes."""

    ordered: Sequence[str]
    """What may be passed by its place."""
    named: frozenset[str]
    """What may be passed by its name."""
    optional: frozenset[str]
    """What may be left out."""
    any_place: bool
    any_keyword: bool


def _takes(call: Callable[..., Any], *, follow_wrapped: bool = True) -> _Takes:
    if type(call) is types.FunctionType and not call.__dict__:
        return _takes_plainly(call)
    names = defaultdict[Any, list[str]](list)
    parameters = signature_of(call, follow_wrapped=follow_wrapped).parameters
    for name, parameter in parameters.items():
        names[parameter.kind].append(name)
    either = names[inspect.Parameter.POSITIONAL_OR_KEYWORD]
    return _Takes(
        ordered=[*names[inspect.Parameter.POSITIONAL_ONLY], *either],
        named=frozenset([*either, *names[inspect.Parameter.KEYWORD_ONLY]]),
        optional=frozenset(
            name
            for name, parameter in parameters.items()
            if parameter.default is not inspect.Parameter.empty
        ),
        any_place=bool(names[inspect.Parameter.VAR_POSITIONAL]),
        any_keyword=bool(names[inspect.Parameter.VAR_KEYWORD]),
    )


def _takes_plainly(call: types.FunctionType) -> _Takes:
    """Give what a function takes that nothing is said of: by far the usual one.

    `inspect.signature` says the same, and takes a thirtieth of what it takes to judge
    a small submission.
    """
    code = call.__code__
    places = code.co_argcount
    names = code.co_varnames[: places + code.co_kwonlyargcount]
    first = max(0, places - len(call.__defaults__ or ()))
    return _Takes(
        ordered=names[:places],
        named=frozenset(names[code.co_posonlyargcount :]),
        optional=frozenset([*names[first:places], *(call.__kwdefaults__ or ())]),
        any_place=bool(code.co_flags & inspect.CO_VARARGS),
        any_keyword=bool(code.co_flags & inspect.CO_VARKEYWORDS),
    )


def _bind(call: Callable[..., Any], asked: Any) -> dict[str, Passed]:  # noqa: ANN401 - JSON
    """Find out under which names, or at which places, a function takes arguments."""
    takes = _takes(call)
    within = _within(call)
    if within is not None:
        inner = _takes(within)
        placed = _placed(takes, asked, inner.ordered)
        arguments = _arguments(asked, inner, placed)
        if all(one.own is not None for one in arguments.values()):
            return arguments
    is_bare = type(call) is types.FunctionType and not hasattr(call, "__wrapped__")
    outside = takes if is_bare else _takes(call, follow_wrapped=False)
    placed = _placed(outside, asked, takes.ordered)
    arguments = _arguments(asked, takes, placed)
    first = [one["name"] for one in asked if not one["optional"]]
    if any(arguments[name].own is None for name in first):
        # A name of another's: `b` may be a bias, or the second of `a` and `b`.
        there = set(takes.ordered[: len(first)])
        clear = {one["name"] for one in asked if one["optional"]} | takes.optional
        if len(there) == len(first) and not there & clear:
            takes = replace(takes, named=takes.named - there)
            arguments = _arguments(asked, takes, max(placed, len(first)))
    return arguments


def _within(call: Callable[..., Any]) -> types.FunctionType | None:
    """Find what a decorator hides that passes everything on, without `functools.wraps`.

    It has to be the only function that what it returns can reach.
    """
    if type(call) is not types.FunctionType or call.__closure__ is None:
        return None
    kinds = {one.kind for one in signature_of(call).parameters.values()}
    if kinds != {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
        return None
    held: list[Any] = []
    for cell in call.__closure__:
        with suppress(ValueError):  # it is empty
            held.append(cell.cell_contents)
    functions = [one for one in held if type(one) is types.FunctionType]
    return functions[0] if len(functions) == 1 else None


def _arguments(
    asked: Any,  # noqa: ANN401 - JSON
    takes: _Takes,
    placed: int,
) -> dict[str, Passed]:
    """Find each argument, the first of them by their places."""
    known = {name for one in asked for name in (one["name"], *one["aliases"])}
    taken = known & takes.named
    arguments = {}
    for place, one in enumerate(asked):
        free = place < len(takes.ordered) and takes.ordered[place] not in taken
        must = place < placed
        code, own = (
            (BY_POSITION, place) if must else _found(one, place, takes, free=free)
        )
        default = one["default"]
        arguments[one["name"]] = Passed(
            code=code,
            own=own,
            default=tuple(default) if isinstance(default, list) else default,
        )
    return arguments


def _found(
    asked: Any,  # noqa: ANN401 - JSON
    place: int,
    takes: _Takes,
    *,
    free: bool,
) -> tuple[int, str | int | None]:
    """Tell how an argument is passed; `free` if what is at its place is no other."""
    for code, name in enumerate([asked["name"], *asked["aliases"]]):
        if name in takes.named:
            return code, name
    if free or (takes.any_place and not asked["optional"]):
        return BY_POSITION, place
    if takes.any_keyword:
        return BY_KEYWORDS, asked["name"]
    return (BY_POSITION, place) if takes.any_place else (MISSING, None)


def _placed(
    takes: _Takes,
    asked: Any,  # noqa: ANN401 - JSON
    ordered: Sequence[str],
) -> int:
    """Count the first arguments that have to be passed by their place.

    A decorator that uses `functools.wraps` shows the names of the function within, and
    may not know them itself: as `wrapper(*arguments, **keywords)` it looks at
    `arguments[0]`, where anyone who calls it puts the first one.

    Parameters
    ----------
    takes
        What the outermost of them takes.
    asked
        The arguments that are asked for.
    ordered
        What is shown to be taken by its place.
    """
    count = 0
    for place, one in enumerate(asked):
        names = {one["name"], *one["aliases"]}
        if place >= len(ordered) or ordered[place] not in names:
            break
        by_keyword = takes.any_keyword and one["optional"]
        if ordered[place] not in takes.named and not by_keyword:
            count = place + 1
    return count if takes.any_place or count <= len(takes.ordered) else 0


def read_report(
    report: bytes, signatures: Sequence[Signature]
) -> tuple[Binding, ...] | None:
    """Read what `report_of` wrote; None if it is no such thing."""
    codes = iter(report)
    bindings = []
    try:
        for signature in signatures:
            found = next(codes)
            places = [next(codes) for _ in signature.arguments]
            if found != MISSING:
                bindings.append(_binding(signature, found, places))
    except (StopIteration, IndexError):
        return None
    return tuple(bindings)


def _binding(function: Signature, found: int, places: Sequence[int]) -> Binding:
    pairs = list(zip(function.arguments, places, strict=True))
    return Binding(
        function=function.name,
        found_as=(function.name, *function.aliases)[found],
        by_position=tuple(one.name for one, code in pairs if code == BY_POSITION),
        missing=tuple(one.name for one, code in pairs if code == MISSING),
        renamed=tuple(
            (one.name, (one.name, *one.aliases)[code])
            for one, code in pairs
            if 0 < code < BY_KEYWORDS
        ),
    )

"""Which function of a submission is meant, and how its arguments are passed.

The worker finds out by looking at the function and reports one byte for each thing
asked; the grader reads the report back into names that it knows itself.
"""

import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.outcome import Binding, Signature

MISSING = 255
"""In a load frame: no such function, or no such argument."""
BY_POSITION = 254
"""In a load frame: an argument is passed by its place."""
BY_KEYWORDS = 253
"""In a load frame: the function takes any keyword."""


@dataclass(slots=True)
class Bound:
    """A function of the submission, and how to pass it what."""

    call: Callable[..., Any]
    found: int
    names: dict[str, str | int | None] = field(default_factory=dict)
    """For each argument its own name, its place, or None if there is none."""
    codes: list[int] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)


def report_of(asked: Any, functions: dict[str, Bound]) -> bytes:  # noqa: ANN401 - JSON
    """Tell which functions were found, a byte for each name and argument."""
    codes = bytearray()
    for one in asked:
        function = functions.get(one["name"])
        if function is None:
            codes += bytes([MISSING] * (1 + len(one["parameters"])))
        else:
            codes += bytes([function.found, *function.codes])
    return bytes(codes)


def find(module: types.ModuleType, asked: Any) -> Bound | None:  # noqa: ANN401 - JSON
    """Find a function in a submission, by any of its names."""
    for found, name in enumerate([asked["name"], *asked["aliases"]]):
        call = module.__dict__.get(name)
        if callable(call):
            function = Bound(call=call, found=found)
            _bind(function, asked["parameters"])
            return function
    return None


def _bind(function: Bound, asked: Any) -> None:  # noqa: ANN401 - JSON
    """Find out under which names, or at which places, a function takes arguments."""
    try:
        parameters = list(inspect.signature(function.call).parameters.values())
    except (TypeError, ValueError):
        parameters = [
            inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),
            inspect.Parameter("keywords", inspect.Parameter.VAR_KEYWORD),
        ]
    kinds = {parameter.name: parameter.kind for parameter in parameters}
    ordered = [
        parameter.name
        for parameter in parameters
        if parameter.kind
        in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    named = {
        name
        for name, kind in kinds.items()
        if kind
        in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    }
    any_keyword = inspect.Parameter.VAR_KEYWORD in kinds.values()
    any_place = inspect.Parameter.VAR_POSITIONAL in kinds.values()
    known = {name for one in asked for name in (one["name"], *one["aliases"])}
    placed = _placed(function.call, asked, ordered)
    for place, one in enumerate(asked):
        own = [one["name"], *one["aliases"]]
        default = one["default"]
        function.defaults[one["name"]] = (
            tuple(default) if isinstance(default, list) else default
        )
        match = next((at for at, name in enumerate(own) if name in named), None)
        free = place < len(ordered) and ordered[place] not in known & named
        if match is not None and place >= placed:
            code, name = match, own[match]
        elif place < placed or free or (any_place and not one["optional"]):
            code, name = BY_POSITION, place
        elif any_keyword:
            code, name = BY_KEYWORDS, one["name"]
        elif any_place:
            code, name = BY_POSITION, place
        else:
            code, name = MISSING, None
        function.codes.append(code)
        function.names[one["name"]] = name


def _placed(
    call: Callable[..., Any],
    asked: Any,  # noqa: ANN401 - JSON
    ordered: Sequence[str],
) -> int:
    """Count the first arguments that have to be passed by their place.

    A decorator that uses `functools.wraps` shows the names of the function within, and
    may not know them itself: as `wrapper(*arguments, **keywords)` it looks at
    `arguments[0]`, where anyone who calls it puts the first one.
    """
    try:
        signature = inspect.signature(call, follow_wrapped=False)
    except (TypeError, ValueError):
        return 0
    own = signature.parameters
    kinds = [parameter.kind for parameter in own.values()]
    by_name = {
        name
        for name, parameter in own.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    count = 0
    for place, one in enumerate(asked):
        names = {one["name"], *one["aliases"]}
        if place >= len(ordered) or ordered[place] not in names:
            break
        by_keyword = inspect.Parameter.VAR_KEYWORD in kinds and one["optional"]
        if ordered[place] not in by_name and not by_keyword:
            count = place + 1
    room = sum(
        kind
        in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        )
        for kind in kinds
    )
    return count if inspect.Parameter.VAR_POSITIONAL in kinds or count <= room else 0


def read_report(
    report: bytes, signatures: Sequence[Signature]
) -> tuple[Binding, ...] | None:
    """Read what `report_of` wrote; None if it is no such thing."""
    codes = iter(report)
    bindings = []
    try:
        for signature in signatures:
            found = next(codes)
            places = [next(codes) for _ in signature.parameters]
            if found != MISSING:
                bindings.append(_binding(signature, found, places))
    except (StopIteration, IndexError):
        return None
    return tuple(bindings)


def _binding(function: Signature, found: int, places: Sequence[int]) -> Binding:
    pairs = list(zip(function.parameters, places, strict=True))
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

"""The far side, after the fork: load the source, call what is asked, write frames.

Runs in the same process as the candidate's code, which can change anything here, so
nothing in this module is a safeguard; it only has to serve honest code well. It is
told no more than the arguments of the calls.
"""

import inspect
import io
import json
import mmap
import os
import select
import struct
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.sandbox.protocol import (
    BY_KEYWORDS,
    BY_POSITION,
    CONTROL_BYTES,
    DTYPES,
    FRAME_BYTES,
    HEAD,
    IN_BINDING,
    IS_TUPLE,
    ITEM,
    LENGTH,
    MAGIC,
    MESSAGE_BYTES,
    MISSING,
    MOST_DIMENSIONS,
    MOST_ITEMS,
    NAMES_BYTES,
    PRINTED,
    PRINTED_OFFSET,
    PROGRESS,
    Kind,
    OutcomeCode,
    aligned,
)

_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_NO_SHAPE = (0,) * MOST_DIMENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """Where the regions of the arena start."""

    printed_bytes: int
    request_bytes: int
    response_bytes: int

    @property
    def request(self) -> int:
        """Where the request starts."""
        return CONTROL_BYTES + aligned(self.printed_bytes)

    @property
    def response(self) -> int:
        """Where the response starts."""
        return self.request + aligned(self.request_bytes)

    @property
    def total(self) -> int:
        """The size of the arena."""
        return self.response + aligned(self.response_bytes)


class _Printed(io.RawIOBase):
    """Standard output that fills the arena's second region, then drops the rest."""

    def __init__(self, arena: mmap.mmap, size: int) -> None:
        self._arena, self._size, self._used = arena, size, 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        data = bytes(data)
        kept = data[: self._size - self._used]
        start = CONTROL_BYTES + self._used
        self._arena[start : start + len(kept)] = kept
        self._used += len(kept)
        PRINTED.pack_into(self._arena, PRINTED_OFFSET, self._used)
        return len(data)


@dataclass(slots=True)
class _Function:
    """A function of the submission, and how to pass it what."""

    call: Callable[..., Any]
    found: int
    names: dict[str, str | int | None] = field(default_factory=dict)
    """For each argument its own name, its place, or None if there is none."""
    codes: list[int] = field(default_factory=list)
    defaults: dict[str, Any] = field(default_factory=dict)


def serve(arena: mmap.mmap, regions: Regions, go: int, done: int) -> None:
    """Answer requests until the process is killed; the first is to load."""
    sys.stdout = sys.stderr = io.TextIOWrapper(
        _Printed(arena, regions.printed_bytes),
        "utf-8",
        errors="backslashreplace",
        write_through=True,
    )
    poll = select.poll()
    poll.register(go, select.POLLIN)
    os.eventfd_write(done, 1)
    _wait(poll, go)
    functions = _load(arena, regions)
    os.eventfd_write(done, 1)
    while True:
        _wait(poll, go)
        document, data = _read_request(arena, regions)
        for number, (name, arguments, start, size) in enumerate(document["calls"]):
            frame = _Frame(arena, regions.response + start, size)
            frame.answers(number, document["sequence"])
            if name in functions:
                _call(functions[name], _arguments(arguments, arena, data), frame)
            PROGRESS.pack_into(arena, 0, number + 1)
        os.eventfd_write(done, 1)


def _wait(poll: "select.poll", go: int) -> None:
    # The descriptor doesn't block, so that a worker can't make the grader wait.
    poll.poll()
    os.eventfd_read(go)


def _read_request(arena: mmap.mmap, regions: Regions) -> tuple[Any, int]:
    (length,) = LENGTH.unpack_from(arena, regions.request)
    start = regions.request + LENGTH.size
    document = json.loads(arena[start : start + length])
    return document, regions.request + aligned(LENGTH.size + length)


def _load(arena: mmap.mmap, regions: Regions) -> dict[str, _Function]:
    document, data = _read_request(arena, regions)
    filename = document["filename"]
    _Frame.filename = filename
    frame = _Frame(arena, regions.response, FRAME_BYTES)
    frame.answers(0, 0)
    module = types.ModuleType("submission")
    module.__file__ = filename
    sys.modules["submission"] = module
    try:
        source = arena[data : data + document["bytes"]]
        exec(compile(source, filename, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - our purpose
        functions = {
            asked["name"]: found
            for asked in document["functions"]
            if (found := _find(module, asked)) is not None
        }
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        frame.raised(error)
        return {}
    frame.loaded(_report(document["functions"], functions))
    return functions


def _report(asked: Any, functions: dict[str, _Function]) -> bytes:  # noqa: ANN401 - JSON
    codes = bytearray()
    for one in asked:
        function = functions.get(one["name"])
        if function is None:
            codes += bytes([MISSING] * (1 + len(one["arguments"])))
        else:
            codes += bytes([function.found, *function.codes])
    return bytes(codes)


def _find(module: types.ModuleType, asked: Any) -> _Function | None:  # noqa: ANN401 - JSON
    for found, name in enumerate([asked["name"], *asked["aliases"]]):
        call = module.__dict__.get(name)
        if callable(call):
            function = _Function(call=call, found=found)
            _bind(function, asked["arguments"])
            return function
    return None


def _bind(function: _Function, asked: Any) -> None:  # noqa: ANN401 - JSON
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
    for place, one in enumerate(asked):
        own = [one["name"], *one["aliases"]]
        default = one["default"]
        function.defaults[one["name"]] = (
            tuple(default) if isinstance(default, list) else default
        )
        match = next((at for at, name in enumerate(own) if name in named), None)
        free = place < len(ordered) and ordered[place] not in known & named
        if match is not None:
            code, name = match, own[match]
        elif free or (any_place and not one["optional"]):
            code, name = BY_POSITION, place
        elif any_keyword:
            code, name = BY_KEYWORDS, one["name"]
        elif any_place:
            code, name = BY_POSITION, place
        else:
            code, name = MISSING, None
        function.codes.append(code)
        function.names[one["name"]] = name


def _arguments(described: Any, arena: mmap.mmap, data: int) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {name: _argument(value, arena, data) for name, value in described.items()}


def _argument(value: Any, arena: mmap.mmap, data: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return np.ndarray(
            value["shape"],
            value["dtype"],
            arena,
            data + value["offset"],
            value["strides"],
        )
    return tuple(value) if isinstance(value, list) else value


def _call(function: _Function, arguments: dict[str, Any], frame: "_Frame") -> None:
    placed: dict[int, Any] = {}
    keywords: dict[str, Any] = {}
    for name, value in arguments.items():
        own = function.names[name]
        if own is None:
            frame.raised(TypeError(f"takes no argument `{name}`"), IN_BINDING)
            return
        if isinstance(own, int):
            placed[own] = value
        else:
            keywords[own] = value
    positional = []
    for place in range(max(placed, default=-1) + 1):
        name = list(function.names)[place]
        own = function.names[name]
        if place not in placed and isinstance(own, str) and own in keywords:
            placed[place] = keywords.pop(own)
        positional.append(placed.get(place, function.defaults[name]))
    try:
        result = function.call(*positional, **keywords)
        frame.returned(result)
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        entered = error.__traceback__ is None or error.__traceback__.tb_next is not None
        outside = isinstance(error, TypeError) and not entered
        plain = isinstance(function.call, types.FunctionType)
        frame.raised(error, IN_BINDING if outside and plain else 0)


class _Frame:
    """One slot of the response, being written."""

    filename = ""

    def __init__(self, arena: mmap.mmap, start: int, size: int) -> None:
        self._arena, self._start, self._stop = arena, start, start + size
        self._call = self._sequence = 0

    def answers(self, call: int, sequence: int) -> None:
        """Say which call this frame is the answer to."""
        self._call, self._sequence = call, sequence

    def loaded(self, report: bytes) -> None:
        """Write that the submission loaded."""
        self._write(OutcomeCode.LOADED, message=report)

    def raised(self, error: BaseException, flags: int = 0) -> None:
        """Write that an exception came out."""
        names = "\n".join(
            one.__name__ for one in type(error).__mro__ if one is not object
        )
        try:
            message = str(error)
        except Exception:  # noqa: BLE001 - a candidate's own `__str__`
            message = ""
        self._write(
            OutcomeCode.RAISED,
            flags=flags,
            line=self._line(error),
            names=names.encode("utf-8", "backslashreplace"),
            message=message[:MESSAGE_BYTES].encode("utf-8", "backslashreplace"),
        )

    def returned(self, result: Any) -> None:  # noqa: ANN401 - anything at all
        """Write what a call returned, with the bytes of its arrays."""
        flags = 0
        results = [result]
        if _is_tuple_of_results(result):
            results, flags = list(result), IS_TUPLE
        items, names, at = [], b"", self._start + FRAME_BYTES
        for one in results:
            item, name, used = self._write_value(one, at)
            items.append(item)
            names, at = names or name, at + used
        self._write(OutcomeCode.RETURNED, flags=flags, items=items, names=names)

    def _line(self, error: BaseException) -> int:
        if isinstance(error, SyntaxError) and error.filename == self.filename:
            return error.lineno or 0
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self.filename:
                line = trace.tb_lineno
            trace = trace.tb_next
        return line

    def _write_value(  # noqa: PLR0911 - one way out a kind
        self,
        value: Any,  # noqa: ANN401 - anything at all
        at: int,
    ) -> tuple[bytes, bytes, int]:
        if value is None:
            return _item(Kind.NONE), b"", 0
        if isinstance(value, bool | np.bool_):
            return self._write_number(Kind.BOOL, "<?7x", bool(value), at)
        if isinstance(value, int | np.integer) and -(2**63) <= value < 2**63:
            return self._write_number(Kind.INT, "<q", int(value), at)
        if isinstance(value, float | np.floating):
            return self._write_number(Kind.FLOAT, "<d", float(value), at)
        if isinstance(value, np.ndarray):
            array = np.ndarray.view(value, np.ndarray)
            code = _CODES.get(array.dtype)
            if code is not None and array.ndim <= MOST_DIMENSIONS:
                return self._write_array(array, code, at)
            return _item(Kind.FOREIGN), f"array of {array.dtype}".encode(), 0
        name = type(value).__name__.encode("utf-8", "backslashreplace")
        return _item(Kind.FOREIGN), name, 0

    def _write_number(
        self, kind: Kind, layout: str, value: float, at: int
    ) -> tuple[bytes, bytes, int]:
        struct.pack_into(layout, self._arena, at, value)
        return _item(kind), b"", aligned(1)

    def _write_array(
        self, array: np.ndarray[Any, Any], code: int, at: int
    ) -> tuple[bytes, bytes, int]:
        if at + array.nbytes > self._stop:
            return _item(Kind.TOO_LARGE, code, array.shape), b"", 0
        np.ndarray(array.shape, array.dtype, self._arena, at)[...] = array
        item = _item(Kind.ARRAY, code, array.shape, array.nbytes)
        return item, b"", aligned(array.nbytes)

    def _write(
        self,
        outcome: OutcomeCode,
        *,
        flags: int = 0,
        line: int = 0,
        names: bytes = b"",
        message: bytes = b"",
        items: list[bytes] | None = None,
    ) -> None:
        items = items or []
        names, message = names[:NAMES_BYTES], message[:MESSAGE_BYTES]
        head = HEAD.pack(
            MAGIC,
            self._call,
            self._sequence,
            outcome,
            len(items),
            flags,
            line,
            len(names),
            len(message),
        )
        parts = [head, names.ljust(NAMES_BYTES), message.ljust(MESSAGE_BYTES), *items]
        frame = b"".join(parts)
        self._arena[self._start : self._start + len(frame)] = frame


def _is_tuple_of_results(result: Any) -> bool:  # noqa: ANN401 - anything at all
    if isinstance(result, tuple):
        return len(result) <= MOST_ITEMS
    return (
        isinstance(result, list)
        and 1 < len(result) <= MOST_ITEMS
        and all(one is None or isinstance(one, np.ndarray) for one in result)
    )


def _item(
    kind: Kind, code: int = 0, shape: tuple[int, ...] = (), size: int = 0
) -> bytes:
    return ITEM.pack(
        kind, code, len(shape), *(shape + _NO_SHAPE)[:MOST_DIMENSIONS], size
    )

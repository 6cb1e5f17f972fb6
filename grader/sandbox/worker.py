"""The far side, after the fork: load the source, call what is asked, write frames.

Runs in the same process as the candidate's code, which can change anything here, so
nothing in this module is a safeguard; it only has to serve honest code well. It is
told no more than the arguments of the calls.
"""

import importlib
import io
import json
import mmap
import os
import select
import sys
import types
from dataclasses import dataclass, field
from time import thread_time
from typing import Any

import numpy as np

from grader.outcome import Calling
from grader.sandbox import suite
from grader.sandbox.bindings import Bound, find, report_of
from grader.sandbox.frame_writer import FrameWriter
from grader.sandbox.frames import FRAME_BYTES, IN_BINDING, RESHAPED, Slot, aligned
from grader.sandbox.modules import OwnModules, compiled
from grader.sandbox.protocol import (
    CONTROL_BYTES,
    FOR_TESTS,
    LENGTH,
    PRINTED,
    PRINTED_OFFSET,
    PROGRESS,
    Regions,
)
from grader.sandbox.stand_ins import Line

_LARGE_BYTES = 1 << 16
"""What is smaller takes no time worth telling."""
_CACHE_LINE_BYTES = 64


class _Discarded(io.RawIOBase):
    """Standard error, which nobody reads."""

    def fileno(self) -> int:
        return 2

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        return len(data)


class _Printed(io.RawIOBase):
    """Standard output that fills the arena's second region, then drops the rest."""

    _arena: mmap.mmap
    _size = _used = 0

    def fileno(self) -> int:
        return 1  # the null device: what is written around Python is dropped

    def open(self, arena: mmap.mmap, size: int) -> None:
        """Begin to fill a region of so many bytes."""
        self._arena, self._size, self._used = arena, size, 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        data = bytes(data)
        if kept := data[: self._size - self._used]:
            start = CONTROL_BYTES + self._used
            self._arena[start : start + len(kept)] = kept
            self._used += len(kept)
            PRINTED.pack_into(self._arena, PRINTED_OFFSET, self._used)
        return len(data)


def _writer(raw: Any) -> io.TextIOWrapper:  # noqa: ANN401 - raw output without a name
    return io.TextIOWrapper(raw, "utf-8", errors="backslashreplace", write_through=True)


# Made before the fork, which is cheaper than after it.
_PRINTED = _Printed()
_STDOUT, _STDERR = _writer(_PRINTED), _writer(_Discarded())


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A submission that was run, and the functions found in it."""

    filename: str
    functions: dict[str, Bound] = field(default_factory=dict)


def serve(arena: mmap.mmap, regions: Regions, go: int, done: int) -> None:
    """Answer requests until the process is killed; the first is to load."""
    keep_printed(arena, regions)
    turns = _Turns(go, done)
    turns.give()
    served = load(arena, regions)
    while True:
        turns.give()
        if _is_for_tests(arena, regions):
            document, data = _read_request(arena, regions)
            line = _line(arena, regions, document, turns)
            suite.run(line, served.functions, document, data)
        else:
            make_calls(arena, regions, served)


class _Turns:
    """How worker and grader take turns.

    Parameters
    ----------
    go, done
        What the grader says when there is a request, and the worker when it is done.
    """

    def __init__(self, go: int, done: int) -> None:
        self._go, self._done = go, done
        self._poll = select.poll()
        self._poll.register(go, select.POLLIN)

    def give(self) -> None:
        """Say that the worker is done, and wait for the next request."""
        os.eventfd_write(self._done, 1)
        # The descriptor doesn't block, so that a worker can't make the grader wait.
        self._poll.poll()
        os.eventfd_read(self._go)


def keep_printed(arena: mmap.mmap, regions: Regions) -> None:
    """Have all that is printed go to the arena."""
    _PRINTED.open(arena, regions.printed_bytes)
    sys.stdout, sys.stderr = _STDOUT, _STDERR  # warnings of NumPy are no prints


def _is_for_tests(arena: mmap.mmap, regions: Regions) -> bool:
    start = regions.request + LENGTH.size
    return arena[start : start + len(FOR_TESTS)] == FOR_TESTS


def _line(
    arena: mmap.mmap,
    regions: Regions,
    document: Any,  # noqa: ANN401 - JSON
    turns: _Turns,
) -> Line:
    """Give tests a way to ask; an answer looks like the request for a call."""

    def swap() -> tuple[int, str, list[Any]]:
        turns.give()
        answer, data = _read_request(arena, regions)
        kind, described, *_ = answer["calls"][0]
        values = list(_arguments(described, arena, data).values())
        return answer["sequence"], kind, values

    return Line(
        arena=arena,
        regions=regions,
        slots=document["slots"],
        swap=swap,
        sequence=document["sequence"],
    )


def make_calls(arena: mmap.mmap, regions: Regions, served: Served) -> None:
    """Answer a request: make its calls, and write a frame for each."""
    document, data = _read_request(arena, regions)
    kept: FrameWriter | None = None
    for number, (name, described, start, size, calling) in enumerate(document["calls"]):
        if name in served.functions:
            frame = FrameWriter(
                arena,
                Slot(start=regions.response + start, size=size),
                call=number,
                sequence=document["sequence"],
                filename=served.filename,
            )
            arguments = _arguments(described, arena, data)
            before = _forms(arguments) if calling == Calling.REPEATED else []
            for _ in range(3 if calling == Calling.REPEATED else 1):
                _call(served.functions[name], arguments, frame)
            if before:
                pairs = zip(before, _forms(arguments), RESHAPED, strict=False)
                frame.reshaped(flag for one, other, flag in pairs if one != other)
            if kept is not None:
                kept.write_again()
            kept = frame if calling == Calling.KEPT else None
        PROGRESS.pack_into(arena, 0, number + 1)


def _read_request(arena: mmap.mmap, regions: Regions) -> tuple[Any, int]:
    (length,) = LENGTH.unpack_from(arena, regions.request)
    start = regions.request + LENGTH.size
    document = json.loads(arena[start : start + length])
    return document, regions.request + aligned(LENGTH.size + length)


def load(arena: mmap.mmap, regions: Regions) -> Served:
    """Answer the first request: run the submission, and find its functions."""
    document, data = _read_request(arena, regions)
    filename = document["filename"]
    slot = Slot(start=regions.response, size=FRAME_BYTES)
    frame = FrameWriter(arena, slot, call=0, sequence=0, filename=filename)
    try:
        source = arena[data : data + document["bytes"]]
        if "modules" in document:
            texts = data + document["bytes"]
            module = _import_main(document, source, arena, texts)
        else:
            module = _run_alone(document["name"], filename, source)
        functions = {
            asked["name"]: found
            for asked in document["functions"]
            if (found := find(module, asked)) is not None
        }
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        frame.raised(error)
        return Served(filename=filename)
    frame.loaded(report_of(document["functions"], functions))
    return Served(filename=filename, functions=functions)


def _run_alone(name: str, filename: str, source: bytes) -> types.ModuleType:
    module = types.ModuleType("submission")
    module.__file__ = filename
    sys.modules["submission"] = module
    if name not in sys.stdlib_module_names:  # which libraries may still import
        sys.modules.setdefault(name, module)
    exec(compiled(source, filename), module.__dict__)  # noqa: S102 - our purpose
    return module


def _import_main(
    document: Any,  # noqa: ANN401 - JSON
    source: bytes,
    arena: mmap.mmap,
    at: int,
) -> types.ModuleType:
    """Import a file that has others beside it, so that each can import the other."""
    sources = {document["name"]: (document["filename"], source)}
    for name, filename, size in document["modules"]:
        sources[name] = (filename, arena[at : at + size])
        at += size
    own = OwnModules(sources)
    own.forget_others()
    sys.meta_path.insert(0, own)
    module = importlib.import_module(document["name"])
    sys.modules["submission"] = module
    return module


def _forms(arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Give what an array is beside its numbers, which the grader sees itself."""
    return [
        (one.shape, one.strides, one.dtype, one.flags.writeable)
        for one in arguments.values()
        if isinstance(one, np.ndarray)
    ]


def _arguments(described: Any, arena: mmap.mmap, data: int) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {name: _argument(value, arena, data) for name, value in described.items()}


def _argument(value: Any, arena: mmap.mmap, data: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        array = np.ndarray(
            value["shape"],
            value["dtype"],
            arena,
            data + value["offset"],
            value["strides"],
        )
        _fetch(array)
        return array
    return tuple(value) if isinstance(value, list) else value


def _fetch(array: np.ndarray[Any, Any]) -> None:
    """Read a large array once, since it lies in the caches of the grader's core.

    To bring it over from there is no part of the call.
    """
    if array.nbytes >= _LARGE_BYTES and array.flags.c_contiguous:
        array.reshape(-1).view(np.uint8)[::_CACHE_LINE_BYTES].max()


def _call(function: Bound, arguments: dict[str, Any], frame: FrameWriter) -> None:
    positional: list[Any] = []
    try:
        if function.names is not None:
            names = function.names
            keywords = {names[name]: value for name, value in arguments.items()}
        else:
            positional, keywords = _passed(function, arguments)
    except TypeError as error:
        frame.raised(error, IN_BINDING)
        return
    try:
        begun = thread_time()
        result = function.call(*positional, **keywords)
        seconds = thread_time() - begun
        frame.returned(result)
        frame.took(seconds)
    except BaseException as error:  # noqa: BLE001 - it is the outcome
        entered = error.__traceback__ is None or error.__traceback__.tb_next is not None
        outside = isinstance(error, TypeError) and not entered
        plain = isinstance(function.call, types.FunctionType)
        frame.raised(error, IN_BINDING if outside and plain else 0)


def _passed(
    function: Bound, arguments: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Put arguments where a function takes them, at places and under names."""
    placed: dict[int, Any] = {}
    keywords: dict[str, Any] = {}
    for name, value in arguments.items():
        own = function.arguments[name].own
        if own is None:
            raise TypeError(f"takes no argument `{name}`")
        if isinstance(own, int):
            placed[own] = value
        else:
            keywords[own] = value
    positional = []
    for place in range(max(placed, default=-1) + 1):
        at_place = list(function.arguments.values())[place]
        own = at_place.own
        if place not in placed and isinstance(own, str) and own in keywords:
            placed[place] = keywords.pop(own)
        positional.append(placed.get(place, at_place.default))
    return positional, keywords

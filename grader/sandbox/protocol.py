"""What passes between the grader and a worker: bytes in one shared piece of memory.

The arena has four regions::

    control | printed text | request | response

A request is the length of a JSON document, the document, and the arrays' bytes; it
is written by us. A response holds, for each call, a slot at a place that the request
names: a frame of fixed size, then the bytes of the results. It is written by code
that may be hostile, so a frame is read with one `struct` format, every size in it is
checked against the slot before a byte is touched, and what doesn't fit is no frame.
Nothing is ever unpickled.
"""

import json
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from grader.outcome import Array, Call, Foreign, Raised, Returned, TooLarge, Value

CONTROL_BYTES = 64
PROGRESS = struct.Struct("<I")
"""At the arena's start: how many calls of this request have ended."""
PRINTED = struct.Struct("<I")
"""After it: how many bytes of the printed text are valid."""
PRINTED_OFFSET = PROGRESS.size

LENGTH = struct.Struct("<Q")
MOST_ITEMS = 4
MOST_DIMENSIONS = 8
NAMES_BYTES = 256
MESSAGE_BYTES = 1000

HEAD = struct.Struct("<IIQBBHIHH4x")
"""Magic, call, sequence, outcome, items, flags, line, lengths of names and message."""
ITEM = struct.Struct(f"<BBH4x{MOST_DIMENSIONS}qQ")
"""Kind, dtype, dimensions, shape, bytes."""
FRAME_BYTES = HEAD.size + NAMES_BYTES + MESSAGE_BYTES + MOST_ITEMS * ITEM.size
MAGIC = 0x4652414D
ALIGNMENT = 64

DTYPES = tuple(np.dtype(code) for code in "?bBhHiIqQefdgFDG")
"""Every native numeric type; a frame names one by its place here."""


class OutcomeCode(IntEnum):
    """What a frame says happened. 0 is memory that nobody wrote."""

    LOADED = 1
    RETURNED = 2
    RAISED = 3


class Kind(IntEnum):
    """What one result is."""

    NONE = 1
    BOOL = 2
    INT = 3
    FLOAT = 4
    ARRAY = 5
    TOO_LARGE = 6
    FOREIGN = 7


IN_BINDING = 1
"""Flag: the function was not entered."""
IS_TUPLE = 2
"""Flag: the results came in a tuple."""

MISSING = 255
"""In a load frame: no such function, or no such argument."""
BY_POSITION = 254
"""In a load frame: an argument is passed by its place."""
BY_KEYWORDS = 253
"""In a load frame: the function takes any keyword."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where in the response one call's frame and results belong."""

    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in the request one array's bytes lie."""

    argument: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request in bytes, and where the answers will be."""

    sequence: int
    calls: tuple[Call, ...]
    request: bytes
    slots: tuple[Slot, ...]
    spans: tuple[tuple[Span, ...], ...]
    """For each call, where its arrays lie."""

    @property
    def response_bytes(self) -> int:
        """How large the response region must be."""
        return sum(slot.size for slot in self.slots)


def aligned(size: int) -> int:
    """Round up to the alignment of arrays.

    Examples
    --------
    >>> aligned(1), aligned(64), aligned(65)
    (64, 64, 128)
    """
    return -(-size // ALIGNMENT) * ALIGNMENT


def encode_calls(calls: Sequence[Call], *, sequence: int) -> Exchange:
    """Lay out a request for some calls, to be answered in one exchange."""
    blocks: list[bytes] = []
    spans: list[tuple[Span, ...]] = []
    slots: list[Slot] = []
    documents = []
    at = start = 0
    for call in calls:
        slot = Slot(start=start, size=aligned(FRAME_BYTES + call.output_bytes))
        start += slot.size
        slots.append(slot)
        arguments, own = {}, []
        for name, value in call.arguments.items():
            if isinstance(value, np.ndarray):
                block, descriptor = _encode_array(value, at)
                own.append(Span(argument=name, start=at, stop=at + len(block)))
                blocks.append(block.ljust(aligned(len(block)), b"\0"))
                at += len(blocks[-1])
                arguments[name] = descriptor
            else:
                arguments[name] = value
        spans.append(tuple(own))
        documents.append([call.function, arguments, slot.start, slot.size])
    text = json.dumps({"sequence": sequence, "calls": documents}).encode()
    head = aligned(LENGTH.size + len(text))
    return Exchange(
        sequence=sequence,
        calls=tuple(calls),
        request=b"".join([(LENGTH.pack(len(text)) + text).ljust(head, b"\0"), *blocks]),
        slots=tuple(slots),
        spans=tuple(
            tuple(
                Span(
                    argument=one.argument, start=one.start + head, stop=one.stop + head
                )
                for one in own
            )
            for own in spans
        ),
    )


def encode_load(source: bytes, filename: str, functions: Any) -> Exchange:  # noqa: ANN401 - JSON
    """Lay out the first request: the submission's source, and what to find in it."""
    document = {"filename": filename, "functions": functions, "bytes": len(source)}
    text = json.dumps(document).encode()
    head = aligned(LENGTH.size + len(text))
    request = (LENGTH.pack(len(text)) + text).ljust(head, b"\0") + source
    slot = Slot(start=0, size=aligned(FRAME_BYTES))
    return Exchange(sequence=0, calls=(), request=request, slots=(slot,), spans=((),))


def _encode_array(array: Array, at: int) -> tuple[bytes, dict[str, Any]]:
    extents = [
        stride * (length - 1)
        for stride, length in zip(array.strides, array.shape, strict=True)
        if length > 1
    ]
    first = -sum(extent for extent in extents if extent < 0)
    size = first + sum(extent for extent in extents if extent > 0) + array.itemsize
    block = bytearray(size if array.size else 0)
    view = np.ndarray(array.shape, array.dtype, block, first, array.strides)
    view[...] = array
    descriptor = {
        "dtype": array.dtype.str,
        "shape": array.shape,
        "strides": array.strides,
        "offset": at + first,
    }
    return bytes(block), descriptor


def used_bytes(head: bytes, slot: Slot) -> int:
    """Tell how much of a slot its frame and results fill, from the frame alone.

    Only a hint at how much to read: `decode_frame` checks every size.
    """
    size = FRAME_BYTES
    if len(head) >= FRAME_BYTES:
        place = HEAD.size + NAMES_BYTES + MESSAGE_BYTES
        for item in range(MOST_ITEMS):
            *_, length = ITEM.unpack_from(head, place + item * ITEM.size)
            size += aligned(max(length, 8))
    return min(size, slot.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame whose every size has been checked."""

    outcome: OutcomeCode
    flags: int
    line: int
    names: bytes
    message: bytes
    values: tuple[Value, ...]


def decode_frame(
    response: bytes | memoryview, slot: Slot, *, call: int, sequence: int
) -> Frame | None:
    """Read the frame of one call.

    Parameters
    ----------
    response
        The response region, in memory that nobody else can write to.
    slot
        Where the frame belongs.
    call, sequence
        What it must be the answer to.

    Returns
    -------
    Frame or None
        None if there is no valid frame: never written, or not in this form.
    """
    frame = memoryview(response)[slot.start : slot.start + slot.size]
    if len(frame) < FRAME_BYTES:
        return None
    magic, number, answers, code, count, flags, line, names, message = HEAD.unpack_from(
        frame
    )
    if (magic, number, answers) != (MAGIC, call, sequence):
        return None
    if names > NAMES_BYTES or message > MESSAGE_BYTES or count > MOST_ITEMS:
        return None
    if code not in OutcomeCode.__members__.values():
        return None
    text = HEAD.size
    values = []
    at = FRAME_BYTES
    type_names = bytes(frame[text : text + names])
    for item in range(count):
        place = text + NAMES_BYTES + MESSAGE_BYTES + item * ITEM.size
        decoded = _decode_item(frame, place, at, type_names)
        if decoded is None:
            return None
        value, used = decoded
        at += used
        values.append(value)
    return Frame(
        outcome=OutcomeCode(code),
        flags=flags,
        line=line,
        names=type_names,
        message=bytes(frame[text + NAMES_BYTES : text + NAMES_BYTES + message]),
        values=tuple(values),
    )


def _decode_item(  # noqa: C901, PLR0911 - one way out for each thing to refuse
    frame: memoryview, place: int, at: int, type_names: bytes
) -> tuple[Value, int] | None:
    kind, code, dimensions, *shape, size = ITEM.unpack_from(frame, place)
    if kind == Kind.NONE:
        return None, 0
    if kind == Kind.FOREIGN:
        return Foreign(type_name=printable(type_names)), 0
    if kind in {Kind.BOOL, Kind.INT, Kind.FLOAT}:
        if at + 8 > len(frame):
            return None
        layout = {Kind.BOOL: "<?7x", Kind.INT: "<q", Kind.FLOAT: "<d"}[Kind(kind)]
        return struct.unpack_from(layout, frame, at)[0], ALIGNMENT
    if kind not in {Kind.ARRAY, Kind.TOO_LARGE}:
        return None
    if code >= len(DTYPES) or dimensions > MOST_DIMENSIONS:
        return None
    dtype, lengths = DTYPES[code], tuple(shape[:dimensions])
    if any(length < 0 for length in lengths):
        return None
    if kind == Kind.TOO_LARGE:
        return TooLarge(shape=lengths, dtype=dtype), 0
    elements = 1
    for length in lengths:
        elements *= length
    if size != elements * dtype.itemsize or at + size > len(frame):
        return None
    # A copy, since the buffer serves the next exchange too; booleans are made of
    # bytes that may be neither 0 nor 1.
    array = np.frombuffer(frame, np.uint8, size, at).copy()
    if dtype == np.bool_:
        return (array != 0).reshape(lengths), aligned(size)
    return array.view(dtype).reshape(lengths), aligned(size)


def outcome_of(frame: Frame, modified: tuple[str, ...]) -> Returned | Raised | None:
    """Turn the frame of a call into its outcome; None if it is of another kind."""
    match frame.outcome:
        case OutcomeCode.RETURNED:
            if frame.flags & IS_TUPLE:
                return Returned(value=frame.values, modified=modified)
            if len(frame.values) != 1:
                return None
            return Returned(value=frame.values[0], modified=modified)
        case OutcomeCode.RAISED:
            return raised_of(frame, modified)
        case OutcomeCode.LOADED:
            return None


def raised_of(frame: Frame, modified: tuple[str, ...] = ()) -> Raised:
    """Turn a frame that tells of an exception into an outcome."""
    names = printable(frame.names).split("\n")
    return Raised(
        type_names=tuple(name for name in names if name) or ("unnamed exception",),
        message=printable(frame.message),
        line=frame.line or None,
        in_binding=bool(frame.flags & IN_BINDING),
        modified=modified,
    )


_ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def printable(text: bytes) -> str:
    r"""Make text of unknown origin safe to show anywhere, and the same in every run.

    What is not printable becomes its escape, and addresses are left out.

    Examples
    --------
    >>> printable(b"\x1b[31mred at 0x7f00deadbeef")
    '\\x1b[31mred at 0x...'
    """
    decoded = text.decode("utf-8", "backslashreplace")
    return _ADDRESS.sub("0x...", "".join(_printable(decoded)))


def _printable(text: str) -> Iterator[str]:
    for letter in text:
        if letter.isprintable() or letter == "\n":
            yield letter
        elif letter == "\t":
            yield "    "
        else:
            yield letter.encode("unicode_escape").decode()

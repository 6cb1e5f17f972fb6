"""One frame a call: written by a worker, read by the grader, of one fixed form.

It is written by code that may be hostile, so it is read with one `struct` format,
every size in it is checked against the slot before a byte is touched, and what does
not fit is no frame. Nothing is ever unpickled.
"""

import mmap
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from grader.outcome import Foreign, Raised, Returned, TooLarge, Value
from grader.text import printable

MOST_ITEMS = 4
MOST_DIMENSIONS = 8
NAMES_BYTES = 256
EXCEPTION_TEXT_BYTES = 1000

HEAD = struct.Struct("<IIQBBHIHH4x")
"""Magic, call, sequence, outcome, items, flags, line, lengths of names and message."""
ITEM = struct.Struct(f"<BBH4x{MOST_DIMENSIONS}qQ")
"""Kind, dtype, dimensions, shape, bytes."""
ITEMS_OFFSET = HEAD.size + NAMES_BYTES + EXCEPTION_TEXT_BYTES
FRAME_BYTES = ITEMS_OFFSET + MOST_ITEMS * ITEM.size
MAGIC = 0x4652414D
ALIGNMENT = 64

DTYPES = tuple(np.dtype(code) for code in "?bBhHiIqQefdgFDG")
"""Every native numeric type; a frame names one by its place here."""
_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_NO_SHAPE = (0,) * MOST_DIMENSIONS


class OutcomeCode(IntEnum):
    """What a frame says happened. 0 is memory that nobody wrote."""

    LOADED = 1
    RETURNED = 2
    RAISED = 3
    WORD = 4
    """A text, where a test passes one as an argument."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where in the response one call's frame and results belong."""

    start: int
    size: int


def aligned(size: int) -> int:
    """Round up to the alignment of arrays.

    Examples
    --------
    >>> aligned(1), aligned(64), aligned(65)
    (64, 64, 128)
    """
    return -(-size // ALIGNMENT) * ALIGNMENT


class FrameWriter:
    """One slot of the response, being written.

    Parameters
    ----------
    arena, slot
        Where it is written.
    call, sequence
        What it is the answer to.
    filename
        Of the submission, whose lines are told of.
    """

    def __init__(
        self, arena: mmap.mmap, slot: Slot, *, call: int, sequence: int, filename: str
    ) -> None:
        self._arena, self._start = arena, slot.start
        self._stop = slot.start + slot.size
        self._call, self._sequence, self._filename = call, sequence, filename
        self._returned: list[Any] = []

    def loaded(self, report: bytes) -> None:
        """Write that the submission loaded."""
        self._write(OutcomeCode.LOADED, message=report)

    def word(self, text: str) -> None:
        """Write a text, cut to what a frame holds."""
        self._write(OutcomeCode.WORD, message=text.encode("utf-8", "backslashreplace"))

    def raised(self, error: BaseException, flags: int = 0) -> None:
        """Write that an exception came out."""
        names = "\n".join(
            one.__name__.replace("\n", " ")
            for one in type(error).__mro__
            if one is not object
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
            message=message[:EXCEPTION_TEXT_BYTES].encode("utf-8", "backslashreplace"),
        )

    def returned(self, result: Any) -> None:  # noqa: ANN401 - anything at all
        """Write what a call returned, with the bytes of its arrays."""
        flags = 0
        self._returned = [result]
        results = [result]
        if _is_tuple_of_results(result):
            results, flags = list(result), IS_TUPLE
        items, names, at = [], b"", self._start + FRAME_BYTES
        for one in results:
            item, name, used = self._write_value(one, at)
            items.append(item)
            names, at = names or name, at + used
        self._write(OutcomeCode.RETURNED, flags=flags, items=items, names=names)

    def write_again(self) -> None:
        """Write what a call returned as it is by now."""
        for result in self._returned:
            try:
                self.returned(result)
            except BaseException as error:  # noqa: BLE001 - it is the outcome
                self.raised(error)

    def _line(self, error: BaseException) -> int:
        if isinstance(error, SyntaxError) and error.filename == self._filename:
            return error.lineno or 0
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == self._filename:
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
        if isinstance(value, np.generic):
            value = np.asarray(value)
        if isinstance(value, bool):
            return self._write_number(Kind.BOOL, "<?7x", value, at)
        if isinstance(value, int) and -(2**63) <= value < 2**63:
            return self._write_number(Kind.INT, "<q", int(value), at)
        if isinstance(value, float):
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
        names, message = names[:NAMES_BYTES], message[:EXCEPTION_TEXT_BYTES]
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
        # What is not written is zero, or left from before; the lengths say so.
        self._put(0, head)
        if names or message:
            self._put(HEAD.size, names)
            self._put(HEAD.size + NAMES_BYTES, message)
        self._put(ITEMS_OFFSET, b"".join(items))

    def _put(self, at: int, part: bytes) -> None:
        at += self._start
        self._arena[at : at + len(part)] = part


def is_plain(value: Any) -> bool:  # noqa: ANN401 - anything at all
    """Tell whether a value is an array that a frame can hold."""
    return (
        isinstance(value, np.ndarray)
        and value.dtype in _CODES
        and value.ndim <= MOST_DIMENSIONS
    )


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


def used_bytes(head: bytes, slot: Slot) -> int:
    """Tell how much of a slot its frame and results fill, from the frame alone.

    Only a hint at how much to read: `decode_frame` checks every size.
    """
    size = FRAME_BYTES
    if len(head) >= FRAME_BYTES:
        for item in range(MOST_ITEMS):
            *_, length = ITEM.unpack_from(head, ITEMS_OFFSET + item * ITEM.size)
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
    if names > NAMES_BYTES or message > EXCEPTION_TEXT_BYTES or count > MOST_ITEMS:
        return None
    if code not in OutcomeCode.__members__.values():
        return None
    text = HEAD.size
    values = []
    at = FRAME_BYTES
    type_names = bytes(frame[text : text + names])
    for item in range(count):
        place = ITEMS_OFFSET + item * ITEM.size
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
    array = array != 0 if dtype == np.bool_ else array.view(dtype)
    if dtype.kind in "fc":
        array[np.isnan(array)] = np.nan  # of many NaNs some warn wherever they go
    try:
        return array.reshape(lengths), aligned(size)
    except ValueError:  # no elements, and axes too long for NumPy
        return None


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
        case OutcomeCode.LOADED | OutcomeCode.WORD:
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

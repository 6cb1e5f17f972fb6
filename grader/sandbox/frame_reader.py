"""Read frames, in the grader.

They are written by code that may be hostile, so a frame is read with one `struct`
format, every size in it is checked against the slot before a byte is touched, and what
does not fit is no frame. Nothing is ever unpickled.
"""

import math
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.outcome import Array, Foreign, Raised, Returned, TooLarge, Value
from grader.sandbox.frames import (
    ALIGNMENT,
    DTYPES,
    EXCEPTION_TEXT_BYTES,
    FRAME_BYTES,
    HEAD,
    IN_BINDING,
    IS_TUPLE,
    ITEM,
    ITEMS_OFFSET,
    MAGIC,
    MOST_DIMENSIONS,
    MOST_ITEMS,
    NAMES_BYTES,
    Kind,
    OutcomeCode,
    Slot,
    aligned,
)
from grader.text import printable

_OUTCOMES = {int(code): code for code in OutcomeCode}
_KINDS = {int(kind): kind for kind in Kind}
_NUMBERS = {Kind.BOOL: "<?7x", Kind.INT: "<q", Kind.FLOAT: "<d"}


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
    call_seconds: float
    """What the call took, by the worker's word: none but our own code's is believed."""


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
    magic, number, answers, code, count, flags, line, names, message, seconds = (
        HEAD.unpack_from(frame)
    )
    if (magic, number, answers) != (MAGIC, call, sequence):
        return None
    if names > NAMES_BYTES or message > EXCEPTION_TEXT_BYTES or count > MOST_ITEMS:
        return None
    outcome = _OUTCOMES.get(code)
    if outcome is None:
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
        outcome=outcome,
        flags=flags,
        line=line,
        names=type_names,
        message=bytes(frame[text + NAMES_BYTES : text + NAMES_BYTES + message]),
        values=tuple(values),
        call_seconds=seconds,
    )


def _decode_item(
    frame: memoryview, place: int, at: int, type_names: bytes
) -> tuple[Value, int] | None:
    number, code, dimensions, *shape, size = ITEM.unpack_from(frame, place)
    match _KINDS.get(number):
        case Kind.ARRAY:
            return _decode_array(frame, at, size, code, shape, dimensions)
        case Kind.NONE:
            return None, 0
        case Kind.FOREIGN:
            return Foreign(type_name=printable(type_names)), 0
        case Kind.BOOL | Kind.INT | Kind.FLOAT as kind if at + 8 <= len(frame):
            return struct.unpack_from(_NUMBERS[kind], frame, at)[0], ALIGNMENT
        case Kind.TOO_LARGE:
            form = _decode_form(code, shape, dimensions)
            return form and (TooLarge(shape=form[1], dtype=form[0]), 0)
        case _:
            return None


def _decode_form(
    code: int, shape: list[int], dimensions: int
) -> tuple[np.dtype[Any], tuple[int, ...]] | None:
    """Read a dtype and the lengths of axes."""
    if code >= len(DTYPES) or dimensions > MOST_DIMENSIONS:
        return None
    lengths = tuple(shape[:dimensions])
    return None if min(lengths, default=0) < 0 else (DTYPES[code], lengths)


def _decode_array(
    frame: memoryview, at: int, size: int, code: int, shape: list[int], dimensions: int
) -> tuple[Array, int] | None:
    form = _decode_form(code, shape, dimensions)
    if form is None:
        return None
    dtype, lengths = form
    if size != math.prod(lengths) * dtype.itemsize or at + size > len(frame):
        return None
    # A copy, since the buffer serves the next exchange too; booleans are made of
    # bytes that may be neither 0 nor 1.
    array = np.frombuffer(frame, np.uint8, size, at).copy()
    array = array.view(dtype) if dtype.kind != "b" else array != 0
    if dtype.kind in "fc" and np.count_nonzero(nans := np.isnan(array)):
        array[nans] = np.nan  # of many NaNs some warn wherever they go
    try:
        return array.reshape(lengths), aligned(size)
    except ValueError:  # no elements, and axes too long for NumPy
        return None


def outcome_of(
    frame: Frame, last_line: int, modified: tuple[str, ...]
) -> Returned | Raised | None:
    """Turn the frame of a call into its outcome; None if it is of another kind."""
    match frame.outcome:
        case OutcomeCode.RETURNED:
            if frame.flags & IS_TUPLE:
                return Returned(value=frame.values, modified=modified)
            if len(frame.values) != 1:
                return None
            return Returned(value=frame.values[0], modified=modified)
        case OutcomeCode.RAISED:
            return raised_of(frame, last_line, modified)
        case OutcomeCode.LOADED | OutcomeCode.WORD:
            return None


def raised_of(frame: Frame, last_line: int, modified: tuple[str, ...] = ()) -> Raised:
    """Turn a frame that tells of an exception into an outcome.

    Its line is a word of the worker's: one beyond `last_line` is no line of the file.
    """
    names = printable(frame.names).split("\n")
    return Raised(
        type_names=tuple(name for name in names if name) or ("unnamed exception",),
        message=printable(frame.message),
        line=frame.line if 0 < frame.line <= last_line else None,
        in_binding=bool(frame.flags & IN_BINDING),
        modified=modified,
    )

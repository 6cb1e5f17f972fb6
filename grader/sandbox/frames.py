"""The form of a frame, which tells what came of a call, and where its parts lie.

A worker writes one for each call (`frame_writer`), and the grader reads it
(`frame_reader`).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

MOST_ITEMS = 4
MOST_DIMENSIONS = 8
NAMES_BYTES = 256
EXCEPTION_TEXT_BYTES = 1000

HEAD = struct.Struct("<IIQBBHIHHf")
"""Magic, call, sequence, outcome, items, flags, line, lengths of names and message,
seconds of the call."""
ITEM = struct.Struct(f"<BBH4x{MOST_DIMENSIONS}qQ")
"""Kind, dtype, dimensions, shape, bytes."""
ITEMS_OFFSET = HEAD.size + NAMES_BYTES + EXCEPTION_TEXT_BYTES
FRAME_BYTES = ITEMS_OFFSET + MOST_ITEMS * ITEM.size
MAGIC = 0x4652414D
ALIGNMENT = 64

DTYPES = tuple(np.dtype(code) for code in "?bBhHiIqQefdgFDG")
"""Every native numeric type; a frame names one by its place here."""


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
RESHAPED = (4, 8, 16, 32, 64, 128)
"""Flags: the first, the second, ... array has another shape or dtype, or is locked."""
FLAGS_OFFSET = struct.calcsize("<IIQBB")
"""Where the flags are in the head."""
SECONDS = struct.Struct("<f")
SECONDS_OFFSET = HEAD.size - SECONDS.size
"""Where the seconds are in the head."""


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

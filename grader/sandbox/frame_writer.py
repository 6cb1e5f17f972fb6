"""Write frames, in the worker: what a call did, and the bytes of what it returned.

Runs in the same process as the candidate's code, so nothing here is a safeguard.
"""

import mmap
import struct
from collections.abc import Iterable
from typing import Any

import numpy as np

from grader.sandbox.frames import (
    DTYPES,
    EXCEPTION_TEXT_BYTES,
    FLAGS_OFFSET,
    FRAME_BYTES,
    HEAD,
    IS_TUPLE,
    ITEM,
    ITEMS_OFFSET,
    MAGIC,
    MOST_DIMENSIONS,
    MOST_ITEMS,
    NAMES_BYTES,
    SECONDS,
    SECONDS_OFFSET,
    Kind,
    OutcomeCode,
    Slot,
    aligned,
)

_CODES = {dtype: code for code, dtype in enumerate(DTYPES)}
_NO_SHAPE = (0,) * MOST_DIMENSIONS


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
        self._write(
            OutcomeCode.RAISED,
            flags=flags,
            line=line_in(error, self._filename),
            names=names.encode("utf-8", "backslashreplace"),
            message=text_of(error)[:EXCEPTION_TEXT_BYTES].encode(
                "utf-8", "backslashreplace"
            ),
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

    def took(self, seconds: float) -> None:
        """Add how long the call took."""
        SECONDS.pack_into(self._arena, self._start + SECONDS_OFFSET, seconds)

    def reshaped(self, flags: Iterable[int]) -> None:
        """Add that some of the arrays are not as they were passed."""
        for flag in flags:
            self._arena[self._start + FLAGS_OFFSET] |= flag

    def write_again(self) -> None:
        """Write what a call returned as it is by now."""
        for result in self._returned:
            try:
                self.returned(result)
            except BaseException as error:  # noqa: BLE001 - it is the outcome
                self.raised(error)

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
            0.0,
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


def line_in(error: BaseException, filename: str) -> int:
    """Give the last line of a file that an exception passed; 0 if it passed none."""
    if isinstance(error, SyntaxError) and error.filename == filename:
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def text_of(error: BaseException) -> str:
    """Give the text of an exception, or none if it can't say."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a candidate's own `__str__`
        return ""


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

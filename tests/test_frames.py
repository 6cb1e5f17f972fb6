"""Frames come from code that may be hostile: none may raise, lie or overrun."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mismatch import describe
from grader.outcome import Call, TooLarge
from grader.sandbox.frame_reader import Frame, decode_frame
from grader.sandbox.frames import (
    DTYPES,
    EXCEPTION_TEXT_BYTES,
    FRAME_BYTES,
    HEAD,
    ITEM,
    MAGIC,
    NAMES_BYTES,
    Kind,
    OutcomeCode,
    Slot,
)
from grader.sandbox.protocol import encode_calls
from grader.text import printable

SLOT = Slot(start=0, size=FRAME_BYTES + 256)


def _frame(
    item: bytes, data: bytes = b"", *, count: int = 1, sequence: int = 7
) -> bytes:
    head = HEAD.pack(MAGIC, 0, sequence, OutcomeCode.RETURNED, count, 0, 0, 0, 0, 0)
    text = bytes(NAMES_BYTES + EXCEPTION_TEXT_BYTES)
    return (head + text + item).ljust(FRAME_BYTES, b"\0") + data.ljust(256, b"\0")


def _array_item(
    code: int, shape: tuple[int, ...], size: int, kind: int = Kind.ARRAY
) -> bytes:
    return ITEM.pack(kind, code, len(shape), *(shape + (0,) * 8)[:8], size)


FLOAT64 = DTYPES.index(np.dtype("float64"))


@given(st.binary(max_size=FRAME_BYTES + 300))
def test_any_bytes_are_a_frame_or_none(data: bytes) -> None:
    frame = decode_frame(data, SLOT, call=0, sequence=7)

    assert frame is None or isinstance(frame, Frame)


@given(
    st.integers(0, 255),
    st.integers(0, 255),
    st.integers(0, 2**16 - 1),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=8, max_size=8),
    st.integers(0, 2**64 - 1),
    st.integers(0, 255),
)
def test_no_header_makes_more_than_its_slot_holds(
    kind: int, code: int, dimensions: int, shape: list[int], size: int, count: int
) -> None:
    item = ITEM.pack(kind, code, dimensions, *shape, size)
    frame = decode_frame(_frame(item, count=count), SLOT, call=0, sequence=7)

    for value in frame.values if frame else ():
        assert not isinstance(value, np.ndarray) or value.nbytes <= 256


def test_an_array_comes_back_as_it_was() -> None:
    array = np.arange(6.0).reshape(2, 3)
    data = _frame(_array_item(FLOAT64, (2, 3), 48), array.tobytes())
    frame = decode_frame(data, SLOT, call=0, sequence=7)

    assert frame is not None
    np.testing.assert_array_equal(frame.values[0], array)


def test_a_frame_of_another_call_or_sequence_is_none() -> None:
    data = _frame(_array_item(FLOAT64, (), 8))

    assert decode_frame(data, SLOT, call=1, sequence=7) is None
    assert decode_frame(data, SLOT, call=0, sequence=8) is None


def test_a_shape_that_disagrees_with_its_bytes_is_none() -> None:
    data = _frame(_array_item(FLOAT64, (2**40,), 8))

    assert decode_frame(data, SLOT, call=0, sequence=7) is None


def test_of_what_is_too_large_only_the_shape_is_read() -> None:
    data = _frame(_array_item(FLOAT64, (2**40,), 0, Kind.TOO_LARGE))
    frame = decode_frame(data, SLOT, call=0, sequence=7)

    assert frame is not None
    assert frame.values == (TooLarge(shape=(2**40,), dtype=np.dtype("float64")),)


@given(st.sampled_from(range(len(DTYPES))), st.binary(min_size=32, max_size=32))
def test_no_bytes_of_an_array_warn_when_they_are_used(code: int, data: bytes) -> None:
    size = DTYPES[code].itemsize
    frame = decode_frame(
        _frame(_array_item(code, (1,), size), data), SLOT, call=0, sequence=7
    )

    assert frame is not None
    value = frame.values[0]
    assert isinstance(value, np.ndarray)
    assert describe(value.reshape(()))
    if value.dtype.kind == "f":
        assert np.isnan(value[0].astype(np.longdouble)) == np.isnan(value[0])


@pytest.mark.parametrize(
    ("dtype", "nan"),
    [("f2", "017c"), ("f4", "010080ff"), ("f8", "010000000000f07f")],
)
def test_a_signalling_nan_becomes_a_quiet_one(dtype: str, nan: str) -> None:
    data = bytes.fromhex(nan)
    item = _array_item(DTYPES.index(np.dtype(dtype)), (1,), len(data))
    frame = decode_frame(_frame(item, data), SLOT, call=0, sequence=7)

    assert frame is not None
    value = frame.values[0]
    assert isinstance(value, np.ndarray)
    assert value.tobytes() == np.array([np.nan], dtype).tobytes()


@given(st.binary(max_size=200))
def test_printable_text_is_printable(data: bytes) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in printable(data))


def test_arrays_of_any_layout_are_rebuilt_from_their_span() -> None:
    base = np.arange(24.0).reshape(4, 6)
    for array in (base, base.T, base[:, ::-1], base[::2, ::3], base[:0]):
        call = Call(function="f", arguments={"x": array}, output_bytes=64)
        exchange = encode_calls([call], sequence=1)
        span = exchange.spans[0][0]

        assert span.stop - span.start >= array.nbytes
        assert span.stop <= len(exchange.request)


@given(st.lists(st.sampled_from([0, 1, 2**31, 2**62, 2**63 - 1]), max_size=8))
def test_an_array_without_elements_may_claim_any_shape(lengths: list[int]) -> None:
    item = _array_item(0, tuple(lengths), 0)
    frame = decode_frame(_frame(item), SLOT, call=0, sequence=7)

    assert frame is None or isinstance(frame.values[0], np.ndarray)

"""Frames that a hostile worker might leave, for all that reads them."""

import mmap
import random
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.cases import Case, cases_of_group
from grader.check import judge
from grader.explanation.sameness import same
from grader.loading import load_problem
from grader.outcome import Raised, Returned, Signature
from grader.sandbox.bindings import read_report
from grader.sandbox.frame_reader import decode_frame, outcome_of, used_bytes
from grader.sandbox.frame_writer import FrameWriter
from grader.sandbox.frames import (
    DTYPES,
    FRAME_BYTES,
    HEAD,
    ITEM,
    ITEMS_OFFSET,
    MOST_ITEMS,
    Slot,
)

SLOT = Slot(start=64, size=FRAME_BYTES + 1024)
"""Not at the start, so that what reads before it would be seen."""
CALL, SEQUENCE = 3, 7
LAST_LINE = 65
_HEAD_BITS = (32, 32, 64, 8, 8, 16, 32, 16, 16, 32)
_ITEM_BITS = (8, 8, 16, *[64] * 9)
_EDGES = (
    *range(11),
    *(48, 63, 64, 65, 200, 253, 254, 255, 256, 257, 1000, 1001, 1024, 1025),
    *(2**bits + off for bits in (15, 16, 31, 32, 40, 62, 63, 64) for off in (-1, 0, 1)),
)


def attempt_frame(rng: random.Random) -> None:
    """Read one frame to the end, and judge the result that it tells of."""
    data = _hostile(rng)
    frame = decode_frame(data, SLOT, call=CALL, sequence=SEQUENCE)
    assert 0 < used_bytes(data[SLOT.start :], SLOT) <= SLOT.size
    if frame is None:
        return
    arrays = [one for one in frame.values if isinstance(one, np.ndarray)]
    assert sum(array.nbytes for array in arrays) <= SLOT.size
    read_report(frame.message, _signatures())
    outcome = outcome_of(frame, LAST_LINE, ())
    if isinstance(outcome, Raised):
        assert outcome.line is None or 0 < outcome.line <= LAST_LINE
        assert _is_shown(outcome.message)
        assert all(map(_is_shown, outcome.type_names))
    if isinstance(outcome, Returned | Raised):
        case = rng.choice(_cases())
        judgement = judge(case, outcome)
        same(case, outcome, outcome)
        assert _is_shown(judgement.message)
        assert 0 <= judgement.credit <= 1


def _is_shown(text: str) -> bool:
    return text.replace("\n", "").isprintable()


def _hostile(rng: random.Random) -> bytes:
    kind = rng.random()
    if kind < 0.02:
        return rng.randbytes(rng.randrange(SLOT.start + SLOT.size + 100))
    data = bytearray(rng.choice(_written()))
    if kind < 0.2:
        _claim_a_shape(rng, data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        _damage(rng, data)
    return bytes(data)


def _damage(rng: random.Random, data: bytearray) -> None:
    start = SLOT.start
    match rng.randrange(7):
        case 0:
            for _ in range(rng.randrange(1, 9)):
                at = rng.randrange(len(data)) if data else 0
                data[at : at + 1] = (
                    bytes([data[at] ^ 1 << rng.randrange(8)]) if data else b""
                )
        case 1 if rng.random() < 0.2:
            del data[rng.randrange(len(data) + 1) :]
        case 2 if len(data) >= start + FRAME_BYTES:
            fields = list(HEAD.unpack_from(data, start))
            at = rng.randrange(3, len(fields))
            fields[at] = _number(rng) % 2 ** _HEAD_BITS[at]
            HEAD.pack_into(data, start, *fields)
        case 3 | 4 if len(data) >= start + FRAME_BYTES:
            place = start + ITEMS_OFFSET + rng.randrange(MOST_ITEMS) * ITEM.size
            fields = list(ITEM.unpack_from(data, place))
            at = rng.randrange(len(fields))
            fields[at] = _number(rng) % 2 ** _ITEM_BITS[at]
            if 3 <= at < len(fields) - 1 and fields[at] >= 2**63:
                fields[at] -= 2**64
            ITEM.pack_into(data, place, *fields)
        case 5:  # the text, or the elements
            at = start + rng.choice((HEAD.size, HEAD.size + 256, FRAME_BYTES))
            part = rng.randbytes(rng.choice((1, 8, 64, 256)))
            if at + len(part) <= len(data):
                data[at : at + len(part)] = part
        case _:
            at = rng.randrange(len(data) + 1)
            data[at : at + 8] = _number(rng).to_bytes(9, "little")[:8]


def _claim_a_shape(rng: random.Random, data: bytearray) -> None:
    """Write an item whose size and shape agree, however odd they are."""
    code = rng.randrange(len(DTYPES))
    lengths = [rng.choice((0, 1, 1, 2, 3, 2**31, 2**62, 2**63 - 1)) for _ in range(8)]
    dimensions = rng.randrange(9)
    size = DTYPES[code].itemsize
    for length in lengths[:dimensions]:
        size *= length
    kind = rng.choice((5, 5, 5, 6))
    place = SLOT.start + ITEMS_OFFSET
    ITEM.pack_into(data, place, kind, code, dimensions, *lengths, size % 2**64)


def _number(rng: random.Random) -> int:
    return rng.choice(_EDGES) if rng.random() < 0.8 else rng.getrandbits(64)


@cache
def _signatures() -> tuple[Signature, ...]:
    return load_problem("conv2d").spec.signatures


@cache
def _cases() -> tuple[Case, ...]:
    """Make a case of every check, of one result and of several."""
    softmax = Path(__file__).parent.parent / "softmax"
    found: dict[tuple[str, str], Case] = {}
    for name in (str(softmax), "conv2d", "conv2d_backward"):
        problem = load_problem(name)
        for group in problem.spec.groups:
            if (name, group.check) not in found:
                found[name, group.check] = next(iter(cases_of_group(problem, group, 1)))
    return tuple(found.values())


@cache
def _written() -> tuple[bytes, ...]:
    """Frames as an honest worker writes them."""
    results: list[Any] = [None, True, -3, 2.5, "text", object(), (), (1, None, 2.0)]
    results += [np.ones(3, dtype) for dtype in DTYPES]
    results += [np.ones((1, 0, 2)), np.array(5), np.ones(1000), np.ones((1,) * 9)]
    for case in _cases():
        values = tuple(one.value for one in case.expected.results)
        results += [values, *values, case.expected.count]
        results += [
            value.astype(dtype)
            for value in values
            if value is not None
            for dtype in (np.float32, np.float16, np.int32)
        ]
    frames = [
        _write(lambda writer, result=result: writer.returned(result))
        for result in results
    ]
    frames.append(
        _write(lambda writer: writer.raised(ValueError("no\x1b[31m such \ud800")))
    )
    frames.append(
        _write(lambda writer: writer.loaded(bytes([0, 0, 1, 254, 255, 253, 255])))
    )
    return tuple(frames)


def _write(write: Any) -> bytes:  # noqa: ANN401 - a call with a writer
    with mmap.mmap(-1, SLOT.start + SLOT.size) as arena:
        write(FrameWriter(arena, SLOT, call=CALL, sequence=SEQUENCE, filename="a.py"))
        return arena[:]

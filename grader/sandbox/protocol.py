"""What passes between the grader and a worker: bytes in one shared piece of memory.

The arena has four regions::

    control | printed text | request | response

A request is the length of a JSON document, the document, and the arrays' bytes; it
is written by the grader. A response holds, for each call, a slot at a place that the
request names: a frame, then the bytes of the results (`frames`).
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import numpy as np

from grader.outcome import Array, Call, Signature
from grader.sandbox.frames import FRAME_BYTES, Slot, aligned

CONTROL_BYTES = 64
PROGRESS = struct.Struct("<I")
"""At the arena's start: how many calls of this request have ended."""
PRINTED = struct.Struct("<I")
"""After it: how many bytes of the printed text are valid."""
PRINTED_OFFSET = PROGRESS.size

LENGTH = struct.Struct("<Q")
FOR_TESTS = b'{"tests": '
"""What the document of a request to run tests begins with."""


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
        documents.append(
            [call.function, arguments, slot.start, slot.size, call.calling]
        )
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


def encode_load(
    source: bytes,
    filename: str,
    signatures: Sequence[Signature],
    modules: Sequence[tuple[str, str, bytes]] = (),
    name: str = "submission",
) -> Exchange:
    """Lay out the first request: the submission's source, and what to find in it.

    Parameters
    ----------
    source, filename
        The submission's main file.
    signatures
        What to find in it.
    modules
        Its other modules, each with its name, its filename and its source.
    name
        What these import the main file as.
    """
    document = {
        "filename": filename,
        "functions": described_signatures(tuple(signatures)),
        "bytes": len(source),
        "name": name,
    }
    if modules:
        document["modules"] = [(own, file, len(text)) for own, file, text in modules]
    text = json.dumps(document).encode()
    head = aligned(LENGTH.size + len(text))
    texts = [source, *(text for _, _, text in modules)]
    request = b"".join([(LENGTH.pack(len(text)) + text).ljust(head, b"\0"), *texts])
    slot = Slot(start=0, size=aligned(FRAME_BYTES))
    return Exchange(sequence=0, calls=(), request=request, slots=(slot,), spans=((),))


@cache
def described_signatures(signatures: tuple[Signature, ...]) -> list[dict[str, Any]]:
    """Give signatures as a request has them."""
    return [asdict(signature) for signature in signatures]


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

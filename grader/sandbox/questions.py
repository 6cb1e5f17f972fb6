"""The near side of a candidate's own tests: what they ask, and how they went.

Tests run in a worker of their own and call stand-ins for the problem's functions. Each
such call ends an exchange with a question; the next request holds the answer; the last
response is a report. All of it comes as frames, of which every size is checked.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.outcome import (
    Call,
    Crashed,
    Foreign,
    NotRun,
    Outcome,
    Raised,
    Returned,
    Signature,
    TimedOut,
    TooLarge,
    Value,
)
from grader.record import TestOutcome
from grader.sandbox.frame_reader import Frame
from grader.sandbox.frames import FRAME_BYTES, OutcomeCode, Slot, aligned
from grader.sandbox.protocol import (
    LENGTH,
    Exchange,
    described_signatures,
    encode_calls,
)
from grader.submission import Module
from grader.text import message, printable

REPORT_BYTES = 256 << 10
"""The most that the report of a run may have."""
ARGUMENT_BYTES = 256 << 10
"""The most that an argument of a question may have."""
MOST_TESTS = 300
_Text = Annotated[str, Field(max_length=400)]
_Count = Annotated[int, Field(ge=0, le=1 << 20)]


class _Row(BaseModel):
    """The base of what a report holds: closed, and in its own types only."""

    model_config = ConfigDict(frozen=True, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestTold:
    """What a run of the tests says of one of them."""

    __test__ = False

    name: str
    filename: str
    """Where it is."""
    line: int
    failed_line: int
    """Of the same file, where it failed; 0 if it did not, or elsewhere."""
    text: str
    """The exception that it failed with."""
    outcome: TestOutcome
    first: int
    last: int
    """Its questions: from the first to before the last of all that were asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTold:
    """A file of tests that could not be run."""

    filename: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of the tests says of itself; whoever believes it compares several."""

    tests: tuple[TestTold, ...] = ()
    errors: tuple[ErrorTold, ...] = ()
    ended: bool = True
    """False if tests go on, and only the last one is told of, since it failed."""


class _Report(_Row):
    tests: tuple[
        tuple[
            _Text,
            _Text,
            _Count,
            _Count,
            _Text,
            TestOutcome,
            _Count,
            _Count,
        ],
        ...,
    ] = Field(max_length=MOST_TESTS, strict=False)
    errors: tuple[tuple[_Text, _Count, _Text], ...] = Field(
        max_length=MOST_TESTS, strict=False
    )
    ended: bool


def slots_for(signatures: Sequence[Signature]) -> tuple[Slot, ...]:
    """Lay out a response: a head, and a place for each argument of any function."""
    count = max(len(one.arguments) for one in signatures)
    sizes = [aligned(FRAME_BYTES + REPORT_BYTES)]
    sizes += [aligned(FRAME_BYTES + ARGUMENT_BYTES)] * count
    slots = []
    start = 0
    for size in sizes:
        slots.append(Slot(start=start, size=size))
        start += size
    return tuple(slots)


def encode_run(
    filename: str, files: Sequence[Module], signatures: Sequence[Signature]
) -> Exchange:
    """Lay out the request to run the tests: those of the submission, and of files.

    Parameters
    ----------
    filename
        Of the submission, which is loaded already.
    files
        Test files beside it.
    signatures
        The functions whose calls are questions.
    """
    slots = slots_for(signatures)
    places, blob = [], b""
    for one in files:
        start = len(blob)
        blob += one.source
        places.append([one.name, one.filename, start, len(blob)])
    document = {
        "tests": places,
        "sequence": 1,
        "filename": filename,
        "most": MOST_TESTS,
        "stem": PurePath(filename).stem,
        "functions": described_signatures(tuple(signatures)),
        "slots": [[slot.start, slot.size] for slot in slots],
    }
    text = json.dumps(document).encode()
    head = aligned(LENGTH.size + len(text))
    request = (LENGTH.pack(len(text)) + text).ljust(head, b"\0") + blob
    return Exchange(sequence=1, calls=(), request=request, slots=slots, spans=())


def encode_go_on(before: Exchange) -> Exchange:
    """Lay out the answer to tests that told how they go."""
    return encode_answer(Returned(value=None), before)


def encode_answer(outcome: Outcome, before: Exchange) -> Exchange:
    """Lay out the answer to the question that an exchange ended with."""
    kind, values = _answer(outcome)
    arguments = {str(place): value for place, value in enumerate(values)}
    call = Call(function=kind, arguments=arguments, output_bytes=0)
    exchange = encode_calls([call], sequence=before.sequence + 1)
    return replace(exchange, calls=(), slots=before.slots)


def _answer(outcome: Outcome) -> tuple[str, Sequence[Value | str]]:
    match outcome:
        case Returned(value=tuple() as values):
            wrong = [one for one in values if isinstance(one, Foreign | TooLarge)]
            return ("tuple", values) if not wrong else _unsendable(wrong[0])
        case Returned(value=Foreign() | TooLarge() as value):
            return _unsendable(value)
        case Returned(value=value):
            assert not isinstance(value, tuple)
            return "value", [value]
        case Raised():
            return "raised", (" ".join(outcome.type_names), outcome.message)
        case NotRun() | Crashed():
            return "raised", ("RuntimeError", outcome.reason)
        case TimedOut():
            return "raised", ("TimeoutError", "the call was stopped")


def _unsendable(value: Foreign | TooLarge) -> tuple[str, tuple[str, str]]:
    if isinstance(value, TooLarge):
        return "raised", ("MemoryError", f"a result of shape {value.shape}")
    return "raised", ("TypeError", f"returned a {value.type_name}, which is no array")


def read_question(
    frames: Sequence[Frame | None], signatures: Sequence[Signature], output_bytes: int
) -> Call | Report | None:
    """Read what tests say: the call that they want made, or how they went.

    Returns
    -------
    Call or Report or None
        None if it is neither: they broke the protocol.
    """
    head, *places = frames
    if head is None or head.outcome is not OutcomeCode.RETURNED:
        return None
    match head.values:
        case (np.ndarray() as text,):
            return _report(text.tobytes())
        case (int(number),) if 0 <= number < len(signatures):
            signature = signatures[number]
            arguments = {}
            for one, frame in zip(signature.arguments, places, strict=False):
                if frame is not None:
                    arguments[one.name] = _argument(frame)
            return Call(
                function=signature.name, arguments=arguments, output_bytes=output_bytes
            )
        case _:
            return None


def _argument(frame: Frame) -> object:
    if frame.outcome is OutcomeCode.WORD:
        return printable(frame.message)
    if len(frame.values) == 1 and not frame.flags:
        return frame.values[0]
    return frame.values


def is_sendable(call: Call) -> bool:
    """Tell whether all arguments came whole, and are of a kind that calls have."""
    return all(
        not isinstance(value, Foreign | TooLarge)
        and not (
            isinstance(value, tuple)
            and any(isinstance(one, np.ndarray | Foreign | TooLarge) for one in value)
        )
        for value in call.arguments.values()
    )


def _report(text: bytes) -> Report | None:
    try:
        told = _Report.model_validate_json(text)
    except ValidationError:
        return None
    return Report(
        tests=tuple(
            TestTold(
                name=message(name),
                filename=message(filename),
                line=line,
                failed_line=failed_line,
                text=message(words),
                outcome=outcome,
                first=first,
                last=last,
            )
            for name, filename, line, failed_line, words, outcome, first, last in (
                told.tests
            )
        ),
        errors=tuple(
            ErrorTold(
                filename=message(filename),
                line=line,
                text=message(words),
            )
            for filename, line, words in told.errors
        ),
        ended=told.ended,
    )

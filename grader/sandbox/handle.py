"""The grader's hold on one worker: bytes in, bytes out, a deadline, the end."""

import fcntl
import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from grader.errors import SandboxError
from grader.outcome import (
    Crashed,
    Loaded,
    LoadOutcome,
    NotRun,
    Outcome,
    Signature,
    Time,
    TimedOut,
)
from grader.problem import Limits
from grader.sandbox.bindings import read_report
from grader.sandbox.frame_reader import (
    Frame,
    decode_frame,
    outcome_of,
    raised_of,
    used_bytes,
)
from grader.sandbox.frames import FRAME_BYTES, RESHAPED, OutcomeCode, Slot
from grader.sandbox.launcher import REPLY_SECONDS, Launcher
from grader.sandbox.layers import Layer
from grader.sandbox.protocol import (
    CONTROL_BYTES,
    PRINTED,
    PRINTED_OFFSET,
    PROGRESS,
    Exchange,
    Regions,
    encode_load,
)
from grader.submission import Submission, last_line
from grader.text import printable

_SLICE_MS = 50
"""How often a deadline is looked at while a worker is waited for."""
_BROKE_PROTOCOL = "it broke off, or left no valid answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """The time by two clocks, in seconds; or how long something took."""

    processor: float
    wall: float

    def __sub__(self, other: Self) -> "_Moment":
        return _Moment(
            processor=self.processor - other.processor, wall=self.wall - other.wall
        )


class TimedCall(NamedTuple):
    """A call, and how long it took."""

    wall_seconds: float
    """From before its inputs are written until the output is in our own memory."""
    outcome: Outcome
    told_seconds: float = 0.0
    """Processor time of the function alone, by the worker's word."""


class WorkerHandle:
    """One forked process and the memory that is shared with it.

    Parameters
    ----------
    launcher
        What has it forked.
    regions
        How large a request and a response may be.
    limits
        On time and memory.
    required_layers
        Those without which it must not start.
    """

    def __init__(
        self,
        launcher: Launcher,
        regions: Regions,
        limits: Limits,
        required_layers: Sequence[Layer],
    ) -> None:
        self._launcher, self._regions, self._limits = launcher, regions, limits
        self._status: int | None = None
        self._provided: frozenset[str] = frozenset()
        self._last_line = 0
        self._used_seconds = 0.0
        self._run_since: _Moment | None = None
        self._owed_answers = 1  # that it has started
        self.is_usable = True
        try:
            self._open(required_layers)
        except OSError as error:
            raise SandboxError(f"a worker can't be started: {error}") from error
        with ExitStack() as unless_started:
            unless_started.push(self)
            fault = self._wait(REPLY_SECONDS, 0)
            if fault is not None:
                reason = launcher.complaint() or str(fault)
                raise SandboxError(f"a worker did not start: {reason}")
            unless_started.pop_all()

    def _open(self, required_layers: Sequence[Layer]) -> None:
        """Make the shared memory, and have the process forked that shares it."""
        flags = os.EFD_CLOEXEC | os.EFD_NONBLOCK
        sealable = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
        with ExitStack() as opened:
            self._arena = os.memfd_create("arena", sealable)
            opened.callback(os.close, self._arena)
            self._go = os.eventfd(0, flags)
            opened.callback(os.close, self._go)
            self._done = os.eventfd(0, flags)
            opened.callback(os.close, self._done)
            os.ftruncate(self._arena, self._regions.total)
            fcntl.fcntl(self._arena, fcntl.F_ADD_SEALS, seals)
            descriptors = (self._arena, self._go, self._done)
            self._name, self._pidfd = self._launcher.fork(
                self._regions, self._limits, required_layers, descriptors
            )
            opened.callback(os.close, self._pidfd)
            self.pid = _pid_of(self._pidfd)
            self._opened = opened.pop_all()
        self._poll = select.poll()
        self._poll.register(self._done, select.POLLIN)
        self._poll.register(self._pidfd, select.POLLIN)
        self._clock = ~self.pid << 3 | 2  # clock_getcpuclockid(3), as glibc makes it

    def __enter__(self) -> Self:
        """Give the worker; it is killed on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """Kill the process and free what it held."""
        with self._opened:
            if self._status is None:
                self._kill()
                self._status = -signal.SIGKILL

    def _kill(self) -> None:
        """End the process, whatever it does."""
        self._signal(signal.SIGKILL)
        self._launcher.reap_later(self._name)

    def pause(self) -> None:
        """Have the process do nothing until it is to go on."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Have the process go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)

    def _reap(self) -> int:
        """Collect the ended process; give its status, or minus its signal."""
        if self._status is None:
            self._status = self._launcher.reap(self._name)
        return self._status

    def load(
        self, submission: Submission, signatures: Sequence[Signature]
    ) -> LoadOutcome:
        """Run the submission's file, and find its functions."""
        self._last_line = last_line(submission.source)
        exchange = encode_load(
            submission.source,
            submission.filename,
            signatures,
            [(one.name, one.filename, one.source) for one in submission.modules],
            submission.module,
        )
        fault = self._exchange(exchange, self._limits.load_seconds)
        if fault is not None:
            return fault
        frame = self._read_frame(exchange.slots[0], 0, exchange.sequence)
        if frame is None or self._is_out_of_turn():
            self.is_usable = False
            return Crashed(reason=_BROKE_PROTOCOL)
        if frame.outcome is OutcomeCode.RAISED:
            return raised_of(frame, self._last_line)
        bindings = read_report(frame.message, signatures)
        if bindings is None:
            return Crashed(reason=_BROKE_PROTOCOL)
        loaded = Loaded(bindings=bindings)
        self._provided = loaded.provided
        return loaded

    def make_calls(self, exchange: Exchange) -> list[Outcome]:
        """Make the calls of an exchange, up to the first fault.

        Returns
        -------
        list of Outcome
            One for each call that was begun; the last may be a fault. Of a worker that
            says that all are answered when they are not, no answer counts: which of
            them were there when we looked, is chance.
        """
        if self._run_since is None:
            self._run_since = self._now()
        fault = self._exchange(exchange, self._limits.call_seconds, self._run_since)
        count = len(exchange.calls)
        ended = count if fault is None else max(min(self._progress, count - 1), 0)
        response, request = self._read_response(exchange), self._read_request(exchange)
        modified = _modified(exchange, request)
        outcomes = [
            self._outcome(
                exchange,
                number,
                _decode(exchange, number, response),
                modified[number],
            )
            if exchange.calls[number].function in self._provided
            else NotRun(reason="not provided")
            for number in range(ended)
        ]
        if fault is not None:
            return [*outcomes, fault]
        if self._is_out_of_turn() or any(isinstance(one, Crashed) for one in outcomes):
            self.is_usable = False
            return [Crashed(reason=_BROKE_PROTOCOL)] * count
        return outcomes

    def time_call(self, exchange: Exchange) -> TimedCall:
        """Make the one call of an exchange, and time it by our clock."""
        begun = time.perf_counter()
        fault = self._exchange(exchange, self._limits.call_seconds)
        response = self._read_slot(exchange.slots[0])
        ended = time.perf_counter()
        if fault is not None:
            return TimedCall(ended - begun, fault)
        if exchange.calls[0].function not in self._provided:
            return TimedCall(ended - begun, NotRun(reason="not provided"))
        request = self._read_request(exchange)
        modified = _modified(exchange, request)
        frame = _decode(exchange, 0, response)
        outcome = self._outcome(exchange, 0, frame, modified[0])
        told = 0.0 if frame is None else frame.call_seconds
        return TimedCall(ended - begun, outcome, told)

    def _outcome(
        self,
        exchange: Exchange,
        number: int,
        frame: Frame | None,
        modified: tuple[str, ...],
    ) -> Outcome:
        if frame is None:
            return Crashed(reason=_BROKE_PROTOCOL)
        # What it says against itself is believed: only it knows.
        spans = exchange.spans[number]
        reshaped = [
            span.argument
            for span, flag in zip(spans, RESHAPED, strict=False)
            if frame.flags & flag
        ]
        modified = tuple(dict.fromkeys([*modified, *reshaped]))
        outcome = outcome_of(frame, self._last_line, modified)
        return outcome or Crashed(reason=_BROKE_PROTOCOL)

    def converse(self, exchange: Exchange) -> list[Frame | None] | TimedOut | Crashed:
        """Say something to tests that run, and read what they say next.

        Returns
        -------
        list of Frame or None
            What is in each slot, where it is an answer to this; or a fault.
        """
        fault = self._exchange(exchange, self._limits.call_seconds)
        if fault is not None:
            return fault
        return [
            self._read_frame(slot, number, exchange.sequence)
            for number, slot in enumerate(exchange.slots)
        ]

    def _read_frame(self, slot: Slot, number: int, sequence: int) -> Frame | None:
        own = self._read_slot(slot)
        copied = Slot(start=0, size=len(own))
        return decode_frame(own, copied, call=number, sequence=sequence)

    def _exchange(
        self,
        exchange: Exchange,
        call_seconds: float,
        run_since: _Moment | None = None,
    ) -> TimedOut | Crashed | None:
        """Send a request and wait for its end, or for the deadline of one call."""
        self._owed_answers += 1
        os.pwrite(self._arena, PROGRESS.pack(0), 0)
        os.pwrite(self._arena, exchange.request, self._regions.request)
        try:
            self._wake()
        except (BlockingIOError, BrokenPipeError):
            self.is_usable = False
            return Crashed(reason=_BROKE_PROTOCOL)
        fault = self._wait(call_seconds, len(exchange.calls), run_since)
        self.is_usable = fault is None
        return fault

    def _wait(
        self, call_seconds: float, calls: int, run_since: _Moment | None = None
    ) -> TimedOut | Crashed | None:
        """Wait for `done`, with a limit on each call and one on all of them.

        How far it is, is the worker's word: it is taken only upwards and only up to
        the number of calls, so that no word of it puts off the end.
        """
        since = self._now()
        begun = run_since or since
        run_seconds = max(call_seconds, self._limits.run_seconds)
        progress = 0
        while True:
            ready = [descriptor for descriptor, _ in self._poll.poll(_SLICE_MS)]
            if self._done in ready and self._has_answered():
                return None
            if self._has_ended(ready):
                return self._crashed()
            now = self._now()
            if progress < min(self._progress, calls):
                progress, since = min(self._progress, calls), now
            fault = self._exceeded(
                run_seconds, now - begun, whole=True
            ) or self._exceeded(call_seconds, now - since)
            if fault is not None:
                return fault

    def _now(self) -> _Moment:
        return _Moment(processor=self.processor_seconds, wall=time.monotonic())

    def _wake(self) -> None:
        """Tell the process that a request is there."""
        os.eventfd_write(self._go, 1)

    def _has_answered(self) -> bool:
        """Take the word that the answer is there, unless the worker took it back."""
        with suppress(BlockingIOError):
            self._owed_answers -= os.eventfd_read(self._done)
            return True
        return False

    def _is_out_of_turn(self) -> bool:
        """Tell whether the worker said that it is done more often than it was asked."""
        self._has_answered()  # takes what it has said since
        return self._owed_answers < 0

    def _has_ended(self, ready: Sequence[int]) -> bool:
        """Tell whether the process is no more."""
        return self._pidfd in ready

    def _crashed(self) -> Crashed:
        status = self._reap()
        if status == -signal.SIGKILL:
            # No code can do that to itself behind the layers, and we did not.
            raise SandboxError("a worker was killed from outside: is memory short?")
        return Crashed(reason=_words_of(status))

    def _exceeded(
        self, limit: float, taken: _Moment, *, whole: bool = False
    ) -> TimedOut | None:
        if taken.processor > limit:
            return TimedOut(limit_seconds=limit, whole=whole)
        if taken.wall > limit * self._limits.wall_factor:
            limit *= self._limits.wall_factor
            return TimedOut(limit_seconds=limit, time=Time.WALL, whole=whole)
        return None

    @property
    def status(self) -> dict[str, list[str]]:
        """What the kernel says of the process, which the process can't change."""
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        pairs = (line.partition(":") for line in text.splitlines())
        return {key: value.split() for key, _, value in pairs}

    @property
    def processor_seconds(self) -> float:
        """Processor time that the process has used, by the kernel's clock."""
        with suppress(OSError):  # it has ended
            self._used_seconds = time.clock_gettime(self._clock)
        return self._used_seconds

    @property
    def _progress(self) -> int:
        """How many calls of the request have ended, as the worker tells it."""
        return int(PROGRESS.unpack(os.pread(self._arena, PROGRESS.size, 0))[0])

    def _read_response(self, exchange: Exchange) -> bytes:
        """Copy the response into memory that only we can write to."""
        return os.pread(self._arena, exchange.response_bytes, self._regions.response)

    def _read_slot(self, slot: Slot) -> bytes:
        """Copy one slot of the response, no more of it than is used."""
        start = self._regions.response + slot.start
        head = os.pread(self._arena, FRAME_BYTES, start)
        return os.pread(self._arena, used_bytes(head, slot), start)

    def _read_request(self, exchange: Exchange) -> bytes:
        """Copy the request back, as the calls left it."""
        return os.pread(self._arena, len(exchange.request), self._regions.request)

    def read_printed(self) -> str:
        """Give what the submission printed so far."""
        head = os.pread(self._arena, PRINTED.size, PRINTED_OFFSET)
        size = min(PRINTED.unpack(head)[0], self._regions.printed_bytes)
        return printable(os.pread(self._arena, size, CONTROL_BYTES))


def _decode(exchange: Exchange, number: int, response: bytes) -> Frame | None:
    return decode_frame(
        response, exchange.slots[number], call=number, sequence=exchange.sequence
    )


def _modified(exchange: Exchange, request: bytes) -> list[tuple[str, ...]]:
    """For each call, name the arguments that are no longer as they were sent."""
    if request == exchange.request:
        return [()] * len(exchange.calls)
    return [
        tuple(
            span.argument
            for span in spans
            if request[span.start : span.stop]
            != exchange.request[span.start : span.stop]
        )
        for spans in exchange.spans
    ]


def _pid_of(pidfd: int) -> int:
    """Give the process id here; the zygote may count in a namespace of its own."""
    with open(f"/proc/self/fdinfo/{pidfd}", "rb") as info:  # noqa: PTH123 - faster
        lines = dict(line.split(b":", 1) for line in info)
    return int(lines[b"Pid"])


def _words_of(status: int) -> str:
    if status < 0:
        known = -status in set(signal.Signals)
        name = signal.Signals(-status).name if known else f"signal {-status}"
        return f"the process was ended by {name}"
    return f"the process ended itself, with status {status}"

"""The near side: start a zygote, have workers forked, exchange bytes, keep time.

`Sandbox.run` makes all calls of a grading and never fails for what a submission
does; `Sandbox.start` gives a single worker to those who time calls one by one.
"""

import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from grader.errors import IsolationError, SandboxError
from grader.outcome import (
    Binding,
    Call,
    Crashed,
    Loaded,
    LoadOutcome,
    NotRun,
    Outcome,
    Returned,
    Run,
    TimedOut,
)
from grader.problem import Argument, Function, Limits
from grader.sandbox.imports import resolve_imports
from grader.sandbox.layers import Layer, Level, compile_filter, level_of
from grader.sandbox.protocol import (
    BY_KEYWORDS,
    BY_POSITION,
    CONTROL_BYTES,
    FRAME_BYTES,
    MISSING,
    PRINTED,
    PRINTED_OFFSET,
    PROGRESS,
    Exchange,
    Frame,
    OutcomeCode,
    decode_frame,
    encode_calls,
    encode_load,
    outcome_of,
    printable,
    raised_of,
    used_bytes,
)
from grader.sandbox.worker import Regions
from grader.sandbox.zygote import MESSAGE_BYTES
from grader.submission import Submission

_ZYGOTE = Path(__file__).with_name("zygote.py")
_ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "PATH": "/nonexistent",
    "PYTHONHASHSEED": "0",  # sets are iterated in the same order in every run
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_REPLY_SECONDS = 60.0
_SLICE_MS = 50
_PROCESSOR_SECONDS = 3600
_MIB = 1 << 20
_SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
_BROKE_PROTOCOL = "it broke off, or left no valid answer"
_RANKS = (Level.NONE, Level.PARTIAL, Level.FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What holds workers back on this machine, found by trying."""

    level: Level
    layers: dict[Layer, bool]
    """Which layers hold."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The layers that don't hold."""
        return tuple(layer.value for layer, holds in self.layers.items() if not holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a worker used, as the kernel counts it."""

    status: int
    """Its exit status; negative is a signal."""
    processor_seconds: float
    peak_kib: int
    """The most memory that it held at once."""


class Worker:
    """One forked process and the memory that is shared with it."""

    def __init__(self, sandbox: "Sandbox", regions: Regions, limits: Limits) -> None:
        self._sandbox, self._regions, self._limits = sandbox, regions, limits
        self._usage: Usage | None = None
        flags = os.EFD_CLOEXEC | os.EFD_NONBLOCK
        with ExitStack() as opened:
            self._arena = os.memfd_create(
                "arena", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
            )
            opened.callback(os.close, self._arena)
            self._go = os.eventfd(0, flags)
            opened.callback(os.close, self._go)
            self._done = os.eventfd(0, flags)
            opened.callback(os.close, self._done)
            os.ftruncate(self._arena, regions.total)
            fcntl.fcntl(self._arena, fcntl.F_ADD_SEALS, _SEALS)
            self.pid, self._pidfd = sandbox.spawn(
                regions, limits, (self._arena, self._go, self._done)
            )
            opened.callback(os.close, self._pidfd)
            self._opened = opened.pop_all()
        self._poll = select.poll()
        self._poll.register(self._done, select.POLLIN)
        self._poll.register(self._pidfd, select.POLLIN)
        self._clock = ~self.pid << 3 | 2  # clock_getcpuclockid(3), as glibc makes it
        fault = self._wait(_REPLY_SECONDS)
        if fault is not None:
            self.__exit__()
            raise SandboxError(f"a worker did not start: {fault}")

    def __enter__(self) -> Self:
        """Give the worker; it is killed on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """Kill the process and free what it held."""
        with self._opened:
            self.stop()

    def stop(self) -> Usage:
        """Kill the process if it still runs, and tell what it used."""
        if self._usage is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            self._usage = self._sandbox.reap(self.pid)
        return self._usage

    def load(
        self, submission: Submission, functions: Sequence[Function]
    ) -> LoadOutcome:
        """Run the submission's file, and find its functions."""
        asked = [_asked(function) for function in functions]
        exchange = encode_load(submission.source, submission.filename, asked)
        fault = self.exchange(exchange, self._limits.load_seconds)
        if fault is not None:
            return fault
        response = self.read_response(exchange)
        frame = decode_frame(response, exchange.slots[0], call=0, sequence=0)
        if frame is None:
            return Crashed(reason=_BROKE_PROTOCOL)
        if frame.outcome is OutcomeCode.RAISED:
            return raised_of(frame)
        return _loaded(frame, functions)

    def make_calls(self, exchange: Exchange, loaded: Loaded) -> list[Outcome]:
        """Make the calls of an exchange, up to the first fault.

        Returns
        -------
        list of Outcome
            One for each call that was begun; the last may be a fault.
        """
        fault = self.exchange(exchange, self._limits.call_seconds)
        count = len(exchange.calls)
        ended = count if fault is None else min(self.progress, count - 1)
        response, request = self.read_response(exchange), self.read_request(exchange)
        provided = {binding.function for binding in loaded.bindings}
        outcomes = [
            _outcome(exchange, number, response, request)
            if exchange.calls[number].function in provided
            else NotRun(reason="not provided")
            for number in range(ended)
        ]
        return outcomes if fault is None else [*outcomes, fault]

    def time_call(self, exchange: Exchange, loaded: Loaded) -> tuple[float, Outcome]:
        """Make the one call of an exchange, and time it by our clock.

        Returns
        -------
        tuple
            Wall time in seconds, from before the inputs are written until the output
            is in our own memory; and the outcome.
        """
        begun = time.perf_counter()
        fault = self.exchange(exchange, self._limits.call_seconds)
        response = self._read_first(exchange)
        ended = time.perf_counter()
        if fault is not None:
            return ended - begun, fault
        if not loaded.bindings:
            return ended - begun, NotRun(reason="not provided")
        request = self.read_request(exchange)
        return ended - begun, _outcome(exchange, 0, response, request)

    def exchange(
        self, exchange: Exchange, call_seconds: float
    ) -> TimedOut | Crashed | None:
        """Send a request and wait for its end, or for the deadline of one call."""
        os.pwrite(self._arena, PROGRESS.pack(0), 0)
        os.pwrite(self._arena, exchange.request, self._regions.request)
        try:
            os.eventfd_write(self._go, 1)
        except BlockingIOError:
            return Crashed(reason=_BROKE_PROTOCOL)
        return self._wait(call_seconds)

    def _wait(self, call_seconds: float) -> TimedOut | Crashed | None:
        progress, since = 0, time.monotonic()
        used = self.processor_seconds
        while True:
            ready = [descriptor for descriptor, _ in self._poll.poll(_SLICE_MS)]
            if self._done in ready:
                with suppress(BlockingIOError):  # unless the worker took it back
                    os.eventfd_read(self._done)
                    return None
            if self._pidfd in ready:
                return Crashed(reason=_words_of(self.stop().status))
            if self.progress != progress:
                progress, since = self.progress, time.monotonic()
                used = self.processor_seconds
            elif (
                self.processor_seconds - used > call_seconds
                or time.monotonic() - since > call_seconds * self._limits.wall_factor
            ):
                return TimedOut(limit_seconds=call_seconds)

    @property
    def processor_seconds(self) -> float:
        """Processor time that the process has used, by the kernel's clock."""
        return time.clock_gettime(self._clock)

    @property
    def progress(self) -> int:
        """How many calls of the request have ended, as the worker tells it."""
        return int(PROGRESS.unpack(os.pread(self._arena, PROGRESS.size, 0))[0])

    def read_response(self, exchange: Exchange) -> bytes:
        """Copy the response into memory that only we can write to."""
        return os.pread(self._arena, exchange.response_bytes, self._regions.response)

    def _read_first(self, exchange: Exchange) -> bytes:
        """Copy the first slot of the response, no more of it than is used."""
        slot = exchange.slots[0]
        head = os.pread(self._arena, FRAME_BYTES, self._regions.response)
        return os.pread(self._arena, used_bytes(head, slot), self._regions.response)

    def read_request(self, exchange: Exchange) -> bytes:
        """Copy the request back, as the calls left it."""
        return os.pread(self._arena, len(exchange.request), self._regions.request)

    def read_printed(self) -> str:
        """Give what the submission printed so far."""
        head = os.pread(self._arena, PRINTED.size, PRINTED_OFFSET)
        size = min(PRINTED.unpack(head)[0], self._regions.printed_bytes)
        return printable(os.pread(self._arena, size, CONTROL_BYTES))


class Sandbox:
    """A zygote, and what is known of the isolation that its workers get.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    isolation
        The least that workers must have; less is refused with `IsolationError`.

    The zygote starts in the background; the first use waits for it.
    """

    def __init__(
        self, imports: Sequence[str] = ("numpy",), isolation: Level = Level.FULL
    ) -> None:
        self._imports = tuple(imports)
        self._least = isolation
        self._required: tuple[str, ...] = ()
        self._start()

    @cached_property
    def isolation(self) -> Isolation:
        """What holds workers back, tried out before the first one runs a submission.

        Raises
        ------
        IsolationError
            If it is less than was asked for.
        """
        found = _probe(self)
        if _RANKS.index(found.level) < _RANKS.index(self._least):
            raise IsolationError(found.level, self._least, found.missing)
        self._required = tuple(
            layer.value for layer, holds in found.layers.items() if holds
        )
        return found

    def __enter__(self) -> Self:
        """Give the sandbox; its zygote ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the zygote."""
        self.close()

    def _start(self) -> None:
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        near.settimeout(_REPLY_SECONDS)
        words = [str(far.fileno()), str(Path(np.__file__).parent.parent)]
        with far:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-P", "-s", "-S", "-B", _ZYGOTE, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
                pass_fds=[far.fileno()],
            )
        self._control = near
        self._control.send(json.dumps(_setup(self._imports)).encode())
        self._is_ready = False

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._control.close()
        self._process.wait()

    def _ask(
        self, message: dict[str, Any], descriptors: Sequence[int] = ()
    ) -> tuple[dict[str, Any], list[int]]:
        try:
            if not self._is_ready:
                self._is_ready = bool(self._control.recv(MESSAGE_BYTES))
            socket.send_fds(
                self._control, [json.dumps(message).encode()], list(descriptors)
            )
            reply, received, _, _ = socket.recv_fds(self._control, MESSAGE_BYTES, 1)
        except OSError as error:
            raise SandboxError(f"no answer from the zygote: {error}") from error
        if not reply:
            raise SandboxError("the zygote ended")
        return json.loads(reply), received

    def spawn(
        self, regions: Regions, limits: Limits, descriptors: Sequence[int]
    ) -> tuple[int, int]:
        """Have a worker forked; give its process id and a descriptor of it."""
        message = {
            "regions": asdict(regions),
            "memory_bytes": limits.memory_mib * _MIB + regions.total,
            "processor_seconds": _PROCESSOR_SECONDS,
            "required": self._required,
        }
        reply, received = self._ask(message, descriptors)
        return reply["pid"], received[0]

    def reap(self, pid: int) -> Usage:
        """Have an ended worker collected, and tell what it used."""
        reply, _ = self._ask({"reap": pid})
        return Usage(**reply)

    def start(
        self, limits: Limits, *, request_bytes: int, response_bytes: int
    ) -> Worker:
        """Start a worker for requests and responses up to these sizes.

        Raises
        ------
        IsolationError
            If it would be held back by less than was asked for.
        SandboxError
            If it does not start.
        """
        self.isolation  # noqa: B018 - tried out, and refused, at the first use
        return self._start_worker(limits, request_bytes, response_bytes)

    def _start_worker(
        self, limits: Limits, request_bytes: int, response_bytes: int
    ) -> Worker:
        regions = Regions(
            printed_bytes=limits.stdout_kib * 1024,
            request_bytes=request_bytes,
            response_bytes=response_bytes,
        )
        return Worker(self, regions, limits)

    def run(
        self,
        submission: Submission,
        functions: Sequence[Function],
        limits: Limits,
        exchange: Exchange,
    ) -> Run:
        """Load a submission and make calls, each with an outcome of its own.

        The calls go over in one exchange. After a fault the rest go over in a fresh
        worker, until there have been as many faults as the limits allow.
        """
        outcomes: list[Outcome] = []
        calls = exchange.calls
        reason, printed = "", ""
        load: LoadOutcome = Crashed(reason="no worker was started")
        for fault in range(limits.faults):
            if fault:
                exchange = encode_calls(calls[len(outcomes) :], sequence=fault + 1)
            with self.start(
                limits,
                request_bytes=max(len(exchange.request), len(submission.source) + _MIB),
                response_bytes=exchange.response_bytes + _MIB,
            ) as worker:
                load = worker.load(submission, functions)
                if isinstance(load, Loaded):
                    outcomes += worker.make_calls(exchange, load)
                printed = printed or worker.read_printed()
            if not isinstance(load, Loaded):
                reason = "the submission did not load"
                break
            if len(outcomes) == len(calls):
                break
            reason = f"not run: {fault + 1} calls before it were stopped or crashed"
        rest = len(calls) - len(outcomes)
        return Run(
            load=load,
            outcomes=(*outcomes, *[NotRun(reason=reason)] * rest),
            stdout=printed,
        )


def _outcome(
    exchange: Exchange, number: int, response: bytes, request: bytes
) -> Outcome:
    frame = decode_frame(
        response, exchange.slots[number], call=number, sequence=exchange.sequence
    )
    modified = tuple(
        span.argument
        for span in exchange.spans[number]
        if request[span.start : span.stop] != exchange.request[span.start : span.stop]
    )
    outcome = None if frame is None else outcome_of(frame, modified)
    return outcome or Crashed(reason=_BROKE_PROTOCOL)


@cache
def _setup(imports: tuple[str, ...]) -> dict[str, Any]:
    found = resolve_imports(imports)
    return {
        "libraries": found.libraries,
        "readable": found.readable,
        "filter": compile_filter().hex(),
    }


def _words_of(status: int) -> str:
    if status < 0:
        return f"the process was ended by {signal.Signals(-status).name}"
    return f"the process ended itself, with status {status}"


def _asked(function: Function) -> dict[str, Any]:
    return function.model_dump(
        mode="json", include={"name": True, "aliases": True, "arguments": True}
    )


def _loaded(frame: Frame, functions: Sequence[Function]) -> Loaded | Crashed:
    codes = iter(frame.message)
    bindings = []
    try:
        for function in functions:
            found = next(codes)
            places = [next(codes) for _ in function.arguments]
            if found != MISSING:
                bindings.append(_binding(function, found, places))
    except (StopIteration, IndexError):
        return Crashed(reason=_BROKE_PROTOCOL)
    return Loaded(bindings=tuple(bindings))


def _binding(function: Function, found: int, places: Sequence[int]) -> Binding:
    pairs = list(zip(function.arguments, places, strict=True))
    return Binding(
        function=function.name,
        found_as=(function.name, *function.aliases)[found],
        by_position=tuple(one.name for one, code in pairs if code == BY_POSITION),
        missing=tuple(one.name for one, code in pairs if code == MISSING),
        renamed=tuple(
            (one.name, (one.name, *one.aliases)[code])
            for one, code in pairs
            if 0 < code < BY_KEYWORDS
        ),
    )


_PROBE = b"""
import errno, mmap, os, signal, socket

def denied(action, *numbers):
    try:
        action()
    except OSError as error:
        return error.errno in numbers
    return False

def fork():
    if os.fork() == 0:
        os._exit(0)

def probe(path, size):
    return (
        denied(lambda: mmap.mmap(-1, size), errno.ENOMEM),
        denied(lambda: os.close(os.open(path, os.O_RDONLY)), errno.EACCES)
        and denied(lambda: os.listdir("/"), errno.EACCES),
        denied(socket.socket, errno.EPERM)
        and denied(fork, errno.EPERM)
        and denied(lambda: os.kill(os.getpid(), 0), errno.EPERM),
    )
"""
_PROBED = Function(
    name="probe",
    reference="probe:probe",
    arguments=(Argument(name="path"), Argument(name="size")),
)


def _probe(sandbox: Sandbox) -> Isolation:
    """Try what a worker must not do, with code of our own."""
    limits = Limits()
    arguments = {"path": str(_ZYGOTE), "size": 2 * limits.memory_mib * _MIB}
    call = Call(function="probe", arguments=arguments, output_bytes=1024)
    exchange = encode_calls([call], sequence=1)
    submission = Submission(name="probe", source=_PROBE)
    with sandbox._start_worker(limits, _MIB, _MIB) as worker:  # noqa: SLF001 - same module
        load = worker.load(submission, [_PROBED])
        unprivileged = _has_no_new_privs(worker.pid)
        outcomes = worker.make_calls(exchange, load) if isinstance(load, Loaded) else []
    match outcomes:
        case [Returned(value=(bool(memory), bool(files), bool(calls)))]:
            holding = {
                Layer.RLIMITS: memory,
                Layer.NO_NEW_PRIVS: unprivileged,
                Layer.LANDLOCK: files,
                Layer.SECCOMP: calls,
            }
        case _:
            raise SandboxError(f"the isolation can't be tried out: {load}, {outcomes}")
    level = level_of(layer for layer, holds in holding.items() if holds)
    return Isolation(level=level, layers=holding)


def _has_no_new_privs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return "\nNoNewPrivs:\t1\n" in status

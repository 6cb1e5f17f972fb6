"""Someone to ask again and again: a submission in a worker that stays."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

from grader.outcome import Call, Loaded, NotRun, Outcome, Signature
from grader.problem import Limits
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.submission import Submission

ROOM_BYTES = 16 << 20
"""For a request and for its answers; larger ones are not asked."""
_MOST_FAULTS = 3
"""Time-outs, crashes and failures to load after which nothing more is asked."""


class Witness:
    """A submission in a worker that stays, to be asked again and again.

    In all it may take as long as a run, whatever it says when it is asked.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        submission: Submission,
        signatures: Sequence[Signature],
        limits: Limits,
    ) -> None:
        self._sandbox, self._submission = sandbox, submission
        self._signatures, self._limits = tuple(signatures), limits
        self._end = time.monotonic() + limits.run_seconds * limits.wall_factor
        self._stack = ExitStack()
        self._worker: WorkerHandle | None = None
        self._faults = self._asked = 0

    def __enter__(self) -> Self:
        """Give the witness; its worker ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the worker, if there is one."""
        self._stack.close()

    def ask(self, calls: Sequence[Call]) -> list[Outcome]:
        """Make calls; what it does not answer is not run."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(calls) and self._is_patient:
            worker = self._ready()
            if worker is None:
                self._faults += 1
                break
            self._asked += 1
            rest = calls[len(outcomes) :]
            exchange = encode_calls(rest, sequence=self._asked)
            if max(len(exchange.request), exchange.response_bytes) > ROOM_BYTES:
                break
            outcomes += worker.make_calls(exchange)
            self._faults += not worker.is_usable
        unmade = NotRun(reason="it did not answer")
        return [*outcomes, *[unmade] * (len(calls) - len(outcomes))]

    @property
    def _is_patient(self) -> bool:
        return self._faults < _MOST_FAULTS and time.monotonic() < self._end

    def _ready(self) -> WorkerHandle | None:
        if self._worker is None or not self._worker.is_usable:
            self._stack.close()
            worker = self._sandbox.start_worker(
                self._limits, request_bytes=ROOM_BYTES, response_bytes=ROOM_BYTES
            )
            self._stack.enter_context(worker)
            load = worker.load(self._submission, self._signatures)
            self._worker = worker if isinstance(load, Loaded) else None
        return self._worker

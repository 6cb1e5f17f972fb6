"""The sandbox: runs a submission's calls and never fails for what it does."""

from collections.abc import Sequence
from functools import cached_property
from typing import Self

from grader.errors import IsolationError
from grader.outcome import (
    Crashed,
    Loaded,
    LoadOutcome,
    NotRun,
    Outcome,
    Refused,
    Run,
    Signature,
    TimedOut,
)
from grader.problem import Limits
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.isolation import Isolation, try_out
from grader.sandbox.launcher import Launcher
from grader.sandbox.layers import Layer, Level
from grader.sandbox.protocol import Exchange, Regions, encode_calls
from grader.submission import Submission

_MIB = 1 << 20
_UNLOADED = "the submission did not load"
_RANKS = (Level.NONE, Level.PARTIAL, Level.FULL)


class Sandbox:
    """A zygote, and what is known of the isolation that its workers get.

    `run` makes all calls of a grading; `start_worker` gives a single worker to those
    who time calls one by one.

    Parameters
    ----------
    imports
        The distributions that submissions may import.
    least_level
        The least isolation that workers must have.
    """

    def __init__(
        self, imports: Sequence[str] = ("numpy",), least_level: Level = Level.FULL
    ) -> None:
        self._least_level = least_level
        self._required_layers: tuple[Layer, ...] = ()
        self._imports = imports
        self._launcher = Launcher(imports)
        self._for_tests: Launcher | None = None

    @cached_property
    def isolation(self) -> Isolation:
        """What holds workers back, tried out before the first one runs a submission.

        Raises
        ------
        IsolationError
            If it is less than was asked for.
        """
        limits = Limits()
        with self._start(limits, _MIB, _MIB) as worker:
            found = try_out(worker, 2 * limits.memory_mib * _MIB)
        if _RANKS.index(found.level) < _RANKS.index(self._least_level):
            raise IsolationError(found.level, self._least_level, found.missing)
        self._required_layers = tuple(
            layer for layer, holds in found.layers.items() if holds
        )
        return found

    def __enter__(self) -> Self:
        """Give the sandbox; its zygote ends on the way out."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the zygote."""
        self.close()

    def close(self) -> None:
        """End the zygote, and with it every worker."""
        self._launcher.close()
        if self._for_tests is not None:
            self._for_tests.close()

    def start_worker(
        self, limits: Limits, *, request_bytes: int, response_bytes: int
    ) -> WorkerHandle:
        """Start a worker for requests and responses up to these sizes.

        Raises
        ------
        IsolationError
            If it would be held back by less than was asked for.
        SandboxError
            If it does not start.
        """
        self.isolation  # noqa: B018 - tried out, and refused, at the first use
        return self._start(limits, request_bytes, response_bytes)

    def start_suite(
        self, limits: Limits, *, request_bytes: int, response_bytes: int
    ) -> WorkerHandle:
        """Start a worker as `start_worker` does, for tests to run in.

        It is forked from a zygote of its own, which has imported pytest.
        """
        self.isolation  # noqa: B018 - as above
        if self._for_tests is None:
            self._for_tests = Launcher(self._imports, for_tests=True)
        return self._start(limits, request_bytes, response_bytes, self._for_tests)

    def _start(
        self,
        limits: Limits,
        request_bytes: int,
        response_bytes: int,
        launcher: Launcher | None = None,
    ) -> WorkerHandle:
        regions = Regions(
            printed_bytes=limits.stdout_kib * 1024,
            request_bytes=request_bytes,
            response_bytes=response_bytes,
        )
        launcher = launcher or self._launcher
        return WorkerHandle(launcher, regions, limits, self._required_layers)

    def run(
        self,
        submission: Submission,
        signatures: Sequence[Signature],
        limits: Limits,
        exchanges: Sequence[Exchange],
    ) -> Run:
        """Load a submission and make calls, each with an outcome of its own.

        The calls go over exchange by exchange: what is in a later one is not in the
        worker's memory before the earlier ones are answered. After a fault the rest
        goes over in a fresh worker, until there have been as many faults as the
        limits allow.
        """
        count = sum(len(exchange.calls) for exchange in exchanges)
        if submission.refusal is not None:
            unloaded = (NotRun(reason=_UNLOADED),) * count
            return Run(load=Refused(reason=submission.refusal), outcomes=unloaded)
        load: LoadOutcome = Crashed(reason="no worker was started")
        outcomes: list[Outcome] = []
        printed: list[str] = []
        waiting = list(exchanges)
        reason = ""
        for fault in range(1, limits.faults + 1):
            with self._start_for(submission, limits, waiting) as worker:
                load = worker.load(submission, signatures)
                while isinstance(load, Loaded) and waiting and worker.is_usable:
                    answered = worker.make_calls(waiting[0])
                    outcomes += answered
                    waiting[:1] = _rest(waiting[0], len(answered))
                    printed.append(worker.read_printed())
                printed.append(worker.read_printed())
            if not isinstance(load, Loaded):
                reason = _UNLOADED
                break
            if not waiting or _is_whole(outcomes):
                reason = "the calls before it took all the time there is"
                break
            reason = f"{fault} calls before it were stopped or crashed"
        unmade = (NotRun(reason=reason),) * (count - len(outcomes))
        return Run(
            load=load,
            outcomes=(*outcomes, *unmade),
            stdout=next((text for text in reversed(printed) if text), ""),
            first_stdout=printed[0],
        )

    def _start_for(
        self, submission: Submission, limits: Limits, exchanges: Sequence[Exchange]
    ) -> WorkerHandle:
        requests = [len(exchange.request) for exchange in exchanges]
        responses = [exchange.response_bytes for exchange in exchanges]
        return self.start_worker(
            limits,
            request_bytes=max([*requests, submission.loaded_bytes + _MIB]),
            response_bytes=max([*responses, _MIB]),
        )


def _rest(exchange: Exchange, answered: int) -> list[Exchange]:
    calls = exchange.calls[answered:]
    return [encode_calls(calls, sequence=exchange.sequence)] if calls else []


def _is_whole(outcomes: Sequence[Outcome]) -> bool:
    return any(isinstance(one, TimedOut) and one.whole for one in outcomes[-1:])

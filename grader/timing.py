"""Time a submission against the reference and known code, by the grader's own clock.

A call is timed from before its inputs are written to the shared memory until its
output is in memory that only the grader can write to. Submission, reference,
baselines and an *echo*, which does nothing with arrays of the same sizes, run each
in a worker of its own, forked from the same zygote and pinned to the same core, and
take turns in alternating order. Every call has inputs that no call had before, and
every output of the submission is checked. How often the submission is called depends
on the spec alone.
"""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.arguments import make_arguments, stream
from grader.bundle import bundle
from grader.cases import Case, case_of
from grader.check import Judgement, judge
from grader.errors import ProblemError
from grader.expected import Expected, Reference
from grader.findings import TIMED
from grader.grade import Exam, Measured
from grader.ladder import Laps, expected_seconds, rung_entry, timing_share
from grader.outcome import Call, Loaded, Outcome, Parameter, Signature
from grader.problem import CANDIDATE, ECHO, REFERENCE, Check, Rung, Timing
from grader.record import Finding, MemoryEntry, RungEntry, TimingEntry
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import Exchange, encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.score import Share
from grader.submission import LARGEST_BYTES, Submission
from grader.verdict import Verdict

_HEADER_BYTES = 1 << 16
_SLOW_SECONDS = 0.02
_SLOW_CALLS = 2
"""How often a baseline is timed whose call is slow."""
_IDLE_SECONDS = 0.002
"""Processor time between two calls that needs no explanation: going to sleep takes a
tenth of it."""
_JUDGED = frozenset({CANDIDATE, REFERENCE, ECHO})
"""Who makes every call, however slow: the ratio is of these, call by call."""

_PROTOCOL = (
    "Each time is the median of {calls} calls in {pairs} rounds of fresh processes on "
    "one core, which take turns. Inputs are new in every call, every output is "
    "checked, and the clock is the grader's."
)

_ECHO_SOURCE = b"""
import numpy as np

kept = {}

def echo(*inputs, shapes, dtypes, several):
    key = str(shapes)
    if key not in kept:
        arrays = [np.zeros(*one) for one in zip(shapes, dtypes)]
        kept[key] = tuple(arrays) if several else arrays[0]
    return kept[key]
"""


class Stopwatch:
    """Times submissions in a sandbox.

    Parameters
    ----------
    sandbox
        Where everything runs, the reference too.
    progress
        Told which rung is being timed.
    """

    def __init__(
        self, sandbox: Sandbox, progress: Callable[[str], None] = lambda _: None
    ) -> None:
        self._sandbox, self._progress = sandbox, progress
        # Not the exam's: that one can be worked out from what a submission knows, and
        # then the answers could be there before they are asked for.
        self._seed = secrets.randbits(63)

    def measure(self, exam: Exam, submission: Submission) -> Measured:
        """Time a submission up the ladder, as far as it is fast enough."""
        timing = exam.problem.spec.timing
        assert timing is not None
        course = _Course(self._sandbox, exam, timing, submission, self._seed)
        rungs: list[RungEntry] = []
        for rung in timing.rungs:
            self._progress(rung.id)
            climbed = course.climb(rung, rungs)
            if isinstance(climbed, Judgement):
                return _faulty(climbed)
            rungs.append(climbed)
        memory = course.measure_memory(rungs)
        if isinstance(memory, Judgement):
            return _faulty(memory)
        ratios = [rung.ratio for rung in rungs if rung.ratio is not None]
        entry = TimingEntry(
            function=timing.function,
            seed=self._seed,
            rungs=tuple(rungs),
            ratio=ratios[-1] if ratios else None,
            protocol=_PROTOCOL.format(
                calls=timing.calls * timing.worker_pairs, pairs=timing.worker_pairs
            ),
        )
        share = timing_share(rungs, timing.baselines[0].id)
        return Measured(share=share, timing=entry, memory=memory)


def _faulty(judgement: Judgement) -> Measured:
    """Say that a timed call went wrong, on sizes that no case has."""
    # The message may hold what was computed: it is no reason that candidates see.
    words = f"in a timed call, {judgement.message}"
    reason = "a timed call went wrong"
    if judgement.verdict is Verdict.ACCEPTED:
        reason = words = judgement.message
    return Measured(
        share=Share(credit=0, reason=reason),
        findings=(Finding(kind=TIMED, message=words, line=judgement.line),),
        fault=judgement.verdict,
    )


def _working_in_secret(seconds: float) -> Judgement:
    """Refuse a time that leaves out a part of the work; the values are right."""
    words = f"it computed for {seconds:.2g} s while no call was being timed"
    return Judgement(verdict=Verdict.ACCEPTED, credit=0, message=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contestant:
    """Code that is timed: a source, and the function in it."""

    id: str
    submission: Submission
    signature: Signature


class _Lane:
    """A contestant, loaded in a worker of its own."""

    def __init__(
        self, worker: WorkerHandle, contestant: _Contestant, core: int
    ) -> None:
        self.id = contestant.id
        self._worker = worker
        self._function = contestant.signature.name
        self._sequence = 0
        self._at_rest_seconds: float | None = None
        self.idle_seconds = 0.0
        os.sched_setaffinity(worker.pid, {core})
        self.load = worker.load(contestant.submission, [contestant.signature])

    @property
    def works_in_secret(self) -> bool:
        """Whether it uses the processor while it has nothing to do."""
        return self.idle_seconds > _IDLE_SECONDS * self._sequence

    def lap(self, case: Case) -> tuple[float, Outcome]:
        """Make one call; give its wall time and its outcome."""
        self._sequence += 1
        arguments = case.call.arguments
        if self.id == ECHO:
            arguments = arguments | _asked_of_echo(case.expected)
        call = Call(
            function=self._function,
            arguments=arguments,
            output_bytes=case.call.output_bytes,
        )
        exchange = encode_calls([call], sequence=self._sequence)
        if self._at_rest_seconds is not None:
            self.idle_seconds += self._worker.processor_seconds - self._at_rest_seconds
        timed = self._worker.time_call(exchange)
        self._at_rest_seconds = self._worker.processor_seconds
        return timed


class _Course:
    """The ladder of one exam, and the submission that climbs it."""

    def __init__(
        self,
        sandbox: Sandbox,
        exam: Exam,
        timing: Timing,
        submission: Submission,
        seed: int,
    ) -> None:
        self._sandbox, self._exam, self._timing = sandbox, exam, timing
        self._seed = seed
        self._limits = exam.problem.spec.limits
        self._asked = exam.problem.spec.function(timing.function)
        self._reference = Reference(exam.problem, self._asked)
        self._group = exam.problem.spec.groups[0].model_copy(
            update={
                "id": "timing",
                "function": timing.function,
                "check": Check.RANDOM_BOUND,
            }
        )
        self._core = max(os.sched_getaffinity(0))
        self._candidate = _Contestant(
            id=CANDIDATE, submission=submission, signature=self._asked.signature
        )
        self._known = [
            self._contestant(REFERENCE, self._asked.reference),
            *(self._contestant(one.id, one.function) for one in timing.baselines),
        ]
        signature = self._asked.signature
        extra = tuple(Parameter(name=name) for name in ("shapes", "dtypes", "several"))
        self._echo = _Contestant(
            id=ECHO,
            submission=Submission(name=ECHO, source=_ECHO_SOURCE),
            signature=replace(
                signature, name=ECHO, parameters=(*signature.parameters, *extra)
            ),
        )

    def _contestant(self, name: str, target: str) -> _Contestant:
        module, function = target.split(":")
        problem = self._exam.problem
        libraries = problem.spec.allowed_imports
        source = Submission(
            name=target, source=bundle(module, problem.folder, libraries)
        )
        signature = replace(self._asked.signature, name=function, aliases=())
        return _Contestant(id=name, submission=source, signature=signature)

    def climb(self, rung: Rung, before: Sequence[RungEntry]) -> RungEntry | Judgement:
        """Time everyone on a rung who is expected to be fast enough for it.

        Returns
        -------
        RungEntry or Judgement
            The judgement of the submission's call, if one was wrong.
        """
        case = self._case(rung, "size")
        work = case.expected.products
        contestants = [
            one
            for one in (self._candidate, *self._known)
            if (expected_seconds(one.id, before, work) or 0)
            <= self._timing.call_seconds
        ]
        laps = self._race(rung, case, [*contestants, self._echo])
        if isinstance(laps, Judgement):
            if laps.verdict is not Verdict.TIME_LIMIT_EXCEEDED:
                return laps
            # Too slow for this rung, which is no fault: the others alone.
            rest = [one for one in contestants if one.id != CANDIDATE]
            raced = self._race(rung, case, [*rest, self._echo])
            assert isinstance(raced, Laps)
            laps = replace(raced, stopped_seconds=self._limits.call_seconds)
        rng = stream(self._seed, f"timing/{rung.id}")
        return rung_entry(self._timing, rung, work, laps, before, rng)

    def _race(
        self, rung: Rung, size: Case, contestants: Sequence[_Contestant]
    ) -> Laps | Judgement:
        seconds: dict[str, list[Any]] = {one.id: [] for one in contestants}
        exchange = encode_calls([size.call], sequence=1)
        for pair in range(self._timing.worker_pairs):
            with ExitStack() as stack:
                lanes = [
                    _Lane(stack.enter_context(self._start(exchange)), one, self._core)
                    for one in contestants
                ]
                fault = next(filter(None, map(self._judge_load, lanes)), None)
                laps = fault or self._laps(rung, pair, lanes)
                if isinstance(laps, Judgement):
                    return laps
                for name, walls in laps.items():
                    seconds[name].append(np.array(walls))
        return Laps(seconds=seconds)

    def _start(self, exchange: Exchange) -> WorkerHandle:
        return self._sandbox.start_worker(
            self._limits,
            request_bytes=len(exchange.request) + LARGEST_BYTES + _HEADER_BYTES,
            response_bytes=exchange.response_bytes,
        )

    def _laps(
        self, rung: Rung, pair: int, lanes: Sequence[_Lane]
    ) -> Mapping[str, Sequence[float]] | Judgement:
        laps: dict[str, list[float]] = {lane.id: [] for lane in lanes}
        slow: set[str] = set()
        for turn in range(self._timing.warm_up_calls + self._timing.calls):
            case = self._case(rung, f"{pair}/{turn}")
            for lane in lanes if turn % 2 else reversed(lanes):
                if lane.id in slow and len(laps[lane.id]) >= _SLOW_CALLS:
                    continue
                wall, outcome = lane.lap(case)
                fault = self._judge(lane.id, case, outcome)
                if fault is not None:
                    return fault
                if wall > _SLOW_SECONDS and lane.id not in _JUDGED:
                    slow.add(lane.id)
                if turn >= self._timing.warm_up_calls or lane.id in slow:
                    laps[lane.id].append(wall)
        for lane in lanes:
            if lane.id == CANDIDATE and lane.works_in_secret:
                return _working_in_secret(lane.idle_seconds)
        return laps

    def _case(self, rung: Rung, name: str) -> Case:
        """Make inputs that no other call has, and what should come of them."""
        arguments = make_arguments(
            self._timing.arguments,
            rung.sizes,
            self._timing.dtype,
            stream(self._seed, f"timing/{rung.id}/{name}"),
        )
        expected = self._reference.expected(Check.RANDOM_BOUND, arguments)
        return case_of(f"timing.{rung.id}.{name}", self._group, arguments, expected)

    def _judge_load(self, lane: _Lane) -> Judgement | None:
        """Give the judgement of a submission that doesn't load again."""
        if isinstance(lane.load, Loaded) and lane.load.bindings:
            return None
        words = f"it did not load again: {lane.load}"
        fault = Judgement(verdict=Verdict.RUNTIME_ERROR, credit=0, message=words)
        return self._blame(lane.id, fault)

    def _judge(self, name: str, case: Case, outcome: Outcome) -> Judgement | None:
        """Give the judgement of a submission's call, if the call was wrong."""
        if name == ECHO:
            return None
        judgement = judge(case, outcome)
        used = judgement.normwise_used
        if judgement.credit == 1 or (used is not None and used <= 1):
            return None
        return self._blame(name, judgement)

    def _blame(self, name: str, judgement: Judgement) -> Judgement:
        """Give back the submission's own fault; all others' are the problem's."""
        if name == CANDIDATE:
            return judgement
        path = self._exam.problem.folder / "problem.yaml"
        raise ProblemError(path, f"while timed, {name}: {judgement.message}")

    def measure_memory(
        self, rungs: Sequence[RungEntry]
    ) -> MemoryEntry | Judgement | None:
        """Measure how much a call makes a fresh worker grow, on the largest rung."""
        climbed = [rung.id for rung in rungs if rung.state != "stopped"]
        if not climbed:
            return None
        rung = next(one for one in self._timing.rungs if one.id == climbed[-1])
        case = self._case(rung, "memory")
        exchange = encode_calls([case.call], sequence=1)
        grown = []
        for contestant in (self._candidate, self._echo):
            growth = self._growth(contestant, case, exchange)
            if isinstance(growth, Judgement):
                slow = growth.verdict is Verdict.TIME_LIMIT_EXCEEDED
                return None if slow else growth
            grown.append(growth)
        output = sum(
            result.value.size * result.dtype.itemsize
            for result in case.expected.results
            if result.value is not None and result.dtype is not None
        )
        # The echo grows by the exchange's own pages, and by its output.
        peak = max(grown[0] - grown[1] + output, 0)
        return MemoryEntry(
            rung=rung.id, peak_bytes=peak, output_bytes=output, multiple=peak / output
        )

    def _growth(
        self, contestant: _Contestant, case: Case, exchange: Exchange
    ) -> int | Judgement:
        with self._start(exchange) as worker:
            lane = _Lane(worker, contestant, self._core)
            fault = self._judge_load(lane)
            if fault is not None:
                return fault
            before = _status_bytes(worker.pid, "VmRSS")
            _, outcome = lane.lap(case)
            fault = self._judge(lane.id, case, outcome)
            if fault is not None:
                return fault
            return _status_bytes(worker.pid, "VmHWM") - before


def _status_bytes(pid: int, key: str) -> int:
    """Read a size that the kernel keeps of a process; 0 if it has just ended."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    lines = [line for line in status.splitlines() if line.startswith(f"{key}:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def _asked_of_echo(expected: Expected) -> dict[str, Any]:
    return {
        "shapes": tuple(array.shape for array in expected.arrays),
        "dtypes": tuple(
            str(result.dtype) for result in expected.results if result.dtype is not None
        ),
        "several": expected.is_tuple,
    }

"""Who is timed, each in a worker of its own, and what one call of theirs took.

The clock is the kernel's count of the processor time of a worker, read from outside:
what a call takes is all that was used since the call before it, so nothing that is
done before the inputs are there, or after the answer, is left out. Waiting for the
processor on a busy machine is no part of it. Every call of a worker has inputs that it
never had before, and every output of the submission is checked.

Workers clock their calls too. Of the reference, which is ours, that is believed: what
its worker uses beside them, to take inputs and to hand on outputs, is the floor below
every time.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from grader.arguments import make_arguments, stream
from grader.bundle import bundle
from grader.cases import Case, case_of
from grader.check import Judgement, judge
from grader.errors import ProblemError
from grader.exam import Exam
from grader.expected import Reference
from grader.outcome import (
    Loaded,
    LoadOutcome,
    Outcome,
    Returned,
    Signature,
    TimedOut,
    words_of,
)
from grader.problem import CANDIDATE, REFERENCE, Check, Timing
from grader.sandbox.handle import WorkerHandle
from grader.sandbox.protocol import Exchange, encode_calls
from grader.sandbox.sandbox import Sandbox
from grader.submission import LARGEST_BYTES, Submission
from grader.verdict import Verdict

SLOW_SECONDS = 0.02
"""A call that takes longer is slow: some make fewer of those."""
MOST_LOADS = 12
"""How often a submission may take all of its time to load, in dozens of workers."""
_HEADER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Code that is timed: a source, and the function in it."""

    id: str
    submission: Submission
    signature: Signature


class Lap(NamedTuple):
    """What a call took."""

    processor_seconds: float
    """Processor time used since the call before."""
    wall_seconds: float
    """From before its inputs were written until its output was the grader's."""
    floor_seconds: float | None = None
    """What of the processor time was used beside the call; known of the reference."""


class Lane:
    """A contestant, loaded in a worker of its own and pinned to one core."""

    def __init__(self, worker: WorkerHandle, contestant: Contestant, core: int) -> None:
        self.worker = worker
        self._is_ours = contestant.id == REFERENCE
        os.sched_setaffinity(worker.pid, {core})
        self.load = worker.load(contestant.submission, [contestant.signature])
        self._used_seconds = worker.processor_seconds

    def call(self, exchange: Exchange) -> tuple[Lap, Outcome]:
        """Make the one call of an exchange."""
        made = self.worker.time_call(exchange)
        before, self._used_seconds = self._used_seconds, self.worker.processor_seconds
        used = self._used_seconds - before
        floor = used - made.told_seconds if self._is_ours else None
        return Lap(used, made.wall_seconds, floor), made.outcome

    def take_turn(self, exchanges: Sequence[Exchange]) -> list[tuple[Lap, Outcome]]:
        """Make some calls on end, up to a fault, and do nothing before and after.

        What one did while another is timed would slow that one down.
        """
        made = []
        self.worker.resume()
        for exchange in exchanges:
            made.append(self.call(exchange))
            if not self.worker.is_usable:
                break
        self.worker.pause()
        return made


class Course:
    """The contestants of one exam, and the submission among them.

    Parameters
    ----------
    sandbox
        Where everything runs, the reference too.
    exam
        Whose function is timed.
    timing
        Which function, and what its arguments are.
    submission
        What is timed.
    seed
        Of the timed data.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        exam: Exam,
        timing: Timing,
        submission: Submission,
        seed: int,
    ) -> None:
        self.timing, self.seed = timing, seed
        self.limits = exam.problem.spec.limits
        self._sandbox, self._exam = sandbox, exam
        self._asked = exam.problem.spec.function(timing.function)
        self._reference = Reference(exam.problem, self._asked)
        self._group = exam.problem.spec.groups[0].model_copy(
            update={
                "id": "timing",
                "function": timing.function,
                "check": Check.RANDOM_BOUND,
            }
        )
        self.core = max(os.sched_getaffinity(0))
        self._cases: dict[str, Case] = {}
        self._exchanges: dict[tuple[str, str, int], Exchange] = {}
        self.modified: set[str] = set()
        """Arguments that the submission has changed."""
        self.is_normwise = False
        """Whether a result of it was accurate only as a whole."""
        self.loads_slowly = ""
        """Why it is no longer loaded, if that takes too long."""
        self._loading_seconds = 0.0
        self.candidate = Contestant(
            id=CANDIDATE, submission=submission, signature=self._asked.signature
        )
        self.reference = self._known(REFERENCE, self._asked.reference)
        self.baselines = [self._known(one.id, one.function) for one in timing.baselines]

    def _known(self, name: str, target: str) -> Contestant:
        module, function = target.split(":")
        problem = self._exam.problem
        source = bundle(module, problem.folder, problem.spec.allowed_imports)
        return Contestant(
            id=name,
            submission=Submission(name=target, source=source),
            signature=replace(self._asked.signature, name=function, aliases=()),
        )

    def case(self, sizes: Mapping[str, int], name: str) -> Case:
        """Make the inputs of one call, and what should come of them.

        Of one name they are the same: fresh workers know nothing of what others had.
        """
        if name not in self._cases:
            self._cases[name] = self._make(sizes, name)
        return self._cases[name]

    def _make(self, sizes: Mapping[str, int], name: str) -> Case:
        arguments = make_arguments(
            self.timing.arguments,
            sizes,
            self.timing.dtype,
            stream(self.seed, f"timing/{name}"),
        )
        try:
            expected = self._reference.expected(Check.RANDOM_BOUND, arguments)
        except Exception as error:
            given = ", ".join(f"{size} = {value}" for size, value in sizes.items())
            words = f"to be timed with {given}, the reference raises {error!r}"
            raise ProblemError(self._exam.problem.path, words) from error
        return case_of(f"timing.{name}", self._group, arguments, expected)

    def exchanges(
        self, contestant: Contestant, cases: Sequence[Case]
    ) -> list[Exchange]:
        """Lay out a contestant's calls, each in an exchange of its own.

        Worker after worker makes the same ones, so they are kept until others come.
        """
        now = {case.id for case in cases}
        self._exchanges = {
            key: kept for key, kept in self._exchanges.items() if key[1] in now
        }
        function = contestant.signature.name
        return [
            self._exchange(function, case, number)
            for number, case in enumerate(cases, 1)
        ]

    def _exchange(self, function: str, case: Case, number: int) -> Exchange:
        key = function, case.id, number
        if key not in self._exchanges:
            call = replace(case.call, function=function)
            self._exchanges[key] = encode_calls([call], sequence=number)
        return self._exchanges[key]

    @contextmanager
    def lane(
        self, contestant: Contestant, exchanges: Sequence[Exchange]
    ) -> Iterator[Lane | Judgement]:
        """Give a contestant a worker, with room for each of some exchanges.

        Gives the judgement of the submission instead if it doesn't load again, or has
        been at it for too long.
        """
        most_seconds = MOST_LOADS * self.limits.load_seconds
        if contestant.id == CANDIDATE and self._loading_seconds > most_seconds:
            words = f"loading it again and again takes more than {most_seconds:g} s"
            self.loads_slowly = self.loads_slowly or words
        if contestant.id == CANDIDATE and self.loads_slowly:
            late = Verdict.TIME_LIMIT_EXCEEDED
            yield Judgement(verdict=late, credit=0, message=self.loads_slowly)
            return
        with self._sandbox.start_worker(
            self.limits,
            request_bytes=max(
                LARGEST_BYTES + _HEADER_BYTES,
                *(len(one.request) for one in exchanges),
            ),
            response_bytes=max(one.response_bytes for one in exchanges),
        ) as worker:
            begun = time.monotonic()
            lane = Lane(worker, contestant, self.core)
            if contestant.id == CANDIDATE:
                # As in a deadline, what a busy machine takes from it counts little.
                waited = (time.monotonic() - begun) / self.limits.wall_factor
                self._loading_seconds += max(waited, worker.processor_seconds)
            fault = _fault_of_load(lane.load)
            if isinstance(lane.load, TimedOut) and fault is not None:
                self.loads_slowly = fault.message
            yield lane if fault is None else self._blame(contestant.id, fault)

    def run(
        self,
        contestants: Sequence[Contestant],
        cases: Sequence[Case],
        *,
        turn: int,
        pair: int = 0,
        slow_calls: int = 0,
    ) -> Mapping[str, list[Lap]] | Judgement:
        """Have contestants make the same calls by turns, in a fresh worker each.

        A machine is fast or slow for some calls on end, so that who comes right after
        the other meets the same. Outputs are judged when all calls are made.

        Parameters
        ----------
        contestants
            Who; the last of a round of turns is the first of the next.
        cases
            The calls.
        turn
            How many of them each makes on end.
        pair
            Which pair of workers it is: in every other one they are loaded, and begin,
            the other way round. Who is loaded first has other memory.
        slow_calls
            How many are enough if a call is slow; all, if 0.

        Returns
        -------
        mapping of lists of Lap, or Judgement
            By contestant; the judgement of the submission's call, if one was wrong.
        """
        exchanges = {one.id: self.exchanges(one, cases) for one in contestants}
        made: dict[str, list[tuple[Lap, Outcome]]] = {one.id: [] for one in contestants}
        with ExitStack() as opened:
            lanes: dict[str, Lane] = {}
            for one in contestants if pair % 2 == 0 else reversed(contestants):
                lane = opened.enter_context(self.lane(one, exchanges[one.id]))
                if isinstance(lane, Judgement):
                    return lane
                lanes[one.id] = lane
                lane.worker.pause()
            for name, numbers in _by_turns(list(lanes), len(cases), turn):
                lane = lanes[name]
                made[name] += lane.take_turn(exchanges[name][numbers])
                last, _ = made[name][-1]
                is_slow = slow_calls and last.processor_seconds > SLOW_SECONDS
                enough = is_slow and len(made[name]) >= slow_calls
                if enough or not lane.worker.is_usable:
                    break
        faults = (
            self._first_fault(one, cases, [outcome for _, outcome in made[one.id]])
            for one in contestants
        )
        return next(filter(None, faults), None) or {
            name: [lap for lap, _ in own] for name, own in made.items()
        }

    def _first_fault(
        self, one: Contestant, cases: Sequence[Case], outcomes: Sequence[Outcome]
    ) -> Judgement | None:
        """Judge the calls that were made; known code that was right once stays so."""
        judged = (
            self.fault(one, case, outcome)
            for number, (case, outcome) in enumerate(zip(cases, outcomes, strict=False))
            if number == 0 or one.id == CANDIDATE or not isinstance(outcome, Returned)
        )
        return next(filter(None, judged), None)

    def fault(
        self, contestant: Contestant, case: Case, outcome: Outcome
    ) -> Judgement | None:
        """Give the judgement of a submission's call, if it was wrong."""
        judgement = judge(case, outcome)
        right = judgement.credit == 1
        if contestant.id == CANDIDATE and isinstance(outcome, Returned):
            self.modified.update(outcome.modified)
            self.is_normwise |= judgement.is_right_normwise and not right
        if right or judgement.is_right_normwise:
            return None
        return self._blame(contestant.id, judgement)

    def _blame(self, name: str, judgement: Judgement) -> Judgement:
        """Give back the submission's own fault; all others' are the problem's."""
        if name == CANDIDATE:
            return judgement
        raise ProblemError(
            self._exam.problem.path, f"while timed, {name}: {judgement.message}"
        )


def _fault_of_load(load: LoadOutcome) -> Judgement | None:
    """Judge what became of a file that has loaded before."""
    if isinstance(load, Loaded) and load.bindings:
        return None
    slow = isinstance(load, TimedOut)
    verdict = Verdict.TIME_LIMIT_EXCEEDED if slow else Verdict.RUNTIME_ERROR
    why = "no such function" if isinstance(load, Loaded) else words_of(load)
    words = f"it did not load again: {why}"
    return Judgement(verdict=verdict, credit=0, message=words)


def _by_turns(
    names: Sequence[str], calls: int, turn: int
) -> Iterator[tuple[str, slice]]:
    """Give who makes which calls on end, one turn after the other.

    Examples
    --------
    >>> for name, own in _by_turns("ab", 3, turn=2):
    ...     print(name, own.start, own.stop)
    a 0 2
    b 0 2
    b 2 4
    a 2 4
    """
    for begin in range(0, calls, turn):
        forth = begin // turn % 2 == 0
        for name in names if forth else reversed(names):
            yield name, slice(begin, begin + turn)

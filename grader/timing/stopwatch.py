"""Time a submission against the reference and known code, by the kernel's clock.

Submission, reference and baselines run each in workers of its own, forked from the
same zygote and pinned to the same core; submission and reference take turns
(`grader.timing.course`). How often they are called depends on the spec, and on what the
submission took on smaller sizes.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader.check import Judgement
from grader.exam import Exam
from grader.findings import BESIDE, MODIFIED, NORMWISE, TIMED
from grader.panel import Measured
from grader.problem import CANDIDATE, FLOOR, REFERENCE, Rung, Timing
from grader.record import Finding, RungEntry, TimingEntry
from grader.sandbox.layers import settle_allocator
from grader.sandbox.sandbox import Sandbox
from grader.score import Share
from grader.submission import Submission
from grader.timing.awake import awake
from grader.timing.course import Contestant, Course, Lap
from grader.timing.growth import measure_growth
from grader.timing.ladder import Laps, expected_seconds, rung_entry, timing_share
from grader.timing.memory import measure_memory
from grader.verdict import Verdict

_SLOW_CALLS = 2
"""How often a baseline is called whose call is slow."""
_ENOUGH_SECONDS = 0.1
"""Processor time of a submission in one worker that needs no more turns."""
_BESIDE_SECONDS = 0.001
"""Processor time beside a call that needs no explanation: going to sleep takes a tenth
of it."""
_JUDGED = frozenset({CANDIDATE, REFERENCE})
"""Who makes every call that is planned, however slow: the ratio is of these."""

_PROTOCOL = (
    "Times are processor time, as the kernel counts it. Submission and reference take "
    "turns on one core, in pairs of fresh workers: at the largest size {pairs} pairs "
    "with {calls} timed calls of each, fewer if they are long. Inputs are new in every "
    "call of a worker, and every output is checked."
)


class Stopwatch:
    """Times submissions in a sandbox.

    Parameters
    ----------
    sandbox
        Where everything runs, the reference too.
    progress
        Told what is being timed.
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
        settle_allocator()
        course = Course(self._sandbox, exam, timing, submission, self._seed)
        with awake(course.core):
            return self._measure(course, timing)

    def _measure(self, course: Course, timing: Timing) -> Measured:
        rungs: list[RungEntry] = []
        beside_seconds = 0.0
        for rung in timing.rungs:
            self._progress(rung.id)
            climbed = _climb(course, rung, rungs)
            if isinstance(climbed, Judgement):
                return _faulty(climbed, course)
            entry, laps = climbed
            rungs.append(entry)
            beside_seconds += laps.beside_seconds
        self._progress("growth")
        growth = measure_growth(course, rungs)
        if isinstance(growth, Judgement):
            return _faulty(growth, course)
        memory = measure_memory(course, rungs)
        if isinstance(memory, Judgement):
            return _faulty(memory, course)
        ratios = [rung.ratio for rung in rungs if rung.ratio is not None]
        return Measured(
            share=timing_share(rungs, timing.baselines[0].id),
            timing=TimingEntry(
                function=timing.function,
                seed=self._seed,
                rungs=tuple(rungs),
                ratio=ratios[-1] if ratios else None,
                growth=growth,
                protocol=_PROTOCOL.format(
                    calls=timing.calls_on(timing.rungs[-1]),
                    pairs=timing.pairs_on(timing.rungs[-1]),
                ),
            ),
            memory=memory,
            findings=(*_beside(beside_seconds), *_noted(course)),
        )


def _noted(course: Course) -> Iterator[Finding]:
    """Tell what timed calls show of a submission, beside how long they take."""
    if course.modified:
        words = f"changes its caller's {' and '.join(sorted(course.modified))}"
        yield Finding(kind=MODIFIED, message=f"{words} in timed calls")
    if course.loads_slowly:
        yield Finding(kind=TIMED, message=f"timing has no end: {course.loads_slowly}")
    if course.is_normwise:
        words = "in timed calls, accurate relative to its largest result alone"
        yield Finding(kind=NORMWISE, message=words)


def _beside(seconds: float) -> tuple[Finding, ...]:
    if not seconds:
        return ()
    words = (
        f"it computed for {seconds:.2g} s while none of its calls was being timed; "
        "that counts as time of its calls"
    )
    return (Finding(kind=BESIDE, message=words),)


def _faulty(judgement: Judgement, course: Course) -> Measured:
    """Say that a timed call went wrong, on sizes that no case has."""
    # The message may hold what was computed: it is no reason that candidates see.
    words = f"in a timed call, {judgement.message}"
    return Measured(
        share=Share(credit=0, reason="a timed call went wrong"),
        findings=(
            Finding(kind=TIMED, message=words, line=judgement.line),
            *_noted(course),
        ),
        fault=judgement.verdict,
    )


def _climb(
    course: Course, rung: Rung, before: Sequence[RungEntry]
) -> tuple[RungEntry, Laps] | Judgement:
    """Time everyone on a rung who is expected to be fast enough for it.

    Returns
    -------
    tuple or Judgement
        The judgement of the submission's call, if one was wrong.
    """
    work = course.case(rung.sizes, f"{rung.id}/0").expected.products
    contestants = [
        one
        for one in (course.candidate, course.reference, *course.baselines)
        if (expected_seconds(one.id, before, work) or 0) <= course.timing.call_seconds
    ]
    calls = course.timing.calls_on(rung)
    if course.candidate in contestants:
        expected = expected_seconds(CANDIDATE, before, work) or 0
        calls = _affordable(calls, course.timing, expected)
    laps = _race(course, rung, contestants, calls)
    if isinstance(laps, Judgement):
        if laps.verdict is not Verdict.TIME_LIMIT_EXCEEDED:
            return laps
        # Too slow for this rung, which is no fault: the others alone.
        rest = [one for one in contestants if one.id != CANDIDATE]
        raced = _race(course, rung, rest, course.timing.calls_on(rung))
        assert isinstance(raced, Laps)
        stopped = None if course.loads_slowly else course.limits.call_seconds
        laps = replace(raced, unfinished=True, stopped_seconds=stopped)
    return rung_entry(course.timing, rung, work, laps, before), laps


def _affordable(calls: int, timing: Timing, call_seconds: float) -> int:
    """Give how many timed calls a worker makes, if one is expected to take so long.

    A busy machine disturbs long calls less. What they took on the rungs below decides,
    so that a slow moment takes none from the ratio.
    """
    turn_seconds = (timing.warm_up_calls + 1) * call_seconds
    return max(1, min(calls, int(_ENOUGH_SECONDS / max(turn_seconds, 1e-6))))


def _race(
    course: Course, rung: Rung, contestants: Sequence[Contestant], calls: int
) -> Laps | Judgement:
    """Time some contestants; the baselines with the first pair of workers alone."""
    laps: dict[str, list[Sequence[Lap]]] = {one.id: [] for one in contestants}
    for pair in range(course.timing.pairs_on(rung)):
        racing = [one for one in contestants if pair == 0 or one.id in _JUDGED]
        run = _run(course, rung, pair, racing, calls)
        if isinstance(run, Judgement):
            return run
        for name, own in run.items():
            laps[name].append(own)
    seconds = {
        name: np.array([[lap.processor_seconds for lap in own] for own in pairs])
        for name, pairs in laps.items()
    }
    floor = [[lap.floor_seconds for lap in own] for own in laps[REFERENCE]]
    of_candidate = [lap for own in laps.get(CANDIDATE, ()) for lap in own]
    return Laps(
        seconds=seconds | {FLOOR: np.array(floor, dtype=float)},
        wall_seconds=[lap.wall_seconds for lap in of_candidate],
        beside_seconds=_beside_seconds(of_candidate),
    )


def _run(
    course: Course,
    rung: Rung,
    pair: int,
    contestants: Sequence[Contestant],
    calls: int,
) -> Mapping[str, Sequence[Lap]] | Judgement:
    """Have each make its calls in a fresh worker: those that are compared by turns.

    The first calls of a turn find in the caches what the other one left there.
    """
    timing = course.timing
    turn = timing.warm_up_calls + 1
    cases = [
        course.case(rung.sizes, f"{rung.id}/{number}") for number in range(turn * calls)
    ]
    judged = [one for one in contestants if one.id in _JUDGED]
    others = [[one] for one in contestants if one.id not in _JUDGED]
    laps: dict[str, Sequence[Lap]] = {}
    for together in (judged, *others):
        enough = 0 if together is judged else _SLOW_CALLS
        found = course.run(together, cases, turn=turn, pair=pair, slow_calls=enough)
        if isinstance(found, Judgement):
            return found
        laps |= found
    return {name: own[turn - 1 :: turn] for name, own in laps.items()}


def _beside_seconds(laps: Sequence[Lap]) -> float:
    """Sum up the processor time that no call can have used."""
    beside = (lap.processor_seconds - lap.wall_seconds for lap in laps)
    return sum(one for one in beside if one > _BESIDE_SECONDS)

"""How much memory a call takes, as the kernel counts it from outside."""

from collections.abc import Sequence
from dataclasses import replace

from grader.cases import Case
from grader.check import Judgement
from grader.record import MemoryEntry, RungEntry
from grader.sandbox.handle import WorkerHandle
from grader.submission import Submission
from grader.timing.course import Contestant, Course
from grader.verdict import Verdict


def measure_memory(
    course: Course, rungs: Sequence[RungEntry]
) -> MemoryEntry | Judgement | None:
    """Measure how much a call makes a fresh worker grow, on the largest rung.

    Returns
    -------
    MemoryEntry, Judgement or None
        The judgement of the submission's call if it was wrong; None if it was too
        slow, or no rung was measured.
    """
    climbed = [rung.id for rung in rungs if rung.was_timed]
    if not climbed:
        return None
    rung = next(one for one in course.timing.rungs if one.id == climbed[-1])
    case = course.case(rung.sizes, f"{rung.id}/memory")
    grown = []
    for contestant in (course.candidate, _echo(course, case)):
        growth = _growth(course, contestant, case)
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


def _echo(course: Course, case: Case) -> Contestant:
    """Give code that takes the same inputs, and has zeros for an output."""
    zeros = "".join(
        f"np.zeros({result.value.shape}, {result.dtype.name!r}), "
        for result in case.expected.results
        if result.value is not None and result.dtype is not None
    )
    source = f"import numpy as np\n\ndef echo(*inputs):\n    return {zeros}\n"
    return Contestant(
        id="echo",
        submission=Submission(name="echo", source=source.encode()),
        signature=replace(course.candidate.signature, name="echo", aliases=()),
    )


def _growth(course: Course, contestant: Contestant, case: Case) -> int | Judgement:
    exchanges = course.exchanges(contestant, [case])
    with course.lane(contestant, exchanges) as lane:
        if isinstance(lane, Judgement):
            return lane
        before = _status_bytes(lane.worker, "VmRSS")
        _, outcome = lane.call(exchanges[0])
        if contestant is course.candidate:
            fault = course.fault(contestant, case, outcome)
            if fault is not None:
                return fault
        return _status_bytes(lane.worker, "VmHWM") - before


def _status_bytes(worker: WorkerHandle, key: str) -> int:
    """Read a size that the kernel keeps of a process; 0 if it has just ended."""
    kibibytes = worker.status.get(key, ["0"])[0]
    return int(kibibytes) * 1024

"""What a record says of speed and memory."""

from typing import Literal

from grader.record.entry import Entry, Finite, Whole


class Interval(Entry):
    """An estimate and the interval that holds it with 95 % confidence."""

    estimate: Finite
    low: Finite
    high: Finite


class BaselineEntry(Entry):
    """What known code took on a rung."""

    id: str
    title: str
    processor_seconds: Finite
    """Median of a call, with what the exchange itself takes."""
    measured: bool
    """False if it was too slow to run, and is scaled up from a smaller rung."""


RungState = Literal[
    "measured", "below_resolution", "too_noisy", "unfinished", "stopped"
]
"""What a time on the ladder is worth."""


class RungEntry(Entry):
    """One size on the ladder."""

    id: str
    title: str
    work: Finite
    """Products summed, in all."""
    state: RungState
    """`below_resolution`: too fast to tell from a call that does nothing; `too_noisy`:
    not too fast, but the machine was too busy to tell; `unfinished`: a call was still
    running at its limit, or loading took too long; `stopped`: the submission was too
    slow on the sizes before for one to be made."""
    calls: Whole = 0
    """Timed calls of the submission."""
    candidate_seconds: Finite | None = None
    """Processor time of a call, the median; with what the exchange itself takes."""
    candidate_wall_seconds: Finite | None = None
    """The same by the grader's clock, with what other work on the machine takes."""
    reference_seconds: Finite | None = None
    """Of the reference, as `candidate_seconds`."""
    floor_seconds: Finite | None = None
    """What of the reference's was used beside its calls, to take inputs and to hand on
    outputs: they clock themselves."""
    ratio: Interval | None = None
    """The submission's time to the reference's, the floor taken off both."""
    baselines: tuple[BaselineEntry, ...] = ()

    @property
    def was_timed(self) -> bool:
        """Whether the submission's calls came to their end."""
        return self.state not in {"unfinished", "stopped"}


class GrowthEntry(Entry):
    """How the time of a call grows with one of the sizes."""

    title: str
    exponent: Interval
    """Of the power of the size that the time grows with, as fitted."""
    smallest: Whole
    largest: Whole
    """Between these values of the size."""


class TimingEntry(Entry):
    """How fast it is."""

    function: str
    seed: Whole = 0
    """Of the timed data: drawn anew in each grading."""
    rungs: tuple[RungEntry, ...]
    ratio: Interval | None = None
    """On the largest rung that was measured."""
    growth: tuple[GrowthEntry, ...] = ()
    protocol: str
    """How it was measured, in a sentence."""


class MemoryEntry(Entry):
    """How much memory a call takes."""

    rung: str
    peak_bytes: Whole
    """By how much the process grew during a call."""
    output_bytes: Whole
    multiple: Finite
    """The peak as a multiple of the output."""

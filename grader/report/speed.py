"""What a timing amounts to, in sentences."""

from collections.abc import Sequence

from grader.record import BaselineEntry, RungEntry, TimingEntry
from grader.report.words import interval, milliseconds, significant


def timing_sentence(timing: TimingEntry) -> str:
    """Say where a submission's speed stands, in one sentence or in some."""
    start = ratio_sentence(timing)
    measured = [rung for rung in timing.rungs if rung.ratio is not None]
    if timing.ratio is None or not measured:
        return start
    where = overtaking_sentence(timing)
    return f"{start}{_standing(measured[-1])}{where and ' '}{where}"


def ratio_sentence(timing: TimingEntry) -> str:
    """Say how a submission's speed compares with the reference's."""
    measured = [rung for rung in timing.rungs if rung.ratio is not None]
    if timing.ratio is None or not measured:
        return _unmeasured_sentence(timing.rungs)
    ratio, largest = timing.ratio, measured[-1]
    start = f"On the largest size measured ({largest.title}), a call takes"
    times = f"{interval(ratio)} times as long as the reference's"
    if ratio.low <= 1 <= ratio.high:
        verdict = "; the interval holds 1, so it can't be told from the reference"
    else:
        verdict = ""
    return f"{start} {times}{verdict}."


def overtaking_sentence(timing: TimingEntry) -> str:
    """Say from which size on a submission is faster than the slowest known code."""
    rungs = [
        rung
        for rung in timing.rungs
        if rung.candidate_seconds is not None
        and rung.baselines
        and rung.state != "too_noisy"
    ]
    faster = [
        rung.state != "unfinished"
        and (rung.candidate_seconds or 0.0) < rung.baselines[0].processor_seconds
        for rung in rungs
    ]
    if not faster or not faster[-1]:
        return ""
    first = len(faster) - next(
        (back for back, one in enumerate(reversed(faster)) if not one), len(faster)
    )
    slowest = rungs[first].baselines[0].title
    if first == 0:
        return f"It is faster than {slowest} from the smallest size on."
    below, above = rungs[first - 1].title, rungs[first].title
    return f"It overtakes {slowest} between {below} and {above}."


def _unmeasured_sentence(rungs: Sequence[RungEntry]) -> str:
    states = {rung.state for rung in rungs}
    if not any(rung.was_timed for rung in rungs):
        return "The submission was too slow to be timed."
    if "too_noisy" in states:
        return "The machine was too busy to tell how long a call takes."
    if "below_resolution" in states:
        return "A call is too fast to be told from one that does nothing."
    return "Speed was not measured."


def _standing(rung: RungEntry) -> str:
    own = rung.candidate_seconds
    if own is None or not rung.baselines:
        return ""
    ordered = sorted(rung.baselines, key=lambda one: one.processor_seconds)
    faster = [one for one in ordered if one.processor_seconds <= own]
    slower = [one for one in ordered if one.processor_seconds > own]
    if not faster:
        return f" It takes {milliseconds(own)} ms, {_against(own, slower[0])}."
    if not slower:
        return f" It takes {milliseconds(own)} ms, {_against(own, faster[-1])}."
    return (
        f" It takes {milliseconds(own)} ms, between {_named(faster[-1])} "
        f"and {_named(slower[0])}."
    )


def _against(own: float, baseline: BaselineEntry) -> str:
    seconds = baseline.processor_seconds
    if own == 0 < seconds:
        return f"faster than {_named(baseline)}"
    if own < seconds:
        return f"{significant(seconds / own)} times as fast as {_named(baseline)}"
    return f"no faster than {_named(baseline)}"


def _named(baseline: BaselineEntry) -> str:
    scaled = "" if baseline.measured else ", estimated"
    return f"{baseline.title} ({milliseconds(baseline.processor_seconds)} ms{scaled})"

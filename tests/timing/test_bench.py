"""Who overtakes the plain code: by hand on given times, and once for real."""

import json
import math
from dataclasses import replace

import pytest

from grader.errors import ProblemError
from grader.loading import load_problem
from grader.problem import Problem
from grader.record import BaselineEntry, Interval, RungEntry, TimingEntry
from grader.report.bench import (
    bench_document,
    overtaking_sentences,
    render_bench_page,
    rows,
)
from grader.timing.bench import Bench, bench


def _rung(name: str, work: float, seconds: list[tuple[str, float, bool]]) -> RungEntry:
    return RungEntry(
        id=name,
        title=name,
        work=work,
        state="measured",
        reference_seconds=0.001,
        baselines=tuple(
            BaselineEntry(
                id=one, title=one.title(), processor_seconds=took, measured=known
            )
            for one, took, known in seconds
        ),
    )


def _bench(*times: tuple[float, float, float]) -> Bench:
    """Make one with a size for each ratio, ten times the work from one to the next."""
    rungs = tuple(
        _rung(
            f"size {place}",
            10.0**place,
            [("plain", middle, True), ("clever", 1.0, True)],
        )
        for place, (_, middle, _) in enumerate(times)
    )
    return Bench(
        problem="softmax",
        title="Softmax",
        plain="Plain",
        timing=TimingEntry(function="softmax", rungs=rungs, protocol=""),
        times=tuple(
            {"clever": Interval(estimate=middle, low=low, high=high)}
            for low, middle, high in times
        ),
    )


def test_it_overtakes_where_it_is_faster_from_there_on() -> None:
    (one,) = _bench((0.4, 0.5, 0.6), (7, 8, 9), (40, 50, 60)).overtakings

    assert one.rung == "size 1"
    # From 1/2 to 8, half of the way to 1 is a quarter of the logarithms' difference.
    assert one.work == pytest.approx(10**0.25)
    assert one.times.estimate == 8


def test_a_size_that_can_t_tell_is_not_one_from_which_on_it_is_faster() -> None:
    (one,) = _bench((2, 3, 4), (0.9, 1.1, 1.2), (4, 5, 6)).overtakings

    assert one.rung == "size 2"
    assert one.work == 10  # alike there, as far as can be told


def test_it_may_be_faster_from_the_start_or_never() -> None:
    first = _bench((2, 3, 4), (4, 5, 6))
    never = _bench((2, 3, 4), (0.4, 0.5, 0.6))

    assert [one.work for one in first.overtakings] == [None]
    assert never.overtakings == ()
    assert "from the smallest size on" in " ".join(overtaking_sentences(first))
    assert "does not overtake Plain" in " ".join(overtaking_sentences(never))


def test_sizes_without_both_times_say_nothing() -> None:
    known = _bench((2, 3, 4), (4, 5, 6))
    half = Bench(
        problem="p",
        title="P",
        plain="Plain",
        timing=known.timing,
        times=(known.times[0], {}),
    )

    assert [one.rung for one in half.overtakings] == ["size 0"]


def test_times_that_are_scaled_up_are_told_apart() -> None:
    rung = _rung("large", 1e6, [("plain", 2.0, False), ("clever", 0.5, True)])
    one = Bench(
        problem="p",
        title="P",
        plain="Plain",
        timing=TimingEntry(function="f", rungs=(rung,), protocol=""),
        times=({},),
    )

    assert list(rows(one)) == [("large", "1 M", "about 2,000", "500", "1.00")]


def _short(seconds: float) -> Problem:
    """Give a problem of ours with its two smallest sizes, and so long a call at most."""
    problem = load_problem("conv2d_im2col")
    timing = problem.spec.timing
    assert timing is not None
    update = {"rungs": timing.rungs[:2], "call_seconds": seconds}
    spec = problem.spec.model_copy(update={"timing": timing.model_copy(update=update)})
    return replace(problem, spec=spec)


def test_known_code_is_timed_on_each_size() -> None:
    told: list[str] = []
    found = bench(_short(0.5), told.append)

    assert told == [rung.id for rung in found.timing.rungs]
    for rung, times in zip(found.timing.rungs, found.times, strict=True):
        assert all(one.measured for one in rung.baselines)
        assert all(one.processor_seconds > 0 for one in rung.baselines)
        assert set(times) == {one.id for one in rung.baselines[1:]} | {"reference"}
        assert all(one.low <= one.estimate <= one.high for one in times.values())
    assert math.isfinite(found.timing.rungs[0].reference_seconds or math.nan)
    assert json.loads(json.dumps(bench_document(found)))["problem"] == found.problem
    page = render_bench_page(found)
    assert "<svg" in page
    assert all(rung.title in page for rung in found.timing.rungs)


def test_code_that_would_be_too_slow_is_not_run() -> None:
    found = bench(_short(1e-9))

    assert all(one.measured for one in found.timing.rungs[0].baselines)
    assert not any(one.measured for one in found.timing.rungs[1].baselines)
    assert found.times[1] == {}


def test_a_problem_with_nothing_to_compare_is_told_of() -> None:
    problem = load_problem("conv2d")
    spec = problem.spec.model_copy(update={"timing": None})

    with pytest.raises(ProblemError, match="no code to compare"):
        bench(replace(problem, spec=spec))

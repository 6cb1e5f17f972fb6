"""The timing chart is drawn whatever numbers a record holds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.record import Interval, RungEntry, TimingEntry
from grader.report.chart import timing_chart
from tests.report.records import complete


def _measured() -> TimingEntry:
    timing = complete().timing
    assert timing is not None
    return timing


TIMING = _measured()
NUMBERS = st.one_of(
    st.sampled_from([0.0, -1.0, 5e-324, 1e-300, 1.0, 88.0, 1e300, 1.7e308]),
    st.floats(allow_nan=False, allow_infinity=False),
)
INTERVALS = st.builds(Interval, estimate=NUMBERS, low=NUMBERS, high=NUMBERS)
RUNGS = st.builds(
    lambda rung, **numbers: rung.model_copy(update=numbers),
    st.sampled_from(TIMING.rungs),
    work=NUMBERS,
    candidate_seconds=NUMBERS,
    reference_seconds=NUMBERS,
    floor_seconds=NUMBERS,
    ratio=INTERVALS,
)


@settings(max_examples=25)
@given(st.lists(RUNGS, min_size=1, max_size=3).map(tuple))
def test_no_number_is_too_large_or_too_small_to_be_left_out(
    rungs: tuple[RungEntry, ...],
) -> None:
    chart = timing_chart(TIMING.model_copy(update={"rungs": rungs}))
    assert chart is None or chart.startswith("<svg")


def test_what_has_a_place_is_drawn() -> None:
    (first, *others) = TIMING.rungs
    odd = first.model_copy(update={"candidate_seconds": 1e300})
    chart = timing_chart(TIMING.model_copy(update={"rungs": (odd, *others)}))
    assert chart is not None
    assert "submission" in chart

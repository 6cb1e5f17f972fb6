"""Points for speed, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.loading import load_problem
from grader.problem import CANDIDATE, FLOOR, REFERENCE
from grader.record import RungEntry
from grader.timing.ladder import Laps, expected_seconds, rung_entry, timing_share


def _rung(
    candidate: float | None,
    *,
    loops: float = 101.0,
    reference: float = 2.0,
    floor: float = 1.0,
) -> RungEntry:
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    seconds = {
        FLOOR: np.full((6, 4), floor),
        REFERENCE: np.full((6, 4), reference),
        timing.baselines[0].id: np.full((6, 4), loops),
    }
    if candidate is not None:
        seconds[CANDIDATE] = np.full((6, 4), candidate)
    return rung_entry(timing, timing.rungs[0], 10.0, Laps(seconds=seconds), ())


@pytest.mark.parametrize(
    ("candidate", "credit"),
    [(2.0, 1.0), (101.0, 0.0), (11.0, 0.5), (1.5, 1.0), (500.0, 0.0)],
)
def test_points_are_logarithmic_between_plain_loops_and_the_reference(
    candidate: float, credit: float
) -> None:
    share = timing_share([_rung(candidate)], "plain_loops")

    assert share.credit == pytest.approx(credit)


def test_the_ratio_has_the_floor_taken_off_both() -> None:
    ratio = _rung(4.0, reference=2.0, floor=1.0).ratio

    assert ratio is not None
    found = (ratio.low, ratio.estimate, ratio.high)
    assert found == pytest.approx((3.0, 3.0, 3.0))


def test_each_turn_is_compared_with_the_other_s_and_disturbed_ones_move_little() -> (
    None
):
    # The machine becomes slower and slower; twice it stands still, in one turn each.
    pace = np.linspace(1.0, 3.0, 21)
    candidate, reference = 1 + 2 * pace, 1 + pace
    candidate[5], reference[12] = 90.0, 90.0
    floor = np.full(21, 1.0)
    rung = _busy(
        **{
            FLOOR: floor.tolist(),
            REFERENCE: reference.tolist(),
            CANDIDATE: candidate.tolist(),
        }
    )

    assert rung.calls == 6 * 21
    assert rung.ratio is not None
    found = (rung.ratio.low, rung.ratio.estimate, rung.ratio.high)
    assert found == pytest.approx((2.0, 2.0, 2.0))


def test_an_interval_is_as_wide_as_pairs_differ() -> None:
    # Within each pair of workers all turns are alike. Of six, only the lowest and the
    # highest have the median between them in 95 %.
    ratio = _compared([[one] * 9 for one in (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)]).ratio

    assert ratio is not None
    found = (ratio.low, ratio.estimate, ratio.high)
    assert found == pytest.approx((1.0, 1.25, 1.5))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        # Ten of all turns are short, and eight long; of the pairs, half.
        ([[1, 4, 4]] * 3 + [[1, 1, 4]] * 2 + [[1, 1, 1]], (1.0, 1.0, 4.0)),
        # The long turn of each pair is one of three.
        ([[2, 2, 7]] * 6, (2.0, 2.0, 2.0)),
        # The test leaves out the two lowest and the two highest of twelve pairs, and
        # with them what most turns took.
        ([[1, 1, 9, 9]] * 10 + [[1, 1, 1, 1]] * 2, (1.0, 1.0, 5.0)),
    ],
)
def test_the_estimate_is_of_all_turns_and_its_interval_of_the_pairs(
    times: list[list[float]], expected: tuple[float, float, float]
) -> None:
    ratio = _compared(times).ratio

    assert ratio is not None
    assert (ratio.low, ratio.estimate, ratio.high) == pytest.approx(expected)


def test_no_ratio_is_nothing() -> None:
    # As above, but most turns seem to take less than the floor.
    rung = _compared([[-1.0, -1.0, 9.0, 9.0]] * 10 + [[-1.0] * 4] * 2)

    assert rung.ratio is None


def _compared(times: list[list[float]]) -> RungEntry:
    """Give a rung with a submission's times, a row for each pair, all else 1."""
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    own = np.array(times, dtype=float)
    seconds = {
        FLOOR: np.full(own.shape, 1.0),
        REFERENCE: np.full(own.shape, 2.0),
        CANDIDATE: 1 + own,
        timing.baselines[0].id: np.full((1, 2), 1000.0),
    }
    return rung_entry(timing, timing.rungs[0], 10.0, Laps(seconds=seconds), ())


SECONDS = st.sampled_from([0.0, 0.5, 1.0, 1.1, 2.0, 3.0, 9.0, 1e-9, 1e6])


@given(
    st.integers(6, 12).flatmap(
        lambda pairs: st.tuples(
            *[st.lists(SECONDS, min_size=3 * pairs, max_size=3 * pairs)] * 3
        )
    )
)
def test_whatever_calls_seem_to_take_there_is_a_ratio_or_a_reason(
    taken: tuple[list[float], ...],
) -> None:
    # Of all calls of a pair the reference may seem to take no more than the floor.
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    names = (FLOOR, REFERENCE, CANDIDATE)
    seconds = {
        name: np.array(own).reshape(-1, 3)
        for name, own in zip(names, taken, strict=True)
    }
    seconds[timing.baselines[0].id] = np.full((1, 2), 1000.0)
    rung = rung_entry(timing, timing.rungs[0], 10.0, Laps(seconds=seconds), ())

    assert (rung.ratio is not None) == (rung.state == "measured")
    if rung.ratio is not None:
        assert 0 < rung.ratio.low <= rung.ratio.estimate <= rung.ratio.high < 1e100


@pytest.mark.parametrize("slow", [1, 3])
def test_a_pair_in_which_the_reference_takes_nothing_has_no_end_above(
    slow: int,
) -> None:
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    # The floor lies above all that the reference took in some pairs.
    reference = np.array([[3.0] * 4] * (6 - slow) + [[0.9] * 4] * slow)
    seconds = {
        FLOOR: np.full((6, 4), 1.0),
        REFERENCE: reference,
        CANDIDATE: np.full((6, 4), 5.0),
        timing.baselines[0].id: np.full((1, 2), 1000.0),
    }
    rung = rung_entry(timing, timing.rungs[0], 10.0, Laps(seconds=seconds), ())

    assert rung.ratio is None


def test_what_the_floor_hides_is_a_state_and_no_number() -> None:
    rung = _rung(1.2, reference=1.1, floor=1.0)

    assert rung.state == "below_resolution"
    assert rung.ratio is None
    assert timing_share([rung], "plain_loops").credit is None


def _busy(**laps: list[float]) -> RungEntry:
    """Give a rung of six pairs of workers with these calls each."""
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    seconds = {name: np.array([one] * 6) for name, one in laps.items()}
    seconds[timing.baselines[0].id] = np.full(3, 1000.0)
    return rung_entry(timing, timing.rungs[0], 10.0, Laps(seconds=seconds), ())


@pytest.mark.parametrize(
    ("floor", "reference", "candidate", "state"),
    [
        # Its quickest calls are far from the floor, its usual ones not.
        ([1.0, 20.0, 20.0], [10.0, 21.0, 21.0], [12.0, 22.0, 22.0], "too_noisy"),
        ([1.0, 90.0, 90.0], [10.0, 60.0, 60.0], [12.0, 70.0, 70.0], "too_noisy"),
        # Half of the reference's calls take ten times as long as the others.
        ([1.0, 1.0, 1.0], [3.0, 3.0, 30.0, 30.0], [6.0] * 4, "too_noisy"),
        # So do the submission's: that is its own affair.
        ([1.0, 1.0, 1.0], [3.0] * 4, [3.0, 3.0, 30.0, 30.0], "measured"),
        # No call is far from the floor, however busy it is.
        ([1.0, 20.0, 20.0], [1.1, 21.0, 21.0], [12.0, 22.0, 22.0], "below_resolution"),
        ([1.0, 20.0, 20.0], [60.0] * 3, [1.1, 2.0, 3.0], "below_resolution"),
        ([1.0, 1.0, 1.0], [1.4, 1.4, 1.4], [1.2, 1.2, 1.2], "below_resolution"),
        # A call or two that seem to take nothing leave the rest what it is.
        ([1.0, 1.0, 1.0], [3.0] * 9 + [0.9], [5.0] * 9 + [0.9], "measured"),
        ([1.0, 1.0, 1.0], [3.0] * 9 + [0.9], [0.9] + [5.0] * 9, "measured"),
    ],
)
def test_a_busy_machine_is_not_taken_for_a_quick_call(
    floor: list[float], reference: list[float], candidate: list[float], state: str
) -> None:
    rung = _busy(
        **{FLOOR: floor, REFERENCE: reference, CANDIDATE: candidate},
    )

    assert rung.state == state
    assert (rung.ratio is not None) == (state == "measured")


def test_what_a_busy_machine_hides_earns_no_points_and_costs_none() -> None:
    noisy = _busy(
        **{FLOOR: [1.0, 20.0, 20.0], REFERENCE: [9.0] * 3, CANDIDATE: [30.0] * 3}
    )
    right = _rung(11.0)

    assert noisy.state == "too_noisy"
    assert timing_share([noisy], "plain_loops").credit is None
    assert "too busy" in timing_share([noisy], "plain_loops").reason
    assert timing_share([right, noisy], "plain_loops").credit == pytest.approx(0.5)
    # Nor is what it took there the measure of what it would take further up.
    assert expected_seconds(CANDIDATE, [noisy], 30.0) is None
    assert expected_seconds(CANDIDATE, [right, noisy], 30.0) == pytest.approx(33.0)
    assert expected_seconds("plain_loops", [noisy, right], 30.0) == pytest.approx(303.0)


def test_who_is_too_slow_for_a_rung_is_scaled_up_by_the_work() -> None:
    before = [_rung(4.0)]

    assert expected_seconds(CANDIDATE, before, 30.0) == pytest.approx(12.0)
    assert expected_seconds("plain_loops", before, 20.0) == pytest.approx(202.0)
    assert expected_seconds(CANDIDATE, [], 30.0) is None


def test_who_came_to_no_end_earns_nothing_there() -> None:
    timing = load_problem("conv2d").spec.timing
    assert timing is not None
    seconds = {
        FLOOR: np.full((6, 4), 1.0),
        REFERENCE: np.full((6, 4), 2.0),
        timing.baselines[0].id: np.full((6, 4), 101.0),
    }
    laps = Laps(seconds=seconds, unfinished=True, stopped_seconds=51.0)
    first, later = (
        rung_entry(timing, timing.rungs[0], 10.0, laps, before)
        for before in ((), [_rung(4.0)])
    )

    assert (first.state, first.candidate_seconds) == ("unfinished", 51.0)
    assert later.candidate_seconds == 51.0  # and not 4.0, scaled
    # It may never have ended: the rung earns nothing, and counts.
    assert timing_share([first], "plain_loops").credit == 0
    half = _rung(11.0)
    assert timing_share([half], "plain_loops").credit == pytest.approx(0.5)
    assert timing_share([half, first], "plain_loops").credit == pytest.approx(0.25)

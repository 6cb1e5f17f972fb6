"""Intervals against Student's distribution, and by laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress, t, ttest_1samp

from grader.statistics import MOST_SAMPLES, mean_interval, ratio_interval, slope

NUMBERS = st.floats(-1e6, 1e6).map(lambda one: round(one, 3))
SAMPLES = st.lists(NUMBERS, min_size=2, max_size=MOST_SAMPLES)


@pytest.mark.parametrize("count", range(2, MOST_SAMPLES + 1))
def test_the_interval_is_student_s(count: int) -> None:
    samples = np.random.default_rng(count).normal(size=count)
    found = mean_interval(samples.tolist())
    exact = ttest_1samp(samples, 0).confidence_interval(0.95)

    # The quantiles are kept to three decimals.
    half = (exact.high - exact.low) / 2
    assert found.low == pytest.approx(exact.low, abs=half * 1e-3)
    assert found.high == pytest.approx(exact.high, abs=half * 1e-3)
    assert t.ppf(0.975, count - 1) > 1.96


@given(SAMPLES)
def test_the_interval_lies_around_the_mean(samples: list[float]) -> None:
    found = mean_interval(samples)

    assert found.low <= found.estimate <= found.high
    assert found.high - found.estimate == pytest.approx(
        found.estimate - found.low, rel=1e-6, abs=1e-6
    )


def test_it_holds_the_mean_in_95_of_100() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(2000):
        found = mean_interval(rng.normal(3.0, 0.5, 5).tolist())
        held += found.low <= 3.0 <= found.high

    # Four standard deviations of a share of 2000.
    assert held / 2000 == pytest.approx(0.95, abs=0.02)


def test_equal_ratios_leave_no_doubt() -> None:
    found = ratio_interval([2.0, 2.0, 2.0])

    assert found.low == pytest.approx(2)
    assert found.high == pytest.approx(2)


@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=MOST_SAMPLES))
def test_the_inverse_of_ratios_has_the_inverse_interval(ratios: list[float]) -> None:
    found, inverse = (
        ratio_interval(one) for one in (ratios, [1 / ratio for ratio in ratios])
    )

    assert math.log(found.estimate) == pytest.approx(
        -math.log(inverse.estimate), abs=1e-9
    )
    assert math.log(found.low) == pytest.approx(-math.log(inverse.high), abs=1e-9)


def test_a_slope_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 7))

    assert slope(x.tolist(), y.tolist()) == pytest.approx(linregress(x, y).slope)

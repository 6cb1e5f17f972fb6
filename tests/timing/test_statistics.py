"""Intervals against Student's distribution, and by laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, linregress, t, ttest_1samp

from grader.timing.statistics import (
    LEAST_SAMPLES,
    MOST_SAMPLES,
    mean_interval,
    median_interval,
    slope,
)

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


@pytest.mark.parametrize("count", range(LEAST_SAMPLES, 41))
def test_the_interval_of_a_median_inverts_the_sign_test(count: int) -> None:
    # Of the ranks 1, 2, ... those that a two-sided test at 5 % does not refuse.
    found = median_interval([float(rank) for rank in range(1, count + 1)])
    kept = [
        rank
        for rank in range(1, count + 1)
        if 2 * min(binom.cdf(rank - 1, count, 0.5), binom.sf(rank - 1, count, 0.5))
        > 0.05
    ]

    # The test of a value between two ranks counts those below it.
    assert found.low == min(kept) - 1 or found.low == 1
    assert 1 - 2 * binom.cdf(found.low - 1, count, 0.5) >= 0.95
    assert 1 - 2 * binom.cdf(found.low, count, 0.5) < 0.95 or found.low == count // 2
    assert found.high == count + 1 - found.low


@given(st.lists(NUMBERS, min_size=LEAST_SAMPLES, max_size=30))
def test_the_median_lies_between_two_samples(samples: list[float]) -> None:
    found = median_interval(samples)

    assert found.low <= found.estimate <= found.high
    assert {found.low, found.high} <= set(samples)
    assert found.estimate == np.median(samples)


def test_a_disturbed_sample_does_not_move_the_median() -> None:
    calm = [1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.02]

    assert median_interval([*calm[:-1], 50.0]).estimate == 1.0


def test_the_median_of_any_distribution_is_held_in_95_of_100() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(2000):
        found = median_interval(rng.exponential(1.0, 6).tolist())
        held += found.low <= math.log(2) <= found.high

    # 1 - 2 / 2**6, and four standard deviations of a share of 2000.
    assert held / 2000 == pytest.approx(0.96875, abs=0.016)


def test_a_slope_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(2, 7))

    assert slope(x.tolist(), y.tolist()) == pytest.approx(linregress(x, y).slope)

"""Intervals against the exact distribution of resampled medians, and by laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from grader.record import Interval
from grader.statistics import median_interval

Samples = list[list[float]]

PAIRS = st.lists(
    st.lists(st.floats(2.0**-10, 2.0**10), min_size=1, max_size=5),
    min_size=1,
    max_size=4,
)
few = settings(max_examples=8, deadline=None)


def _interval(pairs: Samples, *, seed: int = 0) -> Interval:
    samples = [np.array(pair) for pair in pairs]
    return median_interval(samples, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("pairs", "median"),
    [
        ([[4.0]], 4.0),
        ([[3.0, 1.0, 2.0]], 2.0),
        ([[1.0, 4.0], [2.0, 8.0]], 3.0),
        ([[1.0, 2.0, 3.0, 4.0], [9.0]], 3.0),  # of all samples, not of two medians
    ],
)
def test_the_estimate_is_the_median_of_all_samples(
    pairs: Samples, median: float
) -> None:
    assert _interval(pairs).estimate == median


@few
@given(PAIRS, st.integers(0, 2**32))
def test_the_interval_holds_the_median_and_lies_among_the_samples(
    pairs: Samples, seed: int
) -> None:
    found = _interval(pairs, seed=seed)
    every = [ratio for pair in pairs for ratio in pair]

    assert min(every) <= found.low <= found.estimate <= found.high <= max(every)


@few
@given(PAIRS, st.integers(-30, 30))
def test_the_interval_of_scaled_samples_is_scaled(pairs: Samples, power: int) -> None:
    plain, by = _interval(pairs), 2.0**power
    scaled = _interval([[ratio * by for ratio in pair] for pair in pairs])

    # Exactly, since a power of two rounds nothing.
    assert scaled.estimate == plain.estimate * by
    assert (scaled.low, scaled.high) == (plain.low * by, plain.high * by)


@few
@given(PAIRS, st.integers(0, 2**32))
def test_the_same_random_numbers_give_the_same_interval(
    pairs: Samples, seed: int
) -> None:
    first = _interval(pairs, seed=seed)

    assert _interval(pairs, seed=seed) == first


def test_other_random_numbers_give_another_interval() -> None:
    normal = np.random.default_rng(7).normal(10, 1, 500).tolist()

    assert _interval([normal], seed=1) != _interval([normal], seed=2)


def _quantile_ranks(size: int) -> tuple[int, int]:
    """Find where a median of `size` draws from the ranks 1, 2, ... lies in 95 %.

    It is k at most if more than half of the draws are, and each is with probability
    k/size: a binomial tail, without any resampling (Efron 1979, section 3).
    """
    ranks = np.arange(size + 1)
    low, high = np.searchsorted(binom.sf(size // 2, size, ranks / size), [0.025, 0.975])
    return int(low), int(high)


def test_the_interval_of_one_pair_is_that_of_the_exact_distribution() -> None:
    assert _quantile_ranks(11) == (3, 9)
    found = _interval([[float(rank) for rank in range(11, 0, -1)]])

    assert (found.low, found.high) == (3, 9)


def test_the_level_is_95_percent_on_a_large_sample() -> None:
    low, high = _quantile_ranks(1001)
    found = _interval([[float(rank) for rank in range(1, 1002)]])

    # Of 2000 resamples a quantile is off by one rank; 90 % would be off by five.
    assert found.low == pytest.approx(low, abs=3)
    assert found.high == pytest.approx(high, abs=3)


def test_pairs_that_differ_widen_the_interval_however_many_samples_each_has() -> None:
    found = _interval([[1.0] * 50, [2.0] * 50, [3.0] * 50])

    # Two of three drawn pairs are the first with probability 7/27. If 150 samples
    # were drawn one by one, more than half would never be.
    assert (found.low, found.estimate, found.high) == (1, 2, 3)


def test_each_pair_is_drawn_as_often_as_any_other() -> None:
    found = _interval([[1.0], *[[2.0] * 9] * 9])

    # The first is most of the samples only if it is drawn 10 times of 10.
    assert (found.low, found.high) == (2, 2)

"""Estimates with intervals, from few and skewed samples."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from grader.record import Interval

_RESAMPLES = 2000
_TAILS_PERCENT = (2.5, 97.5)


def median_interval(
    samples: Sequence[NDArray[np.float64]], rng: np.random.Generator
) -> Interval:
    """Estimate a positive quantity by its median, with a 95 % bootstrap interval.

    Samples from one pair of processes resemble each other more than those from
    another, so both levels are drawn anew: first pairs, then samples in each [1]_.

    Parameters
    ----------
    samples
        For each pair of processes, the ratios measured in it, all positive.
    rng
        Where the resamples come from; the same one gives the same interval.

    Returns
    -------
    Interval
        The median of all samples, and the percentile interval of resampled medians.

    References
    ----------
    .. [1] A. C. Davison and D. V. Hinkley, "Bootstrap Methods and their Application",
       Cambridge 1997, section 3.8.

    Examples
    --------
    >>> pairs = [np.array([2.0, 2.0, 2.0])] * 2
    >>> median_interval(pairs, np.random.default_rng(0)).high
    2.0
    """
    medians = np.empty(_RESAMPLES)
    for place in range(_RESAMPLES):
        pairs = rng.integers(len(samples), size=len(samples))
        drawn = [rng.choice(samples[pair], len(samples[pair])) for pair in pairs]
        medians[place] = np.median(np.concatenate(drawn))
    low, high = np.percentile(medians, _TAILS_PERCENT)
    return Interval(
        estimate=float(np.median(np.concatenate(list(samples)))),
        low=float(low),
        high=float(high),
    )

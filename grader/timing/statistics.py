"""Estimates with intervals, from a few independent measurements."""

import math
from collections.abc import Sequence
from statistics import fmean, median, stdev

from grader.record import Interval

# Quantiles of Student's t for 1, 2, ... degrees of freedom: 2.5 % lie above.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
)
MOST_SAMPLES = len(_T) + 1
_TAILS = 0.05
LEAST_SAMPLES = 6
"""With fewer, not even all of them hold the median between them in 95 %."""


def mean_interval(samples: Sequence[float]) -> Interval:
    """Estimate a quantity by the mean of independent measurements.

    Parameters
    ----------
    samples
        From 2 to `MOST_SAMPLES` of them, about normal.

    Returns
    -------
    Interval
        The mean, and Student's interval [1]_, which holds the quantity in 95 %.

    References
    ----------
    .. [1] Student, "The probable error of a mean", Biometrika 6 (1908), 1-25.

    Examples
    --------
    >>> mean_interval([1.0, 2.0, 3.0]).high
    4.484338...
    """
    mean = fmean(samples)
    half = _T[len(samples) - 2] * stdev(samples) / math.sqrt(len(samples))
    return Interval(estimate=mean, low=mean - half, high=mean + half)


def median_interval(samples: Sequence[float]) -> Interval:
    """Estimate a quantity by the median of independent measurements.

    Nothing is assumed of how they are spread, and a few that were disturbed do not
    move it.

    Parameters
    ----------
    samples
        At least `LEAST_SAMPLES` of them, each as likely too high as too low.

    Returns
    -------
    Interval
        The median, and the narrowest interval between two of the samples that holds
        the quantity in 95 % at least: the inverse of the sign test [1]_.

    References
    ----------
    .. [1] W. R. Thompson, "On confidence ranges for the median and other expectation
       distributions", Annals of Mathematical Statistics 7 (1936), 122-128.

    Examples
    --------
    >>> found = median_interval([1.0, 9.0, 2.0, 3.0, 2.5, 1.5])
    >>> found.low, found.estimate, found.high
    (1.0, 2.25, 9.0)
    """
    ordered, count = sorted(samples), len(samples)
    place = 0
    while _tail(count, place + 1) <= _TAILS / 2:
        place += 1
    return Interval(
        estimate=median(ordered), low=ordered[place], high=ordered[count - 1 - place]
    )


def _tail(count: int, most: int) -> float:
    """Give the chance that at most so many of the samples are below the median."""
    return sum(math.comb(count, below) for below in range(most + 1)) / 2.0**count


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Fit a line through points by least squares; give its slope.

    Examples
    --------
    >>> slope([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    2.0
    """
    x_mean, y_mean = fmean(x), fmean(y)
    spread = sum((one - x_mean) ** 2 for one in x)
    return sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True)) / spread

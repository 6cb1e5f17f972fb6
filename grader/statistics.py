"""Estimates with intervals, from a few independent measurements."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from grader.record import Interval

# Quantiles of Student's t for 1, 2, ... degrees of freedom: 2.5 % lie above.
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093),
)
MOST_SAMPLES = len(_T) + 1


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


def ratio_interval(ratios: Sequence[float]) -> Interval:
    """Estimate a positive ratio by the geometric mean of independent measurements.

    Parameters
    ----------
    ratios
        From 2 to `MOST_SAMPLES` of them, whose logarithms are about normal.

    Examples
    --------
    >>> ratio_interval([2.0, 8.0]).estimate
    4.0
    """
    logarithms = mean_interval([math.log(ratio) for ratio in ratios])
    return Interval(
        estimate=math.exp(logarithms.estimate),
        low=math.exp(logarithms.low),
        high=math.exp(logarithms.high),
    )


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

"""How much of an error rounding explains.

A sum of n products, in any order and with or without fused multiply-add, differs from
the exact one by at most gamma(n) times the sum of the products' absolute values [1]_.
For independent zero-centred data the errors largely cancel, and a multiple of the
square root of n bounds them in practice [2]_; 0.48 of the bound used here is the most
that was measured in honest code, and 0.59 of the first.

References
----------
.. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., SIAM
   2002, section 3.1 and lemma 3.1.
.. [2] N. J. Higham and T. Mary, "A new approach to probabilistic rounding error
   analysis", SIAM J. Sci. Comput. 41(5), 2019.
"""

import math
from functools import cache
from typing import Any

import numpy as np

from grader.outcome import Array

RANDOM_FACTOR = 4.0
"""Times the square root of n and the unit round-off: a bound for random data."""
NORMWISE_FACTOR = 16.0
"""How much more than that a transform (FFT, Winograd) may err, relative to the largest
magnitude: its error is spread over all elements."""
NORMWISE_INTEGER = 0.25
"""How far from an integer a transform's result for integer data may be."""
_LONGEST = np.dtype(np.longdouble)


@cache
def unit_roundoff(dtype: np.dtype[Any]) -> float:
    """Give half the distance from 1 to the next number.

    Examples
    --------
    >>> unit_roundoff(np.dtype("float32")) == 2.0**-24
    True
    """
    return float(np.finfo(dtype).eps) / 2


@cache
def _smallest(dtype: np.dtype[Any]) -> float:
    return float(np.finfo(dtype).smallest_subnormal)


def gamma(terms: int, unit: float) -> float:
    """Give Higham's gamma, n u / (1 - n u).

    Parameters
    ----------
    terms
        The number n of terms summed.
    unit
        The unit round-off u.

    Returns
    -------
    float
        Infinity if n u is 1 or more: then rounding may explain anything.

    Examples
    --------
    >>> gamma(2, 0.25)
    1.0
    """
    product = terms * unit
    return product / (1 - product) if product < 1 else math.inf


def bound(magnitude: Array, terms: int, dtype: np.dtype[Any], *, random: bool) -> Array:
    """Bound the rounding error of sums, elementwise.

    Parameters
    ----------
    magnitude
        The sums of the terms' absolute values, of any shape.
    terms
        How many terms each sum has.
    dtype
        The type that the sums are computed in.
    random
        Whether the data is independent and centred on zero.

    Returns
    -------
    array
        Of the shape of `magnitude`, in its dtype: the largest error allowed. One term
        more than there are is counted, for the rounding of the result.
    """
    unit = unit_roundoff(dtype)
    factor = gamma(terms + 1, unit)
    if random:
        factor = min(factor, RANDOM_FACTOR * math.sqrt(terms) * unit)
    underflow = terms * _smallest(dtype)
    # Where nothing is longer than float64, the expected value has an error like it.
    exact = unit_roundoff(_LONGEST) < unit
    return magnitude * (factor if exact else 2 * factor) + underflow


def normwise_bound(largest: float, terms: int, dtype: np.dtype[Any]) -> float:
    """Bound the error of a transform by the largest magnitude of all.

    Parameters
    ----------
    largest
        Of the sums of the terms' absolute values.
    terms, dtype
        As for `bound`.
    """
    factor = RANDOM_FACTOR * math.sqrt(terms) * unit_roundoff(dtype)
    return NORMWISE_FACTOR * factor * largest

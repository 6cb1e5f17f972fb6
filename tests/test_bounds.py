"""Bounds against values worked out by hand."""

import numpy as np
import pytest

from grader.bounds import bound, gamma, normwise_bound


def test_gamma_is_the_formula_of_higham() -> None:
    assert gamma(3, 0.125) == 0.375 / 0.625


def test_gamma_explains_anything_once_n_u_reaches_one() -> None:
    assert gamma(4, 0.25) == np.inf


def test_the_random_bound_is_the_smaller_of_the_two() -> None:
    unit = 2.0**-24
    few = bound(np.ones(1), 1, np.dtype("float32"), random=True)
    many = bound(np.ones(1), 10_000, np.dtype("float32"), random=True)

    assert few[0] == pytest.approx(2 * unit, rel=1e-6)
    assert many[0] == pytest.approx(400 * unit, rel=1e-6)


def test_the_structured_bound_grows_with_the_number_of_terms() -> None:
    allowed = bound(np.full(1, 5.0), 99, np.dtype("float32"), random=False)

    assert allowed[0] == pytest.approx(500 * 2.0**-24, rel=1e-4)


def test_the_normwise_bound_goes_by_the_largest_magnitude() -> None:
    allowed = normwise_bound(8.0, 4, np.dtype("float32"))

    assert allowed == pytest.approx(16 * 4 * 2 * 2.0**-24 * 8)

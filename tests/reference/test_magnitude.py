"""The sums that bound rounding errors, on cases that were calculated by hand."""

import numpy as np
import pytest

from reference.conv2d import magnitude


def test_every_value_counts_with_its_modulus() -> None:
    x = np.array([[[1.0, -2.0, 3.0]]])
    sums, n = magnitude(x, np.array([[[[-10.0, 1.0]]]]), np.array([-0.5]))
    assert sums.tolist() == [[[12.5, 23.5]]]
    assert n == 3


def test_terms_are_channels_times_taps_without_a_bias() -> None:
    _, n = magnitude(np.ones((2, 5, 6)), np.ones((7, 2, 3, 4)))
    assert n == 24


def test_a_bias_is_one_term_more() -> None:
    _, n = magnitude(np.ones((2, 5, 6)), np.ones((7, 2, 3, 4)), np.ones(7))
    assert n == 25


def test_stride_and_padding_are_those_of_the_layer() -> None:
    x = -np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
    sums, _ = magnitude(x, [[[[1.0, 10.0]]]], stride=(2, 1), padding=(0, 1))
    assert sums.tolist() == [[[[10, 21, 32, 3], [70, 87, 98, 9]]]]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8"])
def test_sums_are_in_float64_at_least(dtype: str) -> None:
    x = np.full((1, 1, 1), 100, dtype)
    sums, _ = magnitude(x, x[np.newaxis])
    assert sums.dtype == np.float64
    assert sums.item() == 10000


def test_sums_of_long_doubles_are_long_doubles() -> None:
    sums, _ = magnitude(np.ones((1, 1, 1), "g"), -np.ones((1, 1, 1, 1), "g"))
    assert sums.dtype == np.longdouble


def test_the_least_integer_has_a_modulus() -> None:
    x = np.full((1, 1, 1), -128, np.int8)
    sums, _ = magnitude(x, x[np.newaxis])
    assert sums.item() == 16384


def test_bad_arguments_raise_as_they_do_for_the_layer() -> None:
    with pytest.raises(ValueError, match="x must have 2 channels"):
        magnitude(np.ones((1, 2, 2)), np.ones((1, 2, 2, 2)))

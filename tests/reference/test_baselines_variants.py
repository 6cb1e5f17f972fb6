"""What variants are timed against gives the same as plain loops."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import baselines_variants, naive_variants

STRIDES = ((1, 1), (2, 1), (1, 3))


def _integers(*shape: int) -> NDArray[Any]:
    return np.random.default_rng(len(shape)).integers(-4, 5, shape).astype(np.float64)


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize(
    "function", [baselines_variants.grouped_per_tap, baselines_variants.grouped_im2col]
)
def test_grouped_baselines_give_the_same_as_plain_loops(
    function: Callable[..., NDArray[Any]], groups: int
) -> None:
    bias = _integers(4)
    weight = _integers(4, 8 // groups, 2, 3)
    for stride, padding in itertools.product(STRIDES, [(0, 0), (1, 2)]):
        for x in (_integers(2, 8, 7, 6), _integers(8, 5, 6)):
            layer = (x, weight, bias, stride, padding, groups)
            expected = naive_variants.conv2d_grouped(*layer)
            assert np.array_equal(function(*layer), expected)


@pytest.mark.parametrize("padding", [(0, 0), (1, 2), "valid", "same", "causal"])
@pytest.mark.parametrize(
    "function", [baselines_variants.dilated_per_tap, baselines_variants.dilated_im2col]
)
def test_dilated_baselines_give_the_same_as_plain_loops(
    function: Callable[..., NDArray[Any]], padding: tuple[int, int] | str
) -> None:
    bias = _integers(4)
    weight = _integers(4, 3, 2, 3)
    for stride, dilation in itertools.product(STRIDES, [(1, 1), (2, 1), (1, 2)]):
        for x in (_integers(2, 3, 7, 6), _integers(3, 5, 6)):
            layer = (x, weight, bias, stride, padding, dilation)
            expected = naive_variants.conv2d_padding(*layer)
            assert np.array_equal(function(*layer), expected)

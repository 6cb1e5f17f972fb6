"""The reference against PyTorch: a recording of it, and itself where it's installed."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import conv2d, naive
from tests.reference.layers import Layer, draw_floats, draw_integers, rounding_bound
from tests.reference.recorded import (
    assert_alike,
    cases,
    integer_cases,
    recorded,
    recorded_pair,
)


def _recorded(case: int) -> tuple[Layer, NDArray[Any]]:
    found = recorded("dense", case)
    pairs = recorded_pair(found, "stride"), recorded_pair(found, "padding")
    return Layer(found["x"], found["weight"], found.get("bias"), *pairs), found["out"]


def _assert_within_both_bounds(layer: Layer, theirs: NDArray[Any]) -> None:
    ours = conv2d.conv2d(*layer.arguments)
    bound = rounding_bound(layer, naive.conv2d(*layer.magnitudes), ours.dtype)
    assert_alike(ours, theirs, bound)


@pytest.mark.parametrize("case", cases("dense"))
def test_the_recorded_outputs_agree_within_the_bounds_of_both(case: int) -> None:
    layer, theirs = _recorded(case)
    _assert_within_both_bounds(layer, theirs)


@pytest.mark.parametrize("case", integer_cases("dense"))
def test_the_recorded_outputs_for_integers_have_the_same_bits(case: int) -> None:
    layer, theirs = _recorded(case)
    np.testing.assert_array_equal(conv2d.conv2d(*layer.arguments), theirs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_itself_agrees(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(13)
    for draw in (draw_integers, draw_floats):
        for _ in range(40):
            layer = draw(rng, dtype)
            x, weight, bias = (
                None if array is None else torch.from_numpy(array)
                for array in layer.arguments[:3]
            )
            pairs = layer.stride, layer.padding
            theirs = torch.nn.functional.conv2d(x, weight, bias, *pairs)
            _assert_within_both_bounds(layer, theirs.numpy())

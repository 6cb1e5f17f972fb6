"""Grouped layers in steps: right without a mistake, and wrong in its way with each."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import naive_variants
from reference.misconceptions.grouped import BANK
from tests.outcomes import Call, outcomes

Array = NDArray[Any]

DTYPES = ("int64", "int8", "uint8", "float32", "float64")


def _pair(rng: np.random.Generator, least: int, most: int) -> tuple[int, int]:
    first, second = rng.integers(least, most + 1, 2).tolist()
    return first, second


def _values(rng: np.random.Generator, dtype: str, *shape: int) -> Array:
    least = 0 if dtype == "uint8" else -9
    return rng.integers(least, 10, shape).astype(dtype)


def _draw(rng: np.random.Generator) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Give the arguments of a grouped and of a separable layer."""
    dtype = str(rng.choice(DTYPES))
    groups, share, kernels, multiplier, c_out = rng.integers(1, 4, 5).tolist()
    padding, (k_h, k_w) = _pair(rng, 0, 2), _pair(rng, 1, 3)
    h = int(rng.integers(max(1, k_h - 2 * padding[0]), 7))
    w = int(rng.integers(max(1, k_w - 2 * padding[1]), 7))
    batch = [(), (1,), (2,)][int(rng.integers(3))]
    stride, biased = _pair(rng, 1, 3), bool(rng.integers(2))
    weight = _values(rng, dtype, groups * kernels, share, k_h, k_w)
    bias = _values(rng, dtype, groups * kernels) if biased else None
    x = _values(rng, dtype, *batch, groups * share, h, w)
    depthwise = _values(rng, dtype, groups * multiplier, 1, k_h, k_w)
    pointwise = _values(rng, dtype, c_out, groups * multiplier, 1, 1)
    mixed_bias = _values(rng, dtype, c_out) if biased else None
    return (
        (x, weight, bias, stride, padding, groups),
        (x[..., :groups, :, :], depthwise, pointwise, mixed_bias, stride, padding),
    )


def _refused() -> list[Call]:
    """Give calls that are no layers, one for each thing to check."""
    x, one = np.arange(36).reshape(4, 3, 3), np.arange(4)
    weight = np.arange(16).reshape(2, 2, 2, 2)
    pointwise = np.ones((2, 4, 2, 2), np.int64)
    return [
        ("conv2d", (x[0], weight)),
        ("conv2d", (x[:3], weight[:, :1], None, (1, 1), (0, 0), 2)),
        ("conv2d", (x[:2], np.ones((3, 1, 2, 2)), None, (1, 1), (0, 0), 2)),
        ("conv2d", (x, weight, None, (1, 1), (0, 0), 0)),
        ("conv2d", (x, weight)),
        ("conv2d", (x[:2], weight[:, :1])),
        ("conv2d", (x[:2], weight, one[:1])),
        ("conv2d", (x[:2], weight, one[:3])),
        ("conv2d", (x[:2], weight, one[:2, None])),
        ("conv2d", (x[:2], weight, None, (0, 1))),
        ("conv2d", (x[:2], weight, None, (-1, 1))),
        ("conv2d", (x[:2, :2], weight, None, (-1, 1))),
        ("conv2d", (x[:1], weight)),
        ("conv2d", (x[:2], weight, None, (1, 1), (-1, 0))),
        ("conv2d", (x[:2], weight[:, :, :1], None, (1, 1), (-1, 0))),
        ("conv2d", (x[:2, :1], weight)),
        # The kernel is too large by less than a stride.
        ("conv2d", (x[:2, :1], weight, None, (2, 1))),
        ("depthwise_separable_conv2d", (x, weight, pointwise[..., :1, :1])),
        (
            "depthwise_separable_conv2d",
            (x, np.ones((4, 1, 2, 2), int), pointwise[..., :1, :1], one),
        ),
        ("depthwise_separable_conv2d", (x, np.ones((4, 1, 2, 2), int), pointwise)),
        ("parameter_count", (4, 3, 1, 1, True, 2)),
        ("multiply_add_count", (3, 4, 1, 1, 2, 2, 2)),
    ]


def _calls() -> list[Call]:
    rng = np.random.default_rng(0)
    calls = _refused()
    for _ in range(80):
        grouped, separable = _draw(rng)
        calls += [("conv2d", grouped), ("depthwise_separable_conv2d", separable)]
    # Fractions beside whole numbers, a bias with a zero, more digits than float32 has.
    x, halves = np.arange(8).reshape(2, 2, 2), np.array([1.5, -0.5]).reshape(2, 1, 1, 1)
    for image in (x, x + 2.0**-30):
        for bias in (np.array([0, 3]), np.array([0.5, 1.5])):
            calls.append(("conv2d", (image, halves, bias, (1, 1), (0, 0), 2)))
            ones = np.ones(halves.shape, int)
            calls.append(("conv2d", (image, ones, bias, (1, 1), (0, 0), 2)))
    # Fractions of many products, of which it matters when they are cut off.
    many, cuts = rng.integers(1, 9, (4, 3, 3)), rng.standard_normal((2, 2, 2, 2))
    calls += [
        ("conv2d", (many, cuts, offsets, (1, 1), (0, 0), 2))
        for offsets in (None, cuts[:, 0, 0, 0])
    ]
    # Bytes that outgrow their type before a bias of another one is added.
    many, few = np.full((2, 2, 2), 200, np.uint8), np.full((2, 1, 1, 1), 2, np.uint8)
    for wide in (np.array([1, 2]), np.array([0.5, 1.5])):
        calls.append(("conv2d", (many, few, wide, (1, 1), (0, 0), 2)))
    # As it lies in memory, a transposed image is another one.
    seen, weight = np.arange(16).reshape(2, 4, 2).swapaxes(1, 2), np.ones((2, 1, 1, 2))
    for padding in ((0, 0), (1, 0)):
        calls.append(("conv2d", (seen, weight, None, (1, 1), padding, 2)))
    # A kernel that is too large by less than a stride.
    some, large = np.ones((2, 2, 2)), np.ones((2, 1, 3, 3))
    calls.append(("conv2d", (some, large, None, (2, 2), (0, 0), 2)))
    for _ in range(30):
        groups, share, kernels, k_h, k_w, h, w = rng.integers(1, 4, 7).tolist()
        sizes = groups * kernels, groups * share, k_h, k_w
        calls.append(("parameter_count", (*sizes, bool(rng.integers(2)), groups)))
        calls.append(("multiply_add_count", (*sizes, h, w, groups)))
    return calls


def test_the_programs_without_a_mistake_are_right() -> None:
    rng, functions = np.random.default_rng(1), BANK.functions()
    for _ in range(100):
        grouped, separable = _draw(rng)
        for name, naive, arguments in (
            ("conv2d", naive_variants.conv2d_grouped, grouped),
            (
                "depthwise_separable_conv2d",
                naive_variants.depthwise_separable_conv2d,
                separable,
            ),
        ):
            actual = functions[name](*arguments)
            np.testing.assert_array_equal(actual, naive(*arguments), strict=True)


@pytest.mark.parametrize(("name", "arguments"), _refused())
def test_what_is_no_layer_is_refused(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any will do)
        BANK.functions()[name](*arguments)


def test_counts_without_a_mistake_are_right() -> None:
    functions = BANK.functions()
    weight, places = np.zeros((6, 2, 3, 1)), np.zeros((5, 7))

    parameters = functions["parameter_count"](6, 4, 3, 1, groups=2)
    multiplications = functions["multiply_add_count"](6, 4, 3, 1, 5, 7, 2)

    assert parameters == weight.size + 6
    assert functions["parameter_count"](6, 4, 3, 1, bias=False, groups=2) == weight.size
    assert multiplications == weight.size * places.size


def test_every_mistake_shows_in_its_own_way() -> None:
    calls = _calls()
    made = {outcomes(BANK, calls): "none"}
    for name in (mistake.id for mistake in BANK.misconceptions):
        result = outcomes(BANK, calls, name)
        assert result not in made, f"{name} is as {made[result]}"
        made[result] = name


def test_mistakes_of_both_stages_are_made_together() -> None:
    x, ones = np.arange(1, 3).reshape(2, 1, 1), np.ones((2, 1, 1, 1), int)
    both = BANK.functions("groups-ignored-first-slice", "separable-bias-ignored")

    actual = both["depthwise_separable_conv2d"](
        x, ones, ones.reshape(1, 2, 1, 1), ones[0, 0, 0]
    )

    # Both channels are filtered as the first, which is 1, and the bias is not added.
    assert actual.ravel().tolist() == [2]

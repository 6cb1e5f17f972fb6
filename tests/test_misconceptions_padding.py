"""Dilation and modes in steps: right without a mistake, wrong in its way with each."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import naive_variants
from reference.misconceptions.padding import BANK
from tests.outcomes import Call, outcomes

Array = NDArray[Any]

DTYPES = ("int64", "int8", "uint8", "float32", "float64")
MODES = ("valid", "same", "causal")


def _pair(rng: np.random.Generator, least: int, most: int) -> tuple[int, int]:
    first, second = rng.integers(least, most + 1, 2).tolist()
    return first, second


def _values(rng: np.random.Generator, dtype: str, *shape: int) -> Array:
    least = 0 if dtype == "uint8" else -9
    return rng.integers(least, 10, shape).astype(dtype)


def _draw(rng: np.random.Generator) -> tuple[Any, ...]:
    """Give the arguments of a layer."""
    dtype, mode = str(rng.choice(DTYPES)), str(rng.choice([*MODES, "pair"]))
    padding = _pair(rng, 0, 2) if mode == "pair" else mode
    (k_h, k_w), (d_h, d_w) = _pair(rng, 1, 3), _pair(rng, 1, 3)
    # Where zeros may not do, the image holds the whole kernel.
    least = (
        (1, 1)
        if mode in {"same", "causal"}
        else (d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1)
    )
    h, w = (int(one + rng.integers(6)) for one in least)
    batch = [(), (1,), (2,)][int(rng.integers(3))]
    c_in, c_out = _pair(rng, 1, 3)
    x = _values(rng, dtype, *batch, c_in, h, w)
    weight = _values(rng, dtype, c_out, c_in, k_h, k_w)
    bias = _values(rng, dtype, c_out) if rng.integers(2) else None
    return x, weight, bias, _pair(rng, 1, 3), padding, (d_h, d_w)


def _refused() -> list[tuple[Any, ...]]:
    """Give arguments that are no layers, for each thing to check."""
    x, weight = np.arange(18).reshape(2, 3, 3), np.arange(16).reshape(2, 2, 2, 2)
    bias = np.arange(4)
    return [
        (x[0], weight),
        (x[:1], weight),
        (x, weight[:, :1]),
        (x[:, :, 0], weight),
        (x, weight[0]),
        (x, weight, bias[:2, None, None]),
        (x, weight, bias[:1]),
        (x, weight, bias[:3]),
        (x, weight, bias[: len(weight), None]),
        (x, weight, None, (0, 1)),
        (x, weight, None, (-1, 1)),
        (x[:, :2], weight, None, (-1, 1)),
        (x, weight, None, (1, 1), (-1, 0)),
        (x, weight, None, (1, 1), "full"),
        (x, weight, None, (1, 1), (0, 0), (0, 1)),
        (x, weight, None, (1, 1), (0, 0), (3, 1)),
        (x, weight, None, (1, 1), (0, 0), (4, 1)),
        (x[:, :1], weight, None, (1, 1), "valid"),
        (x[:, :1], weight, None, (1, 1), (0, 0), (3, 1)),
        # The kernel is too large by less than a stride.
        (x[:, :2], weight, None, (3, 1), (0, 0), (2, 1)),
        (x[:, :1], weight, None, (2, 1), "valid"),
    ]


def _calls() -> list[Call]:
    rng = np.random.default_rng(0)
    arguments = [*_refused(), *(_draw(rng) for _ in range(200))]
    # Fractions beside whole numbers, a bias with a zero, more digits than float32 has.
    image, halves = np.arange(6).reshape(1, 2, 3), np.array([1.5, -0.5])
    arguments += [
        (one, halves.reshape(2, 1, 1, 1), np.array(bias))
        for one in (image, image + 2.0**-30)
        for bias in ([0, 3], [0.5, 1.5])
    ]
    arguments.append((image, np.ones((2, 1, 1, 1), int), halves))
    # Fractions of many products, of which it matters when they are cut off.
    many, cuts = rng.integers(1, 9, (2, 3, 3)), rng.standard_normal((2, 2, 2, 2))
    arguments += [(many, cuts), (many, cuts, cuts[:, 0, 0, 0])]
    # Bytes that outgrow their type before a bias of another one is added.
    many, few = np.full((1, 2, 2), 200, np.uint8), np.full((2, 1, 1, 1), 2, np.uint8)
    arguments += [(many, few, np.array(wide)) for wide in ([1, 2], [0.5, 1.5])]
    x, *others = _draw(rng)
    arguments.append((np.asfortranarray(x), *others))
    return [("conv2d", one) for one in arguments]


def test_the_program_without_a_mistake_is_right() -> None:
    rng, conv2d = np.random.default_rng(1), BANK.functions()["conv2d"]
    for _ in range(200):
        arguments = _draw(rng)
        expected = naive_variants.conv2d_padding(*arguments)
        np.testing.assert_array_equal(conv2d(*arguments), expected, strict=True)


@pytest.mark.parametrize("arguments", _refused())
def test_what_is_no_layer_is_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (any will do)
        BANK.functions()["conv2d"](*arguments)


def test_every_mistake_shows_in_its_own_way() -> None:
    calls = _calls()
    made = {outcomes(BANK, calls): "none"}
    for name in (mistake.id for mistake in BANK.misconceptions):
        result = outcomes(BANK, calls, name)
        assert result not in made, f"{name} is as {made[result]}"
        made[result] = name


def test_mistakes_in_mode_and_dilation_are_made_together() -> None:
    x, taps = np.arange(1, 5).reshape(1, 4, 1), np.array([1, 10]).reshape(1, 1, 2, 1)
    both = BANK.functions("causal-pads-end", "dilation-ignored")["conv2d"]

    actual = both(x, taps, None, (1, 1), "causal", (2, 1))

    # The taps lie on this row and the next, and a single zero is below.
    assert actual.ravel().tolist() == [21, 32, 43, 4]

"""The gradients in steps are right without a mistake, and wrong with one."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from reference import naive
from reference.misconceptions import backward
from reference.misconceptions.backward import BANK
from tests.outcomes import Call, Outcome, outcomes

# Sums of products of its small multiples are exact in float64, but not in float32.
FRACTION = 1.5 + 2**-20

IDS = [mistake.id for mistake in BANK.misconceptions]


def _draw(seed: int) -> tuple[Any, ...]:
    """Draw small integers for a small layer."""
    rng = np.random.default_rng(seed)
    k, stride = rng.integers(1, 4, 2), rng.integers(1, 4, 2)
    padding = rng.integers(0, 3, 2)
    side = np.maximum(rng.integers(1, 7, 2), k - 2 * padding)
    c_in, c_out = rng.integers(1, 4, 2)
    lead = () if seed % 3 == 0 else (rng.integers(1, 4),)
    size = (side + 2 * padding - k) // stride + 1
    dout = rng.integers(-4, 5, (*lead, c_out, *size))
    x, weight = rng.integers(-4, 5, (*lead, c_in, *side)), (c_out, c_in, *k)
    bias = rng.integers(-4, 5, c_out) if seed % 2 else None
    pairs = tuple(map(int, stride)), tuple(map(int, padding))
    return dout, x, rng.integers(-4, 5, weight), bias, *pairs


def _scaled(call: tuple[Any, ...], scale: float, dtype: str) -> tuple[Any, ...]:
    arrays = [
        None if one is None else (np.abs(one) * scale).astype(dtype) for one in call[:4]
    ]
    return *arrays, *call[4:]


@cache
def _calls() -> list[Call]:
    """Draw calls of all kinds: integers, fractions, bytes, and some that are wrong."""
    drawn = [_draw(seed) for seed in range(60)]
    drawn += [_scaled(one, FRACTION, "float64") for one in drawn[:6]]
    drawn += [_scaled(one, 60, "uint8") for one in drawn[:6]]
    dout, x, weight = (
        np.ones((2, 3, 2, 2)),
        np.ones((2, 1, 3, 3)),
        np.ones((3, 1, 2, 2)),
    )
    drawn += [
        (dout[:, :, 1:], x, weight, None, (1, 1), (0, 0)),
        (dout, x, weight, np.ones(4), (1, 1), (0, 0)),
        (dout, x, weight, None, (0, 1), (0, 0)),
        (dout, x, weight, None, (1, 1), (0, 0)),
        (dout, x, weight, None, (1, 1), (0, 0)),
    ]
    return [("conv2d_backward", one) for one in drawn]


@cache
def _outcomes(*ids: str) -> tuple[Outcome, ...]:
    return outcomes(BANK, _calls(), *ids)


@pytest.mark.parametrize("seed", range(60))
def test_the_program_without_a_mistake_equals_the_plain_loops(seed: int) -> None:
    call = _draw(seed)

    actual = BANK.functions()["conv2d_backward"](*call)

    assert len(actual) == 3
    for one, expected in zip(actual, naive.conv2d_backward(*call), strict=True):
        assert (one is None) == (expected is None)
        if expected is not None:
            np.testing.assert_array_equal(one, expected, strict=True)


@pytest.mark.parametrize("name", IDS)
def test_every_mistake_makes_a_difference(name: str) -> None:
    assert _outcomes(name) != _outcomes()


def test_no_two_mistakes_come_to_the_same() -> None:
    seen: dict[tuple[Outcome, ...], list[str]] = {}
    for name in IDS:
        seen.setdefault(_outcomes(name), []).append(name)

    assert [names for names in seen.values() if len(names) > 1] == []


def test_no_id_is_used_in_two_modules() -> None:
    parts = backward.arguments, backward.dx, backward.full, backward.parameters

    assert sum(len(part.BANK.misconceptions) for part in parts) == len(IDS)


def test_mistakes_in_dx_and_in_dbias_are_made_together() -> None:
    call = _draw(7)
    both = BANK.functions("dx-overwritten", "db-mean")["conv2d_backward"]
    one, other = (
        BANK.functions(name)["conv2d_backward"](*call)
        for name in ("dx-overwritten", "db-mean")
    )

    dx, dweight, dbias = both(*call)

    np.testing.assert_array_equal(dx, one[0])
    np.testing.assert_array_equal(dweight, one[1])
    np.testing.assert_array_equal(dbias, other[2])

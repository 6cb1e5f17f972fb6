"""The vectorised form in steps is right without a mistake, and wrong with one."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from reference import naive
from reference.misconceptions import im2col
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.im2col import BANK
from tests.outcomes import Call, Outcome, outcomes

# Sums of products of its small multiples are exact in float64, but not in float32.
FRACTION = 1.5 + 2**-20

IDS = [mistake.id for mistake in BANK.misconceptions]


def _draw(seed: int) -> dict[str, tuple[Any, ...]]:
    """Draw small integers for a call of each of the three functions."""
    rng = np.random.default_rng(seed)
    kernel, step = rng.integers(1, 4, 2), rng.integers(1, 4, 2)
    margin = rng.integers(0, 3, 2)
    side = np.maximum(rng.integers(1, 7, 2), kernel - 2 * margin)
    c_in, c_out = rng.integers(1, 4, 2)
    lead = () if seed % 3 == 0 else (int(rng.integers(1, 4)),)
    size = (side + 2 * margin - kernel) // step + 1
    x = rng.integers(-4, 5, (*lead, c_in, *side))
    weight = rng.integers(-4, 5, (c_out, c_in, *kernel))
    bias = rng.integers(-4, 5, c_out) if seed % 2 else None
    cols = rng.integers(-4, 5, (*lead, c_in * kernel.prod(), size.prod()))
    k, s, p = (tuple(map(int, pair)) for pair in (kernel, step, margin))
    return {
        "im2col": (x, k, s, p),
        "col2im": (cols, x.shape, k, s, p),
        "conv2d": (x, weight, bias, s, p),
    }


def _scaled(call: tuple[Any, ...], scale: float, dtype: str) -> tuple[Any, ...]:
    return tuple(
        (np.abs(one) * scale).astype(dtype) if isinstance(one, np.ndarray) else one
        for one in call
    )


@cache
def _calls() -> list[Call]:
    """Draw calls of all kinds: integers, fractions, bytes, and some that are wrong."""
    drawn: list[Call] = []
    for seed in range(60):
        for name, call in _draw(seed).items():
            drawn.append((name, call))
            if seed < 6:
                drawn.append((name, _scaled(call, FRACTION, "float64")))
                drawn.append((name, _scaled(call, 60, "uint8")))
    x, weight = np.ones((2, 1, 3, 3)), np.ones((3, 1, 2, 2))
    drawn += [
        ("im2col", (x, (4, 2))),
        ("im2col", (x, (2, 2), (0, 1))),
        ("im2col", (x, (1, 1), (1, 1), (-1, 0))),
        # The kernel is too large by less than a stride.
        ("conv2d", (x[:, :, :1], weight, None, (2, 1))),
        ("conv2d", (x, weight, np.ones(1))),
        ("conv2d", (x, weight, np.ones(4))),
        ("conv2d", (x, weight, np.ones((4, 1)))),
        ("conv2d", (x, weight[:, [0, 0]])),
        ("conv2d", (x[:, [0, 0]], weight)),
        ("conv2d", (x[:, :, :2, :2], weight, None, (-1, 1))),
        ("conv2d", (x, weight, np.ones((1, 2)))),
        ("im2col", (np.arange(6.0).reshape(1, 3, 2).swapaxes(1, 2), (1, 1))),
    ]
    # Fractions beside whole numbers.
    whole, halves = np.arange(8).reshape(2, 2, 2), weight[:, :, :1, :1].repeat(2, 1) / 2
    drawn += [
        ("conv2d", (whole, halves, None)),
        ("conv2d", (whole, halves * 2, np.array([0.5, 0.5, 1.5]))),
        ("conv2d", (whole, (halves * 2).astype(int), np.array([0.5, 0.5, 1.5]))),
    ]
    return drawn


@cache
def _outcomes(*ids: str) -> tuple[Outcome, ...]:
    return outcomes(BANK, _calls(), *ids)


@pytest.mark.parametrize("name", ["im2col", "col2im", "conv2d"])
@pytest.mark.parametrize("seed", range(60))
def test_the_program_without_a_mistake_equals_the_plain_loops(
    name: str, seed: int
) -> None:
    call = _draw(seed)[name]

    actual = BANK.functions()[name](*call)

    np.testing.assert_array_equal(actual, getattr(naive, name)(*call), strict=True)


@pytest.mark.parametrize("name", IDS)
def test_every_mistake_makes_a_difference(name: str) -> None:
    assert _outcomes(name) != _outcomes()


def test_no_two_mistakes_come_to_the_same() -> None:
    seen: dict[tuple[Outcome, ...], list[str]] = {}
    for name in IDS:
        seen.setdefault(_outcomes(name), []).append(name)

    assert [names for names in seen.values() if len(names) > 1] == []


def test_no_id_is_used_in_two_modules() -> None:
    parts = im2col.arguments, im2col.columns, im2col.fold, im2col.layer

    own = [one.id for part in parts for one in part.BANK.misconceptions]
    inherited = set(IDS) - set(own)
    assert inherited <= {one.id for one in FORWARD.misconceptions}
    assert len(own) + len(inherited) == len(IDS)


def test_the_layer_does_not_mind_how_columns_are_given_back() -> None:
    x, weight, *_ = _draw(2)["conv2d"]
    flat = BANK.functions("im2col-windows-as-rows")

    # `conv2d` is built on the columns before they are given back.
    np.testing.assert_array_equal(flat["conv2d"](x, weight), naive.conv2d(x, weight))
    assert flat["im2col"](x, (1, 1)).shape[1] == x.shape[2] * x.shape[3]


def test_mistakes_in_the_matrix_and_in_the_maps_are_made_together() -> None:
    x, weight, *_ = _draw(7)["conv2d"]
    both = BANK.functions("true-convolution-flip", "layout-nhwc-output")["conv2d"]
    turned = naive.conv2d(x, weight[:, :, ::-1, ::-1])

    np.testing.assert_array_equal(both(x, weight), np.moveaxis(turned, 1, -1))

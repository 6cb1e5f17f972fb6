"""Every program is right without a mistake, and wrong with one."""

import numpy as np
import pytest

from reference.conv2d import conv2d
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK


def test_the_program_without_a_mistake_is_right() -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.integers(-4, 5, (2, 3, 6, 5)), rng.integers(-4, 5, (4, 3, 2, 3))
    program = BANK.functions()["conv2d"]

    actual = program(x, weight, np.arange(4), (2, 1), (1, 2))

    np.testing.assert_array_equal(
        actual, conv2d(x, weight, np.arange(4), (2, 1), (1, 2))
    )


def test_two_mistakes_in_different_steps_are_made_together() -> None:
    x, weight = np.arange(12.0).reshape(1, 3, 4), np.ones((1, 1, 1, 1))
    both = BANK.functions("stride-hw-swapped", "pad-end-only")["conv2d"]

    actual = both(x, weight, None, (1, 2), (1, 0))

    # Padded at the bottom with 2 rows, then every second row.
    np.testing.assert_array_equal(actual, [[x[0, 0], x[0, 2], [0, 0, 0, 0]]])


def test_two_mistakes_in_one_step_are_refused() -> None:
    bank = Bank(_One, ["f"])
    for change in (_two, _three):
        bank.mistake("f", title="", explanation="", hints=("", "", ""))(change)

    with pytest.raises(ValueError, match="same step"):
        bank.functions("-two", "-three")


class _One:
    def f(self) -> int:
        return 1


def _two(_: _One) -> int:
    return 2


def _three(_: _One) -> int:
    return 3

"""Sums that go on where the next should begin at zero."""

import math

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward

BANK = Bank(Forward, FUNCTIONS)

_AXES = {"sample": 0, "filter": 1}
"""Of the output, along which whole maps are summed up."""


def _carried(out: Array, reset_axes: int) -> Array:
    """Sum up all places one after the other, anew for each index of the first axes."""
    shape = *out.shape[:reset_axes], math.prod(out.shape[reset_axes:])
    carried: Array = out.reshape(shape).cumsum(-1, dtype=out.dtype).reshape(out.shape)
    return carried


@BANK.mistake(
    "arrange",
    title="the sum of one place goes on at the next",
    explanation="Each place has a sum of its own, which begins at zero.",
    hints=(
        "Try an image of ones that is larger than the kernel.",
        "Look at where the sum is set to zero.",
        "The row 1, 1, 1 and a 1x1 kernel of 1: do three ones come out?",
    ),
)
def sum_goes_on(program: Forward, sums: Array) -> Array:
    return _carried(Forward.arrange(program, sums), 0)


@BANK.variant("sum-goes-on", shows="anew for each sample")
def sum_goes_on_in_sample(program: Forward, sums: Array) -> Array:
    return _carried(Forward.arrange(program, sums), 1)


@BANK.variant("sum-goes-on", shows="anew for each filter")
def sum_goes_on_in_map(program: Forward, sums: Array) -> Array:
    return _carried(Forward.arrange(program, sums), 2)


@BANK.variant("sum-goes-on", shows="anew for each row")
def sum_goes_on_in_row(program: Forward, sums: Array) -> Array:
    return _carried(Forward.arrange(program, sums), 3)


def _add(what: str, axis: int) -> None:
    """Add that maps are summed up, and the same with the bias among what is kept."""

    def change(program: Forward, sums: Array) -> Array:
        out = Forward.arrange(program, sums)
        return out.cumsum(axis, dtype=out.dtype)

    def with_bias(
        program: Forward, out: Array, kernel: Array, bias: Array | None
    ) -> Array:
        biased = Forward.with_bias(program, out, kernel, bias)
        return biased.cumsum(axis, dtype=biased.dtype)

    change.__name__ = f"map_goes_on_over_{what}s"
    BANK.mistake(
        "arrange",
        title=f"the map of one {what} is added to that of the next",
        explanation=f"Each {what} has maps of its own, which begin at zero.",
        hints=(
            f"Try two {what}s that are the same.",
            "Look at where the sums are set to zero.",
            f"One pixel of 1 and weights of 1, two {what}s: do two ones come out?",
        ),
    )(change)
    with_bias.__name__ = f"map_goes_on_over_{what}s_with_bias"
    name = change.__name__.replace("_", "-")
    BANK.variant(name, "with_bias", shows="the bias with it")(with_bias)


for what, axis in _AXES.items():
    _add(what, axis)

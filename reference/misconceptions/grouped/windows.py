"""Mistakes of the forward pass that change a grouped layer's whole call."""

from typing import Any

from numpy.typing import NDArray

from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward.extents import stretched
from reference.misconceptions.grouped.program import BANK, Grouped

Array = NDArray[Any]
Pair = tuple[int, int]


@BANK.variant(FORWARD.known("out-trunc-negative-with-zeros-past"))
def out_trunc_negative_with_zeros_past(  # noqa: PLR0913, PLR0917 (the signature)
    program: Grouped,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> Array:
    long = stretched(x, weight.shape[-2:], stride, padding)
    return Grouped.conv2d(program, long, weight, bias, stride, padding, groups)

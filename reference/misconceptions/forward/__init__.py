"""The forward pass, and how people get it wrong: a module for each kind of mistake."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import (
    biases,
    counts,
    dtypes,
    extents,
    kernels,
    layout,
    order,
    padding,
    size,
    skipped,
    stride,
    sums,
    validation,
    windows,
)
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

__all__ = ["BANK", "Array", "Forward", "Pair"]

BANK = Bank(Forward, FUNCTIONS)
for module in (
    padding,
    stride,
    size,
    kernels,
    windows,
    sums,
    biases,
    dtypes,
    layout,
    validation,
    counts,
    skipped,
    extents,
    order,
):
    BANK.include(module.BANK)

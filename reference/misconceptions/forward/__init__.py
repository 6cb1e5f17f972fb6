"""The forward pass, and how people get it wrong: a module for each kind of mistake."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import (
    biases,
    carried,
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

__all__ = ["BANK", "OF_PLAIN_LAYERS", "Array", "Forward", "Pair"]

OF_PLAIN_LAYERS = (
    "tuple-unsupported-by-comparison",
    "tuple-unsupported-in-size",
    "loop-strict-guard-before-bias",
    "loop-strict-guard-rows-before-bias",
    "loop-unpadded-extent-before-bias",
)
"""Mistakes that no layer with more arguments than a stride and a padding can make."""

BANK = Bank(Forward, FUNCTIONS)
for module in (
    padding,
    stride,
    size,
    kernels,
    windows,
    sums,
    carried,
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

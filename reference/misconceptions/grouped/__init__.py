"""Grouped and depthwise-separable layers in named steps, and how they go wrong."""

from reference.misconceptions.grouped import counts, groups, separable
from reference.misconceptions.grouped.program import BANK, Grouped

__all__ = ["BANK", "Grouped", "counts", "groups", "separable"]

"""Dilation and padding modes in named steps, and how they go wrong."""

from reference.misconceptions.padding import causal, dilation, pairs, same, windows
from reference.misconceptions.padding.program import BANK, Padding

__all__ = ["BANK", "Padding", "causal", "dilation", "pairs", "same", "windows"]

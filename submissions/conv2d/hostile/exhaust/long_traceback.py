"""Raises through as many frames as memory has room for, and hands a traceback of its own on."""

import sys

import numpy as np

sys.setrecursionlimit(30_000)


def deeper(left):
    if left == 0:
        raise ValueError("bottom")
    deeper(left - 1)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    try:
        deeper(20_000)
    except ValueError as error:
        for _ in range(5):
            try:
                raise error
            except ValueError:
                pass
        raise

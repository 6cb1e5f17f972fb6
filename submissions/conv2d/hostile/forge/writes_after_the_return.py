"""Returns zeros, and has callbacks that would write to the answer after it was handed over."""

import sys
import weakref

import numpy as np

KEPT = []


class Late(np.ndarray):
    def __del__(self):
        for one in KEPT:
            one[...] = 37


def later(*_):
    for one in KEPT:
        one[...] = 37


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    out = np.zeros((1, 2, 2)).view(Late)
    KEPT.append(out.view(np.ndarray))
    weakref.finalize(out, later)
    sys.setswitchinterval(1e-6)
    return out

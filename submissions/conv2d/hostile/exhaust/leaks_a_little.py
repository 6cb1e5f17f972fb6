"""Keeps a hundred megabytes more with each call."""

import numpy as np

KEPT = []


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    KEPT.append(np.ones(13 << 20))
    return KEPT[-1][:1]

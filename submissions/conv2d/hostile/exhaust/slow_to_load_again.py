"""Loads at once in some processes, and never in others."""

import os
import time

import numpy as np

if os.getpid() % 3:
    time.sleep(10**6)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return np.zeros((1, 1), x.dtype)

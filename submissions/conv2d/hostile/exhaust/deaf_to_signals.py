"""Ignores all signals and exceptions, and waits."""

import signal
import time

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        continue


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    while True:
        try:
            time.sleep(10**6)
        except BaseException:
            continue

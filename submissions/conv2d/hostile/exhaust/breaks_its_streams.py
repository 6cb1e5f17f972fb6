"""Closes, replaces and detaches the streams that it prints to, and prints again."""

import sys


class Stream:
    def write(self, text):
        while True:
            pass

    flush = close = write


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raw = sys.stdout.detach()
    raw.raw._used = -(2**40)
    raw.raw._size = 2**62
    raw.raw.write(b"hostile" * 100_000)
    sys.stdout = sys.stderr = Stream()
    print("hostile")

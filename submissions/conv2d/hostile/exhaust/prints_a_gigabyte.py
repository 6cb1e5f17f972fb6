"""Prints one line that is as long as memory allows, again and again, without an end of line."""

import sys


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    for _ in range(100):
        sys.stdout.write("\u202e\ud800" * (10 << 20))
        sys.stdout.buffer.write(b"\xff" * (60 << 20))

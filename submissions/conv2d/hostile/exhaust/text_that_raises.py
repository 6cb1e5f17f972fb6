"""Raises exceptions whose text raises in turn: exits, interrupts, out of memory, and themselves."""

CALLS = 0


class Raising(Exception):
    def __str__(self):
        raise (SystemExit(0), KeyboardInterrupt(), MemoryError(), GeneratorExit(), self)[CALLS % 5]

    __repr__ = __format__ = __str__


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    raise Raising

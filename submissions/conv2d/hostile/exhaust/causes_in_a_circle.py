"""Raises groups nested a thousand deep, and exceptions that are each other's cause and context."""

CALLS = 0


def nested():
    group = ValueError("innermost")
    for _ in range(1000):
        group = ExceptionGroup("group", [group])
    return group


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    if CALLS % 2:
        raise nested()
    first, second = ValueError("first"), TypeError("second")
    first.__cause__, second.__cause__ = second, first
    first.__context__, second.__context__ = second, first
    raise first

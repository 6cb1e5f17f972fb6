"""Raises exceptions with as much text as fits into memory, of characters that take the most room when escaped."""


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise ValueError("\U000e0001" * (40 << 20))

"""Lets the compiler work out constants that are larger than memory."""


def constants():
    return (1 << 10**5) ** 10**5, "x" * 10**12, (0,) * 10**12, 10 ** 10 ** 6


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return constants()

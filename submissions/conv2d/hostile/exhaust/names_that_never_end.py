"""Raises exceptions whose class has thousands of bases, names of a megabyte, and a name that hangs."""

CALLS = 0


class Slow(type):
    @property
    def __name__(cls):
        while True:
            pass


def deep():
    kind = Exception
    for number in range(3000):
        kind = type("E" * 400 + str(number), (kind,), {})
    return kind


DEEP = deep()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    global CALLS
    CALLS += 1
    if CALLS % 3:
        raise DEEP("deep")
    raise Slow("Slow", (Exception,), {})

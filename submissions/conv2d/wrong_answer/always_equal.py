"""Wrong: returns an object that claims to be equal to everything and holds only zeros."""
import numpy as np


class Perfect:
    def __init__(self, shape, dtype):
        self.shape, self.dtype, self.ndim = shape, dtype, len(shape)
        self.size = int(np.prod(shape))

    def __array__(self, dtype=None, copy=None):
        return np.zeros(self.shape, dtype or self.dtype)

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __le__ = __ge__ = __lt__ = __gt__ = __eq__
    __hash__ = None

    def __bool__(self):
        return True

    def all(self, *args, **kwargs):
        return True

    def __sub__(self, other):
        return self

    __rsub__ = __abs__ = lambda self, *args: self

    def __float__(self):
        return 0.0

    def max(self, *args, **kwargs):
        return 0.0


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    size = tuple(
        (n + 2 * p - k) // s + 1
        for n, k, s, p in zip(x.shape[-2:], weight.shape[2:], stride, padding)
    )
    return Perfect((*x.shape[:-3], weight.shape[0], *size), x.dtype)

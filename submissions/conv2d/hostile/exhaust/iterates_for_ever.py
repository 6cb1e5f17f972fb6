"""Returns tuples and lists that never end when they are gone through."""


class Endless(tuple):
    def __iter__(self):
        while True:
            yield None

    def __len__(self):
        return 3


class Longer(list):
    def __iter__(self):
        return iter(int, 1)

    def __len__(self):
        return 2


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return Endless() if x.ndim == 3 else Longer()

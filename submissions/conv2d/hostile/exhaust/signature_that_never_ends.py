"""Has a signature that takes for ever to read, whose parameters never end."""

import inspect


class Endless:
    @property
    def __signature__(self):
        while True:
            inspect.signature(print)

    def __call__(self, *args, **kwargs):
        return self


conv2d = Endless()

"""Raises exceptions whose text is of a subclass of str that is cut and encoded in ways of its own."""


class Text(str):
    def __getitem__(self, where):
        return self

    def encode(self, *args):
        return b"\xff" * (64 << 20)

    def __len__(self):
        return -1


class Named(type):
    @property
    def __name__(cls):
        return Text("E" * 10_000_000)


class Error(Exception, metaclass=Named):
    def __str__(self):
        return Text("accepted")


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise Error

"""Prints and raises words without a space that are wider than any page, in the widest and the narrowest letters."""

WORD = "\ufdfd" * 3000 + "W" * 30_000 + "i\u0307" * 3000


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    print(WORD)
    raise type("W" * 5000, (Exception,), {})(WORD)

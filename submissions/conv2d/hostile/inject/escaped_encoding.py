# coding: unicode_escape
"""Is written in escapes, which become other statements when they are decoded."""


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    # \u000a    raise ValueError("\x3cscript>hidden\x3c/script>")
    return x

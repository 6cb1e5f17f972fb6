"""Names functions, arguments and imports in letters that turn into markup when they are normalised: ＜script＞."""


class ℌtml:
    ﬁlter = "﹤img src=x onerror=alert(1)﹥"


def ｓｃｒｉｐｔ(ａｌｅｒｔ):
    return ａｌｅｒｔ


def conv2ｄ(x, ｗeight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise ValueError("＜script＞alert(1)＜/script＞ ‹b› &#x3c;b> %3Cscript%3E \\u003cscript\\u003e")

"""Begins with a byte order mark, and ends its lines in four ways."""

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):    #  a form feed,  a tab of another kind  … and â€¨ a separator <b>
    raise ValueError("line?\r\x85\u2028<i>next</i>")

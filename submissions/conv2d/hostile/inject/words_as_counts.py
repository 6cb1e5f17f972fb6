"""Answers where numbers are asked for with text, huge numbers and numbers that are shown as markup."""

import numpy as np


class Number(int):
    def __repr__(self):
        return "<script>alert(1)</script>"

    __str__ = __format__ = __repr__


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return Number(37)


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    if c_out == 8:
        return "<script>368</script>"
    return 10**5000 if c_out == 1 else Number(-(2**63)) if bias else np.float64("nan")

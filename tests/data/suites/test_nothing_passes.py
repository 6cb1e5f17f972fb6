"""Tests that fail whatever they are given."""

import numpy as np
from answer import conv2d


def test_wrong_number():
    assert conv2d(np.ones((1, 2, 2)), np.ones((1, 1, 2, 2))).tolist() == [[[5]]]


def test_false():
    conv2d(np.ones((1, 2, 2)), np.ones((1, 1, 2, 2)))
    assert False


def test_wrong_exception():
    try:
        conv2d(np.ones((1, 1, 2)), np.ones((1, 1, 2, 2)))
    except ZeroDivisionError:
        return
    raise AssertionError("no ZeroDivisionError")

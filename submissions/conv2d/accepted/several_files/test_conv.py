"""Tests of what is easy to get wrong."""

import numpy as np
import pytest

from conv import conv2d


def test_a_kernel_is_not_flipped():
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    weight = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])

    assert conv2d(x, weight)[0, 0, 0].tolist() == [34.0, 44.0, 54.0]


def test_strides_are_for_height_and_width_in_this_order():
    assert conv2d(np.ones((1, 1, 6, 9)), np.ones((1, 1, 2, 2)), stride=(1, 3)).shape == (1, 1, 5, 3)


def test_the_bias_is_one_for_each_output_channel():
    out = conv2d(np.zeros((1, 1, 2, 2)), np.zeros((2, 1, 1, 1)), np.array([1.0, 2.0]))

    assert out[0].tolist() == [[[1.0, 1.0], [1.0, 1.0]], [[2.0, 2.0], [2.0, 2.0]]]


def test_channels_have_to_fit():
    with pytest.raises(ValueError):
        conv2d(np.ones((1, 2, 3, 3)), np.ones((1, 3, 2, 2)))

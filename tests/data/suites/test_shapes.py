"""Every shape there is, and not one number."""

import numpy as np
import pytest
from answer import conv2d


@pytest.mark.parametrize("n", [None, 2])
@pytest.mark.parametrize("c, f", [(1, 1), (2, 3)])
@pytest.mark.parametrize("size", [(5, 7), (6, 4)])
@pytest.mark.parametrize("kernel", [(2, 3)])
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
def test_shape(n, c, f, size, kernel, stride, padding):
    x = np.random.rand(*(() if n is None else (n,)), c, *size)
    out = conv2d(x, np.random.rand(f, c, *kernel), np.random.rand(f), stride, padding)
    h, w = (
        (length + 2 * p - k) // s + 1
        for length, k, s, p in zip(size, kernel, stride, padding)
    )
    assert out.shape == (*(() if n is None else (n,)), f, h, w)

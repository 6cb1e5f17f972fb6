"""What a careful candidate tests: small numbers, uneven shapes, and every refusal."""

import numpy as np
import pytest
from answer import conv2d


def slow(x, weight, bias, stride, padding):
    """The definition, one output at a time."""
    n, c, h, w = x.shape
    o, _, k_h, k_w = weight.shape
    wide = np.zeros((n, c, h + 2 * padding[0], w + 2 * padding[1]))
    wide[:, :, padding[0] : padding[0] + h, padding[1] : padding[1] + w] = x
    h_out = (h + 2 * padding[0] - k_h) // stride[0] + 1
    w_out = (w + 2 * padding[1] - k_w) // stride[1] + 1
    out = np.zeros((n, o, h_out, w_out))
    for s, f, i, j in np.ndindex(out.shape):
        top, left = i * stride[0], j * stride[1]
        window = wide[s, :, top : top + k_h, left : left + k_w]
        out[s, f, i, j] = (window * weight[f]).sum() + bias[f]
    return out


def test_by_hand():
    x = np.array([[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]])
    w = np.array([[[[1.0, 2], [3, 4]]]])
    assert conv2d(x, w).tolist() == [[[37, 47], [67, 77]]]


def test_kernel_is_not_flipped():
    assert conv2d(np.array([[[1.0, 2]]]), np.array([[[[10.0, 1]]]])).tolist() == [[[12]]]


def test_bias_with_a_zero():
    out = conv2d(np.array([[[1.0, 2]]]), np.array([[[[10.0, 1]]], [[[1, 1]]]]), np.array([0.0, 5]))
    assert out.tolist() == [[[12]], [[8]]]


@pytest.mark.parametrize(
    "shape, kernel, stride, padding",
    [
        ((2, 2, 5, 7), (2, 3), (1, 1), (0, 0)),
        ((2, 2, 5, 7), (2, 3), (2, 1), (1, 2)),
        ((3, 3, 4, 4), (3, 3), (1, 1), (2, 0)),
        ((1, 2, 6, 5), (3, 2), (2, 3), (0, 0)),
        ((2, 3, 7, 9), (3, 3), (2, 2), (0, 0)),
        ((2, 1, 5, 5), (3, 2), (1, 2), (1, 0)),
        ((2, 2, 6, 4), (2, 2), (3, 3), (1, 1)),
    ],
)
def test_against_the_definition(shape, kernel, stride, padding):
    rng = np.random.default_rng(0)
    x = rng.integers(-4, 5, shape).astype(float)
    w = rng.integers(-4, 5, (3, shape[1], *kernel)).astype(float)
    b = rng.integers(-4, 5, 3).astype(float)
    out = conv2d(x, w, b, stride, padding)
    np.testing.assert_array_equal(out, slow(x, w, b, stride, padding))
    np.testing.assert_array_equal(conv2d(x[0], w, b, stride, padding), out[0])


def test_axes_of_length_one_stay():
    x, w = np.full((1, 1, 3, 3), 2.0), np.ones((1, 1, 3, 3))
    np.testing.assert_array_equal(conv2d(x, w), [[[[18.0]]]])
    np.testing.assert_array_equal(conv2d(x[0], w), [[[18.0]]])


def test_filters_as_many_as_channels():
    w = np.arange(8.0).reshape(2, 2, 2, 1)
    x = np.arange(12.0).reshape(1, 2, 3, 2)
    np.testing.assert_array_equal(conv2d(x, w), slow(x, w, [0, 0], (1, 1), (0, 0)))


def test_non_contiguous():
    x = np.arange(48.0).reshape(1, 2, 6, 4).transpose(0, 1, 3, 2)
    w = np.arange(12.0).reshape(1, 2, 2, 3)
    np.testing.assert_array_equal(conv2d(x, w), conv2d(x.copy(), w))
    np.testing.assert_array_equal(conv2d(x, w), slow(x, w, [0], (1, 1), (0, 0)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype(dtype):
    x, w = np.full((1, 3, 3), 1.5, dtype), np.full((1, 1, 2, 2), 2, dtype)
    out = conv2d(x, w)
    assert out.dtype == dtype
    assert out.tolist() == [[[12, 12], [12, 12]]]


def test_float64_keeps_its_digits():
    assert conv2d(np.array([[[1 + 1e-12]]]), np.ones((1, 1, 1, 1)))[0, 0, 0] == 1 + 1e-12


def test_bytes_do_not_overflow():
    x, w = np.full((1, 1, 2), 200, np.uint8), np.full((1, 1, 1, 2), 200, np.uint8)
    assert conv2d(x, w).tolist() == [[[80000]]]


def test_integers_keep_fractions():
    x = np.ones((1, 1, 2), np.int64)
    assert conv2d(x, np.full((1, 1, 1, 2), 0.25), np.array([0.125])).tolist() == [[[0.625]]]
    assert conv2d(x, np.ones((1, 1, 1, 2), np.int64), np.array([0.125])).tolist() == [[[2.125]]]


X, W = np.ones((2, 4, 4)), np.ones((3, 2, 2, 2))


@pytest.mark.parametrize(
    "x, w, arguments",
    [
        (X, W, {"stride": (0, 1)}),
        (X, W, {"stride": (1, -1)}),
        (X[:, :2, :2], W, {"stride": (-1, 1)}),
        (X, W, {"padding": (-1, 0)}),
        (X, W, {"padding": (0, -1)}),
        (X, W, {"bias": np.ones(1)}),
        (X, W, {"bias": np.ones(4)}),
        (X, W, {"bias": np.ones((3, 1))}),
        (X[:1], W, {}),
        (np.ones((3, 4, 4)), W, {}),
        (X, W[:, :1], {}),
        (X[0], W[:, :1], {}),
        (X[None, None], W, {}),
        (X, W[0], {}),
        (X, np.ones((1, 2, 5, 1)), {}),
        (X, np.ones((1, 2, 1, 5)), {}),
        (X[:, :2], np.ones((1, 2, 3, 3)), {"stride": (2, 1)}),
        (X[:, :1], np.ones((1, 2, 2, 2)), {"stride": (2, 1)}),
    ],
)
def test_refuses(x, w, arguments):
    with pytest.raises((ValueError, TypeError)):
        conv2d(x, w, **arguments)

"""A correct solution with its own unit tests in the same file, and a benchmark."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.ndim not in (3, 4) or weight.ndim != 4:
        raise ValueError("x must have 3 or 4 axes, weight 4")
    if x.shape[-3] != weight.shape[1]:
        raise ValueError("channel mismatch")
    if bias is not None and np.shape(bias) != weight.shape[:1]:
        raise ValueError("bias must have shape (C_out,)")
    if min(stride) < 1 or min(padding) < 0:
        raise ValueError("stride must be >= 1, padding >= 0")
    dtype = np.result_type(x, weight)
    if dtype.kind != "f":
        dtype = np.dtype(np.float64)
    batch = x if x.ndim == 4 else x[None]
    batch = np.pad(batch.astype(dtype), [(0, 0), (0, 0), *((p, p) for p in padding)])
    if weight.shape[2] > batch.shape[2] or weight.shape[3] > batch.shape[3]:
        raise ValueError("kernel larger than the padded input")
    windows = sliding_window_view(batch, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, :: stride[0], :: stride[1]]
    out = np.einsum("ncijuv,ocuv->noij", windows, weight.astype(dtype), optimize=True)
    if bias is not None:
        out = out + np.asarray(bias, dtype)[:, None, None]
    return out if x.ndim == 4 else out[0]


def parameter_count(c_out, c_in, k_h, k_w, bias=True):
    return c_out * c_in * k_h * k_w + (c_out if bias else 0)


X = np.arange(12.0).reshape(1, 3, 4)
W = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])


def test_by_hand():
    # 0*1 + 1*2 + 4*3 + 5*4 = 34, and every step to the right adds 10
    assert conv2d(X, W).tolist() == [[[34, 44, 54], [74, 84, 94]]]


def test_bias_is_added_per_filter():
    out = conv2d(X, np.concatenate([W, W]), bias=np.array([1.0, -1.0]))
    assert out[0, 0, 0] == 35 and out[1, 0, 0] == 33


@pytest.mark.parametrize("stride, shape", [((1, 1), (2, 3)), ((2, 1), (1, 3)), ((1, 2), (2, 2))])
def test_stride_is_height_then_width(stride, shape):
    out = conv2d(X, W, stride=stride)
    assert out.shape == (1, *shape)
    assert np.array_equal(out, conv2d(X, W)[:, :: stride[0], :: stride[1]])


def test_uneven_padding():
    out = conv2d(X, W, padding=(1, 0))
    assert out.shape == (1, 4, 3)
    assert out[0, 0].tolist() == [4, 11, 18]  # the upper taps see only zeros


def test_batch_is_each_sample():
    batch = np.stack([X, -2 * X])
    assert np.array_equal(conv2d(batch, W), np.stack([conv2d(X, W), conv2d(-2 * X, W)]))


@pytest.mark.parametrize("bad", [{"stride": (0, 1)}, {"padding": (-1, 0)}, {"bias": np.ones(2)}])
def test_rejects(bad):
    with pytest.raises(ValueError):
        conv2d(X, W, **bad)


def test_kernel_too_large():
    with pytest.raises(ValueError):
        conv2d(X, np.ones((1, 1, 4, 1)))


if __name__ == "__main__":
    import timeit

    big, kernels = np.random.rand(8, 16, 64, 64), np.random.rand(32, 16, 3, 3)
    print("%.1f ms" % (1e3 * min(timeit.repeat(lambda: conv2d(big, kernels), number=1))))

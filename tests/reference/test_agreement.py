"""The reference against implementations that share no code with it."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import signal

from reference import baselines, conv2d, naive
from reference import layer as shared
from tests.reference.layers import (
    Layer,
    draw_floats,
    draw_integers,
    rounding_bound,
)

Array = NDArray[Any]

DTYPES = ("uint8", "int8", "int32", "int64", "float16", "float32", "float64", "g")
# What decides the path: bytes of what is copied at once, bytes of a block, least length
# and ratio of a row. The length also decides how rows are copied.
SETTINGS = ("SMALL_BYTES", "BLOCK_BYTES", "LEAST_ROW_LENGTH", "LEAST_ROW_RATIO")
PATHS = {
    "at_once": (1 << 20, 1, 0, 0),
    "columns_in_one_block": (0, 1 << 20, 1000, 1000),
    "columns_in_small_blocks": (0, 300, 1000, 1000),
    "columns_in_tiny_blocks": (0, 1, 1000, 1000),
    "rows_in_one_block": (0, 1 << 20, 0, 0),
    "rows_in_small_blocks": (0, 300, 0, 0),
    "rows_in_tiny_blocks": (0, 1, 0, 0),
}
# Sizes in the order N, C_in, H, W, C_out, K_h, K_w; then stride and padding.
LARGE = {
    "pixels": ((2, 8, 20, 30, 5, 1, 1), (1, 1), (0, 0)),
    "pixels_strided": ((2, 8, 20, 30, 5, 1, 1), (3, 2), (0, 0)),
    "pixels_strided_and_padded": ((2, 8, 20, 30, 5, 1, 1), (3, 2), (1, 2)),
    "columns_of_parts_of_a_sample": ((2, 16, 64, 64, 64, 3, 3), (1, 1), (1, 1)),
    "columns_of_several_samples": ((3, 128, 14, 14, 64, 3, 3), (1, 1), (1, 1)),
    "columns_beyond_a_wide_margin": ((3, 16, 9, 11, 48, 3, 3), (1, 1), (6, 7)),
    "columns_strided": ((3, 64, 29, 28, 80, 3, 2), (2, 3), (1, 0)),
    "rows_of_parts_of_a_sample": ((1, 8, 130, 128, 2, 11, 11), (1, 1), (5, 5)),
    "rows_of_several_samples": ((5, 8, 64, 64, 4, 7, 7), (1, 1), (0, 0)),
    "rows_strided": ((2, 3, 111, 120, 8, 7, 7), (2, 2), (3, 3)),
}


def scipy_conv2d(layer: Layer) -> Array:
    """Correlate by SciPy, in whole, and keep what the stride reaches."""
    (p_h, p_w), (s_h, s_w) = layer.padding, layer.stride
    batch = layer.x.reshape(-1, *layer.x.shape[-3:])
    padded = np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    out = np.array(
        [
            [
                signal.correlate(sample, kernel, mode="valid", method="direct")[0]
                for kernel in layer.weight
            ]
            for sample in padded
        ]
    )[:, :, ::s_h, ::s_w]
    if layer.bias is not None:
        out = out + layer.bias[:, np.newaxis, np.newaxis]
    return out if layer.x.ndim == 4 else out[0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_small_integers_give_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(DTYPES.index(dtype))
    for _ in range(50):
        layer = draw_integers(rng, dtype)
        expected = naive.conv2d(*layer.arguments)
        for function in (conv2d.conv2d, baselines.per_tap, baselines.im2col):
            actual = function(*layer.arguments)
            assert actual.dtype == expected.dtype, (function, str(layer))
            np.testing.assert_array_equal(actual, expected, str(layer))


@pytest.mark.parametrize("dtype", ["int64", "float32", "float64"])
def test_small_integers_give_the_same_values_as_scipy(dtype: str) -> None:
    rng = np.random.default_rng(8)
    for _ in range(50):
        layer = draw_integers(rng, dtype)
        for function in (conv2d.conv2d, naive.conv2d):
            actual = function(*layer.arguments)
            assert actual.dtype == dtype
            np.testing.assert_array_equal(actual, scipy_conv2d(layer), str(layer))


@pytest.mark.parametrize("path", PATHS)
def test_every_path_gives_the_same_bits_as_plain_loops(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(SETTINGS, PATHS[path], strict=True):
        monkeypatch.setattr(conv2d, name, value)
    monkeypatch.setattr(shared, "LEAST_GATHERED", PATHS[path][2])
    rng = np.random.default_rng(9)
    for dtype in ("float32", "float64", "g", "int16") * 25:
        layer = draw_integers(rng, dtype)
        actual = conv2d.conv2d(*layer.arguments)
        np.testing.assert_array_equal(
            actual, naive.conv2d(*layer.arguments), str(layer)
        )


@pytest.mark.parametrize("size", LARGE)
def test_large_layers_give_the_same_values_as_scipy(size: str) -> None:
    (n, c_in, h, w, c_out, k_h, k_w), stride, padding = LARGE[size]
    rng = np.random.default_rng(10)
    layer = Layer(
        rng.integers(-4, 5, (n, c_in, h, w)).astype(np.float32),
        rng.integers(-4, 5, (c_out, c_in, k_h, k_w)).astype(np.float32),
        rng.integers(-4, 5, c_out).astype(np.float32),
        stride,
        padding,
    )
    np.testing.assert_array_equal(conv2d.conv2d(*layer.arguments), scipy_conv2d(layer))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_errors_stay_within_the_bound_for_sums_in_any_order(
    dtype: str,
) -> None:
    rng = np.random.default_rng(11)
    for _ in range(60):
        layer = draw_floats(rng, dtype)
        exact, sums = naive.conv2d(*layer.exact), naive.conv2d(*layer.magnitudes)
        bound = rounding_bound(layer, sums, dtype)
        for function in (conv2d.conv2d, baselines.per_tap, baselines.im2col):
            error = np.abs(function(*layer.arguments) - exact)
            assert (error <= bound).all(), (function, str(layer))


@pytest.mark.parametrize("size", LARGE)
def test_rounding_errors_of_large_float32_layers_stay_within_the_bound(
    size: str,
) -> None:
    (n, c_in, h, w, c_out, k_h, k_w), stride, padding = LARGE[size]
    rng = np.random.default_rng(12)
    layer = Layer(
        rng.standard_normal((n, c_in, h, w)).astype(np.float32),
        rng.standard_normal((c_out, c_in, k_h, k_w)).astype(np.float32),
        rng.standard_normal(c_out).astype(np.float32),
        stride,
        padding,
    )
    exact = baselines.im2col(*(_doubled(layer)))
    magnitudes = _doubled(layer, modulus=True)
    bound = rounding_bound(layer, baselines.im2col(*magnitudes), np.float32)
    assert (np.abs(conv2d.conv2d(*layer.arguments) - exact) <= bound).all()


def _doubled(layer: Layer, *, modulus: bool = False) -> tuple[Any, ...]:
    x, weight, bias, *pairs = layer.arguments
    arrays = [np.asarray(array, np.float64) for array in (x, weight, bias)]
    return (*(np.abs(a) if modulus else a for a in arrays), *pairs)

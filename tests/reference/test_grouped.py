"""Grouped and separable layers: by hand, by plain loops, by laws and by PyTorch.

The values of exact cases are small integers, so that any order of summing agrees.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from reference import conv2d as dense
from reference import conv2d_grouped, naive_variants
from reference.conv2d_grouped import (
    conv2d,
    depthwise_separable_conv2d,
    magnitude,
    magnitude_separable,
    multiply_add_count,
    parameter_count,
)
from reference.layer import Layer as DenseLayer
from reference.planes import Planes
from tests.reference.layers import (
    LAYOUTS,
    Draw,
    gamma,
    generators,
    integers,
    law,
    normals,
)
from tests.reference.recorded import (
    assert_alike,
    cases,
    integer_cases,
    recorded,
    recorded_pair,
)

Array = NDArray[Any]
Pair = tuple[int, int]

DTYPES = ("uint8", "int8", "int32", "int64", "float16", "float32", "float64", "g")
# What decides the path: bytes of a block and of planes, lengths of rows.
PATHS = {
    "products": (2 << 20, 1 << 18, 10**6, 1),
    "products_of_joined_samples": (2 << 20, 1 << 18, 10**6, 300),
    "products_of_few_groups": (3000, 1 << 18, 10**6, 1),
    "group_by_group": (1, 1 << 18, 10**6, 1),
    "taps": (2 << 20, 1 << 18, 1, 1),
    "taps_of_joined_samples": (2 << 20, 1 << 18, 40, 1),
    "taps_of_single_channels": (2 << 20, 1, 1, 1),
}


@dataclass(frozen=True)
class Layer:
    """The arguments of one valid call of `conv2d`."""

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair
    groups: int

    @property
    def arguments(self) -> tuple[Array, Array, Array | None, Pair, Pair, int]:
        return self.x, self.weight, self.bias, *self.pairs, self.groups

    @property
    def pairs(self) -> tuple[Pair, Pair]:
        return self.stride, self.padding

    def __str__(self) -> str:
        shapes = f"{self.x.dtype} x {self.x.shape}, weight {self.weight.shape}"
        return f"{shapes}, {self.stride=}, {self.padding=}, {self.groups=}"


def draw_layer(
    rng: np.random.Generator, values: Draw, *, depthwise: bool = False
) -> Layer:
    n, groups, share, kernels, k_h, k_w, s_h, s_w = map(int, rng.integers(1, 4, 8))
    if depthwise:
        share, kernels = 1, int(rng.integers(1, 3))
    p_h, p_w = map(int, rng.integers(0, 3, 2))
    h = int(rng.integers(max(1, k_h - 2 * p_h), 6))
    w = int(rng.integers(max(1, k_w - 2 * p_w), 6))
    batch = (n,) if rng.random() < 0.7 else ()
    return Layer(
        values((*batch, groups * share, h, w)),
        values((groups * kernels, share, k_h, k_w)),
        values((groups * kernels,)) if rng.random() < 0.7 else None,
        (s_h, s_w),
        (p_h, p_w),
        groups,
    )


def draw_separable(rng: np.random.Generator, values: Draw) -> tuple[Any, ...]:
    layer = draw_layer(rng, values, depthwise=True)
    c_out = int(rng.integers(1, 4))
    mix = values((c_out, len(layer.weight), 1, 1))
    bias = values((c_out,)) if rng.random() < 0.7 else None
    return layer.x, layer.weight, mix, bias, *layer.pairs


def widest(arguments: tuple[Any, ...], *, modulus: bool = False) -> tuple[Any, ...]:
    """Give the same arguments in the widest float, or their absolute values."""
    wide = [a.astype("g") if isinstance(a, np.ndarray) else a for a in arguments]
    return tuple(
        np.abs(a) if modulus and isinstance(a, np.ndarray) else a for a in wide
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_small_integers_give_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(DTYPES.index(dtype))
    for case in range(30):
        layer = draw_layer(rng, integers(rng, dtype), depthwise=case % 3 == 0)
        expected = naive_variants.conv2d_grouped(*layer.arguments)
        actual = conv2d(*layer.arguments)
        assert actual.dtype == expected.dtype, str(layer)
        np.testing.assert_array_equal(actual, expected, str(layer))


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "float16"])
def test_separable_integers_give_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(20 + DTYPES.index(dtype))
    for _ in range(15):
        arguments = draw_separable(rng, integers(rng, dtype))
        expected = naive_variants.depthwise_separable_conv2d(*arguments)
        actual = depthwise_separable_conv2d(*arguments)
        assert actual.dtype == expected.dtype
        np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("path", PATHS)
def test_every_path_gives_the_same_bits_as_plain_loops(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("BLOCK_BYTES", "PLANE_BYTES", "LEAST_TAP_LENGTH", "LEAST_ROW_LENGTH")
    for name, value in zip(names, PATHS[path], strict=True):
        monkeypatch.setattr(conv2d_grouped, name, value)
    rng = np.random.default_rng(30)
    for case, dtype in enumerate(("float32", "float64", "int16", "g") * 8):
        layer = draw_layer(rng, integers(rng, dtype), depthwise=case % 2 == 0)
        actual = conv2d(*layer.arguments)
        expected = naive_variants.conv2d_grouped(*layer.arguments)
        np.testing.assert_array_equal(actual, expected, str(layer))


# Sizes in the order N, groups, channels and kernels of one, H, W, K_h, K_w.
LARGE: dict[str, tuple[tuple[int, ...], Pair, Pair]] = {
    "depthwise_by_taps": ((1, 20, 1, 1, 60, 64, 3, 3), (1, 1), (1, 1)),
    "depthwise_by_taps_strided": ((2, 9, 1, 1, 130, 121, 5, 3), (2, 2), (1, 2)),
    "depthwise_by_products": ((3, 40, 1, 1, 14, 14, 3, 3), (1, 1), (1, 1)),
    "depthwise_multiplied": ((2, 12, 1, 3, 30, 28, 3, 3), (2, 1), (1, 1)),
    "groups_by_products": ((2, 8, 4, 5, 28, 30, 3, 3), (1, 1), (1, 1)),
    "groups_one_by_one": ((1, 2, 16, 8, 70, 72, 3, 3), (1, 1), (1, 1)),
    "groups_of_pixels": ((2, 4, 8, 8, 20, 20, 1, 1), (2, 2), (0, 0)),
}


def draw_large(size: str, values: Draw) -> Layer:
    (n, groups, share, kernels, h, w, k_h, k_w), stride, padding = LARGE[size]
    shapes = (n, groups * share, h, w), (groups * kernels, share, k_h, k_w)
    x, weight = map(values, shapes)
    return Layer(x, weight, values((len(weight),)), stride, padding, groups)


def scipy_conv2d(layer: Layer) -> Array:
    """Correlate by SciPy, in whole, and keep what the stride reaches."""
    (p_h, p_w), (s_h, s_w) = layer.padding, layer.stride
    padded = np.pad(layer.x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    kernels, share = len(layer.weight) // layer.groups, layer.weight.shape[1]
    assert layer.bias is not None
    outputs = []
    for o, kernel in enumerate(layer.weight):
        first = o // kernels * share
        part = padded[:, first : first + share]
        whole = signal.correlate(part, kernel[np.newaxis], "valid", "direct")
        outputs.append(whole[:, 0, ::s_h, ::s_w] + layer.bias[o])
    return np.stack(outputs, axis=1)


@pytest.mark.parametrize("size", LARGE)
def test_large_layers_give_the_same_values_as_scipy(size: str) -> None:
    layer = draw_large(size, integers(np.random.default_rng(40), np.float32))
    np.testing.assert_array_equal(conv2d(*layer.arguments), scipy_conv2d(layer))


@pytest.mark.parametrize("size", LARGE)
def test_rounding_errors_of_large_layers_stay_within_the_bound(size: str) -> None:
    layer = draw_large(size, normals(np.random.default_rng(41), np.float32))
    sums, n = magnitude(*layer.arguments)
    x, weight = layer.x.astype("f8"), layer.weight.astype("f8")
    doubled = replace(layer, x=x, weight=weight)
    error = np.abs(conv2d(*layer.arguments) - scipy_conv2d(doubled))
    assert (error <= gamma(n, np.float32) * sums).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_errors_stay_within_the_bound_of_the_magnitude(dtype: str) -> None:
    rng = np.random.default_rng(42)
    for _ in range(20):
        layer = draw_layer(rng, normals(rng, dtype))
        sums, n = magnitude(*layer.arguments)
        exact = naive_variants.conv2d_grouped(*widest(layer.arguments))
        error = np.abs(conv2d(*layer.arguments) - exact)
        assert (error <= gamma(n, dtype) * sums).all(), str(layer)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_errors_of_separable_layers_stay_within_their_bound(dtype: str) -> None:
    rng = np.random.default_rng(43)
    for _ in range(20):
        arguments = draw_separable(rng, normals(rng, dtype))
        sums, n = magnitude_separable(*arguments)
        exact = naive_variants.depthwise_separable_conv2d(*widest(arguments))
        error = np.abs(depthwise_separable_conv2d(*arguments) - exact)
        assert (error <= gamma(n, dtype) * sums).all()


def test_magnitudes_are_the_layers_of_absolute_values() -> None:
    rng = np.random.default_rng(44)
    for _ in range(20):
        layer = draw_layer(rng, integers(rng, np.int8))
        sums, n = magnitude(*layer.arguments)
        absolute = widest(layer.arguments, modulus=True)
        expected = naive_variants.conv2d_grouped(*absolute)
        np.testing.assert_array_equal(sums, expected)
        assert sums.dtype == np.float64
        assert n == layer.weight[0].size + (layer.bias is not None)


def test_the_magnitude_of_a_separable_layer_counts_both_stages() -> None:
    x, mix = np.array([[[1.0, -2.0]], [[3.0, 4.0]]]), np.full((1, 4, 1, 1), -10)
    depthwise = np.array([[1, -1], [2, 0], [-1, 0], [0, 1]]).reshape(4, 1, 1, 2)
    sums, n = magnitude_separable(x, depthwise, mix, [-7.0])
    # 1 + 2, then 2, then 3, then 4.
    assert sums.tolist() == [[[127]]]
    assert n == 2 + 4 + 1
    assert magnitude_separable(x, depthwise, mix)[1] == 6


class TestByHand:
    X = np.array([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]], [[7.0, 8.0]]])

    def test_groups_are_of_neighbouring_channels(self) -> None:
        weight = np.array([[1.0, 10.0], [1.0, -1.0]]).reshape(2, 2, 1, 1)
        out = conv2d(self.X, weight, np.array([0.5, 0.0]), groups=2)
        assert out.tolist() == [[[31.5, 42.5]], [[-2, -2]]]

    def test_each_group_gives_neighbouring_outputs(self) -> None:
        weight = np.arange(1.0, 9.0).reshape(4, 2, 1, 1)
        out = conv2d(self.X, weight, groups=2)[..., 0]
        assert out.ravel().tolist() == [7, 15, 5 * 5 + 6 * 7, 7 * 5 + 8 * 7]

    def test_a_multiplier_repeats_each_channel_before_the_next(self) -> None:
        weight = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).reshape(8, 1, 1, 1)
        out = conv2d(self.X, weight, groups=4)[..., 0]
        assert out.ravel().tolist() == [1, 2, 9, 12, 25, 30, 49, 56]

    def test_the_bias_of_a_separable_layer_is_added_once_at_the_end(self) -> None:
        ones = np.ones((4, 1, 1, 2))
        mix = np.array([1.0, 10.0, 100.0, 1000.0]).reshape(1, 4, 1, 1)
        out = depthwise_separable_conv2d(self.X, ones, mix, [0.25])
        assert out.tolist() == [[[3 + 70 + 1100 + 15000.25]]]

    @pytest.mark.parametrize("dtype", ["int8", "int16", "int32"])
    def test_integers_do_not_overflow(self, dtype: str) -> None:
        highest = np.iinfo(dtype).max
        x = np.full((2, 1, 1), highest, dtype)
        out = conv2d(x, x.reshape(2, 1, 1, 1), groups=2)
        assert out.dtype == np.int64
        assert out.ravel().tolist() == [int(highest) ** 2] * 2


@pytest.mark.parametrize("path", ["taps", "products"])
def test_values_that_are_not_finite_stay_in_their_windows(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conv2d_grouped, "LEAST_TAP_LENGTH", PATHS[path][2])
    x, weight = np.ones((2, 5, 5)), np.ones((2, 1, 2, 2))
    x[0, 2, 4] = np.inf
    expected = np.full((2, 4, 4), 4.0)
    expected[0, 1:3, 3] = np.inf
    np.testing.assert_array_equal(conv2d(x, weight, groups=2), expected)


@pytest.mark.parametrize("side", [12, 120], ids=["products", "taps"])
@pytest.mark.parametrize("stride", [(1, 1), (2, 2)])
def test_nothing_is_warned_of_what_is_left_out(stride: Pair, side: int) -> None:
    # Only windows past the end of a line would add up to infinity.
    huge = np.zeros((2, side, side), np.float32)
    huge[..., :2] = huge[..., -2:] = np.finfo(np.float32).max / 3
    weight = np.ones((2, 1, 1, 4), np.float32)
    assert np.isfinite(conv2d(huge, weight, stride=stride, groups=2)).all()


def test_shifted_rows_end_with_the_last_output_inside_their_planes() -> None:
    rng = np.random.default_rng(45)
    for _ in range(60):
        layer = draw_layer(rng, integers(rng, np.float64))
        out = conv2d(*layer.arguments)
        batch = layer.x.reshape(-1, *layer.x.shape[-3:])
        outputs = out.reshape(-1, *out.shape[-3:])
        whole = DenseLayer(batch, layer.weight, None, *layer.pairs, outputs)
        planes = Planes(whole, least_length=30)
        planes.allocate(channels=2)
        for _, rows in planes.shifted(2):
            first, end = np.lib.array_utils.byte_bounds(rows)
            phases = np.lib.array_utils.byte_bounds(planes._pixels)
            assert phases[0] <= first < end <= phases[1]
            height, width = planes.shape[1:]
            last = (planes.shape[0] - 1) * height + out.shape[-2] - 1
            assert planes.length == last * width + out.shape[-1]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", LARGE)
def test_the_memory_layout_does_not_matter_and_nothing_is_modified(
    layout: Callable[[Array], Array], size: str
) -> None:
    layer = draw_large(size, integers(np.random.default_rng(50), np.float32))
    assert layer.bias is not None
    x, weight, bias = layout(layer.x), layout(layer.weight), layout(layer.bias)
    for array in (x, weight, bias):
        array.setflags(write=False)
    actual = conv2d(x, weight, bias, *layer.pairs, layer.groups)
    np.testing.assert_array_equal(actual, conv2d(*layer.arguments))


def test_mixed_dtypes_give_the_common_one_of_all_stages() -> None:
    x, depthwise = np.full((1, 1, 1), 200, np.uint8), np.full((1, 1, 1, 1), 2, np.uint8)
    mix = np.ones((1, 1, 1, 1), np.float32)
    out = depthwise_separable_conv2d(x, depthwise, mix)
    assert out.dtype == np.float32
    assert out.item() == 400
    wide = depthwise_separable_conv2d(
        np.full((1, 1, 1), 1 / 3, "f4"), np.full((1, 1, 1, 1), 1 / 3, "f4"), mix, np.zeros(1)
    )  # fmt: skip
    assert wide.dtype == np.float64
    assert wide.item() == float(np.float32(1 / 3)) ** 2


def test_an_empty_batch_gives_an_empty_batch() -> None:
    out = conv2d(np.ones((0, 2, 4, 4)), np.ones((2, 1, 3, 3)), groups=2)
    assert out.shape == (0, 2, 2, 2)


def layers(*, depthwise: bool = False) -> st.SearchStrategy[Layer]:
    """Draw a layer of small integers in float64."""
    return generators().map(
        lambda rng: draw_layer(rng, integers(rng, np.float64), depthwise=depthwise)
    )


def separables() -> st.SearchStrategy[tuple[Any, ...]]:
    """Draw the arguments of a separable layer of small integers in float64."""
    return generators().map(lambda rng: draw_separable(rng, integers(rng, np.float64)))


class TestLaws:
    @law
    @given(layer=layers())
    def test_one_group_is_the_forward_pass(self, layer: Layer) -> None:
        weight = np.repeat(layer.weight, layer.groups, axis=1)
        actual = conv2d(layer.x, weight, layer.bias, *layer.pairs)
        expected = dense.conv2d(layer.x, weight, layer.bias, *layer.pairs)
        np.testing.assert_array_equal(actual, expected)

    @law
    @given(layer=layers(depthwise=True))
    def test_depthwise_is_the_forward_pass_of_each_channel(self, layer: Layer) -> None:
        channels = layer.x.shape[-3]
        kernels = layer.weight.reshape(channels, -1, 1, *layer.weight.shape[2:])
        parts = [
            dense.conv2d(layer.x[..., c : c + 1, :, :], kernels[c], None, *layer.pairs)
            for c in range(channels)
        ]  # fmt: skip
        actual = conv2d(layer.x, layer.weight, None, *layer.pairs, channels)
        np.testing.assert_array_equal(actual, np.concatenate(parts, axis=-3))

    @law
    @given(layer=layers())
    def test_groups_are_one_dense_layer_with_a_block_diagonal_weight(
        self, layer: Layer
    ) -> None:
        (c_out, share, *taps), groups = layer.weight.shape, layer.groups
        blocks = np.zeros((groups, c_out // groups, groups, share, *taps))
        for g in range(groups):
            blocks[g, :, g] = layer.weight.reshape(groups, -1, share, *taps)[g]
        weight = blocks.reshape(c_out, groups * share, *taps)
        expected = dense.conv2d(layer.x, weight, layer.bias, *layer.pairs)
        np.testing.assert_array_equal(conv2d(*layer.arguments), expected)

    @law
    @given(arguments=separables())
    def test_separable_is_depthwise_then_pointwise(
        self, arguments: tuple[Any, ...]
    ) -> None:
        x, depthwise, mix, bias, *pairs = arguments
        stride, padding = pairs
        filtered = conv2d(x, depthwise, None, stride, padding, x.shape[-3])
        np.testing.assert_array_equal(
            depthwise_separable_conv2d(x, depthwise, mix, bias, *pairs),
            dense.conv2d(filtered, mix, bias),
        )

    @law
    @given(arguments=separables())
    def test_separable_is_a_dense_layer_of_rank_one_kernels(
        self, arguments: tuple[Any, ...]
    ) -> None:
        x, depthwise, mix, bias, *pairs = arguments
        kernels = depthwise.reshape(x.shape[-3], -1, *depthwise.shape[2:])
        mixed = mix.reshape(len(mix), *kernels.shape[:2])
        np.testing.assert_array_equal(
            depthwise_separable_conv2d(x, depthwise, mix, bias, *pairs),
            dense.conv2d(x, np.einsum("ocm,cmab->ocab", mixed, kernels), bias, *pairs),
        )  # fmt: skip

    @law
    @given(layer=layers())
    def test_it_is_linear_in_the_input_and_in_the_weight(self, layer: Layer) -> None:
        x, weight = layer.x, layer.weight
        y, other = x[..., ::-1, :] + 1, weight[..., ::-1] - 2

        def out(x: Array, weight: Array) -> Array:
            return conv2d(x, weight, None, *layer.pairs, layer.groups)

        expected = 2 * out(x, weight) - 3 * out(y, weight)
        np.testing.assert_array_equal(out(2 * x - 3 * y, weight), expected)
        expected = 2 * out(x, weight) - 3 * out(x, other)
        np.testing.assert_array_equal(out(x, 2 * weight - 3 * other), expected)

    @law
    @given(layer=layers())
    def test_an_input_moved_by_strides_moves_the_output(self, layer: Layer) -> None:
        x, weight, bias, (s_h, s_w), _, groups = layer.arguments
        wide = np.pad(x, ((0, 0),) * (x.ndim - 2) + ((9, 9), (9, 9)), mode="wrap")
        moved = conv2d(wide[..., 2 * s_h :, s_w:], weight, bias, (s_h, s_w), groups=groups)  # fmt: skip
        whole = conv2d(wide, weight, bias, (s_h, s_w), groups=groups)
        np.testing.assert_array_equal(moved, whole[..., 2:, 1:])

    @law
    @given(layer=layers())
    def test_a_batch_is_its_samples_one_by_one(self, layer: Layer) -> None:
        batch = layer.x.reshape(-1, *layer.x.shape[-3:])
        rest = layer.arguments[1:]
        alone = [conv2d(sample, *rest) for sample in batch]
        np.testing.assert_array_equal(conv2d(batch, *rest), np.stack(alone))


X, WEIGHT = np.ones((4, 4, 5)), np.ones((6, 2, 3, 3))
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "no groups": ("groups must be at least 1", {"groups": 0}),
    "negative groups": ("groups must be at least 1", {"groups": -2}),
    "groups of a half": ("groups must be an integer", {"groups": 0.5}),
    "groups are text": ("groups must be an integer", {"groups": "2"}),
    "groups do not divide the input": ("C_in = 4 is no multiple of 3", {"groups": 3}),
    "groups do not divide the output": ("C_out = 6 is no multiple of 4", {"groups": 4}),
    "weight has all channels": ("x must have 8 channels", {"weight": np.ones((6, 4, 3, 3))}),
    "weight has too few": ("x must have 2 channels", {"weight": np.ones((6, 1, 3, 3))}),
    "one group too few": ("x must have 2 channels", {"groups": 1}),
    "x is a matrix": ("x must be", {"x": X[0]}),
    "x has five axes": ("x must be", {"x": X[None, None]}),
    "x is complex": ("x must hold real numbers", {"x": X + 1j}),
    "weight has three axes": ("weight must be", {"weight": WEIGHT[0]}),
    "weight has no channels": ("weight must be", {"weight": WEIGHT[:, :0]}),
    "weight has no kernels": ("weight must be", {"weight": WEIGHT[:0]}),
    "bias is too short": ("bias must be", {"bias": np.ones(3)}),
    "bias is text": ("bias must hold real numbers", {"bias": np.full(6, "1")}),
    "stride of zero": ("stride must be at least 1", {"stride": (1, 0)}),
    "stride is an int": ("stride must be a pair", {"stride": 1}),
    "negative padding": ("padding must be at least 0", {"padding": (0, -1)}),
    "kernel is too high": ("larger than the padded", {"x": X[:, :2]}),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_raise_a_value_error_that_names_them(case: str) -> None:
    message, changed = BAD[case]
    arguments: dict[str, Any] = {"x": X, "weight": WEIGHT, "bias": np.ones(6)}
    arguments |= {"groups": 2} | changed
    with pytest.raises(ValueError, match=message):
        conv2d(**arguments)


def test_magnitudes_refuse_what_the_layers_refuse() -> None:
    with pytest.raises(ValueError, match="no multiple of 3 groups"):
        magnitude(X, WEIGHT, groups=3)
    with pytest.raises(ValueError, match="depthwise must be"):
        magnitude_separable(X, WEIGHT, WEIGHT)


DEPTHWISE, POINTWISE = np.ones((8, 1, 3, 3)), np.ones((3, 8, 1, 1))
BAD_STAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "depthwise sees two channels": ("depthwise must be", {"depthwise": np.ones((8, 2, 3, 3))}),
    "depthwise has three axes": ("depthwise must be", {"depthwise": DEPTHWISE[0]}),
    "depthwise misses a kernel": ("depthwise must have M kernels for each of 4", {"depthwise": DEPTHWISE[:7]}),
    "depthwise has no kernels": ("weight must be", {"depthwise": DEPTHWISE[:0]}),
    "depthwise is text": ("depthwise must hold real", {"depthwise": np.full((8, 1, 3, 3), "1")}),
    "pointwise has a width": ("pointwise must be", {"pointwise": np.ones((3, 8, 1, 2))}),
    "pointwise is a matrix": ("pointwise must be", {"pointwise": np.ones((3, 8))}),
    "pointwise mixes too few": ("pointwise must have 8 channels", {"pointwise": np.ones((3, 4, 1, 1))}),
    "pointwise has no kernels": ("weight must be", {"pointwise": POINTWISE[:0]}),
    "bias is of the first stage": ("bias must be", {"bias": np.ones(8)}),
    "x is a matrix": ("x must be", {"x": X[0]}),
    "x has five axes": ("x must be", {"x": X[None, None]}),
    "x has no channels": ("depthwise must have", {"x": X[:0]}),
    "stride of zero": ("stride must be at least 1", {"stride": (0, 1)}),
    "negative padding": ("padding must be at least 0", {"padding": (-1, 0)}),
    "kernel is too wide": ("larger than the padded", {"x": X[..., :2]}),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_STAGES)
def test_bad_stages_raise_a_value_error_that_names_them(case: str) -> None:
    message, changed = BAD_STAGES[case]
    arguments = {"x": X, "depthwise": DEPTHWISE, "pointwise": POINTWISE} | changed
    with pytest.raises(ValueError, match=message):
        depthwise_separable_conv2d(**arguments)


def test_integers_that_may_not_fit_into_int64_are_refused() -> None:
    x, twos = np.full((2, 1, 2), 2**31 - 1), np.full((2, 1, 1, 1), 2)
    with pytest.raises(OverflowError, match="too large for an exact int64"):
        conv2d(x, np.full((2, 1, 1, 2), 2**32), groups=2)
    with pytest.raises(OverflowError, match="too large for an exact int64"):
        depthwise_separable_conv2d(x, twos, np.full((1, 2, 1, 1), 2**31))


@pytest.mark.parametrize(
    ("sizes", "bias", "groups", "expected"),
    [
        ((8, 4, 3, 5), False, 1, 480),
        ((8, 4, 3, 5), False, 2, 240),
        ((8, 4, 3, 5), True, 4, 128),
        ((4, 4, 3, 3), False, 4, 36),
        ((1024, 512, 1, 1), False, 1, 524288),
    ],
)
def test_parameters_are_weights_and_one_bias_for_each_output(
    sizes: tuple[int, int, int, int], groups: int, expected: int, *, bias: bool
) -> None:
    assert parameter_count(*sizes, bias=bias, groups=groups) == expected


def test_parameters_include_the_bias_and_are_of_one_group_by_default() -> None:
    assert parameter_count(2, 3, 1, 1) == 8


def test_multiply_adds_are_the_weights_times_the_output_pixels() -> None:
    assert multiply_add_count(8, 4, 3, 5, 6, 7) == 480 * 42
    assert multiply_add_count(8, 4, 3, 5, 6, 7, groups=4) == 120 * 42
    # The first separable block of MobileNet: 32 channels, 3x3, then 64 of 112 x 112.
    depthwise = multiply_add_count(32, 32, 3, 3, 112, 112, groups=32)
    pointwise = multiply_add_count(64, 32, 1, 1, 112, 112)
    whole = multiply_add_count(64, 32, 3, 3, 112, 112)
    assert (depthwise, pointwise, whole) == (3612672, 25690112, 231211008)
    # Howard et al. 2017, section 3.1: they relate as 1 / C_out + 1 / K^2 to 1.
    assert (depthwise + pointwise) * 64 * 9 == whole * (9 + 64)


@pytest.mark.parametrize("groups", [0, -1, 3])
def test_counts_refuse_groups_that_do_not_divide_the_channels(groups: int) -> None:
    with pytest.raises(ValueError, match="groups"):
        parameter_count(8, 4, 3, 3, groups=groups)
    with pytest.raises(ValueError, match="groups"):
        multiply_add_count(8, 4, 3, 3, 2, 2, groups=groups)


@pytest.mark.parametrize("case", cases("grouped"))
def test_the_recorded_outputs_for_groups_agree(case: int) -> None:
    found = recorded("grouped", case)
    pairs = recorded_pair(found, "stride"), recorded_pair(found, "padding")
    groups = int(found["groups"].item())
    arguments = found["x"], found["weight"], found.get("bias"), *pairs, groups
    sums, n = magnitude(*arguments)
    ours, theirs = conv2d(*arguments), found["out"]
    assert_alike(ours, theirs, gamma(n, ours.dtype) * sums)
    if case in integer_cases("grouped"):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("case", cases("separable"))
def test_the_recorded_outputs_of_separable_layers_agree(case: int) -> None:
    found = recorded("separable", case)
    arrays = found["x"], found["weight"], found["pointwise"], found["bias"]
    pairs = recorded_pair(found, "stride"), recorded_pair(found, "padding")
    sums, n = magnitude_separable(*arrays, *pairs)
    ours, theirs = depthwise_separable_conv2d(*arrays, *pairs), found["out"]
    assert_alike(ours, theirs, gamma(n, ours.dtype) * sums)
    if case in integer_cases("separable"):
        np.testing.assert_array_equal(ours, theirs)

"""Dilation and padding modes: by hand, by plain loops, by laws and by PyTorch.

The values of exact cases are small integers, so that any order of summing agrees.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from reference import conv2d as dense
from reference import conv2d_padding, naive_variants
from reference.conv2d_padding import conv2d, magnitude
from reference.layer import BLOCK_BYTES
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
MODES = ("valid", "same", "causal")


@dataclass(frozen=True)
class Layer:
    """The arguments of one valid call of `conv2d`."""

    x: Array
    weight: Array
    bias: Array | None
    stride: Pair
    padding: Pair | str
    dilation: Pair

    @property
    def arguments(self) -> tuple[Array, Array, Array | None, Pair, Pair | str, Pair]:
        pairs = self.stride, self.padding, self.dilation
        return self.x, self.weight, self.bias, *pairs

    def widest(self, *, modulus: bool = False) -> "Layer":
        """Give the same layer in the widest float, or that of absolute values."""
        wide = [
            None if a is None else np.abs(a.astype("g")) if modulus else a.astype("g")
            for a in (self.x, self.weight, self.bias)
        ]
        assert wide[0] is not None
        assert wide[1] is not None
        return replace(self, x=wide[0], weight=wide[1], bias=wide[2])

    def __str__(self) -> str:
        shapes = f"{self.x.dtype} x {self.x.shape}, weight {self.weight.shape}"
        return f"{shapes}, {self.stride=}, {self.padding=}, {self.dilation=}"


def draw_layer(
    rng: np.random.Generator, values: Draw, padding: str | None = None
) -> Layer:
    """Draw a layer, of any mode that isn't given; "pair" asks for a pair."""
    n, c_in, c_out, k_h, k_w, s_h, s_w, d_h, d_w = map(int, rng.integers(1, 4, 9))
    padding = padding or ("pair", *MODES)[int(rng.integers(4))]
    pair = int(rng.integers(0, 3)), int(rng.integers(0, 3))
    room = {"pair": pair, "same": (99, 99), "causal": (99, 99)}.get(padding, (0, 0))
    h = int(rng.integers(max(1, d_h * (k_h - 1) + 1 - 2 * room[0]), 9))
    w = int(rng.integers(max(1, d_w * (k_w - 1) + 1 - 2 * room[1]), 9))
    batch = (n,) if rng.random() < 0.7 else ()
    return Layer(
        values((*batch, c_in, h, w)),
        values((c_out, c_in, k_h, k_w)),
        values((c_out,)) if rng.random() < 0.7 else None,
        (s_h, s_w),
        pair if padding == "pair" else padding,
        (d_h, d_w),
    )


def layers(padding: str | None = None) -> st.SearchStrategy[Layer]:
    """Draw a layer of small integers in float64."""
    return generators().map(
        lambda rng: draw_layer(rng, integers(rng, np.float64), padding)
    )


def with_zeros_between(weight: Array, dilation: Pair) -> Array:
    """Give the kernels that see the same without dilation."""
    (*axes, k_h, k_w), (d_h, d_w) = weight.shape, dilation
    shape = *axes, d_h * (k_h - 1) + 1, d_w * (k_w - 1) + 1
    spread = np.zeros(shape, weight.dtype)
    spread[..., ::d_h, ::d_w] = weight
    return spread


@pytest.mark.parametrize("block_bytes", [BLOCK_BYTES, 300, 1])
@pytest.mark.parametrize("dtype", DTYPES)
def test_small_integers_give_the_same_bits_as_plain_loops(
    dtype: str, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conv2d_padding, "BLOCK_BYTES", block_bytes)
    rng = np.random.default_rng([DTYPES.index(dtype), block_bytes])
    for _ in range(15):
        layer = draw_layer(rng, integers(rng, dtype))
        expected = naive_variants.conv2d_padding(*layer.arguments)
        actual = conv2d(*layer.arguments)
        assert actual.dtype == expected.dtype, str(layer)
        np.testing.assert_array_equal(actual, expected, str(layer))


# Sizes in the order N, C_in, H, W, C_out, K_h, K_w; then stride, padding, dilation.
LARGE: dict[str, tuple[tuple[int, ...], Pair, Pair | str, Pair]] = {
    "dilated": ((2, 16, 40, 44, 12, 3, 3), (1, 1), (2, 2), (2, 2)),
    "several_blocks": ((1, 24, 70, 60, 3, 3, 3), (1, 1), "same", (3, 2)),
    "strided": ((2, 8, 41, 50, 6, 4, 3), (2, 3), "same", (2, 5)),
    "causal": ((2, 8, 60, 12, 6, 3, 4), (1, 1), "causal", (8, 1)),
    "even_without_dilation": ((2, 8, 40, 40, 12, 4, 2), (1, 1), "same", (1, 1)),
    "odd_without_dilation": ((2, 8, 40, 40, 12, 3, 5), (1, 1), "same", (1, 1)),
    "pixels": ((2, 8, 20, 30, 5, 1, 1), (2, 1), "same", (4, 3)),
}


def draw_large(size: str, values: Draw) -> Layer:
    (n, c_in, h, w, *kernels), stride, padding, dilation = LARGE[size]
    x, weight = values((n, c_in, h, w)), values((kernels[0], c_in, *kernels[1:]))
    return Layer(x, weight, values((len(weight),)), stride, padding, dilation)


def scipy_conv2d(layer: Layer) -> Array:
    """Correlate by SciPy, in whole, after padding by the words of the question."""
    sides = layer.x.shape[-2:]
    weight = with_zeros_between(layer.weight, layer.dilation)
    margins = []
    for axis, (side, extent) in enumerate(zip(sides, weight.shape[-2:], strict=True)):
        step = layer.stride[axis]
        if isinstance(layer.padding, tuple):
            margins.append((layer.padding[axis],) * 2)
        elif layer.padding == "causal" and axis == 0:
            margins.append((extent - 1, 0))
        else:
            zeros = max((int(np.ceil(side / step)) - 1) * step + extent - side, 0)
            margins.append((zeros // 2, zeros // 2 + zeros % 2))
    padded = np.pad(layer.x, ((0, 0), (0, 0), *margins))
    outputs = [
        signal.correlate(padded, kernel[np.newaxis], "valid", "direct")[:, 0]
        for kernel in weight
    ]
    assert layer.bias is not None
    out = np.stack(outputs, axis=1) + layer.bias[:, np.newaxis, np.newaxis]
    return out[..., :: layer.stride[0], :: layer.stride[1]]


@pytest.mark.parametrize("size", LARGE)
def test_large_layers_give_the_same_values_as_scipy(size: str) -> None:
    layer = draw_large(size, integers(np.random.default_rng(10), np.float32))
    np.testing.assert_array_equal(conv2d(*layer.arguments), scipy_conv2d(layer))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_errors_stay_within_the_bound_of_the_magnitude(dtype: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(25):
        layer = draw_layer(rng, normals(rng, dtype))
        sums, n = magnitude(*layer.arguments)
        exact = naive_variants.conv2d_padding(*layer.widest().arguments)
        error = np.abs(conv2d(*layer.arguments) - exact)
        assert (error <= gamma(n, dtype) * sums).all(), str(layer)


def test_magnitudes_are_the_layers_of_absolute_values() -> None:
    rng = np.random.default_rng(12)
    for _ in range(25):
        layer = draw_layer(rng, integers(rng, np.int8))
        sums, n = magnitude(*layer.arguments)
        absolute = layer.widest(modulus=True).arguments
        expected = naive_variants.conv2d_padding(*absolute)
        np.testing.assert_array_equal(sums, expected)
        assert sums.dtype == np.float64
        assert n == layer.weight[0].size + (layer.bias is not None)


class TestByHand:
    COLUMN = np.arange(1.0, 6.0).reshape(1, 5, 1)
    ROW = np.arange(1.0, 6.0).reshape(1, 1, 5)

    @pytest.mark.parametrize(
        ("taps", "stride", "padding", "dilation", "expected"),
        [
            ([1, 10], 1, "valid", 1, [21, 32, 43, 54]),
            ([1, 10], 1, "valid", 3, [41, 52]),
            ([1, 10], 1, "same", 1, [21, 32, 43, 54, 5]),
            ([1, 10], 1, "same", 2, [20, 31, 42, 53, 4]),
            ([1, 10], 1, "same", 3, [30, 41, 52, 3, 4]),
            ([1, 10], 2, "same", 1, [21, 43, 5]),
            ([1, 10], 3, "same", 1, [21, 54]),
            ([1, 10, 100], 2, "same", 1, [210, 432, 54]),
            ([1], 2, "same", 1, [1, 3, 5]),
            ([1, 10, 100], 4, "same", 1, [210, 54]),
            ([1, 10], 1, (1, 1), 2, [20, 31, 42, 53, 4]),
        ],
    )
    def test_both_axes_do_the_same(
        self,
        taps: list[int],
        stride: int,
        padding: Pair | str,
        dilation: int,
        expected: list[int],
    ) -> None:
        weight = np.array(taps, float)
        high = padding if isinstance(padding, str) else (padding[0], 0)
        wide = padding if isinstance(padding, str) else (0, padding[1])
        column = conv2d(self.COLUMN, weight.reshape(1, 1, -1, 1), None, (stride, 1), high, (dilation, 1))  # fmt: skip
        row = conv2d(self.ROW, weight.reshape(1, 1, 1, -1), None, (1, stride), wide, (1, dilation))  # fmt: skip
        assert column.ravel().tolist() == row.ravel().tolist() == expected

    @pytest.mark.parametrize(
        ("stride", "dilation", "expected"),
        [
            (1, 1, [10, 21, 32, 43, 54]),
            (1, 2, [10, 20, 31, 42, 53]),
            (1, 9, [10, 20, 30, 40, 50]),
            (2, 1, [10, 32, 54]),
            (3, 2, [10, 42]),
        ],
    )
    def test_causal_looks_up_only(
        self, stride: int, dilation: int, expected: list[int]
    ) -> None:
        weight = np.array([1.0, 10.0]).reshape(1, 1, 2, 1)
        out = conv2d(self.COLUMN, weight, None, (stride, 1), "causal", (dilation, 1))
        assert out.ravel().tolist() == expected

    def test_causal_pads_the_width_as_same(self) -> None:
        weight = np.array([1.0, 10.0]).reshape(1, 1, 1, 2)
        out = conv2d(self.ROW, weight, padding="causal")
        assert out.ravel().tolist() == [21, 32, 43, 54, 5]

    def test_the_bias_is_added_with_dilation(self) -> None:
        out = conv2d(self.ROW, np.ones((2, 1, 1, 3)), [0.5, -1.0], dilation=(1, 2))
        assert out.tolist() == [[[9.5]], [[8]]]


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32"])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 1)])
def test_integers_do_not_overflow(dtype: str, dilation: Pair) -> None:
    highest = np.iinfo(dtype).max
    x = np.full((1, 3, 1), highest, dtype)
    weight = np.array([1, highest], dtype).reshape(1, 1, 2, 1)
    out = conv2d(x, weight, dilation=dilation, padding="causal")
    assert out.dtype == np.int64
    assert out.ravel().tolist()[-1] == int(highest) ** 2 + int(highest)


def test_integers_that_may_not_fit_into_int64_are_refused() -> None:
    x = np.full((1, 3, 1), 2**31 - 1)
    with pytest.raises(OverflowError, match="too large for an exact int64"):
        conv2d(x, np.full((1, 1, 2, 1), 2**32), dilation=(2, 1))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", LARGE)
def test_the_memory_layout_does_not_matter_and_nothing_is_modified(
    layout: Callable[[Array], Array], size: str
) -> None:
    layer = draw_large(size, integers(np.random.default_rng(13), np.float32))
    assert layer.bias is not None
    x, weight, bias = layout(layer.x), layout(layer.weight), layout(layer.bias)
    for array in (x, weight, bias):
        array.setflags(write=False)
    turned = replace(layer, x=x, weight=weight, bias=bias)
    actual = conv2d(*turned.arguments)
    np.testing.assert_array_equal(actual, conv2d(*layer.arguments))


class TestLaws:
    @law
    @given(layer=layers("pair"))
    def test_pairs_without_dilation_are_the_forward_pass(self, layer: Layer) -> None:
        x, weight, bias, stride, padding, _ = layer.arguments
        assert isinstance(padding, tuple)
        expected = dense.conv2d(x, weight, bias, stride, padding)
        actual = conv2d(x, weight, bias, stride, padding)
        np.testing.assert_array_equal(actual, expected)

    @law
    @given(layer=layers("pair"))
    def test_dilation_is_the_forward_pass_with_zeros_in_the_kernel(
        self, layer: Layer
    ) -> None:
        assert isinstance(layer.padding, tuple)
        spread = with_zeros_between(layer.weight, layer.dilation)
        pairs = layer.stride, layer.padding
        expected = dense.conv2d(layer.x, spread, layer.bias, *pairs)
        np.testing.assert_array_equal(conv2d(*layer.arguments), expected)

    @law
    @given(layer=st.sampled_from(MODES).flatmap(layers))
    def test_modes_see_no_difference_between_dilation_and_zeros(
        self, layer: Layer
    ) -> None:
        spread = with_zeros_between(layer.weight, layer.dilation)
        whole = replace(layer, weight=spread, dilation=(1, 1))
        actual, expected = conv2d(*layer.arguments), conv2d(*whole.arguments)
        np.testing.assert_array_equal(actual, expected)

    @law
    @given(layer=layers("valid"))
    def test_valid_is_a_padding_of_nothing(self, layer: Layer) -> None:
        expected = conv2d(*replace(layer, padding=(0, 0)).arguments)
        np.testing.assert_array_equal(conv2d(*layer.arguments), expected)

    @pytest.mark.parametrize("mode", ["same", "causal"])
    def test_the_output_is_as_high_as_the_strides_that_begin_in_the_input(
        self, mode: str
    ) -> None:
        for side, k, step, gap in itertools.product(
            range(1, 9), range(1, 6), range(1, 5), range(1, 4)
        ):
            # The width goes the other way through the sizes.
            x, weight = np.ones((1, side, 9 - side)), np.ones((1, 1, k, 6 - k))
            out = conv2d(x, weight, None, (step, 5 - step), mode, (gap, 4 - gap))
            height, width = -(-side // step), -(-(9 - side) // (5 - step))
            assert out.shape == (1, height, width)

    def test_same_is_centred_and_an_odd_zero_is_at_the_end(self) -> None:
        for k, gap in itertools.product(range(1, 6), range(1, 4)):
            x = np.arange(1.0, 21.0).reshape(1, 20, 1)
            weight = np.zeros((1, 1, k, 1))
            weight[0, 0, (k - 1) // 2] = 1
            out = conv2d(x, weight, padding="same", dilation=(gap, 1)).ravel()
            shift = gap * (k - 1) // 2 - gap * ((k - 1) // 2)
            expected = np.concatenate([np.zeros(shift), x.ravel()])[:20]
            np.testing.assert_array_equal(out, expected)

    @law
    @given(layer=layers("causal"), place=st.floats(0, 1, exclude_max=True))
    def test_causal_outputs_do_not_see_later_rows(
        self, layer: Layer, place: float
    ) -> None:
        before, s_h = conv2d(*layer.arguments), layer.stride[0]
        t = int(place * before.shape[-2])
        x = layer.x.copy()
        x[..., t * s_h + 1 :, :] = np.nan
        after = conv2d(*replace(layer, x=x).arguments)
        np.testing.assert_array_equal(after[..., : t + 1, :], before[..., : t + 1, :])

    @law
    @given(layer=layers("causal"))
    def test_causal_outputs_see_their_own_row(self, layer: Layer) -> None:
        # Taps of a wider kernel may all lie beside a narrow input.
        weight = np.ones_like(layer.weight[..., :1])
        ones, x = replace(layer, weight=weight), layer.x.copy()
        x[..., :: layer.stride[0], :] += 1
        after = conv2d(*replace(ones, x=x).arguments)
        assert (after > conv2d(*ones.arguments)).all()

    @law
    @given(layer=layers())
    def test_it_is_linear_in_the_input_and_in_the_weight(self, layer: Layer) -> None:
        plain = replace(layer, bias=None)
        x, weight = layer.x, layer.weight
        y, other = x[..., ::-1, :] + 1, weight[..., ::-1] - 2

        def out(x: Array, weight: Array) -> Array:
            return conv2d(*replace(plain, x=x, weight=weight).arguments)

        expected = 2 * out(x, weight) - 3 * out(y, weight)
        np.testing.assert_array_equal(out(2 * x - 3 * y, weight), expected)
        expected = 2 * out(x, weight) - 3 * out(x, other)
        np.testing.assert_array_equal(out(x, 2 * weight - 3 * other), expected)

    @law
    @given(layer=layers("valid"))
    def test_an_input_moved_by_strides_moves_the_output(self, layer: Layer) -> None:
        (s_h, s_w), axes = layer.stride, ((0, 0),) * (layer.x.ndim - 2)
        wide = np.pad(layer.x, (*axes, (9, 9), (9, 9)), mode="wrap")
        moved = conv2d(*replace(layer, x=wide[..., 2 * s_h :, s_w:]).arguments)
        whole = conv2d(*replace(layer, x=wide).arguments)
        np.testing.assert_array_equal(moved, whole[..., 2:, 1:])

    @law
    @given(layer=layers("causal"))
    def test_zeros_before_causal_rows_only_delay_the_output(self, layer: Layer) -> None:
        rows = 2 * layer.stride[0]
        axes = ((0, 0),) * (layer.x.ndim - 2)
        late = np.pad(layer.x, (*axes, (rows, 0), (0, 0)))
        moved = conv2d(*replace(layer, x=late).arguments)
        np.testing.assert_array_equal(moved[..., 2:, :], conv2d(*layer.arguments))

    @law
    @given(layer=layers())
    def test_a_batch_is_its_samples_one_by_one(self, layer: Layer) -> None:
        batch = layer.x.reshape(-1, *layer.x.shape[-3:])
        alone = [conv2d(*replace(layer, x=sample).arguments) for sample in batch]
        whole = conv2d(*replace(layer, x=batch).arguments)
        np.testing.assert_array_equal(whole, np.stack(alone))

    @law
    @given(layer=layers())
    def test_exchanging_height_and_width_exchanges_those_of_the_output(
        self, layer: Layer
    ) -> None:
        padding = layer.padding
        assume(padding != "causal")
        turned = Layer(
            layer.x.swapaxes(-1, -2),
            layer.weight.swapaxes(-1, -2),
            layer.bias,
            layer.stride[::-1],
            padding if isinstance(padding, str) else padding[::-1],
            layer.dilation[::-1],
        )
        expected = conv2d(*layer.arguments).swapaxes(-1, -2)
        np.testing.assert_array_equal(conv2d(*turned.arguments), expected)


X, WEIGHT = np.ones((2, 4, 5)), np.ones((3, 2, 3, 3))
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "padding is an unknown word": ("padding must be a pair or one of", {"padding": "full"}),
    "padding is in capitals": ("padding must be a pair or one of", {"padding": "SAME"}),
    "padding is no word": ("padding must be a pair or one of", {"padding": ""}),
    "padding is two letters": ("padding must be a pair or one of", {"padding": "11"}),
    "padding is a word for each axis": ("padding must be a pair", {"padding": ("same", "same")}),
    "padding is an int": ("padding must be a pair", {"padding": 1}),
    "padding is nothing": ("padding must be a pair", {"padding": None}),
    "negative padding": ("padding must be at least 0", {"padding": (0, -1)}),
    "dilation of zero": ("dilation must be at least 1", {"dilation": (1, 0)}),
    "negative dilation": ("dilation must be at least 1", {"dilation": (-1, 1)}),
    "dilation of a half": ("dilation must be a pair", {"dilation": (1, 1.5)}),
    "dilation is an int": ("dilation must be a pair", {"dilation": 2}),
    "dilation is text": ("dilation must be a pair", {"dilation": "11"}),
    "stride of zero": ("stride must be at least 1", {"stride": (0, 1), "padding": "same"}),
    "stride is an int": ("stride must be a pair", {"stride": 1}),
    "dilated kernel is too high": ("larger than the padded", {"dilation": (2, 1)}),
    "dilated kernel is too wide": ("larger than the padded", {"dilation": (1, 3)}),
    "dilated kernel is too wide for valid": ("larger than the padded", {"dilation": (1, 3), "padding": "valid"}),
    "kernel is too high": ("larger than the padded", {"x": X[:, :2]}),
    "x has no rows": ("larger than the padded", {"x": X[:, :0], "padding": "same"}),
    "x has no columns": ("larger than the padded", {"x": X[:, :, :0], "padding": "causal"}),
    "x is a matrix": ("x must be", {"x": X[0], "padding": "same"}),
    "x is text": ("x must hold real numbers", {"x": np.full((2, 4, 5), "1")}),
    "one channel for two": ("x must have 2 channels", {"x": X[:1], "padding": "causal"}),
    "weight has three axes": ("weight must be", {"weight": WEIGHT[0]}),
    "weight has no kernels": ("weight must be", {"weight": WEIGHT[:0]}),
    "bias is too short": ("bias must be", {"bias": np.ones(1), "padding": "same"}),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_raise_a_value_error_that_names_them(case: str) -> None:
    message, changed = BAD[case]
    arguments = {"x": X, "weight": WEIGHT, "bias": np.ones(3)} | changed
    with pytest.raises(ValueError, match=message):
        conv2d(**arguments)


def test_magnitudes_refuse_what_the_layer_refuses() -> None:
    with pytest.raises(ValueError, match="padding must be a pair or one of"):
        magnitude(X, WEIGHT, padding="full")


def test_pixels_do_not_feel_dilation() -> None:
    x = np.arange(20.0).reshape(1, 4, 5)
    weight = np.full((1, 1, 1, 1), 2.0)
    assert conv2d(x, weight, dilation=(9, 9)).tolist() == (2 * x).tolist()


@pytest.mark.parametrize("dilation", [(1, 1), (2, 2)])
def test_an_empty_batch_gives_an_empty_batch(dilation: Pair) -> None:
    out = conv2d(np.ones((0, 2, 4, 4)), np.ones((3, 2, 2, 2)), None, (1, 1), "same", dilation)  # fmt: skip
    assert out.shape == (0, 3, 4, 4)


RECORDED = [(kind, n) for kind in ("dilated", *MODES[1:]) for n in cases(kind)]


@pytest.mark.parametrize(("kind", "case"), RECORDED)
def test_the_recorded_outputs_agree(kind: str, case: int) -> None:
    found = recorded(kind, case)
    arrays = found["x"], found["weight"], found.get("bias")
    padding = recorded_pair(found, "padding") if kind == "dilated" else kind
    stride, dilation = (recorded_pair(found, name) for name in ("stride", "dilation"))
    arguments = *arrays, stride, padding, dilation
    sums, n = magnitude(*arguments)
    ours, theirs = conv2d(*arguments), found["out"]
    assert_alike(ours, theirs, gamma(n, ours.dtype) * sums)
    if case in integer_cases(kind):
        np.testing.assert_array_equal(ours, theirs)

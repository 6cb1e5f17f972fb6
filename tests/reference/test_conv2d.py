"""The reference on cases that were calculated by hand, and on bad arguments."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reference import baselines, naive
from reference.conv2d import conv2d, parameter_count
from tests.reference.layers import LAYOUTS

Array = NDArray[Any]

ONE_TO_NINE = np.arange(1.0, 10.0).reshape(1, 3, 3)
IMPLEMENTATIONS = (conv2d, naive.conv2d, baselines.per_tap, baselines.im2col)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
class TestByHand:
    def test_a_window_of_ones_adds_up_neighbours(
        self, implementation: Callable[..., Array]
    ) -> None:
        out = implementation(ONE_TO_NINE, np.ones((1, 1, 2, 2)))
        assert out.tolist() == [[[12, 16], [24, 28]]]

    def test_the_kernel_is_not_flipped(
        self, implementation: Callable[..., Array]
    ) -> None:
        x = np.zeros((1, 3, 3))
        x[0, 1, 1] = 1
        out = implementation(x, ONE_TO_NINE[np.newaxis], padding=(1, 1))
        assert out.tolist() == [[[9, 8, 7], [6, 5, 4], [3, 2, 1]]]

    def test_pairs_are_height_and_width(
        self, implementation: Callable[..., Array]
    ) -> None:
        weight = np.array([[[[1.0, 10.0]]]])
        out = implementation(ONE_TO_NINE, weight, stride=(2, 1), padding=(0, 1))
        assert out.tolist() == [[[10, 21, 32, 3], [70, 87, 98, 9]]]

    def test_a_last_stride_that_does_not_fit_is_dropped(
        self, implementation: Callable[..., Array]
    ) -> None:
        x = np.arange(1.0, 17.0).reshape(1, 4, 4)
        out = implementation(x, np.ones((1, 1, 2, 2)), stride=(3, 3))
        assert out.tolist() == [[[14]]]

    def test_channels_are_summed_and_each_output_has_its_bias(
        self, implementation: Callable[..., Array]
    ) -> None:
        x = np.array([[[1.0, 2.0]], [[3.0, 4.0]]])
        weight = np.array([[1.0, 10.0], [100.0, 1000.0]]).reshape(2, 2, 1, 1)
        out = implementation(x, weight, np.array([0.5, -0.5]))
        assert out.tolist() == [[[31.5, 42.5]], [[3099.5, 4199.5]]]

    def test_a_batch_keeps_its_axis_even_for_one_sample(
        self, implementation: Callable[..., Array]
    ) -> None:
        out = implementation(ONE_TO_NINE[np.newaxis], np.full((1, 1, 3, 3), 2.0))
        assert out.tolist() == [[[[90]]]]

    def test_samples_do_not_mix(self, implementation: Callable[..., Array]) -> None:
        x = np.array([1.0, 2.0, 30.0, 40.0]).reshape(2, 1, 1, 2)
        out = implementation(x, np.array([[[[1.0, -1.0]]]]))
        assert out.tolist() == [[[[-1]]], [[[-10]]]]

    def test_a_window_wholly_in_the_padding_gives_the_bias(
        self, implementation: Callable[..., Array]
    ) -> None:
        out = implementation(
            np.ones((1, 1, 1)), np.ones((1, 1, 1, 1)), np.array([5.0]), padding=(1, 0)
        )
        assert out.tolist() == [[[5], [6], [5]]]

    @pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "bool"])
    def test_small_integer_types_do_not_overflow(
        self, implementation: Callable[..., Array], dtype: str
    ) -> None:
        highest = 1 if dtype == "bool" else np.iinfo(dtype).max
        x = np.full((2, 1, 1), highest, dtype)
        out = implementation(x, x.reshape(1, 2, 1, 1), x[:1, 0, 0])
        expected = {
            "bool": 3,
            "uint8": 130305,
            "int8": 32385,
            "int16": 2147385345,
            "int32": 9223372030412324865,
        }
        assert out.dtype == np.int64
        assert out.item() == expected[dtype]

    @pytest.mark.parametrize("dtype", ["float32", "float64", "longdouble"])
    def test_floats_keep_their_dtype(
        self, implementation: Callable[..., Array], dtype: str
    ) -> None:
        x, weight = ONE_TO_NINE.astype(dtype), np.ones((1, 1, 2, 2), dtype)
        assert implementation(x, weight, np.ones(1, dtype)).dtype == dtype

    def test_the_arguments_are_not_modified(
        self, implementation: Callable[..., Array]
    ) -> None:
        x, weight, bias = ONE_TO_NINE.copy(), np.ones((2, 1, 1, 1)), np.ones(2)
        for array in (x, weight, bias):
            array.setflags(write=False)
        out = implementation(x, weight, bias)
        out[...] = 0
        assert x.tolist() == ONE_TO_NINE.tolist()
        assert weight.ravel().tolist() == bias.tolist() == [1, 1]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("padding", [(0, 0), (2, 1)])
@pytest.mark.parametrize(
    "kernel", [(3, 1, 1), (3, 3, 2), (40, 3, 3)], ids=["pixels", "rows", "columns"]
)
def test_the_memory_layout_does_not_matter(
    layout: Callable[[Array], Array], padding: tuple[int, int], kernel: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    c_out, k_h, k_w = kernel
    x = rng.integers(-4, 5, (2, 2, 4, 30)).astype(np.float32)
    weight = rng.integers(-4, 5, (c_out, 2, k_h, k_w)).astype(np.float32)
    bias = rng.integers(-4, 5, c_out).astype(np.float32)
    expected = naive.conv2d(x, weight, bias, padding=padding)
    actual = conv2d(layout(x), layout(weight), layout(bias), padding=padding)
    np.testing.assert_array_equal(actual, expected)


def test_one_row_may_stand_for_all() -> None:
    x = np.broadcast_to(np.array([1.0, 2.0]), (1, 3, 2))
    assert conv2d(x, np.ones((1, 1, 2, 2))).tolist() == [[[6], [6]]]


def test_an_empty_batch_gives_an_empty_batch() -> None:
    assert conv2d(np.ones((0, 1, 5, 5)), np.ones((2, 1, 3, 2))).shape == (0, 2, 3, 4)


def test_pairs_may_hold_numpy_integers() -> None:
    pairs = {"stride": (np.int64(2), np.uint8(1)), "padding": (np.intp(0), np.int8(1))}
    out = conv2d(ONE_TO_NINE, np.array([[[[1.0, 10.0]]]]), **pairs)  # type: ignore[arg-type]
    assert out.tolist() == [[[10, 21, 32, 3], [70, 87, 98, 9]]]


def test_nested_lists_are_arrays() -> None:
    assert conv2d([[[1, 2]]], [[[[3, 4]]]], [5]).tolist() == [[[16]]]


def test_mixed_dtypes_give_the_common_one() -> None:
    out = conv2d(np.ones((1, 1, 1), "f4"), np.ones((1, 1, 1, 1), "i8"))
    assert out.dtype == np.float64


def test_integers_that_may_not_fit_into_int64_are_refused() -> None:
    x = np.full((3, 1, 1), 2**31 - 1)
    with pytest.raises(OverflowError, match="too large for an exact int64"):
        conv2d(x, x.reshape(1, 3, 1, 1))


X, WEIGHT = np.ones((2, 4, 5)), np.ones((3, 2, 3, 3))
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "x is a matrix": ("x must be", {"x": X[0]}),
    "x has five axes": ("x must be", {"x": X[None, None]}),
    "x is text": ("x must hold real numbers", {"x": np.full((2, 4, 5), "1")}),
    "x is complex": ("x must hold real numbers", {"x": X + 1j}),
    "weight has three axes": ("weight must be", {"weight": WEIGHT[0]}),
    "weight has no channels": ("weight must be", {"weight": WEIGHT[:, :0]}),
    "weight has no kernels": ("weight must be", {"weight": WEIGHT[:0]}),
    "weight has no rows": ("weight must be", {"weight": WEIGHT[:, :, :0]}),
    "one channel for two": ("x must have 2 channels", {"x": X[:1]}),
    "three channels for two": ("x must have 2 channels", {"x": np.ones((3, 4, 5))}),
    "bias is too short": ("bias must be", {"bias": np.ones(1)}),
    "bias is a column": ("bias must be", {"bias": np.ones((3, 1))}),
    "bias is a number": ("bias must be", {"bias": 1.0}),
    "stride of zero": ("stride must be at least 1", {"stride": (1, 0)}),
    "negative stride": ("stride must be at least 1", {"stride": (-1, 1)}),
    "stride of a half": ("stride must be a pair", {"stride": (0.5, 1)}),
    "stride is an int": ("stride must be a pair", {"stride": 1}),
    "stride of three": ("stride must be a pair", {"stride": (1, 1, 1)}),
    "negative padding": ("padding must be at least 0", {"padding": (0, -1)}),
    "padding is text": ("padding must be a pair", {"padding": "same"}),
    "kernel is too high": ("larger than the padded", {"x": X[:, :2]}),
    "kernel is too wide": ("larger than the padded", {"x": X[:, :, :2]}),
    "padding is on the other axis": (
        "larger than the padded",
        {"x": X[:, :2], "padding": (0, 1)},
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_raise_a_value_error_that_names_them(case: str) -> None:
    message, changed = BAD[case]
    arguments = {"x": X, "weight": WEIGHT, "bias": np.ones(3)} | changed
    with pytest.raises(ValueError, match=message):
        conv2d(**arguments)


def test_a_kernel_as_large_as_the_padded_input_fits_once() -> None:
    assert conv2d(np.ones((1, 1, 2)), np.ones((1, 1, 3, 2)), padding=(1, 0)).item() == 2


@pytest.mark.parametrize(
    ("sizes", "bias", "expected"),
    [
        ((1, 1, 1, 1), True, 2),
        ((1, 1, 1, 1), False, 1),
        ((8, 3, 3, 5), False, 360),
        ((8, 3, 3, 5), True, 368),
        ((64, 3, 7, 7), True, 9472),
    ],
)
def test_parameters_are_weights_and_one_bias_for_each_output(
    sizes: tuple[int, int, int, int], *, bias: bool, expected: int
) -> None:
    assert parameter_count(*sizes, bias=bias) == expected


def test_parameters_include_the_bias_by_default() -> None:
    assert parameter_count(2, 3, 1, 1) == 8

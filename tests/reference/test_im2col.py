"""Windows as columns and back: by hand, by plain loops, by laws and by PyTorch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from reference import conv2d as forward
from reference import naive
from reference.conv2d_im2col import (
    col2im,
    conv2d,
    im2col,
    magnitude_col2im,
    magnitude_im2col,
)
from tests.reference.layers import (
    Layer,
    draw_floats,
    draw_integers,
    generators,
    law,
    rounding_bound,
)
from tests.reference.recorded import cases, integer_cases, recorded, recorded_pair

Array = NDArray[Any]
Pair = tuple[int, int]

DTYPES = ("bool", "uint8", "int8", "int32", "int64", "float16", "float32", "float64")


@dataclass(frozen=True)
class Windows:
    """An input, and the three pairs that say which windows it has."""

    x: Array
    kernel_size: Pair
    stride: Pair
    padding: Pair

    @property
    def pairs(self) -> tuple[Pair, Pair, Pair]:
        """The pairs in the order that every implementation takes them."""
        return self.kernel_size, self.stride, self.padding


def windows_of(layer: Layer) -> Windows:
    k_h, k_w = layer.weight.shape[2:]
    return Windows(layer.x, (k_h, k_w), layer.stride, layer.padding)


def draw_columns(rng: np.random.Generator, windows: Windows, dtype: str) -> Array:
    """Draw columns of small integers, of the shape that `im2col` gives."""
    least = 0 if np.dtype(dtype).kind in "bu" else -4
    shape = naive.im2col(windows.x, *windows.pairs).shape
    return rng.integers(least, 5, shape).astype(dtype)


@pytest.mark.parametrize("implementation", [im2col, naive.im2col])
class TestIm2colByHand:
    def test_columns_go_along_rows_of_output_positions(
        self, implementation: Callable[..., Array]
    ) -> None:
        columns = implementation(np.arange(6).reshape(1, 2, 3), (1, 2))
        assert columns.tolist() == [[0, 1, 3, 4], [1, 2, 4, 5]]

    def test_rows_go_by_channel_then_kernel_row_then_kernel_column(
        self, implementation: Callable[..., Array]
    ) -> None:
        x = np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]])
        columns = implementation(x, (2, 3))
        assert columns.ravel().tolist() == list(range(1, 13))

    def test_pairs_are_height_and_width(
        self, implementation: Callable[..., Array]
    ) -> None:
        x = np.arange(1, 13).reshape(1, 3, 4)
        columns = implementation(x, (1, 2), stride=(2, 3), padding=(0, 1))
        assert columns.tolist() == [[0, 3, 0, 11], [1, 4, 9, 12]]

    def test_the_margin_is_zero(self, implementation: Callable[..., Array]) -> None:
        columns = implementation(np.full((1, 1, 1), 5), (2, 1), padding=(1, 0))
        assert columns.tolist() == [[0, 5], [5, 0]]

    def test_a_batch_keeps_its_axis_even_for_one_sample(
        self, implementation: Callable[..., Array]
    ) -> None:
        columns = implementation(np.arange(4).reshape(1, 1, 2, 2), (2, 2))
        assert columns.tolist() == [[[0], [1], [2], [3]]]

    def test_samples_do_not_mix(self, implementation: Callable[..., Array]) -> None:
        columns = implementation(np.arange(4).reshape(2, 1, 1, 2), (1, 1))
        assert columns.tolist() == [[[0, 1]], [[2, 3]]]

    @pytest.mark.parametrize("dtype", DTYPES)
    def test_the_dtype_is_kept(
        self, implementation: Callable[..., Array], dtype: str
    ) -> None:
        assert implementation(np.ones((1, 2, 2), dtype), (1, 1)).dtype == dtype

    @pytest.mark.parametrize("kernel", [(1, 1), (2, 2)])
    def test_the_input_is_not_modified_nor_given_back(
        self, implementation: Callable[..., Array], kernel: Pair
    ) -> None:
        x = np.ones((1, 2, 2))
        x.setflags(write=False)
        implementation(x, kernel)[...] = 5
        assert (x == 1).all()


@pytest.mark.parametrize("implementation", [col2im, naive.col2im])
class TestCol2imByHand:
    def test_overlaps_are_summed(self, implementation: Callable[..., Array]) -> None:
        image = implementation([[1, 2], [10, 20]], (1, 1, 3), (1, 2))
        assert image.tolist() == [[[1, 2 + 10, 20]]]

    def test_pairs_are_height_and_width(
        self, implementation: Callable[..., Array]
    ) -> None:
        cols = [[1, 2, 3, 4], [10, 20, 30, 40]]
        image = implementation(cols, (1, 3, 4), (1, 2), stride=(2, 3), padding=(0, 1))
        assert image.tolist() == [[[10, 0, 2, 20], [0] * 4, [30, 0, 4, 40]]]

    def test_what_falls_on_the_margin_is_dropped(
        self, implementation: Callable[..., Array]
    ) -> None:
        cols = [[1, 2], [10, 20]]
        image = implementation(cols, (1, 1, 1), (2, 1), padding=(1, 0))
        assert image.tolist() == [[[10 + 2]]]

    def test_channels_and_samples_do_not_mix(
        self, implementation: Callable[..., Array]
    ) -> None:
        cols = np.arange(8).reshape(2, 4, 1)
        image = implementation(cols, (2, 2, 2, 1), (2, 1))
        assert image.ravel().tolist() == list(range(8))

    @pytest.mark.parametrize("dtype", ["bool", "uint8", "int8", "int16"])
    def test_small_integer_types_do_not_overflow(
        self, implementation: Callable[..., Array], dtype: str
    ) -> None:
        highest = 1 if dtype == "bool" else int(np.iinfo(dtype).max)
        image = implementation(np.full((2, 2), highest, dtype), (1, 1, 3), (1, 2))
        assert image.dtype == np.int64
        assert image.tolist() == [[[highest, 2 * highest, highest]]]

    @pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "g"])
    def test_floats_keep_their_dtype(
        self, implementation: Callable[..., Array], dtype: str
    ) -> None:
        assert implementation(np.ones((1, 2), dtype), (1, 1, 2), (1, 1)).dtype == dtype

    def test_the_columns_are_not_modified_nor_given_back(
        self, implementation: Callable[..., Array]
    ) -> None:
        cols = np.ones((1, 4))
        cols.setflags(write=False)
        implementation(cols, (1, 2, 2), (1, 1))[...] = 5
        assert (cols == 1).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_both_give_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(DTYPES.index(dtype))
    for _ in range(40):
        windows = windows_of(draw_integers(rng, dtype))
        columns = im2col(windows.x, *windows.pairs)
        expected = naive.im2col(windows.x, *windows.pairs)
        np.testing.assert_array_equal(columns, expected, str(windows))
        cols = draw_columns(rng, windows, dtype)
        image = col2im(cols, windows.x.shape, *windows.pairs)
        expected = naive.col2im(cols, windows.x.shape, *windows.pairs)
        np.testing.assert_array_equal(image, expected, str(windows))
        assert image.dtype == expected.dtype


@pytest.mark.parametrize("dtype", [*DTYPES[1:], "g"])
def test_the_layer_gives_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(40 + DTYPES[1:].index(dtype) if dtype != "g" else 50)
    for _ in range(25):
        layer = draw_integers(rng, dtype)
        actual, expected = conv2d(*layer.arguments), naive.conv2d(*layer.arguments)
        assert actual.dtype == expected.dtype
        np.testing.assert_array_equal(actual, expected, str(layer))


def test_rounding_errors_of_the_layer_stay_within_the_bound() -> None:
    rng = np.random.default_rng(41)
    for _ in range(40):
        layer = draw_floats(rng, np.float32)
        exact, sums = naive.conv2d(*layer.exact), naive.conv2d(*layer.magnitudes)
        error = np.abs(conv2d(*layer.arguments) - exact)
        assert (error <= rounding_bound(layer, sums, np.float32)).all(), str(layer)


def test_a_large_input_has_the_columns_that_numpy_s_windows_have() -> None:
    rng = np.random.default_rng(42)
    x = rng.standard_normal((3, 7, 40, 50)).astype(np.float32)
    padded = np.pad(x, ((0, 0), (0, 0), (2, 2), (1, 1)))
    windows = sliding_window_view(padded, (5, 3), axis=(2, 3))[:, :, ::3, ::2]
    expected = np.einsum("ncijab->ncabij", windows).reshape(3, 7 * 15, -1)
    np.testing.assert_array_equal(im2col(x, (5, 3), (3, 2), (2, 1)), expected)


@pytest.mark.parametrize("step", [-1, 2])
@pytest.mark.parametrize("padding", [(0, 0), (1, 2)])
def test_the_memory_layout_does_not_matter(step: int, padding: Pair) -> None:
    rng = np.random.default_rng(43)
    x = np.asfortranarray(rng.integers(-4, 5, (2, 3, 8, 9)))[:, :, ::step, ::step]
    np.testing.assert_array_equal(
        im2col(x, (2, 3), padding=padding), naive.im2col(x, (2, 3), (1, 1), padding)
    )
    cols = draw_columns(rng, Windows(x, (2, 3), (1, 1), padding), "float32")
    strange = np.repeat(cols, 2, axis=1)[::-1, ::-2].copy(order="F")[::-1, ::-1]
    np.testing.assert_array_equal(
        col2im(strange, x.shape, (2, 3), padding=padding),
        naive.col2im(cols, x.shape, (2, 3), (1, 1), padding),
    )


def test_an_empty_batch_gives_an_empty_batch() -> None:
    assert im2col(np.ones((0, 2, 3, 3)), (2, 2)).shape == (0, 8, 4)
    assert col2im(np.ones((0, 8, 4)), (0, 2, 3, 3), (2, 2)).shape == (0, 2, 3, 3)
    assert conv2d(np.ones((0, 2, 3, 3)), np.ones((5, 2, 2, 2))).shape == (0, 5, 2, 2)


def layers() -> st.SearchStrategy[tuple[Layer, np.random.Generator]]:
    """Draw a layer of small integers in int64, and what to draw more from."""
    return generators().map(lambda rng: (draw_integers(rng, np.int64), rng))


@law
@given(drawn=layers())
def test_col2im_is_the_adjoint_of_im2col(
    drawn: tuple[Layer, np.random.Generator],
) -> None:
    windows, rng = windows_of(drawn[0]), drawn[1]
    cols = draw_columns(rng, windows, "int64")
    there = (im2col(windows.x, *windows.pairs) * cols).sum()
    assert there == (windows.x * col2im(cols, windows.x.shape, *windows.pairs)).sum()


@law
@given(drawn=layers())
def test_there_and_back_multiplies_each_pixel_by_its_windows(
    drawn: tuple[Layer, np.random.Generator],
) -> None:
    windows = windows_of(drawn[0])
    shape, ones = windows.x.shape, np.ones_like(windows.x)
    back = col2im(im2col(windows.x, *windows.pairs), shape, *windows.pairs)
    times = col2im(im2col(ones, *windows.pairs), shape, *windows.pairs)
    np.testing.assert_array_equal(back, windows.x * times)


@law
@given(drawn=layers())
def test_windows_that_do_not_overlap_come_back_as_they_were(
    drawn: tuple[Layer, np.random.Generator],
) -> None:
    x, kernel = drawn[0].x, windows_of(drawn[0]).kernel_size
    blocks = np.kron(x, np.ones(kernel, x.dtype))
    back = col2im(im2col(blocks, kernel, kernel), blocks.shape, kernel, kernel)
    np.testing.assert_array_equal(back, blocks)


@law
@given(drawn=layers(), a=st.integers(-5, 5), b=st.integers(-5, 5))
def test_col2im_is_linear(
    drawn: tuple[Layer, np.random.Generator], a: int, b: int
) -> None:
    windows, rng = windows_of(drawn[0]), drawn[1]
    one, two = (draw_columns(rng, windows, "int64") for _ in range(2))
    shape = windows.x.shape
    np.testing.assert_array_equal(
        col2im(a * one + b * two, shape, *windows.pairs),
        a * col2im(one, shape, *windows.pairs) + b * col2im(two, shape, *windows.pairs),
    )


@law
@given(drawn=layers())
def test_the_layer_is_the_fast_one(
    drawn: tuple[Layer, np.random.Generator],
) -> None:
    layer = drawn[0]
    np.testing.assert_array_equal(
        conv2d(*layer.arguments), forward.conv2d(*layer.arguments)
    )


class TestMagnitude:
    def test_of_columns_every_element_is_one_term(self) -> None:
        sums, terms = magnitude_im2col(np.array([[[1, -2, 3]]]), (1, 2))
        assert sums.tolist() == [[1, 2], [2, 3]]
        assert sums.dtype == np.float64
        assert terms == 1

    def test_of_an_image_every_element_counts_with_its_modulus(self) -> None:
        cols = np.array([[-1, 2], [3, -4]], np.int8)
        sums, terms = magnitude_col2im(cols, (1, 1, 3), (1, 2))
        assert sums.tolist() == [[[1, 2 + 3, 4]]]
        assert sums.dtype == np.float64
        assert terms == 2

    def test_terms_are_as_many_as_ones_add_up_to(self) -> None:
        rng = np.random.default_rng(44)
        for _ in range(60):
            windows = windows_of(draw_integers(rng, np.int64))
            ones = np.ones_like(naive.im2col(windows.x, *windows.pairs))
            counts = naive.col2im(ones, windows.x.shape, *windows.pairs)
            _, terms = magnitude_col2im(ones, windows.x.shape, *windows.pairs)
            assert terms == counts.max(), str(windows)

    def test_sums_of_long_doubles_are_long_doubles(self) -> None:
        ones = np.ones((1, 1, 1), "g")
        assert magnitude_im2col(ones, (1, 1))[0].dtype == np.longdouble
        image, _ = magnitude_col2im(ones, (1, 1, 1, 1), (1, 1))
        assert image.dtype == np.longdouble


X = np.ones((2, 4, 5))
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "x is a matrix": ("must be .*H, W", {"x": X[0]}),
    "x has five axes": ("must be .*H, W", {"x": X[None, None]}),
    "kernel of zero": ("kernel_size must be at least 1", {"kernel_size": (0, 1)}),
    "kernel is an int": ("kernel_size must be a pair", {"kernel_size": 2}),
    "stride of zero": ("stride must be at least 1", {"stride": (1, 0)}),
    "stride is an int": ("stride must be a pair", {"stride": 1}),
    "negative padding": ("padding must be at least 0", {"padding": (0, -1)}),
    "padding of a half": ("padding must be a pair", {"padding": (0.5, 0)}),
    "kernel is too high": ("larger than the padded", {"kernel_size": (5, 1)}),
    "kernel is too wide": (
        "larger than the padded",
        {"kernel_size": (1, 6), "padding": (3, 0)},
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_windows_raise_a_value_error_that_names_them(case: str) -> None:
    message, changed = BAD[case]
    arguments: dict[str, Any] = {"x": X, "kernel_size": (2, 2), **changed}
    for function in (im2col, magnitude_im2col):
        with pytest.raises(ValueError, match=message):
            function(**arguments)
    arguments |= {"cols": np.ones((8, 12)), "input_shape": arguments.pop("x").shape}
    for back in (col2im, magnitude_col2im):
        with pytest.raises(ValueError, match=message):
            back(**arguments)


BAD_COLUMNS: dict[str, tuple[str, dict[str, Any]]] = {
    "too few columns": ("cols must be", {"cols": np.ones((8, 11))}),
    "too few rows": ("cols must be", {"cols": np.ones((4, 12))}),
    "rows for columns": ("cols must be", {"cols": np.ones((12, 8))}),
    "a batch for a sample": ("cols must be", {"cols": np.ones((1, 8, 12))}),
    "a sample for a batch": ("cols must be", {"input_shape": (1, 2, 4, 5)}),
    "another batch size": (
        "cols must be",
        {"cols": np.ones((2, 8, 12)), "input_shape": (3, 2, 4, 5)},
    ),
    "a number": ("cols must be", {"cols": 1.0}),
    "a side below zero": ("input_shape must be", {"input_shape": (2, -4, 5)}),
    "a side of a half": ("input_shape must hold", {"input_shape": (2, 4, 0.5)}),
    "a shape that is a number": ("input_shape must hold", {"input_shape": 40}),
}


@pytest.mark.parametrize("function", [col2im, magnitude_col2im])
@pytest.mark.parametrize("case", BAD_COLUMNS)
def test_columns_that_do_not_fit_raise_a_value_error(
    case: str, function: Callable[..., object]
) -> None:
    message, changed = BAD_COLUMNS[case]
    arguments = {"cols": np.ones((8, 12)), "input_shape": (2, 4, 5)} | changed
    with pytest.raises(ValueError, match=message):
        function(**arguments, kernel_size=(2, 2))


def test_text_and_complex_numbers_are_refused() -> None:
    for bad in (X + 1j, X.astype(str)):
        with pytest.raises(ValueError, match="must hold real numbers"):
            im2col(bad, (1, 1))
        with pytest.raises(ValueError, match="must hold real numbers"):
            col2im(bad.reshape(2, 20), (2, 4, 5), (1, 1))


def test_the_layer_refuses_what_the_fast_one_refuses() -> None:
    with pytest.raises(ValueError, match="x must have 2 channels"):
        conv2d(np.ones((1, 2, 2)), np.ones((1, 2, 2, 2)))
    with pytest.raises(ValueError, match="bias must be"):
        conv2d(np.ones((1, 2, 2)), np.ones((2, 1, 2, 2)), np.ones(1))
    with pytest.raises(ValueError, match="larger than the padded"):
        conv2d(np.ones((1, 2, 2)), np.ones((1, 1, 3, 1)))


def test_integers_that_may_not_fit_into_int64_are_refused() -> None:
    with pytest.raises(OverflowError, match="too large for an exact int64"):
        col2im(np.full((2, 2), 2**62), (1, 1, 3), (1, 2))


@pytest.mark.parametrize("case", cases("gradients"))
def test_the_recorded_columns_have_the_same_bits(case: int) -> None:
    found = recorded("gradients", case)
    k_h, k_w = found["weight"].shape[2:]
    stride, padding = (recorded_pair(found, name) for name in ("stride", "padding"))
    pairs = (k_h, k_w), stride, padding
    for function in (im2col, naive.im2col):
        np.testing.assert_array_equal(function(found["x"], *pairs), found["unfolded"])
    shape, columns = found["x"].shape, found["columns"]
    for back in (col2im, naive.col2im):
        ours = back(columns, shape, *pairs)
        assert ours.dtype == found["folded"].dtype
        if case in integer_cases("gradients"):
            np.testing.assert_array_equal(ours, found["folded"])
        sums, terms = magnitude_col2im(columns, shape, *pairs)
        u = np.finfo(ours.dtype).eps / 2
        assert (np.abs(ours - found["folded"]) <= 2 * terms * u * sums).all()

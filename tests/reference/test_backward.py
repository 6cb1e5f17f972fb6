"""The gradients of a layer: by hand, by plain loops, by laws and by PyTorch."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reference import conv2d_backward as backward
from reference import naive
from reference.conv2d import conv2d
from reference.conv2d_backward import conv2d_backward, magnitude
from tests.reference.layers import (
    LAYOUTS,
    Draw,
    Layer,
    draw_floats,
    draw_integers,
    gamma,
    generators,
    integers,
    law,
    normals,
)
from tests.reference.recorded import cases, integer_cases, recorded, recorded_pair

Array = NDArray[Any]
Gradients = tuple[Array, Array, Array | None]
Terms = tuple[int, int, int]
Arrays = Iterable[Array | None]
Implementation = Callable[..., Gradients]

IMPLEMENTATIONS = (conv2d_backward, naive.conv2d_backward)
DTYPES = ("bool", "uint8", "int8", "int32", "int64", "float16", "float32", "float64")
NAMES = ("dx", "dweight", "dbias")
# Sizes in the order N, C_in, H, W, C_out, K_h, K_w; then stride and padding.
LARGE = {
    "parts_of_a_sample": ((2, 16, 64, 64, 12, 3, 3), (1, 1), (1, 1)),
    "several_samples": ((9, 24, 14, 14, 24, 3, 3), (1, 1), (1, 1)),
    "strided": ((3, 64, 29, 28, 40, 3, 2), (2, 3), (1, 0)),
    "strided_along_the_height": ((3, 8, 90, 60, 8, 5, 3), (3, 1), (2, 2)),
    "stem": ((2, 3, 111, 120, 32, 7, 7), (2, 2), (3, 3)),
    "patches": ((2, 3, 64, 66, 40, 16, 16), (16, 16), (0, 0)),
    "strides_that_skip_pixels": ((2, 3, 64, 66, 40, 2, 3), (5, 4), (0, 0)),
    "pixels": ((4, 40, 30, 20, 32, 1, 1), (1, 1), (0, 0)),
    "more_padding_than_the_kernel_reaches": ((2, 4, 60, 70, 8, 2, 3), (1, 1), (4, 5)),
}


def draw_dout(rng: np.random.Generator, layer: Layer) -> Array:
    """Draw a gradient by the output, like the values of the layer."""
    shape = conv2d(*layer.arguments).shape
    if layer.x.dtype.kind == "f" and (layer.x % 1).any():
        return rng.standard_normal(shape).astype(layer.x.dtype)
    least = 0 if layer.x.dtype.kind in "bu" else -4
    return rng.integers(least, 5, shape).astype(layer.x.dtype)


def large_layer(size: str, values: Draw) -> Layer:
    (n, c_in, h, w, c_out, k_h, k_w), stride, padding = LARGE[size]
    return Layer(
        values((n, c_in, h, w)),
        values((c_out, c_in, k_h, k_w)),
        values((c_out,)),
        stride,
        padding,
    )


def by_tap(
    dout: Array, layer: Layer, dtype: str = "float64"
) -> tuple[Array, Array, Array]:
    """Compute the gradients of a batch in float64, by contractions tap by tap."""
    x, weight, _, (s_h, s_w), (p_h, p_w) = layer.arguments
    dout, x, weight = dout.astype(dtype), x.astype(dtype), weight.astype(dtype)
    padded = np.pad(x, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))
    dx, dweight = np.zeros_like(padded), np.zeros_like(weight)
    h_out, w_out = dout.shape[2:]
    for a, b in np.ndindex(weight.shape[2:]):
        rows = slice(a, a + s_h * (h_out - 1) + 1, s_h)
        columns = slice(b, b + s_w * (w_out - 1) + 1, s_w)
        met = padded[:, :, rows, columns]
        dweight[:, :, a, b] = np.tensordot(dout, met, ((0, 2, 3), (0, 2, 3)))
        given = np.tensordot(dout, weight[:, :, a, b], (1, 0))
        dx[:, :, rows, columns] += given.transpose(0, 3, 1, 2)
    height, width = x.shape[2:]
    inner = dx[:, :, p_h : p_h + height, p_w : p_w + width]
    return inner, dweight, np.einsum("nohw->o", dout)


def assert_same(actual: Arrays, expected: Arrays, message: str = "") -> None:
    for name, ours, theirs in zip(NAMES, actual, expected, strict=True):
        if theirs is None:
            assert ours is None
        else:
            np.testing.assert_array_equal(ours, theirs, f"{name}: {message}")


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
class TestByHand:
    def test_one_output_gives_the_window_and_the_kernel(
        self, implementation: Implementation
    ) -> None:
        x, weight = [[[1.0, 2.0], [3.0, 4.0]]], [[[[5.0, 6.0], [7.0, 8.0]]]]
        dx, dweight, dbias = implementation([[[10.0]]], x, weight, [0.0])
        assert dx.tolist() == [[[50, 60], [70, 80]]]
        assert dweight.tolist() == [[[[10, 20], [30, 40]]]]
        assert dbias is not None
        assert dbias.tolist() == [10]

    def test_overlapping_windows_add_up(self, implementation: Implementation) -> None:
        dx, dweight, _ = implementation(
            [[[1.0, 10.0]]], [[[2.0, 3.0, 4.0]]], [[[[5.0, 6.0]]]]
        )
        assert dx.tolist() == [[[5, 6 + 50, 60]]]
        assert dweight.tolist() == [[[[2 + 30, 3 + 40]]]]

    def test_pixels_that_no_window_holds_get_zero(
        self, implementation: Implementation
    ) -> None:
        x = np.arange(1.0, 7.0).reshape(1, 1, 6)
        dx, dweight, _ = implementation([[[1.0, 10.0]]], x, [[[[7.0]]]], stride=(1, 3))
        assert dx.tolist() == [[[7, 0, 0, 70, 0, 0]]]
        assert dweight.tolist() == [[[[1 + 40]]]]

    def test_what_falls_on_the_padding_is_dropped(
        self, implementation: Implementation
    ) -> None:
        dx, dweight, dbias = implementation(
            [[[1.0, 10.0, 100.0]]],
            [[[2.0, 3.0]]],
            [[[[5.0, 7.0]]]],
            [0.0],
            (1, 1),
            (0, 1),
        )
        assert dx.tolist() == [[[7 + 50, 70 + 500]]]
        assert dweight.tolist() == [[[[20 + 300, 2 + 30]]]]
        assert dbias is not None
        assert dbias.tolist() == [111]

    def test_samples_keep_apart_in_dx_and_add_up_elsewhere(
        self, implementation: Implementation
    ) -> None:
        dout = np.array([1.0, 10.0]).reshape(2, 1, 1, 1)
        x = np.array([2.0, 3.0]).reshape(2, 1, 1, 1)
        dx, dweight, dbias = implementation(dout, x, [[[[5.0]]]], [0.0])
        assert dx.tolist() == [[[[5]]], [[[50]]]]
        assert dweight.tolist() == [[[[2 + 30]]]]
        assert dbias is not None
        assert dbias.tolist() == [11]

    def test_channels_meet_all_channels(self, implementation: Implementation) -> None:
        weight = np.array([[2.0, 3.0], [5.0, 7.0]]).reshape(2, 2, 1, 1)
        dx, dweight, dbias = implementation(
            [[[1.0]], [[10.0]]], [[[4.0]], [[6.0]]], weight, [0.0, 0.0]
        )
        assert dx.ravel().tolist() == [2 + 50, 3 + 70]
        assert dweight.reshape(2, 2).tolist() == [[4, 6], [40, 60]]
        assert dbias is not None
        assert dbias.tolist() == [1, 10]

    def test_without_a_bias_it_has_no_gradient(
        self, implementation: Implementation
    ) -> None:
        assert implementation([[[1.0]]], [[[1.0]]], [[[[1.0]]]])[2] is None

    @pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "bool"])
    def test_small_integer_types_do_not_overflow(
        self, implementation: Implementation, dtype: str
    ) -> None:
        highest = 1 if dtype == "bool" else int(np.iinfo(dtype).max)
        dout = np.full((1, 1, 2), highest, dtype)
        weight = dout[:, :, :1, np.newaxis]
        dx, dweight, dbias = implementation(dout, dout, weight, dout[0, 0, :1])
        assert dbias is not None
        assert dx.dtype == dweight.dtype == dbias.dtype == np.int64
        assert dx.tolist() == [[[highest**2] * 2]]
        assert dweight.tolist() == [[[[2 * highest**2]]]]
        assert dbias.tolist() == [2 * highest]

    @pytest.mark.parametrize("odd", range(4))
    def test_the_dtype_is_the_common_one(
        self, implementation: Implementation, odd: int
    ) -> None:
        shapes = ((1, 1, 1), (1, 1, 1), (1, 1, 1, 1), (1,))
        arguments = [
            np.ones(shape, "f8" if place == odd else "f4")
            for place, shape in enumerate(shapes)
        ]
        gradients = implementation(*arguments)
        assert [one.dtype for one in gradients if one is not None] == ["f8"] * 3

    @pytest.mark.parametrize("stride", [(1, 1), (2, 1)])
    def test_the_arguments_are_not_modified_nor_given_back(
        self, implementation: Implementation, stride: tuple[int, int]
    ) -> None:
        arguments = [np.ones(s) for s in ((1, 1, 1), (1, 1, 1), (1, 1, 1, 1), (1,))]
        for array in arguments:
            array.setflags(write=False)
        for gradient in implementation(*arguments, stride):
            assert gradient is not None
            gradient[...] = 5
        assert all((array == 1).all() for array in arguments)


@pytest.mark.parametrize("dtype", DTYPES)
def test_small_integers_give_the_same_bits_as_plain_loops(dtype: str) -> None:
    rng = np.random.default_rng(DTYPES.index(dtype))
    for _ in range(40):
        layer = draw_integers(rng, dtype)
        dout = draw_dout(rng, layer)
        actual = conv2d_backward(dout, *layer.arguments)
        expected = naive.conv2d_backward(dout, *layer.arguments)
        assert_same(actual, expected, str(layer))
        for ours, theirs in zip(actual, expected, strict=True):
            assert ours is None or (theirs is not None and ours.dtype == theirs.dtype)


@pytest.mark.parametrize("many", [1, 256])
@pytest.mark.parametrize("block", [1, 300, 3000])
def test_how_the_work_is_divided_does_not_matter(
    block: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backward, "BLOCK_BYTES", block)
    monkeypatch.setattr(backward, "MANY_CHANNELS", many)
    monkeypatch.setattr(backward, "LEAST_SUM_LENGTH", 1)
    rng = np.random.default_rng(31)
    for dtype in ("float32", "float64", "g", "int16") * 5:
        layer = draw_integers(rng, dtype)
        dout = draw_dout(rng, layer)
        expected = naive.conv2d_backward(dout, *layer.arguments)
        assert_same(conv2d_backward(dout, *layer.arguments), expected, str(layer))


@pytest.mark.parametrize("size", LARGE)
def test_large_layers_of_integers_give_the_same_values_as_contractions(
    size: str,
) -> None:
    rng = np.random.default_rng(32)
    layer = large_layer(size, integers(rng, np.float32))
    dout = draw_dout(rng, layer)
    assert_same(conv2d_backward(dout, *layer.arguments), by_tap(dout, layer))


@pytest.mark.parametrize("size", LARGE)
def test_rounding_errors_of_large_layers_stay_within_the_bound(size: str) -> None:
    rng = np.random.default_rng(33)
    layer = large_layer(size, normals(rng, np.float32))
    dout = draw_dout(rng, layer)
    actual = conv2d_backward(dout, *layer.arguments)
    assert [one.dtype for one in actual if one is not None] == [np.float32] * 3
    magnitudes, terms = magnitude(dout, *layer.arguments)
    _assert_within(actual, by_tap(dout, layer), magnitudes, terms)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("stride", [(1, 1), (2, 3)])
@pytest.mark.parametrize("padding", [(0, 0), (2, 1)])
@pytest.mark.parametrize("shape", [(3, 2, 1, 1), (3, 2, 3, 2)])
def test_the_memory_layout_does_not_matter(
    layout: Callable[[Array], Array],
    stride: tuple[int, int],
    padding: tuple[int, int],
    shape: tuple[int, ...],
) -> None:
    rng = np.random.default_rng(34)
    x = rng.integers(-4, 5, (2, 2, 5, 7)).astype(np.float32)
    weight = rng.integers(-4, 5, shape).astype(np.float32)
    layer = Layer(x, weight, np.ones(3, np.float32), stride, padding)
    dout = draw_dout(rng, layer)
    expected = naive.conv2d_backward(dout, *layer.arguments)
    bias = layout(np.ones(3, np.float32))
    actual = conv2d_backward(
        layout(dout), layout(x), layout(weight), bias, stride, padding
    )
    assert_same(actual, expected)


def test_one_number_may_stand_for_all() -> None:
    dout = np.broadcast_to(1.0, (1, 2, 2))
    x = np.broadcast_to(2.0, (1, 3, 3))
    dx, dweight, _ = conv2d_backward(dout, x, np.ones((1, 1, 2, 2)))
    assert dx.tolist() == [[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]
    assert dweight.tolist() == [[[[8, 8], [8, 8]]]]


@pytest.mark.parametrize("stride", [(1, 1), (2, 1)])
def test_an_empty_batch_has_gradients_of_zero(stride: tuple[int, int]) -> None:
    dout, x = np.ones((0, 3, 1, 2)), np.ones((0, 2, 2, 3))
    dx, dweight, dbias = conv2d_backward(
        dout, x, np.ones((3, 2, 2, 2)), np.ones(3), stride
    )
    assert dx.shape == (0, 2, 2, 3)
    assert dweight.tolist() == np.zeros((3, 2, 2, 2)).tolist()
    assert dbias is not None
    assert dbias.tolist() == [0, 0, 0]


def _with_dout(rng: np.random.Generator) -> tuple[Array, Layer]:
    layer = draw_integers(rng, np.int64)
    return draw_dout(rng, layer), layer


def layers() -> st.SearchStrategy[tuple[Array, Layer]]:
    """Draw a gradient by the output, and its layer of small integers in int64."""
    return generators().map(_with_dout)


@law
@given(drawn=layers())
def test_dx_is_the_adjoint_of_the_layer_in_its_input(
    drawn: tuple[Array, Layer],
) -> None:
    dout, layer = drawn
    x, weight, _, stride, padding = layer.arguments
    dx, _, _ = conv2d_backward(dout, x, weight, None, stride, padding)
    out = conv2d(x, weight, None, stride, padding)
    assert (out * dout).sum() == (x * dx).sum()


@law
@given(drawn=layers())
def test_dweight_is_the_adjoint_of_the_layer_in_its_weight(
    drawn: tuple[Array, Layer],
) -> None:
    dout, layer = drawn
    x, weight, _, stride, padding = layer.arguments
    _, dweight, _ = conv2d_backward(dout, x, weight, None, stride, padding)
    out = conv2d(x, weight, None, stride, padding)
    assert (out * dout).sum() == (weight * dweight).sum()


@law
@given(drawn=layers())
def test_dbias_is_the_adjoint_of_the_layer_in_its_bias(
    drawn: tuple[Array, Layer],
) -> None:
    dout, layer = drawn
    x, weight, _, stride, padding = layer.arguments
    bias = np.arange(1, len(weight) + 1)
    _, _, dbias = conv2d_backward(dout, x, weight, bias, stride, padding)
    out = conv2d(0 * x, weight, bias, stride, padding)
    assert dbias is not None
    assert (out * dout).sum() == (bias * dbias).sum()


@law
@given(drawn=layers(), a=st.integers(-5, 5), b=st.integers(-5, 5))
def test_it_is_linear_in_the_gradient_by_the_output(
    drawn: tuple[Array, Layer], a: int, b: int
) -> None:
    dout, layer = drawn
    other = dout[..., ::-1, :] + 1
    whole = conv2d_backward(a * dout + b * other, *layer.arguments)
    first = conv2d_backward(dout, *layer.arguments)
    second = conv2d_backward(other, *layer.arguments)
    expected = [
        None if one is None or two is None else a * one + b * two
        for one, two in zip(first, second, strict=True)
    ]
    assert_same(whole, expected)


@law
@given(drawn=layers())
def test_dx_does_not_depend_on_x_nor_dweight_on_weight(
    drawn: tuple[Array, Layer],
) -> None:
    dout, layer = drawn
    x, weight, bias, stride, padding = layer.arguments
    dx, dweight, _ = conv2d_backward(dout, x, weight, bias, stride, padding)
    assert (conv2d_backward(dout, x + 7, weight, bias, stride, padding)[0] == dx).all()
    assert (
        conv2d_backward(dout, x, weight + 7, bias, stride, padding)[1] == dweight
    ).all()


@law
@given(drawn=layers())
def test_a_batch_is_its_samples_one_by_one(drawn: tuple[Array, Layer]) -> None:
    dout, layer = drawn
    x, weight, _, stride, padding = layer.arguments
    bias = np.zeros(len(weight), np.int64)
    batch, douts = x.reshape(-1, *x.shape[-3:]), dout.reshape(-1, *dout.shape[-3:])
    alone = [
        conv2d_backward(d, sample, weight, bias, stride, padding)
        for d, sample in zip(douts, batch, strict=True)
    ]
    whole = conv2d_backward(douts, batch, weight, bias, stride, padding)
    dxs, dweights, dbiases = (np.stack(one) for one in zip(*alone, strict=True))
    assert_same(whole, (dxs, dweights.sum(axis=0), dbiases.sum(axis=0)))


def test_the_gradients_are_those_of_central_differences() -> None:
    rng = np.random.default_rng(35)
    step = 2.0**-10
    for _ in range(25):
        layer = draw_floats(rng, np.float64)
        dout = draw_dout(rng, layer)
        gradients = conv2d_backward(dout, *layer.arguments)
        for place, gradient in enumerate(gradients):
            if gradient is None:
                continue
            for at in map(tuple, rng.integers(0, gradient.shape, (6, gradient.ndim))):
                moved = [
                    (conv2d(*_moved(layer, place, at, by)) * dout).sum()
                    for by in (-step, step)
                ]
                numerical = (moved[1] - moved[0]) / (2 * step)
                # The loss is linear in each argument: only rounding is left.
                assert gradient[at] == pytest.approx(numerical, abs=1e-9), str(layer)


def _moved(layer: Layer, place: int, at: tuple[int, ...], by: float) -> tuple[Any, ...]:
    arguments = list(layer.arguments)
    array = np.array(arguments[place])
    array[at] += by
    return (*arguments[:place], array, *arguments[place + 1 :])


DOUT, X, WEIGHT = np.ones((3, 2, 3)), np.ones((2, 4, 5)), np.ones((3, 2, 3, 3))
BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "dout is too low": ("dout must be", {"dout": DOUT[:, :1]}),
    "dout is too wide": ("dout must be", {"dout": np.ones((3, 2, 4))}),
    "dout could be broadcast": ("dout must be", {"dout": DOUT[:, :1, :1]}),
    "dout has too few channels": ("dout must be", {"dout": DOUT[:1]}),
    "dout is a batch for a sample": ("dout must be", {"dout": DOUT[None]}),
    "dout is a sample for a batch": ("dout must be", {"x": X[None]}),
    "dout has another batch size": (
        "dout must be",
        {"x": np.ones((2, 2, 4, 5)), "dout": DOUT[None]},
    ),
    "dout is a number": ("dout must be", {"dout": 1.0}),
    "dout is that of another stride": ("dout must be", {"stride": (1, 2)}),
    "dout is that of another padding": ("dout must be", {"padding": (1, 0)}),
    "x is a matrix": ("x must be", {"x": X[0]}),
    "weight has three axes": ("weight must be", {"weight": WEIGHT[0]}),
    "one channel for two": ("x must have 2 channels", {"x": X[:1]}),
    "bias is too short": ("bias must be", {"bias": np.ones(1)}),
    "stride of zero": ("stride must be at least 1", {"stride": (1, 0)}),
    "stride is an int": ("stride must be a pair", {"stride": 1}),
    "negative padding": ("padding must be at least 0", {"padding": (0, -1)}),
    "kernel is too high": ("larger than the padded", {"x": X[:, :2]}),
}


@pytest.mark.parametrize("function", [conv2d_backward, magnitude])
@pytest.mark.parametrize("case", BAD)
def test_bad_arguments_raise_a_value_error_that_names_them(
    case: str, function: Callable[..., object]
) -> None:
    message, changed = BAD[case]
    arguments = {"dout": DOUT, "x": X, "weight": WEIGHT, "bias": np.ones(3)} | changed
    with pytest.raises(ValueError, match=message):
        function(**arguments)


@pytest.mark.parametrize("name", ["dout", "x", "weight", "bias"])
def test_complex_numbers_are_refused(name: str) -> None:
    arguments: dict[str, Any] = {"dout": DOUT, "x": X, "weight": WEIGHT}
    arguments |= {"bias": np.ones(3)}
    with pytest.raises(ValueError, match=f"{name} must hold real numbers"):
        conv2d_backward(**arguments | {name: arguments[name] + 1j})


@pytest.mark.parametrize("large", ["dout", "x", "weight"])
def test_integers_that_may_not_fit_into_int64_are_refused(large: str) -> None:
    arguments: dict[str, Any] = {
        "dout": np.full((1, 2, 2), 2),
        "x": np.full((1, 2, 2), 2),
        "weight": np.full((1, 1, 1, 1), 2),
    }
    arguments[large] = arguments[large] * 2**61
    with pytest.raises(OverflowError, match="too large for exact int64"):
        conv2d_backward(**arguments)


class TestMagnitude:
    def test_every_value_counts_with_its_modulus(self) -> None:
        sums, terms = magnitude(
            [[[-1.0, 2.0]]], [[[3.0, -4.0, 5.0]]], [[[[-6.0, 7.0]]]], [-8.0]
        )
        assert [one.tolist() for one in sums if one is not None] == [
            [[[6, 7 + 12, 14]]],
            [[[[3 + 8, 4 + 10]]]],
            [3],
        ]
        assert terms == (2, 2, 2)

    def test_without_a_bias_there_is_nothing_to_bound(self) -> None:
        sums, terms = magnitude([[[1.0]]], [[[1.0]]], [[[[1.0]]]])
        assert sums[2] is None
        assert terms == (1, 1, 1)

    def test_terms_are_as_many_as_ones_add_up_to(self) -> None:
        rng = np.random.default_rng(36)
        for _ in range(100):
            layer = draw_integers(rng, np.int64)
            dout, x, weight = (
                np.ones(array.shape)
                for array in (draw_dout(rng, layer), layer.x, layer.weight)
            )
            bias = np.ones(len(weight))
            _, terms = magnitude(dout, x, weight, bias, layer.stride, layer.padding)
            dx, dweight, dbias = naive.conv2d_backward(
                dout, x, weight, bias, layer.stride, layer.padding
            )
            assert dbias is not None
            assert terms[0] == dx.max(), str(layer)
            # Products with padding count, although they add nothing.
            assert terms[1] == terms[2] == dbias[0] >= dweight.max()

    @pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "uint8", "g"])
    def test_sums_are_in_float64_at_least(self, dtype: str) -> None:
        one = np.full((1, 1, 1), 100, dtype)
        sums, _ = magnitude(one, one, one[np.newaxis], one[0, 0])
        wide = np.longdouble if dtype == "g" else np.float64
        assert [array.dtype for array in sums if array is not None] == [wide] * 3
        assert [array.item() for array in sums if array is not None] == [1e4, 1e4, 100]

    def test_rounding_errors_of_small_layers_stay_within_the_bound(self) -> None:
        rng = np.random.default_rng(37)
        for _ in range(60):
            layer = draw_floats(rng, np.float32)
            dout = draw_dout(rng, layer)
            exact = naive.conv2d_backward(dout.astype("g"), *layer.exact)
            magnitudes = naive.conv2d_backward(
                np.abs(dout, dtype="g"), *layer.magnitudes
            )
            _, terms = magnitude(dout, *layer.arguments)
            ours = conv2d_backward(dout, *layer.arguments)
            _assert_within(ours, exact, magnitudes, terms)


def _assert_within(
    ours: Arrays, exact: Arrays, magnitudes: Arrays, terms: Terms, times: int = 1
) -> None:
    for one, right, sums, n in zip(ours, exact, magnitudes, terms, strict=True):
        if one is not None:
            assert right is not None
            assert sums is not None
            bound = times * gamma(n, one.dtype) * sums
            assert (np.abs(one - right) <= bound).all()


def _recorded(case: int) -> tuple[Array, Layer, list[Array | None]]:
    found = recorded("gradients", case)
    pairs = recorded_pair(found, "stride"), recorded_pair(found, "padding")
    layer = Layer(found["x"], found["weight"], found.get("bias"), *pairs)
    return found["dout"], layer, [found.get(name) for name in NAMES]


@pytest.mark.parametrize("case", cases("gradients"))
def test_the_recorded_gradients_agree_within_the_bounds_of_both(case: int) -> None:
    dout, layer, theirs = _recorded(case)
    ours = conv2d_backward(dout, *layer.arguments)
    wide = [None if array is None else array.astype("g") for array in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or one.dtype == other.dtype
    _assert_within(ours, wide, *magnitude(dout, *layer.arguments), times=2)


@pytest.mark.parametrize("case", integer_cases("gradients"))
def test_the_recorded_gradients_for_integers_have_the_same_bits(case: int) -> None:
    dout, layer, theirs = _recorded(case)
    for implementation in IMPLEMENTATIONS:
        assert_same(implementation(dout, *layer.arguments), theirs)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_pytorch_itself_agrees(dtype: str) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(38)
    for _ in range(40):
        layer = draw_floats(rng, dtype)
        dout = draw_dout(rng, layer)
        leaves = [
            None if array is None else torch.from_numpy(array).requires_grad_()
            for array in layer.arguments[:3]
        ]
        out = torch.nn.functional.conv2d(*leaves, layer.stride, layer.padding)
        out.backward(torch.from_numpy(dout))
        theirs = [None if leaf is None else leaf.grad.numpy() for leaf in leaves]
        ours = conv2d_backward(dout, *layer.arguments)
        _assert_within(ours, theirs, *magnitude(dout, *layer.arguments), times=2)

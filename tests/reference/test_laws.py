"""What holds for every convolution layer, on data that Hypothesis draws.

All values are small integers held as floats, so that both sides of a law are exact.
"""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reference.conv2d import conv2d
from tests.reference.layers import Layer, draw_integers, generators, law

Array = NDArray[Any]


def layers() -> st.SearchStrategy[Layer]:
    """Draw a layer of small integers in float64."""
    return generators().map(lambda rng: draw_integers(rng, np.float64))


FACTORS = st.integers(-5, 5)


@law
@given(layer=layers(), a=FACTORS, b=FACTORS)
def test_it_is_linear_in_the_input(layer: Layer, a: int, b: int) -> None:
    x, weight, _, stride, padding = layer.arguments
    other = x[..., ::-1, :] + 1
    whole = conv2d(a * x + b * other, weight, None, stride, padding)
    first = conv2d(x, weight, None, stride, padding)
    second = conv2d(other, weight, None, stride, padding)
    np.testing.assert_array_equal(whole, a * first + b * second)


@law
@given(layer=layers(), a=FACTORS, b=FACTORS)
def test_it_is_linear_in_the_weight(layer: Layer, a: int, b: int) -> None:
    x, weight, _, stride, padding = layer.arguments
    other = weight[..., ::-1] + 1
    whole = conv2d(x, a * weight + b * other, None, stride, padding)
    first = conv2d(x, weight, None, stride, padding)
    second = conv2d(x, other, None, stride, padding)
    np.testing.assert_array_equal(whole, a * first + b * second)


@law
@given(layer=layers())
def test_the_bias_shifts_each_output_channel(layer: Layer) -> None:
    x, weight, _, stride, padding = layer.arguments
    bias = np.arange(1.0, len(weight) + 1)
    shift = conv2d(x, weight, bias, stride, padding) - conv2d(
        x, weight, None, stride, padding
    )
    for channel, value in enumerate(bias):
        assert (shift[..., channel, :, :] == value).all()


@law
@given(layer=layers(), rows=st.integers(0, 3), columns=st.integers(0, 3))
def test_an_input_moved_by_strides_moves_the_output(
    layer: Layer, rows: int, columns: int
) -> None:
    x, weight, bias, (s_h, s_w), _ = layer.arguments
    wide = np.pad(x, ((0, 0),) * (x.ndim - 2) + ((9, 9), (9, 9)), mode="reflect")
    moved = wide[..., rows * s_h :, columns * s_w :]
    np.testing.assert_array_equal(
        conv2d(moved, weight, bias, (s_h, s_w)),
        conv2d(wide, weight, bias, (s_h, s_w))[..., rows:, columns:],
    )


@law
@given(layer=layers(), half=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_a_kernel_with_one_centred_one_is_the_identity(
    layer: Layer, half: tuple[int, int]
) -> None:
    channels = layer.x.shape[-3]
    weight = np.zeros((channels, channels, 2 * half[0] + 1, 2 * half[1] + 1))
    weight[:, :, half[0], half[1]] = np.eye(channels)
    np.testing.assert_array_equal(conv2d(layer.x, weight, padding=half), layer.x)


@law
@given(layer=layers())
def test_a_stride_keeps_every_so_many_outputs(layer: Layer) -> None:
    x, weight, bias, (s_h, s_w), padding = layer.arguments
    np.testing.assert_array_equal(
        conv2d(x, weight, bias, (s_h, s_w), padding),
        conv2d(x, weight, bias, (1, 1), padding)[..., ::s_h, ::s_w],
    )


@law
@given(layer=layers())
def test_padding_is_a_margin_of_zeros(layer: Layer) -> None:
    x, weight, bias, stride, (p_h, p_w) = layer.arguments
    margins = ((0, 0),) * (x.ndim - 2) + ((p_h, p_h), (p_w, p_w))
    np.testing.assert_array_equal(
        conv2d(x, weight, bias, stride, (p_h, p_w)),
        conv2d(np.pad(x, margins), weight, bias, stride),
    )


@law
@given(layer=layers())
def test_a_batch_is_its_samples_one_by_one(layer: Layer) -> None:
    x, weight, bias, stride, padding = layer.arguments
    batch = x.reshape(-1, *x.shape[-3:])
    alone = [conv2d(sample, weight, bias, stride, padding) for sample in batch]
    whole = conv2d(batch, weight, bias, stride, padding)
    np.testing.assert_array_equal(whole, np.stack(alone))


@law
@given(layer=layers())
def test_exchanging_height_and_width_of_all_exchanges_those_of_the_output(
    layer: Layer,
) -> None:
    x, weight, bias, stride, padding = layer.arguments
    turned = conv2d(
        x.swapaxes(-1, -2), weight.swapaxes(-1, -2), bias, stride[::-1], padding[::-1]
    )
    np.testing.assert_array_equal(
        turned.swapaxes(-1, -2), conv2d(x, weight, bias, stride, padding)
    )

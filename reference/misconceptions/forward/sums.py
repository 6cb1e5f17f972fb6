"""How people multiply and sum wrong."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import (
    FUNCTIONS,
    Array,
    Forward,
    Layer,
    Pair,
    around,
)

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "products",
    title="only the first channel counts",
    explanation="A filter has weights for every channel, and its sum runs over all of "
    "them.",
    hints=(
        "Try an image with two channels.",
        "Look at which axes the sum runs over.",
        "One pixel with the channels 1 and 10, weights of 1: what is the sum?",
    ),
)
def sum_missing_channel(_: Forward, window: Array, kernel: Array) -> Array:
    return window[:, None, :1] * kernel[None, :, :1]


@BANK.mistake(
    "products",
    title="each channel's result overwrites that of the one before it",
    explanation="A filter's result is the sum over its channels, and not what the "
    "last of them gives.",
    hints=(
        "Try an image with two channels.",
        "Look at how the results of the channels come together.",
        "One pixel with the channels 1 and 10, weights of 1: what is the sum?",
    ),
)
def last_channel_only(_: Forward, window: Array, kernel: Array) -> Array:
    return window[:, None, -1:] * kernel[None, :, -1:]


@BANK.mistake(
    "total",
    title="each product overwrites the one before it",
    explanation="A result is the sum of all the products, and not the last of them.",
    hints=(
        "Try a kernel of ones, larger than 1x1.",
        "Look at how the products of a window come together.",
        "The row 1, 2 with a kernel of two ones: is the result 3?",
    ),
)
def last_tap_only(_: Forward, products: Array) -> Array:
    return products[..., -1, -1, -1]


@BANK.mistake(
    "slide",
    title="the channels' maps are stacked, and not summed",
    explanation="A filter makes one map: the sum of what it gives on each channel.",
    hints=(
        "Compare the shape of the output with what the statement asks for.",
        "Look for the sum over the channels.",
        "An image with 2 channels and one filter: how many maps come out?",
    ),
)
def channel_sum_missing(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    windows = program.windows(padded, kernel, stride, size)
    sums = [
        [program.products(window, kernel).sum((3, 4)) for window in row]
        for row in windows
    ]
    return np.array(sums).transpose(2, 3, 4, 0, 1)


@BANK.mistake(
    "slide",
    title="each channel of each filter has a map of its own in the output",
    explanation="A filter makes one map: the sum of what it gives on each channel.",
    hints=(
        "Count the channels of the output.",
        "Look for the sum over the channels.",
        "An image with 2 channels and one filter: how many channels come out?",
    ),
)
def channel_maps_concatenated(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    out = channel_sum_missing(program, padded, kernel, stride, size)
    return out.reshape(len(out), -1, *size)


def for_each_channel(weight: Array, bias: Array | None) -> tuple[Array, Array | None]:
    """Give kernels that see one channel each, with the bias of their filter."""
    channels = weight.shape[1]
    alone = np.eye(channels, dtype=weight.dtype)[:, :, None, None] * weight[:, None]
    kernels = alone.reshape(-1, *weight.shape[1:])
    return kernels, None if bias is None else bias.repeat(channels)


@BANK.variant("channel-maps-concatenated", "conv2d", shows="with its filter's bias")
@around
def channel_maps_concatenated_with_bias(
    program: Forward, layer: Layer, x: Array, weight: Array, bias: Array | None
) -> Array:
    program.check_bias(weight, bias)
    return layer(x, *for_each_channel(weight, bias))


@BANK.mistake(
    "total",
    title="the products are averaged, and not summed",
    explanation="A result is the plain sum of its products, however many they are.",
    hints=(
        "Try a kernel of ones, larger than 1x1.",
        "Compare your results with the right ones: do they differ by the same factor?",
        "The row 1, 2 with a kernel of two ones: is the result 3?",
    ),
)
def mean_instead_of_sum(_: Forward, products: Array) -> Array:
    mean: Array = products.mean((2, 3, 4))
    return mean


@BANK.mistake(
    "arrange",
    title="the sum runs over the samples too",
    explanation="Samples have nothing to do with each other: each has its own output.",
    hints=(
        "Try a batch of two different samples.",
        "Look at which axes the sum runs over when there is a batch.",
        "Two samples of one pixel, 1 and 10, and a 1x1 kernel of 1: what are the two "
        "outputs?",
    ),
)
def batch_summed(program: Forward, sums: Array) -> Array:
    total = sums.sum(axis=2, keepdims=True)
    return Forward.arrange(program, np.broadcast_to(total, sums.shape))


@BANK.mistake(
    "arrange",
    title="the product's rows are reshaped to the output without a transpose",
    explanation="The product has filters last, and a reshape keeps its numbers in "
    "their order.",
    hints=(
        "Try two filters on an image with several pixels.",
        "Look at the order of the axes of your matrix product.",
        "One sample, the row 1, 2 and the 1x1 filters 1 and 10: which two numbers "
        "belong to the first filter?",
    ),
)
def im2col_output_reshape_no_transpose(_: Forward, sums: Array) -> Array:
    rows, columns, samples, filters = sums.shape
    return sums.transpose(2, 0, 1, 3).reshape(samples, filters, rows, columns)


@BANK.mistake(
    "arrange",
    title="a product with filters first is reshaped as if samples came first",
    explanation="The product has filters first and samples second, and a reshape does "
    "not exchange them.",
    hints=(
        "Try a batch of two samples with two filters.",
        "Look at the order of the axes of your matrix product.",
        "Samples of one pixel, 1 and 2, and filters of one weight, 1 and 10: what is "
        "the output of the first sample?",
    ),
)
def im2col_batch_last_mixup(_: Forward, sums: Array) -> Array:
    rows, columns, samples, filters = sums.shape
    return sums.transpose(3, 2, 0, 1).reshape(samples, filters, rows, columns)


@BANK.mistake(
    "arrange",
    title="a product with samples last is split as if samples came before the places",
    explanation="Windows must be read back in the order in which they were laid out.",
    hints=(
        "Try a batch of two samples with several places.",
        "Compare the order in which your code lays windows out with how it takes "
        "results apart.",
        "Two samples, the rows 1, 2 and 3, 4, and a 1x1 kernel of 1: is the output "
        "the batch itself?",
    ),
)
def im2col_places_before_batch(_: Forward, sums: Array) -> Array:
    rows, columns, samples, filters = sums.shape
    return sums.reshape(samples, rows, columns, filters).transpose(0, 3, 1, 2)


@BANK.mistake(
    "arrange",
    title="the output's rows and columns are exchanged",
    explanation="The places along the height of the image are the rows of the output.",
    hints=(
        "Try an image that is not symmetric.",
        "Look at the order in which the results are put in the output.",
        "The row 1, 2 with a 1x1 kernel of 1: does a row or a column come out?",
    ),
)
def output_transposed(_: Forward, sums: Array) -> Array:
    return sums.transpose(2, 3, 1, 0)

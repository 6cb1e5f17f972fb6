"""How people take the axes of the input or the output wrong."""

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward

BANK = Bank(Forward, FUNCTIONS)


@BANK.mistake(
    "layout",
    title="channels are the last axis of the output",
    explanation="The output has the order (N, C_out, H_out, W_out), as the input has.",
    hints=(
        "Compare the shape of the output with what the statement asks for.",
        "Look at the order of the axes of what your code returns.",
        "One filter on a 2x3 image with a 1x1 kernel: which shape has the output?",
    ),
)
def layout_nhwc_output(_: Forward, out: Array) -> Array:
    return np.moveaxis(out, 1, -1)


@BANK.mistake(
    "layout",
    title="filters are the first axis of the output, before the samples",
    explanation="The output has the order (N, C_out, H_out, W_out): samples come "
    "first.",
    hints=(
        "Try a batch of two samples and three filters.",
        "Look at the order of the axes of what your code returns.",
        "Two samples and three filters: what are the first two numbers of the "
        "output's shape?",
    ),
)
def layout_filters_first(_: Forward, out: Array) -> Array:
    return out.swapaxes(0, 1)


@BANK.mistake(
    "finish",
    title="every axis of length 1 is dropped from the output",
    explanation="An axis of length 1 is an axis like any other, and the caller counts "
    "on it.",
    hints=(
        "Try one filter, or an output that is one pixel wide.",
        "Look at what happens to the output's shape at the end.",
        "A batch of one sample, one filter and a 1x1 output: how many axes does it "
        "have?",
    ),
)
def squeeze_all(program: Forward, out: Array, x: Array) -> Array:
    return np.squeeze(Forward.finish(program, out, x))


@BANK.variant("squeeze-all", shows="if it is that of a single sample")
def squeeze_all_of_samples(program: Forward, out: Array, x: Array) -> Array:
    given = Forward.finish(program, out, x)
    return np.squeeze(given) if x.ndim == 3 else given


@BANK.mistake(
    "unbatch",
    title="a single sample comes back as a batch of one",
    explanation="Who gives a sample without a batch axis gets an output without one.",
    hints=(
        "Try a call with a single sample of three axes.",
        "Compare how many axes go in and how many come out.",
        "A sample of shape (1, 2, 2) and a 1x1 kernel: which shape has the output?",
    ),
)
def single_returns_batch_axis(_: Forward, out: Array, x: Array) -> Array:
    return out


@BANK.mistake(
    "unbatch",
    title="a batch of one comes back as a single sample",
    explanation="Who gives a batch gets a batch, however small it is.",
    hints=(
        "Try a batch with one sample in it.",
        "Look at how your code decides whether the batch axis goes.",
        "A batch of shape (1, 1, 2, 2) and a 1x1 kernel: which shape has the output?",
    ),
)
def batch_of_one_unwrapped(_: Forward, out: Array, x: Array) -> Array:
    return out[0] if len(out) == 1 else out


@BANK.mistake(
    "unbatch",
    title="only the first sample of a batch comes back",
    explanation="Each sample of a batch has its output.",
    hints=(
        "Try a batch of two samples.",
        "Compare the number of samples that go in and that come out.",
        "A batch of shape (2, 1, 1, 1): how many samples has the output?",
    ),
)
def first_sample_only(_: Forward, out: Array, x: Array) -> Array:
    return out[0] if x.ndim == 3 else out[:1]


@BANK.mistake(
    "batch",
    title="only a single sample is accepted",
    explanation="The input may be a sample of three axes or a batch of four.",
    hints=(
        "Try a batch.",
        "Look at how your code takes the shape of the input apart.",
        "How many axes has a batch, and how many does your code expect?",
    ),
    refuses=True,
)
def batch_rank_confusion(_: Forward, x: Array) -> Array:
    channels, height, width = x.shape
    return x.reshape(1, channels, height, width)


@BANK.mistake(
    "batch",
    title="only a batch is accepted",
    explanation="The input may be a sample of three axes or a batch of four.",
    hints=(
        "Try a single sample.",
        "Look at how your code takes the shape of the input apart.",
        "How many axes has a single sample, and how many does your code expect?",
    ),
    refuses=True,
)
def sample_rank_confusion(_: Forward, x: Array) -> Array:
    samples, channels, height, width = x.shape
    return x.reshape(samples, channels, height, width)


@BANK.mistake(
    "batch",
    title="the image is read as it lies in memory, though it may be a transposed view",
    explanation="The order of the numbers in memory says nothing about the order of "
    "the axes of a view.",
    hints=(
        "Try an image that is a transposed view, and a copy of it.",
        "Look for places where your code reckons with the layout of memory.",
        "The transpose of the image with the rows 1, 2 and 3, 4: what is the second "
        "pixel of its first row?",
    ),
)
def noncontiguous_assumed(_: Forward, x: Array) -> Array:
    return x.ravel(order="K").reshape(-1, *x.shape[-3:])


def _reused(program: Forward, form: object, out: Array) -> Array:
    """Put a result in the array that was last kept for a form, if it fits there."""
    kept: dict[object, Array] = vars(program).setdefault("kept", {})
    array = kept.get(form, out)
    if (array.shape, array.dtype) != (out.shape, out.dtype):
        array = out
    array[...] = out
    kept[form] = array
    return array


@BANK.mistake(
    "finish",
    title="the result is kept in an array that later calls use again",
    explanation="What was given back is the caller's, and later calls must leave it "
    "as it is.",
    hints=(
        "Make two calls with other numbers, and look at the first result again.",
        "Look for an array that is made once and used in every call.",
        "Two calls with the pixels 1 and 2: is the first result still what it was?",
    ),
    lasts=True,
)
def output_array_reused(program: Forward, out: Array, x: Array) -> Array:
    array = _reused(program, (out.shape, out.dtype), out)
    return Forward.finish(program, array, x)


@BANK.variant("output-array-reused", shows="whatever the type")
def output_array_reused_by_shape(program: Forward, out: Array, x: Array) -> Array:
    return Forward.finish(program, _reused(program, out.shape, out), x)


@BANK.variant("output-array-reused", shows="where it is of the last one's form")
def output_array_of_last_call_reused(program: Forward, out: Array, x: Array) -> Array:
    return Forward.finish(program, _reused(program, "last", out), x)

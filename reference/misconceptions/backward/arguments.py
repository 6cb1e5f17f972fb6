"""Mistakes in how arguments are read and results are given back."""

from typing import Any

import numpy as np

from reference.misconceptions.arguments import in_float32
from reference.misconceptions.backward.program import Array, Backward, Pair
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD

BANK = Bank(Backward, ["conv2d_backward"])

_ORDER_HINTS = (
    "Compare the shape of each result with that of its argument.",
    "Look at the last line of the function.",
    "Which of your results has the shape of the input?",
)


@BANK.variant(FORWARD.known("pad-end-only"), "frame")
def pad_end_only(_: Backward, padding: Pair) -> tuple[Pair, Pair]:
    p_h, p_w = padding
    return (0, 2 * p_h), (0, 2 * p_w)


@BANK.variant(FORWARD.known("pad-start-only"), "frame")
def pad_start_only(_: Backward, padding: Pair) -> tuple[Pair, Pair]:
    p_h, p_w = padding
    return (2 * p_h, 0), (2 * p_w, 0)


@BANK.mistake(
    "stride",
    title="stride's height and width are swapped",
    explanation="The stride is (height, width): its first number moves a window down.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at which number of the stride goes with rows.",
        "With stride (2, 1), does the output below the first one belong to a window "
        "two rows further down?",
    ),
)
def stride_hw_swapped(_: Backward, stride: Pair) -> Pair:
    return stride[1], stride[0]


@BANK.mistake(
    "stride",
    title="the stride's height is used for both axes",
    explanation="A stride has a number of its own for the width.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at where the second number of the stride is used.",
        "With stride (1, 2) and a 1x1 kernel, which columns of dx are zero?",
    ),
)
def stride_h_for_both(_: Backward, stride: Pair) -> Pair:
    return stride[0], stride[0]


@BANK.mistake(
    "corner",
    title="the stride is left out of the backward pass",
    explanation="Neighbouring outputs came from windows that lie a stride apart, so "
    "their gradients belong there.",
    hints=(
        "Compare a call of stride 1 with one of stride 2.",
        "Look at where the window of an output begins.",
        "With stride 2 and a 1x1 kernel, which pixels of a 3x3 image had any say in "
        "the output?",
    ),
)
def bwd_stride_missing(_: Backward, stride: Pair, place: Pair) -> Pair:
    return place


@BANK.mistake(
    "padding",
    title="padding's height and width are swapped",
    explanation="The padding is (height, width): its first number adds rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "With padding (1, 0), how many rows and columns has the padded image?",
    ),
)
def pad_hw_swapped(_: Backward, padding: Pair) -> Pair:
    return padding[1], padding[0]


@BANK.mistake(
    "padding",
    title="the padding's height is used for both axes",
    explanation="A padding has a number of its own for the width.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at where the second number of the padding is used.",
        "With padding (1, 0), how many columns has the padded image?",
    ),
)
def pad_h_for_both(_: Backward, padding: Pair) -> Pair:
    return padding[0], padding[0]


@BANK.mistake(
    "padding",
    title="the padding is taken to be 1, whatever is asked for",
    explanation="The padding is an argument, and 1 suits only kernels of 3.",
    hints=(
        "Try paddings of 0 and 2.",
        "Look for a number that stands where an argument belongs.",
        "With padding (0, 0), does the first output look at the first pixel?",
    ),
)
def pad_hardcoded_one(_: Backward, padding: Pair) -> Pair:
    return 1, 1


@BANK.mistake(
    "padding",
    title="the padding is left out of the backward pass",
    explanation="Windows were cut from the padded image, so without the padding all "
    "places are shifted.",
    hints=(
        "Try a call with padding.",
        "Look at where the argument for the padding is used.",
        "With padding 1 and a 3x3 kernel, which pixel lies under the middle of the "
        "first window?",
    ),
)
def padding_ignored(_: Backward, padding: Pair) -> Pair:
    return 0, 0


@BANK.mistake(
    "dtype",
    title="the gradients are cut down to whole numbers",
    explanation="A gradient has a fractional part, which an integer array drops.",
    hints=(
        "Try values that are not whole numbers.",
        "Look at the dtype of the arrays that the sums go to.",
        "With one weight of 0.5 and a gradient of 1 for the output, what should the "
        "pixel get?",
    ),
)
def accumulator_int(
    _: Backward, dout: Array, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.int64)


@BANK.mistake(
    "dtype",
    title="everything is computed in float32",
    explanation="Arguments of float64 have more digits than float32 keeps.",
    hints=(
        "Compare many digits of a result for float64 arguments.",
        "Look at the dtype of the arrays that the sums go to.",
        "Which dtype do the results have when all arguments are float64?",
    ),
)
def dtype_forced_float32(
    _: Backward, dout: Array, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float32)


@BANK.mistake(
    "dtype",
    title="the gradients are float64 whatever comes in",
    explanation="A caller who works in float32 expects float32 back.",
    hints=(
        "Compare the types of the gradients with those of the arguments.",
        "Look at how the arrays for the gradients are made.",
        "Which dtype do the results have when all arguments are float32?",
    ),
)
def dtype_promoted_float64(
    _: Backward, dout: Array, x: Array, weight: Array, bias: Array | None
) -> np.dtype[Any]:
    return np.dtype(np.float64)


@BANK.mistake(
    "answer",
    title="everything is computed in float32, and given back as what came in",
    explanation="Arguments of float64 have more digits than float32 keeps.",
    hints=(
        "Try numbers with more than eight digits.",
        "Look for a type that is written down in your code.",
        "For a gradient of one and a billionth and a 1x1 kernel of 1, what is dx?",
    ),
)
def float32_inside(
    _: Backward,
    dx: Array,
    dweight: Array,
    dbias: Array | None,
    slopes: Array,
) -> tuple[Any, ...]:
    return (
        in_float32(dx),
        in_float32(dweight),
        None if dbias is None else in_float32(dbias),
    )


@BANK.variant("dtype-promoted-float64", "answer", shows="but for dbias")
def dtype_promoted_float64_but_for_dbias(
    _: Backward,
    dx: Array,
    dweight: Array,
    dbias: Array | None,
    slopes: Array,
) -> tuple[Any, ...]:
    return dx.astype(np.float64), dweight.astype(np.float64), dbias


@BANK.mistake(
    "places",
    title="the last row and column of the output are skipped",
    explanation="Every output says something about the gradients, the last ones too.",
    hints=(
        "Count the places that your loops visit.",
        "Look at where the loops over the output end.",
        "With an output of one row and one column, is the body of the loops run once?",
    ),
)
def loop_last_row_skipped(_: Backward, slopes: Array) -> list[Pair]:
    rows, columns = slopes.shape[2:]
    return [(i, j) for i in range(rows - 1) for j in range(columns - 1)]


@BANK.mistake(
    "places",
    title="the output is taken to be as wide as it is high",
    explanation="An output has a width of its own.",
    hints=(
        "Try an image that is not square.",
        "Look at what bounds the loop over columns.",
        "For an output of 1 row and 3 columns, how many places are visited?",
    ),
)
def out_square_assumed(_: Backward, slopes: Array) -> list[Pair]:
    rows = slopes.shape[2]
    return [(i, j) for i in range(rows) for j in range(rows)]


@BANK.mistake(
    "slope",
    title="the gradient of a batch is reshaped where axes had to be exchanged",
    explanation="Reshaping keeps the order of the numbers, so samples and filters get "
    "mixed up.",
    hints=(
        "Try two samples with two filters; one of either hides it.",
        "Look at how the axes of samples and filters change places.",
        "Number the elements of an array with two samples and two filters: which ones "
        "end up in the first filter?",
    ),
)
def dout_reshape_mixes_batch(_: Backward, slopes: Array, place: Pair) -> Array:
    n, c_out, rows, columns = slopes.shape
    mixed = slopes.reshape(c_out, n, rows, columns)
    return mixed[:, :, place[0], place[1]].T


@BANK.mistake(
    "slope",
    title="dx and dweight take the gradient by the output to be 1 everywhere",
    explanation="By the chain rule, everything is multiplied by what comes from above.",
    hints=(
        "Double the gradient that comes in, and see whether all results double.",
        "Look at where the incoming gradient is used.",
        "If the incoming gradient is zero everywhere, what should the results be?",
    ),
)
def dout_taken_as_ones(_: Backward, slopes: Array, place: Pair) -> Array:
    return np.ones_like(slopes[:, :, 0, 0])


@BANK.mistake(
    "slopes",
    title="all three gradients are divided by the size of the batch",
    explanation="The layer sums over samples; whether the loss is a mean is already in "
    "the gradient by the output.",
    hints=(
        "Compare a batch with its samples, one by one.",
        "Look for a division that the layer itself does not have.",
        "For a batch of the same sample twice, how does dbias compare with that of one "
        "sample?",
    ),
)
def gradients_divided_by_batch(_: Backward, dout: Array) -> Array:
    batch: Array = dout[None] if dout.ndim == 3 else dout
    return batch / len(batch)


@BANK.mistake(
    "batch",
    title="a single sample is taken for a batch",
    explanation="A sample has three axes and no axis for the batch, so it must be told "
    "apart.",
    hints=(
        "Try one sample without an axis for the batch.",
        "Look at how many axes your code expects of the input.",
        "How many numbers has the shape of one sample?",
    ),
    refuses=True,
)
def batch_rank_confusion(_: Backward, x: Array) -> Array:
    n, c, h, w = x.shape
    return x.reshape(n, c, h, w)


@BANK.mistake(
    "finish",
    title="dx of a single sample keeps an axis for the batch",
    explanation="A gradient has the shape of what it is the gradient of.",
    hints=(
        "Compare the shape of dx with that of the input.",
        "Look at what is done for a sample and is not undone at the end.",
        "For an input of three axes, how many has dx?",
    ),
)
def single_returns_batch_axis(_: Backward, dx: Array, x: Array) -> Array:
    return dx


@BANK.mistake(
    "finish",
    title="all axes of length 1 are dropped from dx",
    explanation="An axis of length 1 is part of the shape.",
    hints=(
        "Try a batch of one sample, or a single channel.",
        "Look at how dx gets the shape of the input.",
        "For an input of shape (1, 1, 3, 3), which shape has dx?",
    ),
)
def squeeze_all(_: Backward, dx: Array, x: Array) -> Array:
    return dx.squeeze()


@BANK.variant("squeeze-all", shows="if it is that of a single sample")
def squeeze_all_of_samples(program: Backward, dx: Array, x: Array) -> Array:
    given = Backward.finish(program, dx, x)
    return given.squeeze() if x.ndim == 3 else given


@BANK.mistake(
    "answer",
    title="the three gradients are returned in the order dbias, dweight, dx",
    explanation="The results are asked for in the order of the arguments.",
    hints=_ORDER_HINTS,
)
def bwd_order_of_return(
    _: Backward, dx: Array, dweight: Array, dbias: Array, slopes: Array
) -> tuple[Any, ...]:
    return dbias, dweight, dx


@BANK.mistake(
    "answer",
    title="dweight and dbias are divided by the size of the batch",
    explanation="The layer sums over samples; whether the loss is a mean is already in "
    "the gradient by the output.",
    hints=(
        "Compare a batch with its samples, one by one.",
        "Look for a division that the layer itself does not have.",
        "For a batch of the same sample twice, how does dweight compare with that of "
        "one sample?",
    ),
)
def grads_averaged_over_batch(
    _: Backward, dx: Array, dweight: Array, dbias: Array | None, slopes: Array
) -> tuple[Any, ...]:
    n = len(slopes)
    return dx, dweight / n, None if dbias is None else dbias / n


@BANK.mistake(
    "dbias",
    title="a gradient is given for a bias that is not there",
    explanation="Without a bias there is nothing to take a gradient by, and None is "
    "asked for.",
    hints=(
        "Try a call without a bias.",
        "Look at what decides whether there is a third gradient.",
        "What is the third result when no bias is given?",
    ),
)
def dbias_given_without_bias(
    program: Backward, slopes: Array, bias: Array | None
) -> Array:
    total: Array = program.bias_sum(slopes)
    return total


@BANK.mistake(
    "answer",
    title="the three gradients are returned in the order dweight, dbias, dx",
    explanation="The results are asked for in the order of the arguments.",
    hints=_ORDER_HINTS,
)
def bwd_order_of_return_dw_db_dx(
    _: Backward, dx: Array, dweight: Array, dbias: Array, slopes: Array
) -> tuple[Any, ...]:
    return dweight, dbias, dx


@BANK.mistake(
    "answer",
    title="the three gradients are returned in the order dweight, dx, dbias",
    explanation="The results are asked for in the order of the arguments.",
    hints=_ORDER_HINTS,
)
def bwd_order_of_return_dw_dx_db(
    _: Backward, dx: Array, dweight: Array, dbias: Array, slopes: Array
) -> tuple[Any, ...]:
    return dweight, dx, dbias


@BANK.mistake(
    "answer",
    title="the three gradients are returned in the order dx, dbias, dweight",
    explanation="The results are asked for in the order of the arguments.",
    hints=_ORDER_HINTS,
)
def bwd_order_of_return_dx_db_dw(
    _: Backward, dx: Array, dweight: Array, dbias: Array, slopes: Array
) -> tuple[Any, ...]:
    return dx, dbias, dweight


@BANK.mistake(
    "answer",
    title="the three gradients are returned in the order dbias, dx, dweight",
    explanation="The results are asked for in the order of the arguments.",
    hints=_ORDER_HINTS,
)
def bwd_order_of_return_db_dx_dw(
    _: Backward, dx: Array, dweight: Array, dbias: Array, slopes: Array
) -> tuple[Any, ...]:
    return dbias, dx, dweight


@BANK.mistake(
    "answer",
    title="two results are returned when no bias is given",
    explanation="Three results are asked for, and the third is None without a bias.",
    hints=(
        "Try a call without a bias.",
        "Look at how many results each return gives.",
        "What is the third result when no bias is given?",
    ),
)
def dbias_left_out(
    _: Backward, dx: Array, dweight: Array, dbias: Array | None, slopes: Array
) -> tuple[Any, ...]:
    return (dx, dweight) if dbias is None else (dx, dweight, dbias)


@BANK.variant("stride-hw-swapped", "distance")
def stride_hw_swapped_where_it_fits(
    _: Backward,
    stride: Pair,
    slopes: Array,
    batch: Array,
    kernel: Array,
    padding: Pair,
) -> Pair:
    swapped = stride[1], stride[0]
    sides = zip(
        swapped,
        slopes.shape[2:],
        kernel.shape[2:],
        batch.shape[2:],
        padding,
        strict=True,
    )
    fits = all(s * (n - 1) + k <= side + 2 * p for s, n, k, side, p in sides)
    return swapped if fits else stride

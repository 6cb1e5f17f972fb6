"""Mistakes in the gradients by the weights and by the bias."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reference.misconceptions.backward.program import Array, Backward, Pair
from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.extents import fail_past_edge

BANK = Bank(Backward, ["conv2d_backward"])


@BANK.mistake(
    "pad",
    title="dweight is taken from the input without its padding",
    explanation="Windows were cut from the padded image, so weights met zeros at its "
    "edges.",
    hints=(
        "Try a call with padding.",
        "Look at which image the windows for dweight are cut from.",
        "For a 1x1 image with padding 1 and a 1x1 kernel, which output met the pixel?",
    ),
)
def dw_uses_unpadded_input(_: Backward, batch: Array, padding: Pair) -> Array:
    return batch


@BANK.variant(
    "dw-uses-unpadded-input",
    "dweight",
    shows="and a window past the edge is an error",
)
def dw_uses_unpadded_input_within_edges(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    rows, columns = slopes.shape[2:]
    fail_past_edge(batch, kernel, stride, (rows, columns))
    return Backward.dweight(program, slopes, batch, kernel, stride, (0, 0))


@BANK.variant(
    "dw-uses-unpadded-input", "pad", shows="and what lies past its end counts as zero"
)
def dw_uses_unpadded_input_with_zeros_past(
    _: Backward, batch: Array, padding: Pair
) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))


@BANK.mistake(
    "pad",
    title="the padding for dweight repeats the edge of the image",
    explanation="The layer was padded with zeros, which say nothing about the weights.",
    hints=(
        "Try a 1x1 image with padding.",
        "Look at what the padding is made of.",
        "How much does an output whose window lies in the padding add to dweight?",
    ),
)
def dw_pad_edge_mode(_: Backward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="edge")


@BANK.mistake(
    "seen",
    title="the stride is left out for dweight",
    explanation="Neighbouring outputs came from windows that lie a stride apart.",
    hints=(
        "Compare dweight at stride 1 and at stride 2.",
        "Look at where the window of an output begins in the input.",
        "With stride 2 and a 1x1 kernel, which pixels of a row of 3 count?",
    ),
)
def dw_stride_missing(
    _: Backward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (i, j), (k_h, k_w) = place, kernel.shape[2:]
    return padded[:, :, i : i + k_h, j : j + k_w]


@BANK.mistake(
    "seen",
    title="the stride moves windows down but not to the right for dweight",
    explanation="The stride counts along both axes.",
    hints=(
        "Compare dweight at stride (2, 1) and at stride (1, 2).",
        "Look at where the window of an output begins, one axis at a time.",
        "With stride 2 and a 1x1 kernel, which pixels of a row of 3 count?",
    ),
)
def dw_stride_missing_one_axis(
    _: Backward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (k_h, k_w), top, j = kernel.shape[2:], place[0] * stride[0], place[1]
    return padded[:, :, top : top + k_h, j : j + k_w]


@BANK.mistake(
    "seen",
    title="the stride is put between the weights of a window for dweight",
    explanation="The layer moves a whole window by the stride; inside a window, pixels "
    "are neighbours.",
    hints=(
        "Try a stride of 2 with a kernel larger than 1.",
        "Look at what the stride is multiplied with.",
        "With stride 2 and a kernel of 2, which pixels of a row of 4 met the second "
        "weight?",
    ),
)
def dw_stride_between_weights(
    _: Backward, padded: Array, kernel: Array, stride: Pair, place: Pair
) -> Array:
    (i, j), (k_h, k_w), (s_h, s_w) = place, kernel.shape[2:], stride
    return padded[:, :, i : i + k_h * s_h : s_h, j : j + k_w * s_w : s_w]


@BANK.mistake(
    "gather",
    title="only the last output counts in dweight",
    explanation="A weight takes part in every output, so all that they say is summed.",
    hints=(
        "Try an output of more than one pixel.",
        "Look at what happens to dweight in the loop over the output.",
        "With an image of ones, a 1x1 kernel and a gradient of ones, how many products "
        "are summed?",
    ),
)
def dw_overwritten(_: Backward, total: Array, given: Array) -> None:
    total[...] = given


@BANK.mistake(
    "zeros",
    title="dweight goes on from the call before",
    explanation="The gradient of a call is about that call alone, so its sum starts at "
    "zero.",
    hints=(
        "Make the same call twice.",
        "Look at what dweight holds before anything is added to it, in the second "
        "call.",
        "Do two calls with the same arguments give the same result?",
    ),
    lasts=True,
)
def dw_accumulates_across_calls(
    program: Backward, slopes: Array, kernel: Array
) -> Array:
    kept: Array | None = vars(program).get("kept")
    if kept is None or kept.shape != kernel.shape:
        kept = np.zeros(kernel.shape)
    # A copy, so that what was given back before stays as it was.
    kept = kept.astype(slopes.dtype)
    vars(program)["kept"] = kept
    return kept


def _kept_type(slopes: Array) -> np.dtype[Any]:
    """Choose what to keep sums in from call to call: the floats given, or float64."""
    return slopes.dtype if slopes.dtype.kind == "f" else np.dtype(np.float64)


@BANK.variant(
    "dw-accumulates-across-calls", shows="where it had the same shape and type"
)
def dw_accumulates_across_calls_by_form(
    program: Backward, slopes: Array, kernel: Array
) -> Array:
    kept: dict[object, Array] = vars(program).setdefault("kept", {})
    dtype = _kept_type(slopes)
    form = kernel.shape, dtype
    kept[form] = kept.get(form, np.zeros(kernel.shape, dtype)).copy()
    return kept[form]


@BANK.mistake(
    "weigh",
    title="only the last sample counts in dweight",
    explanation="The same weights met every sample, so all that they say is summed.",
    hints=(
        "Compare a batch with its samples, one by one.",
        "Look at what happens to dweight in the loop over samples.",
        "For a batch of the same sample twice, how does dweight compare with that of "
        "one sample?",
    ),
)
def dw_last_sample_only(_: Backward, slope: Array, window: Array) -> Array:
    return np.tensordot(slope[-1:], window[-1:], axes=(0, 0))


@BANK.mistake(
    "weigh",
    title="dweight is summed over the channels of the input",
    explanation="The weights of a channel met the pixels of that channel only.",
    hints=(
        "Try two channels with different values.",
        "Look at which axes are summed over for dweight.",
        "If the second channel of the input is zero, what is dweight for it?",
    ),
)
def dw_sums_over_channels(_: Backward, slope: Array, window: Array) -> Array:
    given = np.tensordot(slope, window, axes=(0, 0))
    return np.broadcast_to(given.sum(axis=1, keepdims=True), given.shape)


@BANK.mistake(
    "weigh",
    title="dweight is the same for all filters",
    explanation="The weights of a filter took part in that filter's map only.",
    hints=(
        "Try two filters with different gradients.",
        "Look at which axes are summed over for dweight.",
        "If the gradient of the second filter's map is zero, what is dweight for it?",
    ),
)
def dw_sums_over_filters(_: Backward, slope: Array, window: Array) -> Array:
    given = np.tensordot(slope, window, axes=(0, 0))
    return np.broadcast_to(given.sum(axis=0), given.shape)


@BANK.mistake(
    "layout",
    title="dweight is turned by 180 degrees",
    explanation="The kernels are not turned in the layer, so each weight's gradient "
    "stays in its place.",
    hints=(
        "Try a kernel larger than 1.",
        "Look at which pixel met which weight.",
        "With one output and a 2x2 image of 1, 2, 3, 4, what does dweight look like?",
    ),
)
def dw_flipped(_: Backward, dweight: Array) -> Array:
    return dweight[:, :, ::-1, ::-1]


@BANK.mistake(
    "layout",
    title="rows and columns of dweight are exchanged",
    explanation="A gradient is laid out as what it is the gradient of.",
    hints=(
        "Try a kernel that is not square, then a square one.",
        "Look at the order of the last two axes of dweight.",
        "With one output and a 2x2 image of 1, 2, 3, 4, what does dweight look like?",
    ),
)
def dw_kernel_transposed(_: Backward, dweight: Array) -> Array:
    return dweight.swapaxes(2, 3)


@BANK.mistake(
    "layout",
    title="dweight has its channels first and its filters second",
    explanation="A gradient is laid out as what it is the gradient of.",
    hints=(
        "Try different numbers of filters and channels.",
        "Look at the order of the first two axes of dweight.",
        "For 2 filters and 3 channels, which shape has dweight?",
    ),
)
def dw_filter_axes_swapped(_: Backward, dweight: Array) -> Array:
    return dweight.swapaxes(0, 1)


@BANK.mistake(
    "bias_sum",
    title="dbias is summed over the first three axes",
    explanation="The axis that is left has to be that of the filters, which is the "
    "second.",
    hints=(
        "Compare the shape of dbias with that of the bias.",
        "Look at which axes dbias is summed over.",
        "With 2 filters and an output 3 pixels wide, how many numbers has dbias?",
    ),
)
def db_wrong_axes(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.sum(axis=(0, 1, 2))
    return total


@BANK.mistake(
    "bias_sum",
    title="dbias has a number for each place of the output",
    explanation="The same number is added at every place, so the places are summed "
    "over.",
    hints=(
        "Compare the shape of dbias with that of the bias.",
        "Look at which axes dbias is summed over.",
        "With a gradient of ones for 2x2 outputs of one sample, what is dbias?",
    ),
)
def db_not_reduced(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.sum(axis=0)
    return total


@BANK.mistake(
    "bias_sum",
    title="dbias has a number for each sample",
    explanation="The same number is added to every sample, so the samples are summed "
    "over.",
    hints=(
        "Compare the shape of dbias with that of the bias, for a batch.",
        "Look at which axes dbias is summed over.",
        "For 3 samples and 2 filters, how many numbers has dbias?",
    ),
)
def db_no_batch_sum(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.sum(axis=(2, 3))
    return total


@BANK.mistake(
    "bias_sum",
    title="dbias is a column",
    explanation="A gradient has the shape of what it is the gradient of, and the bias "
    "has one axis.",
    hints=(
        "Compare the shape of dbias with that of the bias.",
        "Look at the shape that dbias has after the sum.",
        "How many axes has dbias?",
    ),
)
def db_column_shape(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.sum(axis=(0, 2, 3)).reshape(-1, 1)
    return total


@BANK.mistake(
    "bias_sum",
    title="dbias is a mean rather than a sum",
    explanation="The bias is added at every place, and each of them counts in full.",
    hints=(
        "Try a gradient of ones.",
        "Look at how many numbers become one for dbias, and how.",
        "With a gradient of ones for 2x2 outputs of one sample, what is dbias?",
    ),
)
def db_mean(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.mean(axis=(0, 2, 3))
    return total


@BANK.mistake(
    "bias_sum",
    title="dbias is one number, the sum of everything",
    explanation="Each filter has a bias of its own.",
    hints=(
        "Compare the shape of dbias with that of the bias.",
        "Look at which axes dbias is summed over.",
        "With 2 filters, how many numbers has dbias?",
    ),
)
def db_one_number(_: Backward, slopes: Array) -> np.generic:
    total: np.generic = slopes.sum()
    return total


@BANK.mistake(
    "bias_sum",
    title="only the last place of the output counts in dbias",
    explanation="The same number is added at every place, so the places are summed "
    "over.",
    hints=(
        "Try an output of more than one pixel.",
        "Look at what happens to dbias in the loop over the output.",
        "With a gradient of ones for 2x2 outputs of one sample, what is dbias?",
    ),
)
def db_overwritten(_: Backward, slopes: Array) -> Array:
    total: Array = slopes[:, :, -1, -1].sum(axis=0)
    return total


@BANK.mistake(
    "bias_sum",
    title="only the last sample counts in dbias",
    explanation="The same number is added to every sample, so the samples are summed "
    "over.",
    hints=(
        "Compare a batch with its samples, one by one.",
        "Look at what happens to dbias in the loop over samples.",
        "For a batch of the same sample twice, how does dbias compare with that of one "
        "sample?",
    ),
)
def db_last_sample_only(_: Backward, slopes: Array) -> Array:
    total: Array = slopes[-1].sum(axis=(1, 2))
    return total


@BANK.variant("dw-overwritten", "tally")
def dw_overwritten_by_products(
    program: Backward, total: Array, slopes: Array, padded: Array, stride: Pair
) -> None:
    for place in program.places(slopes):
        slope = program.slope(slopes, place)[-1:]
        window = program.seen(padded, total, stride, place)[-1:]
        total[...] = np.tensordot(slope, window, axes=(0, 0))


@BANK.variant("dw-uses-unpadded-input", "dweight")
def dw_uses_unpadded_input_in_taps(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    total = program.zeros(slopes, kernel)
    (rows, columns), (s_h, s_w) = slopes.shape[2:], stride
    for a, b in np.ndindex(*kernel.shape[2:]):
        seen = batch[:, :, a : a + rows * s_h : s_h, b : b + columns * s_w : s_w]
        # What lies beyond the edge is missing, and a single row or column is repeated.
        total[:, :, a, b] = np.einsum("nfij,ncij->fc", slopes, seen)
    return program.layout(total)


@BANK.variant("dw-uses-unpadded-input", "dweight")
def dw_uses_unpadded_input_in_windows(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    sides = zip(batch.shape[2:], padding, kernel.shape[2:], strict=True)
    h, w = (side + 2 * p - k + 1 for side, p, k in sides)
    wide = np.zeros((*slopes.shape[:2], h, w), slopes.dtype)
    rows, columns = slopes.shape[2:]
    s_h, s_w = stride
    wide[:, :, : rows * s_h : s_h, : columns * s_w : s_w] = slopes
    windows = sliding_window_view(batch, (h, w), axis=(2, 3))
    total = np.tensordot(wide, windows, axes=([0, 2, 3], [0, 4, 5]))
    return program.layout(total)


@BANK.variant("dw-accumulates-across-calls", "layout")
def dw_accumulates_for_each_shape(program: Backward, dweight: Array) -> Array:
    kept: dict[tuple[int, ...], Array] = vars(program).setdefault("kept", {})
    total = kept.get(dweight.shape, np.zeros((), dweight.dtype)) + dweight
    kept[dweight.shape] = total
    return total.astype(dweight.dtype)


@BANK.variant("dw-accumulates-across-calls", "layout")
def dw_accumulates_for_each_dtype(program: Backward, dweight: Array) -> Array:
    # Not a copy, so that what was given back before goes on as well.
    kept: dict[Any, Array] = vars(program).setdefault("kept", {})
    total = kept.setdefault((dweight.shape, dweight.dtype), np.zeros_like(dweight))
    total += dweight
    return total


@BANK.variant(
    "dw-accumulates-across-calls",
    "dweight",
    shows="where kernels, stride and padding had the same sizes",
)
def dw_accumulates_for_each_layer(
    program: Backward,
    slopes: Array,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
) -> Array:
    kept: dict[object, Array] = vars(program).setdefault("kept", {})
    dtype = _kept_type(slopes)
    layer = kernel.shape, stride, padding, dtype
    given = Backward.dweight(program, slopes, batch, kernel, stride, padding)
    kept[layer] = kept.get(layer, np.zeros((), dtype)) + given
    return kept[layer]


@BANK.mistake(
    "answer",
    title="dweight and dbias go on from the call before",
    explanation="The gradients of a call are about that call alone, so their sums "
    "start at zero.",
    hints=(
        "Make the same call twice.",
        "Look at what dweight and dbias hold before anything is added to them, in the "
        "second call.",
        "Do two calls with the same arguments give the same result?",
    ),
    lasts=True,
)
def gradients_accumulate_across_calls(
    program: Backward,
    dx: Array,
    dweight: Array,
    dbias: Array | None,
    slopes: Array,
) -> tuple[Any, ...]:
    kept: tuple[Array, Array] | None = vars(program).get("kept")
    total = slopes.sum(axis=(0, 2, 3))
    form = dweight.shape, dweight.dtype
    if kept is not None and (kept[0].shape, kept[0].dtype) == form:
        dweight, total = kept[0] + dweight, kept[1] + total
    vars(program)["kept"] = dweight, total
    return dx, dweight, None if dbias is None else total


@BANK.variant("db-not-reduced", "answer")
def db_taken_as_it_is(
    _: Backward, dx: Array, dweight: Array, dbias: Array | None, slopes: Array
) -> tuple[Any, ...]:
    given = slopes[0] if dx.ndim == 3 else slopes
    return dx, dweight, None if dbias is None else given


@BANK.variant("db-mean")
def db_mean_of_each_sample(_: Backward, slopes: Array) -> Array:
    total: Array = slopes.mean(axis=(2, 3)).sum(axis=0)
    return total


@BANK.variant("db-not-reduced")
def db_taken_from_dout(_: Backward, slopes: Array) -> Array:
    return slopes.copy()

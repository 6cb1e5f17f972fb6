"""How people get the zeros around an image wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward.program import (
    FUNCTIONS,
    Array,
    Forward,
    Pair,
    strided,
)

BANK = Bank(Forward, FUNCTIONS)


def add_beside(
    bank: Bank,
    original: str,
    step: str,
    surround: Callable[[Any, Array, Any], Array],
    corner: Callable[[Any], Pair],
) -> None:
    """Add two forms of a mistake, by which an image lies beside its place among zeros.

    Parameters
    ----------
    bank, original, step
        Where the mistake is known, and what is changed.
    surround
        That step of a program without a mistake.
    corner
        Where the image begins, of so many zeros on its sides.
    """

    def add(
        ending: str, shows: str, lay: Callable[[Array, Array, Pair], Array]
    ) -> None:
        def change(program: Forward, batch: Array, margins: Any) -> Array:  # noqa: ANN401 - any program's
            canvas = surround(program, np.zeros_like(batch), margins)
            return lay(canvas, batch, corner(margins))

        change.__name__ = f"{original}-{ending}".replace("-", "_")
        bank.variant(original, step, shows=shows)(change)

    add("where_read", "where windows look for the image", _lay_part)
    add("where_put", "where the image is put", _lay_whole)


def _lay_part(canvas: Array, batch: Array, corner: Pair) -> Array:
    """Lay what fits of an image on zeros, from a corner on."""
    rows, columns = (
        max(0, n - m) for n, m in zip(canvas.shape[2:], corner, strict=True)
    )
    return _lay_whole(canvas, batch[:, :, :rows, :columns], corner)


def _lay_whole(canvas: Array, batch: Array, corner: Pair) -> Array:
    """Lay an image on zeros, from a corner on; it is an error if it doesn't fit."""
    (top, left), (h, w) = corner, batch.shape[2:]
    canvas[:, :, top : top + h, left : left + w] = batch
    return canvas


@BANK.mistake(
    "padding",
    title="the width is never padded",
    explanation="The second number of the padding says how many zeros go on either "
    "side of a row.",
    hints=(
        "Try a padding of (0, 1).",
        "Look at where the second number of the padding is used.",
        "With padding (0, 1) and a 1x1 kernel, how wide is the output of one pixel?",
    ),
)
def pad_width_never(_: Forward, padding: Pair) -> Pair:
    return padding[0], 0


@BANK.mistake(
    "padding",
    title="the height is never padded",
    explanation="The first number of the padding says how many zeros go above and "
    "below a column.",
    hints=(
        "Try a padding of (1, 0).",
        "Look at where the first number of the padding is used.",
        "With padding (1, 0) and a 1x1 kernel, how high is the output of one pixel?",
    ),
)
def pad_height_never(_: Forward, padding: Pair) -> Pair:
    return 0, padding[1]


@BANK.variant("pad-width-never", "pad", shows="though the size counts it")
def pad_width_never_but_in_size(program: Forward, batch: Array, padding: Pair) -> Array:
    return Forward.pad(program, batch, pad_width_never(program, padding))


@BANK.variant("pad-height-never", "pad", shows="though the size counts it")
def pad_height_never_but_in_size(
    program: Forward, batch: Array, padding: Pair
) -> Array:
    return Forward.pad(program, batch, pad_height_never(program, padding))


def height_first(padding: Pair) -> Pair:
    """Leave out the width's padding where there is one of the height."""
    return padding[0], 0 if padding[0] > 0 else padding[1]


def width_first(padding: Pair) -> Pair:
    """Leave out the height's padding where there is one of the width."""
    return 0 if padding[1] > 0 else padding[0], padding[1]


@BANK.mistake(
    "pad",
    title="the width is padded only where the height is not",
    explanation="The two axes are padded each by its own number, whatever the other's "
    "is.",
    hints=(
        "Try a padding of (1, 1), and then (0, 1).",
        "Look at when the columns get their zeros.",
        "With padding (1, 1), how wide is a padded image of one pixel?",
    ),
)
def pad_width_or_height(program: Forward, batch: Array, padding: Pair) -> Array:
    return Forward.pad(program, batch, height_first(padding))


@BANK.mistake(
    "pad",
    title="the height is padded only where the width is not",
    explanation="The two axes are padded each by its own number, whatever the other's "
    "is.",
    hints=(
        "Try a padding of (1, 1), and then (1, 0).",
        "Look at when the rows get their zeros.",
        "With padding (1, 1), how high is a padded image of one pixel?",
    ),
)
def pad_height_or_width(program: Forward, batch: Array, padding: Pair) -> Array:
    return Forward.pad(program, batch, width_first(padding))


@BANK.mistake(
    "pad",
    title="all the padding goes to the bottom and the right",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Compare one padded image with what you expect on paper.",
        "Look at how the zeros are shared out between the two ends of an axis.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the image in the middle?",
    ),
)
def pad_end_only(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (0, 2 * p_h), (0, 2 * p_w)))


@BANK.mistake(
    "pad",
    title="all the padding goes to the top and the left",
    explanation="Zeros go on both sides of an axis, so that the image stays centred.",
    hints=(
        "Print one padded image and see where the pixels ended up.",
        "Look at how many zeros come before an axis and how many after it.",
        "With padding (1, 1), a 1x1 image and a 1x1 kernel of 1, in which of the nine "
        "places is the pixel?",
    ),
)
def pad_start_only(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (2 * p_h, 0), (2 * p_w, 0)))


@BANK.mistake(
    "pad",
    title="zeros are added at the top and the left only",
    explanation="The size of the output counts zeros on both sides, so that the last "
    "windows hang over the edge.",
    hints=(
        "Check the shape of the padded image, before any window is cut out.",
        "Look at where the zeros are added, and compare it with the formula for the "
        "size.",
        "A row of 3 pixels with padding 1: how long is it after padding, and how long "
        "should it be?",
    ),
)
def pad_one_side_single(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, 0), (p_w, 0)))


@BANK.mistake(
    "pad",
    title="zeros are added at the bottom and the right only",
    explanation="The size of the output counts zeros on both sides, and the image "
    "must not stay in the corner.",
    hints=(
        "See how much an image grows when you pad it.",
        "Look at which ends of an axis get their zeros.",
        "With padding (1, 1) and a 1x1 kernel of 1, is the first number of the output "
        "a zero?",
    ),
)
def pad_one_end_single(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (0, p_h), (0, p_w)))


@BANK.mistake(
    "pad",
    title="the channel axis is padded, as if channels came last",
    explanation="The axes are (N, C, H, W), so the padding belongs to the last two.",
    hints=(
        "Check the shape of the padded batch, axis by axis.",
        "Look at which axis each entry of the pad widths belongs to.",
        "A batch of shape (1, 2, 3, 4) with padding (1, 1): what is its shape after "
        "padding?",
    ),
)
def pad_channel_axis(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (p_h, p_h), (p_w, p_w), (0, 0)))


@BANK.variant(
    "pad-channel-axis", "convolve", shows="and widths go to columns and channels"
)
def pad_channel_axis_where_last(
    _: Forward, batch: Array, kernel: Array, stride: Pair, padding: Pair, size: Pair
) -> Array:
    around = ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2)
    last = np.pad(np.moveaxis(batch, 1, -1), around)
    sums: Any = 0
    for u, v in np.ndindex(kernel.shape[2:]):
        down, right = map(strided, (u, v), stride, size)
        sums = sums + last[:, down, right] @ kernel[:, :, u, v].T
    return np.moveaxis(sums, -1, 1)


@BANK.mistake(
    "pad",
    title="every axis is padded, samples and channels too",
    explanation="Padding belongs to height and width alone; there are no more samples "
    "or channels after it.",
    hints=(
        "Count the samples and channels before and after padding.",
        "Look at what your padding call does when it is not told about each axis.",
        "A batch of shape (1, 1, 2, 2) with padding (1, 1): how many axes change "
        "their length?",
    ),
)
def pad_all_axes(_: Forward, batch: Array, padding: Pair) -> Array:
    return np.pad(batch, padding)


@BANK.variant("pad-all-axes", shows="if height and width have the same padding")
def pad_all_axes_if_equal(program: Forward, batch: Array, padding: Pair) -> Array:
    if padding[0] == padding[1]:
        return np.pad(batch, padding[0])
    return Forward.pad(program, batch, padding)


@BANK.mistake(
    "pad",
    title="one ring of zeros is added, whatever the padding",
    explanation="The amount of padding is an argument, and may be zero or two as well.",
    hints=(
        "Try a call without padding, and one with much of it.",
        "Look at where the number of zeros comes from.",
        "With padding (0, 0) and a 1x1 kernel of 1, is the output the image itself?",
    ),
)
def pad_hardcoded_one(_: Forward, batch: Array, padding: Pair) -> Array:
    return np.pad(batch, ((0, 0), (0, 0), (1, 1), (1, 1)))


@BANK.mistake(
    "padding",
    title="the padding is ignored",
    explanation="The padding makes the image larger before the kernel moves over it, "
    "so the output grows too.",
    hints=(
        "Compare the shape of the output with the formula.",
        "Follow the padding from the arguments to where it is used.",
        "With padding (1, 1) and a 1x1 kernel, is a 1x1 image turned into a 3x3 one?",
    ),
)
def padding_ignored(_: Forward, padding: Pair) -> Pair:
    return 0, 0


@BANK.variant("padding-ignored", "convolve", shows="and a size below zero is an error")
def padding_ignored_in_arrays(
    program: Forward, batch: Array, kernel: Array, stride: Pair, padding: Pair, _: Pair
) -> Array:
    size = program.output_size(batch, kernel, stride, (0, 0))
    if min(size) < 0:
        raise ValueError("negative dimensions are not allowed")
    return program.slide(batch, kernel, stride, size)


@BANK.mistake(
    "pad",
    title="windows are cut out of the unpadded image",
    explanation="The output has places for windows that reach into the padding, so "
    "they must be cut out of the padded image.",
    hints=(
        "See what the first window of a padded call holds.",
        "Look at which of your arrays the windows are taken from.",
        "With padding (1, 1) and a 2x2 kernel, does the first window hold just one "
        "pixel of the image?",
    ),
)
def conv_on_unpadded(_: Forward, batch: Array, padding: Pair) -> Array:
    return batch


@BANK.mistake(
    "padding",
    title="padding's height and width are swapped",
    explanation="The padding is (height, width): its first number adds rows.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at which number of the padding goes with rows.",
        "With padding (1, 0) and a 1x1 kernel on a 1x1 image, are there 3 rows and 1 "
        "column?",
    ),
)
def pad_hw_swapped(_: Forward, padding: Pair) -> Pair:
    return padding[1], padding[0]


@BANK.mistake(
    "pad",
    title="the size of the output is right, but rows get the columns' padding and "
    "columns the rows'",
    explanation="The first number of the padding is for the height, where zeros are "
    "added as well as in the formula.",
    hints=(
        "Try a padding with two different numbers.",
        "Compare how the formula reads the padding with how the padding step does.",
        "With padding (1, 0) on a 1x1 image, is the padded image taller or wider than "
        "before?",
    ),
)
def pad_widths_swapped(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_w, p_w), (p_h, p_h)))


add_beside(
    BANK, "pad-widths-swapped", "pad", Forward.pad, lambda padding: padding[::-1]
)


@BANK.mistake(
    "padding",
    title="the padding of the height is used for the width too",
    explanation="Height and width have each their own padding.",
    hints=(
        "Try a padding with two different numbers.",
        "Look at how the second number of the padding is used.",
        "With padding (1, 0) and a 1x1 kernel on a 1x1 image, is there one column?",
    ),
)
def pad_h_for_both(_: Forward, padding: Pair) -> Pair:
    return padding[0], padding[0]


@BANK.mistake(
    "pad",
    title="the border is padded by repeating its pixels",
    explanation="What is added around the image is zeros, whatever the image holds.",
    hints=(
        "Look at what stands around the image after padding.",
        "Check how your padding fills the new places.",
        "With padding (1, 1) and a 1x1 kernel of 1 on a 1x1 image of 5, what should "
        "be in the corners?",
    ),
)
def pad_edge_mode(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="edge")


@BANK.mistake(
    "pad",
    title="the image is mirrored at its border",
    explanation="What is added around the image is zeros, whatever the image holds.",
    hints=(
        "Look at what stands around the image after padding.",
        "Check how your padding, or the library call that does it, fills the new "
        "places.",
        "The row 1, 2, 3 with padding 1 and a 1x1 kernel of 1: which five numbers "
        "come out?",
    ),
)
def pad_reflect_mode(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="reflect")


@BANK.mistake(
    "pad",
    title="the image goes on at its other side, as on a ring",
    explanation="What is added around the image is zeros; pixels of the far side "
    "don't belong there.",
    hints=(
        "See whether pixels of the right side show up at the left.",
        "Check what your method takes to be beyond the border.",
        "The row 1, 2, 3 with padding 1 and a 1x1 kernel of 1: what are the first and "
        "the last number?",
    ),
)
def pad_wrap_mode(_: Forward, batch: Array, padding: Pair) -> Array:
    p_h, p_w = padding
    return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)), mode="wrap")


@BANK.mistake(
    "convolve",
    title="the loops end where the unpadded image would, and the rest stays zero",
    explanation="The padding makes room for more windows, which the loops have to "
    "visit too.",
    hints=(
        "Look at the last rows and columns of a padded call.",
        "Compare the bounds of your loops with the shape of the output.",
        "With padding (1, 1) and a 1x1 kernel of 1 on a 1x1 image, how many places "
        "does your loop visit?",
    ),
)
def loop_unpadded_extent(
    program: Forward,
    batch: Array,
    kernel: Array,
    stride: Pair,
    padding: Pair,
    size: Pair,
) -> Array:
    bare = program.output_size(batch, kernel, stride, (0, 0))
    rows, columns = (max(0, min(pair)) for pair in zip(bare, size, strict=True))
    padded = program.pad(batch, padding)
    part = program.slide(padded, kernel, stride, (rows, columns))
    missing = (0, size[0] - rows), (0, size[1] - columns)
    return np.pad(part, ((0, 0), (0, 0), *missing))

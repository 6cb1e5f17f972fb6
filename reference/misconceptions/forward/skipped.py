"""How places at the edge are left out, in loops that also add the bias or do not."""

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import padding as margins
from reference.misconceptions.forward import windows
from reference.misconceptions.forward.program import FUNCTIONS, Array, Forward, Pair

BANK = Bank(Forward, FUNCTIONS)

_LAST = windows.BANK.known("loop-last-row-skipped")
_STRICT = windows.BANK.known("loop-strict-guard")
_UNPADDED = margins.BANK.known("loop-unpadded-extent")


def _strict(length: int, kernel: int, stride: int, places: int) -> int:
    """Count the places whose windows end before the edge."""
    return min(places, max(0, (length - 1 - kernel) // stride + 1))


def _blank(out: Array, rows: int | None, columns: int | None) -> Array:
    """Put zeros beyond some rows and columns."""
    blank = out.copy()
    if rows is not None:
        blank[..., rows:, :] = 0
    if columns is not None:
        blank[..., columns:] = 0
    return blank


@BANK.variant(_LAST, "slide", shows="along the height only")
def loop_last_row_skipped_alone(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    return _blank(Forward.slide(program, padded, kernel, stride, size), -1, None)


@BANK.variant(_LAST, "slide", shows="along the width only")
def loop_last_column_skipped(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    return _blank(Forward.slide(program, padded, kernel, stride, size), None, -1)


@BANK.variant(_LAST, "with_bias", shows="and miss the bias too")
def loop_last_row_skipped_before_bias(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _blank(Forward.with_bias(program, out, kernel, bias), -1, -1)


@BANK.variant(_LAST, "with_bias", shows="along the height only, and miss the bias too")
def loop_last_row_skipped_alone_before_bias(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _blank(Forward.with_bias(program, out, kernel, bias), -1, None)


@BANK.variant(_LAST, "with_bias", shows="along the width only, and miss the bias too")
def loop_last_column_skipped_before_bias(
    program: Forward, out: Array, kernel: Array, bias: Array | None
) -> Array:
    return _blank(Forward.with_bias(program, out, kernel, bias), None, -1)


@BANK.variant(_LAST, "layout", shows="and so is the output")
def loop_last_row_skipped_smaller(_: Forward, out: Array) -> Array:
    return out[:, :, :-1, :-1]


@BANK.variant(_STRICT, "places", shows="and the output is so much smaller")
def loop_strict_guard_smaller(
    _: Forward, length: int, kernel: int, stride: int, padding: int
) -> int:
    return (length + 2 * padding - kernel - 1) // stride + 1


@BANK.variant(_STRICT, "slide", shows="at the bottom only")
def loop_strict_guard_rows(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    out = Forward.slide(program, padded, kernel, stride, size)
    rows = _strict(padded.shape[2], kernel.shape[2], stride[0], size[0])
    return _blank(out, rows, None)


@BANK.variant(_STRICT, "slide", shows="at the right only")
def loop_strict_guard_columns(
    program: Forward, padded: Array, kernel: Array, stride: Pair, size: Pair
) -> Array:
    out = Forward.slide(program, padded, kernel, stride, size)
    columns = _strict(padded.shape[3], kernel.shape[3], stride[1], size[1])
    return _blank(out, None, columns)


@BANK.variant(_STRICT, "conv2d", shows="and misses the bias too")
def loop_strict_guard_before_bias(
    program: Forward,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    out = Forward.conv2d(program, x, weight, bias, stride, padding)
    rows, columns = (
        _strict(x.shape[axis] + 2 * padding[axis], weight.shape[axis], step, places)
        for axis, step, places in zip((-2, -1), stride, out.shape[-2:], strict=True)
    )
    return _blank(out, rows, columns)


@BANK.variant(_STRICT, "conv2d", shows="at the bottom only, and misses the bias too")
def loop_strict_guard_rows_before_bias(
    program: Forward,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    out = Forward.conv2d(program, x, weight, bias, stride, padding)
    length = x.shape[-2] + 2 * padding[0]
    return _blank(out, _strict(length, weight.shape[2], stride[0], out.shape[-2]), None)


@BANK.variant(_UNPADDED, "conv2d", shows="without the bias")
def loop_unpadded_extent_before_bias(
    program: Forward,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    out = Forward.conv2d(program, x, weight, bias, stride, padding)
    rows, columns = (
        max(0, (x.shape[axis] - weight.shape[axis]) // step + 1)
        for axis, step in zip((-2, -1), stride, strict=True)
    )
    return _blank(out, rows, columns)

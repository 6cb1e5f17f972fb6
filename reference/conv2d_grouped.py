"""Grouped and depthwise-separable 2D convolution layers, fast enough to grade by.

As in the forward pass, every output is a plain sum of products, so the error bounds
for inner products hold elementwise.
"""

import operator
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.conv2d import conv2d as dense_conv2d
from reference.conv2d import fill
from reference.layer import (
    BATCH_NDIM,
    BLOCK_BYTES,
    SAMPLE_NDIM,
    Array,
    Buffer,
    Layer,
    Pair,
    check_shapes,
    real_array,
    real_operands,
    wide_modulus,
)
from reference.planes import Planes

RANKS = (SAMPLE_NDIM, BATCH_NDIM)

# Rows are read once for each tap, from a cache that is nearer than that of blocks.
PLANE_BYTES = 256 << 10
# Rows that are shorter are copied into columns by NumPy's loop over the taps, too, and
# a product of these is faster.
LEAST_TAP_LENGTH = 3072
# Samples are joined into rows of about this length for products, or that for taps.
LEAST_ROW_LENGTH = 256


def conv2d(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> Array:
    """Cross-correlate each group of channels with the kernels of that group.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    weight : array of shape (C_out, C_in / groups, K_h, K_w)
        The kernels, which are not flipped. Channels are group-major [1]_: the first
        ``C_out / groups`` kernels see the first ``C_in / groups`` channels, and so on.
    bias : array of shape (C_out,), optional
        What is added to each output channel.
    stride, padding : pairs of int
        Step and zero padding along (height, width).
    groups : int
        How many groups there are; ``C_in`` of them make the layer depthwise.

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        ``H_out = (H + 2 * padding[0] - K_h) // stride[0] + 1``, and likewise for
        the width. It has the common dtype of the arguments, or is exact int64 if
        they are all integers.

    Raises
    ------
    ValueError
        If `groups` is below 1 or does not divide the channels, or for what the
        forward pass refuses.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    Notes
    -----
    The windows of as many groups as fit into a block are copied to columns (im2col),
    and there is one product for each group. Groups that are larger are layers of their
    own for the forward pass. Where each group has one input and one output channel,
    and rows are long, shifted views of the input, multiplied by one weight each, are
    added up instead.

    References
    ----------
    .. [1] PyTorch documentation, ``torch.nn.functional.conv2d``.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> conv2d(x, np.ones((2, 1, 2, 2)), bias=[0.0, 100.0], groups=2)
    array([[[  6.]],
    <BLANKLINE>
           [[122.]]])
    """
    x, weight, bias = real_operands(x, weight, bias)
    groups = _check_groups(x, weight, bias, groups)
    layer = Layer.of(x, weight, bias, stride, padding)
    _Grouped(layer, groups).fill()
    return layer.out if x.ndim == BATCH_NDIM else layer.out[0]


def depthwise_separable_conv2d(
    x: ArrayLike,
    depthwise: ArrayLike,
    pointwise: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> Array:
    """Filter each channel on its own, then mix the channels of each pixel [1]_.

    Parameters
    ----------
    x : array of shape (C_in, H, W) or (N, C_in, H, W)
        One sample or a batch, of any real dtype and memory layout.
    depthwise : array of shape (C_in * M, 1, K_h, K_w)
        `M` kernels for each input channel, those of the first channel first.
    pointwise : array of shape (C_out, C_in * M, 1, 1)
        The weights that mix the filtered channels.
    bias : array of shape (C_out,), optional
        What is added to each output channel, after the mixing.
    stride, padding : pairs of int
        Step and zero padding of the depthwise stage along (height, width).

    Returns
    -------
    array of shape (C_out, H_out, W_out) or (N, C_out, H_out, W_out)
        Sizes and dtype are as for `conv2d`.

    Raises
    ------
    ValueError
        If shapes do not fit together, or for what the forward pass refuses.
    OverflowError
        If integers are so large that int64 may not hold an exact result.

    References
    ----------
    .. [1] A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for
       Mobile Vision Applications", arXiv:1704.04861, section 3.1.

    Examples
    --------
    >>> x = np.arange(8.0).reshape(2, 2, 2)
    >>> mix = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    >>> depthwise_separable_conv2d(x, np.ones((2, 1, 2, 2)), mix)
    array([[[226.]]])
    """
    x, pointwise = real_array("x", x), real_array("pointwise", pointwise)
    depthwise = real_array("depthwise", depthwise)
    bias = None if bias is None else real_array("bias", bias)
    _check_stages(x, depthwise, pointwise, bias)
    dtype = np.result_type(x, depthwise, pointwise, pointwise if bias is None else bias)
    if dtype.kind == "f":
        x = x.astype(dtype, copy=False)
    filtered = conv2d(x, depthwise, None, stride, padding, groups=x.shape[-3])
    return dense_conv2d(filtered, pointwise, bias)


def parameter_count(
    c_out: int,
    c_in: int,
    k_h: int,
    k_w: int,
    bias: bool = True,  # noqa: FBT001, FBT002 (the question's signature)
    groups: int = 1,
) -> int:
    """Count the learnable numbers: ``C_out * C_in / groups * K_h * K_w``, and biases.

    Raises
    ------
    ValueError
        If `groups` is below 1 or does not divide the channels.

    Examples
    --------
    >>> parameter_count(64, 64, 3, 3, bias=False), parameter_count(64, 64, 3, 3, groups=64)
    (36864, 640)
    """  # noqa: E501 (an example is one expression)
    share = _channels_of_a_group(c_in, c_out, groups)
    return c_out * share * k_h * k_w + (c_out if bias else 0)


def multiply_add_count(  # noqa: PLR0913, PLR0917 (the question's signature)
    c_out: int,
    c_in: int,
    k_h: int,
    k_w: int,
    h_out: int,
    w_out: int,
    groups: int = 1,
) -> int:
    """Count multiplications, each with its addition, for one sample.

    They are ``C_out * C_in / groups * K_h * K_w * H_out * W_out``; those with padding
    count too, and the bias does not.

    Raises
    ------
    ValueError
        If `groups` is below 1 or does not divide the channels.

    Examples
    --------
    >>> multiply_add_count(64, 32, 3, 3, 10, 10, groups=4)
    460800
    """
    share = _channels_of_a_group(c_in, c_out, groups)
    return c_out * share * k_h * k_w * h_out * w_out


def magnitude(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    groups: int = 1,
) -> tuple[Array, int]:
    """Give what bounds the rounding error of each output of `conv2d`.

    Parameters and errors are those of `conv2d`, the bound that of
    `reference.conv2d.magnitude`.

    Returns
    -------
    sums : array of the output's shape, float64 or longdouble
        The sum of ``|x| |w|`` over each window, plus ``|b|``.
    n : int
        How many terms each sum has: ``C_in / groups * K_h * K_w``, and one for a bias.

    Examples
    --------
    >>> sums, n = magnitude([[[1.0]], [[-2.0]]], [[[[3.0]]], [[[-4.0]]]], groups=2)
    >>> sums.ravel().tolist(), n
    ([3.0, 8.0], 1)
    """
    weight = wide_modulus(weight)
    bias = None if bias is None else wide_modulus(bias)
    sums = conv2d(wide_modulus(x), weight, bias, stride, padding, groups)
    return sums, int(weight[0].size) + (bias is not None)


def magnitude_separable(
    x: ArrayLike,
    depthwise: ArrayLike,
    pointwise: ArrayLike,
    bias: ArrayLike | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
) -> tuple[Array, int]:
    r"""Give what bounds the rounding error of `depthwise_separable_conv2d`.

    A product ``x d p`` takes part in no more roundings than the inner sum has terms
    and the outer one has, so with :math:`n` that many in all, an output is off by no
    more than :math:`\gamma_n (\sum |p| \sum |x| |d| + |b|)` [1]_. Parameters and
    errors are those of `depthwise_separable_conv2d`.

    Returns
    -------
    sums : array of the output's shape, float64 or longdouble
        The layer of the absolute values.
    n : int
        ``K_h * K_w + C_in * M``, and one for a bias.

    References
    ----------
    .. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
       SIAM 2002, sections 3.1 and 3.5.

    Examples
    --------
    >>> sums, n = magnitude_separable([[[-1.0, 2.0]]], [[[[3.0, 4.0]]]], [[[[-5.0]]]])
    >>> sums.item(), n
    (55.0, 3)
    """
    depthwise, pointwise = wide_modulus(depthwise), wide_modulus(pointwise)
    bias = None if bias is None else wide_modulus(bias)
    sums = depthwise_separable_conv2d(
        wide_modulus(x), depthwise, pointwise, bias, stride, padding
    )
    return sums, int(depthwise[0].size + pointwise[0].size) + (bias is not None)


def _check_groups(x: Array, weight: Array, bias: Array | None, groups: int) -> int:
    """Check that the shapes fit together, and give `groups` as an int."""
    try:
        groups = operator.index(groups)
    except TypeError:
        raise ValueError(f"groups must be an integer, not {groups!r}") from None
    if groups < 1:
        raise ValueError(f"groups must be at least 1, not {groups}")
    if x.ndim in RANKS and weight.ndim == BATCH_NDIM and weight.size:
        c_in, (c_out, share) = x.shape[-3], weight.shape[:2]
        _channels_of_a_group(c_in, c_out, groups)
        if c_in != share * groups:
            wanted = f"{share * groups} channels, {share} in each of {groups} groups"
            raise ValueError(f"x must have {wanted}, not {c_in}")
        x = x[..., :share, :, :]
    check_shapes(x, weight, bias)
    return groups


def _channels_of_a_group(c_in: int, c_out: int, groups: int) -> int:
    if groups < 1:
        raise ValueError(f"groups must be at least 1, not {groups}")
    for name, channels in (("C_in", c_in), ("C_out", c_out)):
        if channels % groups:
            raise ValueError(f"{name} = {channels} is no multiple of {groups} groups")
    return c_in // groups


def _check_stages(
    x: Array, depthwise: Array, pointwise: Array, bias: Array | None
) -> None:
    """Check the shapes of both stages before any work is done."""
    if depthwise.ndim != BATCH_NDIM or depthwise.shape[1] != 1:
        raise ValueError(
            f"depthwise must be (C_in * M, 1, K_h, K_w), not {depthwise.shape}"
        )
    c_in = x.shape[-3] if x.ndim in RANKS else 1
    if not c_in or len(depthwise) % c_in:
        wanted = f"M kernels for each of {c_in} channels"
        raise ValueError(f"depthwise must have {wanted}, not {len(depthwise)}")
    _check_groups(x, depthwise, None, c_in)
    if pointwise.ndim != BATCH_NDIM or pointwise.shape[2:] != (1, 1):
        raise ValueError(
            f"pointwise must be (C_out, C_in * M, 1, 1), not {pointwise.shape}"
        )
    if pointwise.shape[1] != len(depthwise):
        wanted = f"{len(depthwise)} channels, as depthwise gives"
        raise ValueError(f"pointwise must have {wanted}, not {pointwise.shape[1]}")
    check_shapes(x[..., :1, :, :], pointwise[:, :1], bias)


class _Grouped(NamedTuple):
    """One call: a layer whose weight has the channels of one group, and the groups."""

    layer: Layer
    groups: int

    def fill(self) -> None:
        """Compute the outputs in the way that suits the sizes."""
        weight, out = self.layer.weight, self.layer.out
        columns_bytes = weight[0].nbytes * out.shape[2] * out.shape[3]
        single = weight.shape[1] == 1 and len(weight) == self.groups
        if self.groups == 1:
            fill(self.layer)
        elif columns_bytes > BLOCK_BYTES and not single:
            for one, _ in self.parts(1):
                fill(one)
        else:
            self._fill_by_planes(single=single)

    def parts(self, fit: int) -> Iterator[tuple[Layer, int]]:
        """Give `fit` groups at a time as a layer of their own, and their number."""
        x, weight, bias, _, _, out = self.layer
        kernels, channels = len(weight) // self.groups, weight.shape[1]
        for first in range(0, self.groups, fit):
            count = min(fit, self.groups - first)
            ours = slice(first * kernels, (first + count) * kernels)
            theirs = slice(first * channels, (first + count) * channels)
            part = self.layer._replace(
                x=x[:, theirs],
                weight=weight[ours],
                bias=None if bias is None else bias[ours],
                out=out[:, ours],
            )
            yield part, count

    def _fill_by_planes(self, *, single: bool) -> None:
        weight, out = self.layer.weight, self.layer.out
        least = LEAST_TAP_LENGTH if single else LEAST_ROW_LENGTH
        planes = Planes(self.layer, least)
        by_taps = single and planes.length >= LEAST_TAP_LENGTH
        nbytes = planes.length * out.itemsize
        if by_taps:
            fit = PLANE_BYTES // nbytes
        else:
            fit = BLOCK_BYTES // (weight[0].size * nbytes)
        fit = max(1, min(fit, self.groups))
        planes.allocate(fit * weight.shape[1])
        kernels, buffer = len(weight) // self.groups, Buffer(out.dtype)
        total = np.empty((fit, kernels, *planes.shape), out.dtype)
        for part, count in self.parts(fit):
            grouped = part.weight.reshape(count, kernels, *weight.shape[1:])
            rows = total[:count].reshape(count, kernels, -1)[..., : planes.length]
            for first in range(0, len(out), planes.shape[0]):
                planes.load(part.x[first : first + planes.shape[0]])
                if by_taps:
                    _add_taps(planes, grouped, rows, buffer)
                else:
                    _multiply_columns(planes, grouped, rows, buffer)
                _put(total[:count], part, first)


def _add_taps(planes: Planes, weight: Array, out: Array, buffer: Buffer) -> None:
    """Set the rows of `out` to sums of shifted rows, multiplied by a weight each."""
    for index, (taps, rows) in enumerate(planes.shifted(len(weight))):
        target = buffer.take(*out.shape) if index else out
        weights = weight[:, 0, 0, *taps]
        # Fortran's order makes the pixels the innermost loop and the taps the outer.
        target = target[:, 0].T
        np.einsum("cabp,cab->pc", rows, weights, out=target, order="F")
        if index:
            # What is left out later may overflow.
            with np.errstate(all="ignore"):
                out[:, 0].T[...] += target


def _multiply_columns(
    planes: Planes, weight: Array, out: Array, buffer: Buffer
) -> None:
    """Set the rows of `out` to one product for each group."""
    count, kernels, channels, k_h, k_w = weight.shape
    columns = buffer.take(count * channels, k_h, k_w, planes.length)
    for taps, rows in planes.shifted(count * channels):
        columns[:, *taps] = rows
    matrices = weight.reshape(count, kernels, -1)
    with np.errstate(all="ignore"):
        np.matmul(matrices, columns.reshape(count, -1, planes.length), out=out)


def _put(total: Array, part: Layer, first: int) -> None:
    """Copy the outputs from the planes, and add the bias."""
    count, kernels, samples, _, _ = total.shape
    target = part.out[first : first + samples]
    n, _, rows, columns = target.shape
    valid = total[:, :, :n, :rows, :columns].transpose(2, 0, 1, 3, 4)
    target = target.reshape(valid.shape)
    if part.bias is None:
        target[...] = valid
    else:
        np.add(valid, part.bias.reshape(count, kernels, 1, 1), out=target)

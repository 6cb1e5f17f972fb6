"""Grouped and depthwise-separable layers, step by step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.bank import Bank
from reference.misconceptions.forward import BANK as FORWARD
from reference.misconceptions.forward import OF_PLAIN_LAYERS, Forward

Array = NDArray[Any]
Pair = tuple[int, int]


class Grouped(Forward):
    """The functions of grouped layers; every step can be changed by itself."""

    def conv2d(
        self,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
        groups: int = 1,
    ) -> Array:
        """Convolve each group of channels with the kernels of that group."""
        self.check_ranks(x, weight)
        self.check_groups(groups)
        self.check_divisible(x.shape[-3], len(weight), groups)
        self.check_share(x, weight, groups)
        self.check_stride(stride)
        self.check_padding(padding)
        images, bias = self.batch(x), self.offsets(weight, bias)
        stride, padding = self.stride(stride), self.padding(padding)
        dtype = self.dtype(x, weight, bias)
        batch = self.cast(images, dtype)
        kernel = self.cast(self.kernel(weight), self.weight_dtype(x, dtype))
        if bias is not None:
            bias = self.bias_of_groups(bias, groups)
            bias = bias.astype(self.bias_dtype(x, dtype))
        size = self.output_size(batch, kernel, stride, padding)
        self.check_size(size)
        maps = []
        for group in range(groups):
            channels = self.channels(batch, kernel.shape[1], group, groups)
            filters = self.filters(kernel, group, groups)
            maps.append(self.convolve(channels, filters, stride, padding, size))
        out = self.with_bias(self.join(maps), kernel, bias)
        out = self.stored(self.fit(out, batch, kernel, stride, padding), x)
        return self.finish(out, x)

    def check_groups(self, groups: int) -> None:
        """Refuse to make less than one group."""
        if groups < 1:
            self.refuse("groups is at least 1")

    def check_divisible(self, c_in: int, c_out: int, groups: int) -> None:
        """Refuse groups of different sizes."""
        if c_in % groups or c_out % groups:
            self.refuse("groups divides the input and the output channels")

    def check_share(self, x: Array, weight: Array, groups: int) -> None:
        """Refuse kernels for another number of channels than a group has."""
        if x.shape[-3] // groups != weight.shape[1]:
            self.refuse("weight has the channels of one group")

    def channels(self, batch: Array, share: int, group: int, groups: int) -> Array:
        """Give the `share` input channels of a group."""
        return batch[:, group * share : (group + 1) * share]

    def filters(self, kernel: Array, group: int, groups: int) -> Array:
        """Give the kernels of a group."""
        count = len(kernel) // groups
        return kernel[group * count : (group + 1) * count]

    def join(self, maps: Sequence[Array]) -> Array:
        """Put the output channels of the groups one after another."""
        return np.concatenate(maps, axis=1)

    def bias_of_groups(self, bias: Array, groups: int) -> Array:
        """Give the bias of all output channels, group by group."""
        return bias

    def depthwise_separable_conv2d(
        self,
        x: Array,
        depthwise: Array,
        pointwise: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> Array:
        """Filter each channel by itself, then mix the channels of each pixel."""
        self.check_depthwise(x, depthwise)
        self.check_pointwise(pointwise)
        depthwise = self.widen(x, depthwise, pointwise, bias)
        before, after = self.biases_of_stages(bias)
        filtered = self.filter_stage(x, depthwise, before, stride, padding)
        between = self.between(self.order(filtered, x))
        stride, padding = self.mix_geometry(stride, padding)
        return self.conv2d(between, self.mix(pointwise), after, stride, padding)

    def check_depthwise(self, x: Array, depthwise: Array) -> None:
        """Refuse kernels that don't see one channel each."""
        if x.ndim not in {3, 4} or depthwise.ndim != 4 or depthwise.shape[1] != 1:
            self.refuse("depthwise has 4 axes, and one channel")

    def check_pointwise(self, pointwise: Array) -> None:
        """Refuse what doesn't mix channels pixel by pixel."""
        if pointwise.ndim != 4 or pointwise.shape[2:] != (1, 1):
            self.refuse("pointwise is (C_out, C_in * M, 1, 1)")

    def widen(
        self, x: Array, depthwise: Array, pointwise: Array, bias: Array | None
    ) -> Array:
        """Make the first stage compute in the type of the result."""
        arrays = [one for one in (x, depthwise, pointwise, bias) if one is not None]
        dtype = np.result_type(*arrays)
        return depthwise.astype(dtype) if dtype.kind == "f" else depthwise

    def biases_of_stages(self, bias: Array | None) -> tuple[Array | None, Array | None]:
        """Give the biases of the filtering and of the mixing."""
        return None, bias

    def filter_stage(
        self,
        x: Array,
        depthwise: Array,
        bias: Array | None,
        stride: Pair,
        padding: Pair,
    ) -> Array:
        """Filter each channel with its own kernels."""
        groups = self.groups_of_depthwise(x, depthwise)
        return self.conv2d(x, depthwise, bias, stride, padding, groups)

    def groups_of_depthwise(self, x: Array, depthwise: Array) -> int:
        """Give how many groups the filtering has."""
        return int(x.shape[-3])

    def order(self, filtered: Array, x: Array) -> Array:
        """Order the filtered channels: all of the first input channel, and so on."""
        return filtered

    def between(self, filtered: Array) -> Array:
        """Do what is done between the stages: nothing."""
        return filtered

    def mix_geometry(self, stride: Pair, padding: Pair) -> tuple[Pair, Pair]:
        """Give the stride and padding of the mixing."""
        return (1, 1), (0, 0)

    def mix(self, pointwise: Array) -> Array:
        """Read the weights of the mixing as (C_out, C_in * M, 1, 1)."""
        return pointwise

    def parameter_count(
        self,
        c_out: int,
        c_in: int,
        k_h: int,
        k_w: int,
        bias: bool = True,
        groups: int = 1,
    ) -> int:
        """Count the learnable weights of a grouped layer."""
        self.check_counts(c_in, c_out, groups)
        weights = self.kernel_weights(c_out, c_in, k_h, k_w, groups)
        return self.sum_of_counts(weights, self.bias_count(c_out, c_in, bias))

    def check_counts(self, c_in: int, c_out: int, groups: int) -> None:
        """Refuse to count for groups that there can't be."""
        if groups < 1 or c_in % groups or c_out % groups:
            self.refuse("groups divides the input and the output channels")

    def kernel_weights(
        self, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
    ) -> int:
        """Count the weights of the kernels of all groups."""
        return self.weight_count(c_out, self.share(c_in, groups), k_h, k_w)

    def share(self, c_in: int, groups: int) -> int:
        """Give how many channels a kernel has."""
        return c_in // groups

    def sum_of_counts(self, weights: int, biases: int) -> int:
        """Add up what there is to learn."""
        return weights + biases

    def multiply_add_count(  # noqa: PLR0913, PLR0917 (the question's signature)
        self,
        c_out: int,
        c_in: int,
        k_h: int,
        k_w: int,
        h_out: int,
        w_out: int,
        groups: int = 1,
    ) -> int:
        """Count the multiplications, each with its addition, for one sample."""
        self.check_counts(c_in, c_out, groups)
        of_a_place = self.work_of_a_place(c_out, c_in, k_h, k_w, groups)
        return self.work(of_a_place, self.place_count(h_out, w_out))

    def work_of_a_place(
        self, c_out: int, c_in: int, k_h: int, k_w: int, groups: int
    ) -> int:
        """Count the multiplications for one pixel of all output channels."""
        return c_out * self.work_share(c_in, groups) * k_h * k_w

    def work_share(self, c_in: int, groups: int) -> int:
        """Give how many channels an output sums over."""
        return c_in // groups

    def place_count(self, h_out: int, w_out: int) -> int:
        """Count the pixels of an output channel."""
        return h_out * w_out

    def work(self, of_a_place: int, places: int) -> int:
        """Count the multiplications in all places."""
        return of_a_place * places


BANK = Bank(
    Grouped,
    ["conv2d", "depthwise_separable_conv2d", "parameter_count", "multiply_add_count"],
)
BANK.include(
    FORWARD,
    without=(
        *OF_PLAIN_LAYERS,
        "images",
        "check_channels",
        # Of the counts there are forms of its own.
        "weight_count",
        "bias_count",
    ),
)

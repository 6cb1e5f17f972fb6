"""The forward pass in named steps, and how people get it wrong."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.bank import Bank

Array = NDArray[Any]
Pair = tuple[int, int]


class Forward:
    """`conv2d`, step by step; every step can be changed by itself."""

    def conv2d(
        self,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> Array:
        """Convolve, as the statement asks."""
        self.check_ranks(x, weight)
        self.check_channels(x, weight)
        self.check_bias(weight, bias)
        self.check_stride(stride)
        self.check_padding(padding)
        stride, padding = self.stride(stride), self.padding(padding)
        dtype = self.dtype(x, weight, bias)
        batch = self.batch(x).astype(dtype)
        kernel = self.kernel(weight).astype(dtype)
        size = self.output_size(batch, kernel, stride, padding)
        self.check_size(size)
        padded = self.pad(batch, padding)
        out = self.slide(padded, kernel, stride, size)
        if bias is not None:
            out = self.add_bias(out, bias.astype(dtype))
        return self.finish(out, x)

    def check_ranks(self, x: Array, weight: Array) -> None:
        """Refuse what is neither a sample nor a batch, and kernels of other ranks."""
        if x.ndim not in {3, 4} or weight.ndim != 4:
            raise ValueError("x has 3 or 4 axes, weight has 4")

    def check_channels(self, x: Array, weight: Array) -> None:
        """Refuse kernels for another number of channels."""
        if x.shape[-3] != weight.shape[1]:
            raise ValueError("x and weight differ in channels")

    def check_bias(self, weight: Array, bias: Array | None) -> None:
        """Refuse a bias that has not one number for each filter."""
        if bias is not None and bias.shape != weight.shape[:1]:
            raise ValueError("bias has one number for each filter")

    def check_stride(self, stride: Pair) -> None:
        """Refuse to stand still and to go back."""
        if min(stride) < 1:
            raise ValueError("stride is at least 1")

    def check_padding(self, padding: Pair) -> None:
        """Refuse to pad with less than nothing."""
        if min(padding) < 0:
            raise ValueError("padding is at least 0")

    def check_size(self, size: Pair) -> None:
        """Refuse kernels that fit nowhere."""
        if min(size) < 1:
            raise ValueError("the kernel is larger than the padded input")

    def stride(self, stride: Pair) -> Pair:
        """Read the stride as (height, width)."""
        return stride

    def padding(self, padding: Pair) -> Pair:
        """Read the padding as (height, width)."""
        return padding

    def dtype(self, x: Array, weight: Array, bias: Array | None) -> np.dtype[Any]:
        """Choose what to compute in: the floats given, or int64."""
        arrays = [one for one in (x, weight, bias) if one is not None]
        dtype = np.result_type(*arrays)
        return dtype if dtype.kind == "f" else np.dtype(np.int64)

    def batch(self, x: Array) -> Array:
        """Make a batch of a sample."""
        return x[None] if x.ndim == 3 else x

    def kernel(self, weight: Array) -> Array:
        """Read the kernels as (C_out, C_in, K_h, K_w), not flipped."""
        return weight

    def output_size(
        self, batch: Array, kernel: Array, stride: Pair, padding: Pair
    ) -> Pair:
        """Give how many places a window has along height and width."""
        (h, w), (k_h, k_w) = batch.shape[2:], kernel.shape[2:]
        (s_h, s_w), (p_h, p_w) = stride, padding
        return self.places(h, k_h, s_h, p_h), self.places(w, k_w, s_w, p_w)

    def places(self, length: int, kernel: int, stride: int, padding: int) -> int:
        """Give how many places a window has along one axis."""
        return (length + 2 * padding - kernel) // stride + 1

    def pad(self, batch: Array, padding: Pair) -> Array:
        """Add zeros around each image."""
        p_h, p_w = padding
        return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))

    def slide(self, padded: Array, kernel: Array, stride: Pair, size: Pair) -> Array:
        """Put the window at every place."""
        out = np.zeros((len(padded), len(kernel), *size), padded.dtype)
        for i in range(size[0]):
            for j in range(size[1]):
                window = self.window(padded, kernel, stride, (i, j))
                out[:, :, i, j] = self.contract(window, kernel)
        return out

    def window(self, padded: Array, kernel: Array, stride: Pair, place: Pair) -> Array:
        """Cut out what the kernel covers at a place."""
        (k_h, k_w), (s_h, s_w), (i, j) = kernel.shape[2:], stride, place
        top, left = i * s_h, j * s_w
        return padded[:, :, top : top + k_h, left : left + k_w]

    def contract(self, window: Array, kernel: Array) -> Array:
        """Sum the products over channels, rows and columns."""
        return np.tensordot(window, kernel, axes=([1, 2, 3], [1, 2, 3]))

    def add_bias(self, out: Array, bias: Array) -> Array:
        """Add to each filter's map its own number."""
        return out + bias[None, :, None, None]

    def finish(self, out: Array, x: Array) -> Array:
        """Give back a sample for a sample."""
        return out[0] if x.ndim == 3 else out

    def parameter_count(
        self, c_out: int, c_in: int, k_h: int, k_w: int, bias: bool = True
    ) -> int:
        """Count the learnable weights of a layer."""
        return self.weight_count(c_out, c_in, k_h, k_w) + self.bias_count(
            c_out, c_in, bias
        )

    def weight_count(self, c_out: int, c_in: int, k_h: int, k_w: int) -> int:
        """Count the kernels' weights."""
        return c_out * c_in * k_h * k_w

    def bias_count(self, c_out: int, c_in: int, bias: bool) -> int:
        """Count the biases."""
        return c_out if bias else 0


BANK = Bank(Forward, ["conv2d", "parameter_count"])


@BANK.mistake(
    "stride",
    title="stride's height and width are swapped",
    explanation="The stride is (height, width): its first number moves a window down.",
    hints=(
        "Try a stride with two different numbers.",
        "Look at which number of the stride goes with rows.",
        "With stride (2, 1) on a 5x5 image and a 1x1 kernel, are there 3 rows and 5 "
        "columns?",
    ),
)
def stride_hw_swapped(_: Forward, stride: Pair) -> Pair:
    return stride[1], stride[0]


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
    "places",
    title="the size of the output is rounded up",
    explanation="A window that does not fit as a whole is left out, so the size is "
    "rounded down.",
    hints=(
        "Count by hand how many windows fit where the stride leaves pixels over.",
        "Look at how the division in the size is rounded.",
        "A row of 4, a kernel of 1 and a stride of 2: are there 2 places?",
    ),
)
def out_ceil(_: Forward, length: int, kernel: int, stride: int, padding: int) -> int:
    return -(-(length + 2 * padding - kernel) // stride) + 1

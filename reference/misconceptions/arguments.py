"""How the arguments of a layer are checked and read, in steps that programs share."""

from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Pair = tuple[int, int]


def in_float32(array: Array) -> Array:
    """Give floats with no more digits than float32 has, in their own type."""
    is_float = array.dtype.kind == "f"
    return array.astype(np.float32).astype(array.dtype) if is_float else array


def keep_whole(x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Give int64 where the image holds whole numbers."""
    return dtype if x.dtype.kind == "f" else np.dtype(np.int64)


def framed(batch: Array, rows: Pair, columns: Pair) -> Array:
    """Lay images on zeros, so many before and after each of the two axes."""
    (top, bottom), (left, right), (n, c, h, w) = rows, columns, batch.shape
    padded = np.zeros((n, c, h + top + bottom, w + left + right), batch.dtype)
    padded[:, :, top : top + h, left : left + w] = batch
    return padded


class Arguments:
    """Steps on the arguments of a layer, whatever is computed from them."""

    def refuse(self, message: str) -> NoReturn:
        """Say that the input is bad."""
        raise ValueError(message)

    def check_channels(self, x: Array, weight: Array) -> None:
        """Refuse kernels for another number of channels."""
        if x.shape[-3] != weight.shape[1]:
            self.refuse("x and weight differ in channels")

    def check_bias(self, weight: Array, bias: Array | None) -> None:
        """Refuse a bias that has not one number for each filter."""
        if bias is not None and bias.shape != weight.shape[:1]:
            self.refuse("bias has one number for each filter")

    def check_stride(self, stride: Pair) -> None:
        """Refuse to stand still and to go back."""
        if min(stride) < 1:
            self.refuse("stride is at least 1")

    def check_padding(self, padding: Pair) -> None:
        """Refuse to pad with less than nothing."""
        if min(padding) < 0:
            self.refuse("padding is at least 0")

    def stride(self, stride: Pair) -> Pair:
        """Read the stride as (height, width)."""
        return stride

    def padding(self, padding: Pair) -> Pair:
        """Read the padding as (height, width)."""
        return padding

    def batch(self, x: Array) -> Array:
        """Make a batch of a sample."""
        return x[None] if x.ndim == 3 else x


class LayerArguments(Arguments):
    """Steps on what an output is computed from."""

    def check_size(self, size: Pair) -> None:
        """Refuse kernels that fit nowhere."""
        if min(size) < 1:
            self.refuse("the kernel is larger than the padded input")

    def images(self, x: Array, weight: Array) -> Array:
        """Give the batch, if the kernels are made for it."""
        self.check_channels(x, weight)
        return self.batch(x)

    def offsets(self, weight: Array, bias: Array | None) -> Array | None:
        """Give the bias, if it is made for the kernels."""
        self.check_bias(weight, bias)
        return bias

    def dtype(self, x: Array, weight: Array, bias: Array | None) -> np.dtype[Any]:
        """Choose what to compute in: the floats given, or int64."""
        arrays = [one for one in (x, weight, bias) if one is not None]
        dtype = np.result_type(*arrays)
        return dtype if dtype.kind == "f" else np.dtype(np.int64)

    def weight_dtype(self, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Choose what weights are read in: what is computed in."""
        return dtype

    def bias_dtype(self, x: Array, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Choose what the bias is read in: what is computed in."""
        return dtype

    def places(self, length: int, kernel: int, stride: int, padding: int) -> int:
        """Give how many places a window has along one axis."""
        return (length + 2 * padding - kernel) // stride + 1

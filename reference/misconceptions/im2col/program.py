"""Windows as columns, back again, and the layer on top, in named steps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reference.misconceptions.arguments import LayerArguments

Array = NDArray[Any]
Pair = tuple[int, int]

Shape = tuple[int, ...]


class Im2col(LayerArguments):
    """`im2col`, `col2im` and `conv2d`; every step can be changed by itself."""

    def im2col(
        self, x: Array, kernel_size: Pair, stride: Pair = (1, 1), padding: Pair = (0, 0)
    ) -> Array:
        """Copy each window to a column, as the statement asks."""
        self.check_rank(x.shape)
        self.check_stride(stride)
        self.check_padding(padding)
        columns = self.unroll(self.batch(x), kernel_size, stride, padding)
        return self.give_columns(columns, x)

    def col2im(
        self,
        cols: Array,
        input_shape: Shape,
        kernel_size: Pair,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> Array:
        """Add each column back onto its window, as the statement asks."""
        self.check_rank(input_shape)
        self.check_stride(stride)
        self.check_padding(padding)
        self.check_columns(cols, input_shape, kernel_size, stride, padding)
        stride, padding = self.stride(stride), self.padding(padding)
        side_h, side_w = input_shape[-2:]
        size = self.output_size((side_h, side_w), kernel_size, stride, padding)
        columns = self.read_columns(cols.astype(self.sum_dtype(cols)))
        taps = self.taps(columns, input_shape[-3], kernel_size, size)
        canvas = self.canvas(taps, input_shape, stride, padding)
        self.fold(canvas, taps, stride)
        image = self.crop(canvas, padding, (side_h, side_w))
        return self.give_image(image, input_shape)

    def conv2d(
        self,
        x: Array,
        weight: Array,
        bias: Array | None = None,
        stride: Pair = (1, 1),
        padding: Pair = (0, 0),
    ) -> Array:
        """Convolve by one product of matrices for each sample."""
        self.check_rank(x.shape)
        self.check_weight(weight)
        self.check_stride(stride)
        self.check_padding(padding)
        images, bias = self.images(x, weight), self.offsets(weight, bias)
        dtype = self.dtype(x, weight, bias)
        batch = images.astype(dtype)
        kernel = weight.astype(self.weight_dtype(x, dtype))
        kernel_size = kernel.shape[2], kernel.shape[3]
        columns = self.unroll(batch, kernel_size, stride, padding)
        product = self.product(self.matrix(kernel), columns, kernel.shape[1])
        side, stride = (batch.shape[2], batch.shape[3]), self.stride(stride)
        size = self.output_size(side, kernel_size, stride, self.padding(padding))
        moved = None if bias is None else bias.astype(self.bias_dtype(x, dtype))
        return self.give_maps(self.assemble(product, moved, kernel, size), x)

    def unroll(
        self, batch: Array, kernel_size: Pair, stride: Pair, padding: Pair
    ) -> Array:
        """Give the columns of a batch: (N, C * K_h * K_w, L)."""
        stride, padding = self.stride(stride), self.padding(padding)
        side = batch.shape[2], batch.shape[3]
        size = self.output_size(side, kernel_size, stride, padding)
        self.check_size(size)
        padded = self.pad(batch, padding)
        return self.columns(self.windows(padded, kernel_size, stride, size))

    def check_rank(self, shape: Shape) -> None:
        """Refuse what is neither a sample nor a batch."""
        if len(shape) not in {3, 4}:
            self.refuse("an input has 3 or 4 axes")

    def check_weight(self, weight: Array) -> None:
        """Refuse kernels of other ranks."""
        if weight.ndim != 4:
            self.refuse("weight has 4 axes")

    def check_columns(
        self,
        cols: Array,
        input_shape: Shape,
        kernel_size: Pair,
        stride: Pair,
        padding: Pair,
    ) -> None:
        """Refuse columns that are not those of such an input."""
        sides = zip(input_shape[-2:], kernel_size, stride, padding, strict=True)
        h, w = ((side + 2 * p - k) // s + 1 for side, k, s, p in sides)
        rows = input_shape[-3] * kernel_size[0] * kernel_size[1]
        if min(h, w) < 1 or cols.shape != (*input_shape[:-3], rows, h * w):
            self.refuse("cols has the shape that im2col gives")

    def output_size(
        self, side: Pair, kernel_size: Pair, stride: Pair, padding: Pair
    ) -> Pair:
        """Give how many places a window has along height and width."""
        (h, w), (k_h, k_w) = side, kernel_size
        (s_h, s_w), (p_h, p_w) = stride, padding
        return self.places(h, k_h, s_h, p_h), self.places(w, k_w, s_w, p_w)

    def pad(self, batch: Array, padding: Pair) -> Array:
        """Add zeros around each image, if any are asked for."""
        p_h, p_w = (max(0, one) for one in padding)
        return np.pad(batch, ((0, 0), (0, 0), (p_h, p_h), (p_w, p_w)))

    def windows(
        self, padded: Array, kernel_size: Pair, stride: Pair, size: Pair
    ) -> Array:
        """Copy the window of every place: (N, C, K_h, K_w, H_out, W_out)."""
        shape = (*padded.shape[:2], *kernel_size, *size)
        windows = np.zeros(shape, padded.dtype)
        for i in range(size[0]):
            for j in range(size[1]):
                windows[..., i, j] = self.window(padded, kernel_size, stride, (i, j))
        return windows

    def window(
        self, padded: Array, kernel_size: Pair, stride: Pair, place: Pair
    ) -> Array:
        """Cut out what the kernel covers at a place."""
        (k_h, k_w), (i, j) = kernel_size, place
        top, left = i * stride[0], j * stride[1]
        return padded[:, :, top : top + k_h, left : left + k_w]

    def columns(self, windows: Array) -> Array:
        """Lay taps along rows and places along columns."""
        n, c, k_h, k_w, h, w = windows.shape
        return windows.reshape(n, c * k_h * k_w, h * w)

    def give_columns(self, columns: Array, x: Array) -> Array:
        """Give one matrix for a sample."""
        return columns[0] if x.ndim == 3 else columns

    def sum_dtype(self, cols: Array) -> np.dtype[Any]:
        """Choose what to sum in: the floats given, or int64."""
        return cols.dtype if cols.dtype.kind == "f" else np.dtype(np.int64)

    def read_columns(self, cols: Array) -> Array:
        """Make a batch of the columns of a sample."""
        return cols[None] if cols.ndim == 2 else cols

    def taps(
        self, columns: Array, channels: int, kernel_size: Pair, size: Pair
    ) -> Array:
        """Read rows as taps and columns as places: (N, C, K_h, K_w, H_out, W_out)."""
        return columns.reshape(len(columns), channels, *kernel_size, *size)

    def canvas(
        self, taps: Array, input_shape: Shape, stride: Pair, padding: Pair
    ) -> Array:
        """Make zeros as large as the padded input."""
        (c, h, w), (p_h, p_w) = input_shape[-3:], padding
        return np.zeros((len(taps), c, h + 2 * p_h, w + 2 * p_w), taps.dtype)

    def fold(self, canvas: Array, taps: Array, stride: Pair) -> None:
        """Put every window back where it was."""
        for i in range(taps.shape[4]):
            for j in range(taps.shape[5]):
                given = taps[..., i, j]
                self.put(self.region(canvas, given, stride, (i, j)), given)

    def region(self, canvas: Array, given: Array, stride: Pair, place: Pair) -> Array:
        """Find where the window of a place was."""
        (k_h, k_w), (i, j) = given.shape[2:], place
        top, left = i * stride[0], j * stride[1]
        return canvas[:, :, top : top + k_h, left : left + k_w]

    def put(self, region: Array, given: Array) -> None:
        """Add to what other windows gave to the same pixels."""
        region += given

    def crop(self, canvas: Array, padding: Pair, side: Pair) -> Array:
        """Take the frame of padding off."""
        (p_h, p_w), (h, w) = padding, side
        return canvas[:, :, p_h : p_h + h, p_w : p_w + w]

    def give_image(self, images: Array, input_shape: Shape) -> Array:
        """Give one image for a sample."""
        return images[0] if len(input_shape) == 3 else images

    def matrix(self, kernel: Array) -> Array:
        """Lay each filter along a row, in the order of the columns' rows."""
        return kernel.reshape(len(kernel), -1)

    def product(self, matrix: Array, columns: Array, channels: int) -> Array:
        """Multiply every filter with every window: (N, C_out, L)."""
        return matrix @ columns

    def assemble(
        self, product: Array, bias: Array | None, kernel: Array, size: Pair
    ) -> Array:
        """Make the output of the product: maps first, then the bias."""
        out = self.maps(product, size)
        return out if bias is None else self.add_bias(out, bias, kernel)

    def maps(self, product: Array, size: Pair) -> Array:
        """Make maps of the columns of the product."""
        return product.reshape(*product.shape[:2], *size)

    def add_bias(self, out: Array, bias: Array, kernel: Array) -> Array:
        """Add to each filter's map its own number."""
        return out + bias[None, :, None, None]

    def give_maps(self, out: Array, x: Array) -> Array:
        """Give back a sample for a sample."""
        return out[0] if x.ndim == 3 else out

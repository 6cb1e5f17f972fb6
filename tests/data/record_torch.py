"""Record what PyTorch computes, for tests on machines that don't have it.

Run `python tests/data/record_torch.py` where PyTorch is installed; it writes
`torch.npz` beside itself, which `tests/reference/recorded.py` reads.

Of every three cases of a kind, the first two hold small integers as floats, whose sums
are exact and must come out with the same bits. Every other case is in float64, the
rest in float32. An array in an archive takes more room than such a layer does, so all
cases of a kind lie behind one another.
"""  # noqa: INP001 (a script, not part of a package)

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

RECORDING = Path(__file__).with_name("torch.npz")
AXES = 4

Arrays = dict[str, NDArray[Any]]
Pair = list[int]


class Draw:
    """Draws sizes, and arrays of one kind of values and one dtype."""

    def __init__(self, rng: np.random.Generator, case: int) -> None:
        self._rng, self._integers = rng, case % 3 < 2
        self._dtype = np.float64 if case % 2 else np.float32

    def values(self, *shape: int) -> NDArray[Any]:
        """Draw an array."""
        normal, rng = not self._integers, self._rng
        array = rng.normal(size=shape) if normal else rng.integers(-9, 10, shape)
        return array.astype(self._dtype)

    def sizes(self, least: int, below: int, count: int = 2) -> list[int]:
        """Draw as many integers."""
        return [int(one) for one in self._rng.integers(least, below, count)]

    def happens(self, share: float) -> bool:
        """Decide something that is true of this share of the cases."""
        return bool(self._rng.random() < share)

    def layer(
        self, c_in: int, kernels: Pair, image: Pair, taps: Pair, most: int = 2
    ) -> Arrays:
        """Draw a sample or a batch, kernels, often biases, and strides."""
        batch = self.sizes(1, most + 1, 1) if self.happens(0.7) else []
        arrays = {
            "x": self.values(*batch, c_in, *image),
            "weight": self.values(*kernels, *taps),
            "stride": np.array(self.sizes(1, 4)),
        }
        return arrays | ({"bias": self.values(kernels[0])} if self.happens(0.7) else {})


def main() -> None:
    """Draw the layers of each kind, run them through PyTorch, write the recording."""
    recording: Arrays = {"torch_version": np.array(torch.__version__)}
    for seed, (kind, count) in enumerate(KINDS.items()):
        rng = np.random.default_rng([20, seed])
        cases = [kind(Draw(rng, case)) for case in range(count)]
        recording |= pack(kind.__name__, cases)
    np.savez_compressed(RECORDING, allow_pickle=False, **recording)


def pack(kind: str, cases: list[Arrays]) -> Arrays:
    """Give the values of each name in one row, and a table of the shapes.

    A row of the table ends with zeros, and has nothing else where a name is missing.
    """
    packed: Arrays = {}
    for name in sorted({name for case in cases for name in case}):
        found = [case[name] for case in cases if name in case]
        packed[f"{kind}_{name}"] = np.concatenate([array.ravel() for array in found])
        shapes = np.zeros((len(cases), AXES), np.int16)
        for row, case in zip(shapes, cases, strict=True):
            if name in case:
                row[: case[name].ndim] = case[name].shape
        packed[f"{kind}_{name}_shapes"] = shapes
    return packed


def dense(draw: Draw) -> Arrays:
    """Record a layer's outputs."""
    c_in, c_out = draw.sizes(1, 6)
    taps, image, padding = draw.sizes(1, 6), draw.sizes(5, 14), draw.sizes(0, 4)
    arrays = draw.layer(c_in, [c_out, c_in], image, taps, most=5)
    return arrays | {
        "padding": np.array(padding),
        "out": run(arrays, padding=padding),
    }


def gradients(draw: Draw) -> Arrays:
    """Record the three gradients of a layer, and `unfold` and `fold` for its windows."""
    c_in, c_out = draw.sizes(1, 4)
    taps, image, padding = draw.sizes(1, 4), draw.sizes(3, 7), draw.sizes(0, 4)
    arrays = draw.layer(c_in, [c_out, c_in], image, taps, most=3)
    leaves = {
        name: torch.from_numpy(arrays[name]).requires_grad_()
        for name in ("x", "weight", "bias")
        if name in arrays
    }
    pairs = {"stride": arrays["stride"].tolist(), "padding": padding}
    out = functional.conv2d(leaves["x"], leaves["weight"], leaves.get("bias"), **pairs)
    dout = draw.values(*out.shape)
    found = torch.autograd.grad(out, list(leaves.values()), torch.from_numpy(dout))
    arrays |= {f"d{name}": one.numpy() for name, one in zip(leaves, found, strict=True)}
    unfolded = functional.unfold(torch.from_numpy(arrays["x"]), taps, **pairs)
    columns = draw.values(*unfolded.shape)
    folded = functional.fold(torch.from_numpy(columns), image, taps, **pairs)
    return arrays | {
        "padding": np.array(padding),
        "dout": dout,
        "unfolded": unfolded.numpy(),
        "columns": columns,
        "folded": folded.numpy(),
    }


def grouped(draw: Draw) -> Arrays:
    """Record a layer of groups of channels."""
    groups, channels, kernels = draw.sizes(1, 4, 3)
    arrays = small_layer(draw, groups * channels, [groups * kernels, channels])
    padding = draw.sizes(0, 3)
    return arrays | {
        "padding": np.array(padding),
        "groups": np.array([groups]),
        "out": run(arrays, padding=padding, groups=groups),
    }


def separable(draw: Draw) -> Arrays:
    """Record a depthwise layer and a pointwise one after it, which has the bias."""
    c_in, multiplier, c_out = draw.sizes(1, 4, 3)
    arrays = small_layer(draw, c_in, [c_in * multiplier, 1])
    arrays["bias"] = draw.values(c_out)
    arrays["pointwise"] = draw.values(c_out, c_in * multiplier, 1, 1)
    padding = draw.sizes(0, 3)
    inner = {key: arrays[key] for key in ("x", "weight", "stride")}
    filtered = run(inner, padding=padding, groups=c_in)
    outer = {"x": filtered, "weight": arrays["pointwise"], "bias": arrays["bias"]}
    return arrays | {"padding": np.array(padding), "out": run(outer)}


def dilated(draw: Draw) -> Arrays:
    """Record a layer whose taps are apart."""
    arrays = dilated_layer(draw)
    padding = draw.sizes(3, 5)
    pairs = {"padding": padding, "dilation": arrays["dilation"].tolist()}
    return arrays | {"padding": np.array(padding), "out": run(arrays, **pairs)}


def same(draw: Draw) -> Arrays:
    """Take PyTorch's own mode, or pad beforehand for strides, which it refuses."""
    arrays = dilated_layer(draw)
    if draw.happens(0.5):
        arrays["stride"] = np.array([1, 1])
        dilation = arrays["dilation"].tolist()
        return arrays | {"out": run(arrays, padding="same", dilation=dilation)}
    return arrays | {"out": run_padded(arrays, causal=False)}


def causal(draw: Draw) -> Arrays:
    """Record a layer whose height is time."""
    arrays = dilated_layer(draw)
    return arrays | {"out": run_padded(arrays, causal=True)}


def small_layer(draw: Draw, c_in: int, kernels: Pair) -> Arrays:
    """Draw a layer of a size that leaves room for what the kind adds."""
    image, taps = draw.sizes(5, 9), draw.sizes(1, 5)
    return draw.layer(c_in, kernels, image, taps)


def dilated_layer(draw: Draw) -> Arrays:
    """Draw a small layer, and how far apart its taps are."""
    c_in, c_out = draw.sizes(1, 4)
    dilation = {"dilation": np.array(draw.sizes(1, 4))}
    return small_layer(draw, c_in, [c_out, c_in]) | dilation


def run_padded(arrays: Arrays, *, causal: bool) -> NDArray[Any]:
    """Pad by the definition of a mode, and run the layer without padding."""
    sides, taps = arrays["x"].shape[-2:], arrays["weight"].shape[-2:]
    strides, gaps = arrays["stride"].tolist(), arrays["dilation"].tolist()
    margins = []
    for side, k, step, gap in zip(sides, taps, strides, gaps, strict=True):
        outputs = int(np.ceil(side / step))
        zeros = max((outputs - 1) * step + gap * (k - 1) + 1 - side, 0)
        margins.append((zeros // 2, (zeros + 1) // 2))
    if causal:
        margins[0] = (gaps[0] * (taps[0] - 1), 0)
    padded = functional.pad(torch.from_numpy(arrays["x"]), (*margins[1], *margins[0]))
    return run(arrays | {"x": padded.numpy()}, dilation=gaps)


def run(arrays: Arrays, **options: Any) -> NDArray[Any]:  # noqa: ANN401 (PyTorch's)
    """Run the layer whose operands have these names."""
    x, weight, bias = (
        torch.from_numpy(arrays[name]) if name in arrays else None
        for name in ("x", "weight", "bias")
    )
    stride = arrays["stride"].tolist() if "stride" in arrays else [1, 1]
    out = functional.conv2d(x, weight, bias, stride, **options)
    recorded: NDArray[Any] = out.numpy()
    return recorded


KINDS: dict[Callable[[Draw], Arrays], int] = {
    dense: 48,
    gradients: 21,
    grouped: 12,
    separable: 12,
    dilated: 12,
    same: 12,
    causal: 12,
}
"""How many cases of each kind are recorded."""


if __name__ == "__main__":
    main()

"""Record what PyTorch computes, for tests on machines that don't have it.

Run `python tests/data/record_torch.py` where PyTorch is installed; it writes
`torch_conv2d.npz` and `torch_backward.npz` beside itself. Integer cases hold small integers as floats, whose
sums are exact, and must come out with the same bits.
"""  # noqa: INP001 (a script, not part of a package)

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

CASES = 48
RECORDING = Path(__file__).with_name("torch_conv2d.npz")
BACKWARD_CASES = 21
BACKWARD_RECORDING = Path(__file__).with_name("torch_backward.npz")


def main() -> None:
    """Draw layers, run them through PyTorch and write the recordings."""
    _record_forward()
    _record_backward()


def _record_forward() -> None:
    rng = np.random.default_rng(20)
    recording: dict[str, NDArray[Any]] = {"torch_version": np.array(torch.__version__)}
    for case in range(CASES):
        for name, array in _record(rng, integers=case % 3 < 2, double=case % 2).items():
            recording[f"{case:02}_{name}"] = array
    np.savez_compressed(RECORDING, allow_pickle=False, **recording)


def _record_backward() -> None:
    rng = np.random.default_rng(21)
    recording: dict[str, NDArray[Any]] = {"torch_version": np.array(torch.__version__)}
    for case in range(BACKWARD_CASES):
        draw = _Draw(rng, integers=case % 3 < 2, double=case % 2)
        for name, array in _gradients(rng, draw).items():
            recording[f"{case:02}_{name}"] = array
    np.savez_compressed(BACKWARD_RECORDING, allow_pickle=False, **recording)


def _record(
    rng: np.random.Generator, *, integers: bool, double: int
) -> dict[str, NDArray[Any]]:
    n, c_in, c_out, k_h, k_w = rng.integers(1, 6, 5)
    stride, padding = rng.integers(1, 4, 2), rng.integers(0, 4, 2)
    h, w = rng.integers(5, 14, 2)
    shapes = {
        "x": (n, c_in, h, w) if rng.random() < 0.7 else (c_in, h, w),
        "weight": (c_out, c_in, k_h, k_w),
        "bias": (c_out,),
    }
    dtype = np.float64 if double else np.float32
    arrays: dict[str, NDArray[Any]] = {}
    for name, shape in shapes.items():
        array = rng.integers(-9, 10, shape) if integers else rng.normal(size=shape)
        arrays[name] = array.astype(dtype)
    if rng.random() < 0.3:
        del arrays["bias"]
    tensors = {
        {"x": "input"}.get(name, name): torch.from_numpy(array)
        for name, array in arrays.items()
    }
    out = torch.nn.functional.conv2d(
        **tensors, stride=stride.tolist(), padding=padding.tolist()
    )
    pairs = {"stride": stride, "padding": padding}
    return {**arrays, **pairs, "out": out.numpy()}


class _Draw:
    """Draws arrays of one kind of values and one dtype."""

    def __init__(
        self, rng: np.random.Generator, *, integers: bool, double: int
    ) -> None:
        self._rng, self._integers = rng, integers
        self._dtype = np.float64 if double else np.float32

    def __call__(self, *shape: int) -> NDArray[Any]:
        normal, rng = not self._integers, self._rng
        array = rng.normal(size=shape) if normal else rng.integers(-9, 10, shape)
        return array.astype(self._dtype)


def _gradients(rng: np.random.Generator, draw: _Draw) -> dict[str, NDArray[Any]]:
    """Record the three gradients, and unfold and fold, of one layer."""
    n, c_in, c_out, k_h, k_w = rng.integers(1, 4, 5).tolist()
    stride, padding = rng.integers(1, 4, 2).tolist(), rng.integers(0, 4, 2).tolist()
    h, w = rng.integers(3, 7, 2).tolist()
    batch = (n,) if rng.random() < 0.7 else ()
    arrays = {"x": draw(*batch, c_in, h, w), "weight": draw(c_out, c_in, k_h, k_w)}
    if rng.random() < 0.7:
        arrays["bias"] = draw(c_out)
    leaves = {
        name: torch.from_numpy(array).requires_grad_() for name, array in arrays.items()
    }
    out = torch.nn.functional.conv2d(
        leaves["x"], leaves["weight"], leaves.get("bias"), stride, padding
    )
    dout = draw(*out.shape)
    found = torch.autograd.grad(out, list(leaves.values()), torch.from_numpy(dout))
    gradients = {
        f"d{name}": one.numpy() for name, one in zip(leaves, found, strict=True)
    }
    functional, pairs = torch.nn.functional, {"stride": stride, "padding": padding}
    unfolded = functional.unfold(torch.from_numpy(arrays["x"]), (k_h, k_w), **pairs)
    columns = draw(*unfolded.shape)
    folded = functional.fold(torch.from_numpy(columns), (h, w), (k_h, k_w), **pairs)
    return {
        **arrays,
        "dout": dout,
        **gradients,
        "unfolded": unfolded.numpy(),
        "columns": columns,
        "folded": folded.numpy(),
        "stride": np.array(stride),
        "padding": np.array(padding),
    }


if __name__ == "__main__":
    main()

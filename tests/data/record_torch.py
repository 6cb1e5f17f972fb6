"""Record what PyTorch computes, for tests on machines that don't have it.

Run `python tests/data/record_torch.py` where PyTorch is installed; it writes
`torch_conv2d.npz` beside itself. Integer cases hold small integers as floats, whose
sums are exact, and must come out with the same bits.
"""  # noqa: INP001 (a script, not part of a package)

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

CASES = 48
RECORDING = Path(__file__).with_name("torch_conv2d.npz")


def main() -> None:
    """Draw the layers, run them through PyTorch and write the recording."""
    rng = np.random.default_rng(20)
    recording: dict[str, NDArray[Any]] = {"torch_version": np.array(torch.__version__)}
    for case in range(CASES):
        for name, array in _record(rng, integers=case % 3 < 2, double=case % 2).items():
            recording[f"{case:02}_{name}"] = array
    np.savez_compressed(RECORDING, allow_pickle=False, **recording)


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


if __name__ == "__main__":
    main()

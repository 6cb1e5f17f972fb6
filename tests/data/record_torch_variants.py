"""Record what PyTorch computes for groups, dilation and padding modes.

Run `python tests/data/record_torch_variants.py` where PyTorch is installed; it writes
`torch_variants.npz` beside itself. Integer cases hold small integers as floats, whose
sums are exact, and must come out with the same bits.

An array in an archive takes more room than such a layer does, so all cases of a kind
lie behind one another; `tests/recorded.py` reads them.
"""  # noqa: INP001 (a script, not part of a package)

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

CASES = 12
AXES = 4
RECORDING = Path(__file__).with_name("torch_variants.npz")

Arrays = dict[str, NDArray[Any]]
Draw = Callable[..., NDArray[Any]]


def main() -> None:
    """Draw the layers of each kind, run them through PyTorch, write the recording."""
    rng = np.random.default_rng(21)
    recording: Arrays = {"torch_version": np.array(torch.__version__)}
    for kind in (_grouped, _separable, _dilated, _same, _causal):
        cases = [
            kind(rng, _draw(rng, integers=case % 3 < 2, double=case % 2 > 0))
            for case in range(CASES)
        ]
        recording |= _pack(kind.__name__.strip("_"), cases)
    np.savez_compressed(RECORDING, allow_pickle=False, **recording)


def _pack(kind: str, cases: list[Arrays]) -> Arrays:
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


def _draw(rng: np.random.Generator, *, integers: bool, double: bool) -> Draw:
    def draw(*shape: int) -> NDArray[Any]:
        array = rng.integers(-9, 10, shape) if integers else rng.normal(size=shape)
        return array.astype(np.float64 if double else np.float32)

    return draw


def _grouped(rng: np.random.Generator, draw: Draw) -> Arrays:
    groups, channels, kernels = (int(one) for one in rng.integers(1, 4, 3))
    arrays = _layer(rng, draw, groups * channels, (groups * kernels, channels))
    padding, groups_array = rng.integers(0, 3, 2), np.array([groups])
    arrays |= {"padding": padding, "groups": groups_array}
    return arrays | {"out": _run(arrays, padding=padding.tolist(), groups=groups)}


def _separable(rng: np.random.Generator, draw: Draw) -> Arrays:
    c_in, multiplier, c_out = (int(one) for one in rng.integers(1, 4, 3))
    arrays = _layer(rng, draw, c_in, (c_in * multiplier, 1))
    arrays["bias"] = draw(c_out)
    arrays["pointwise"] = draw(c_out, c_in * multiplier, 1, 1)
    padding = rng.integers(0, 3, 2)
    inner = {key: arrays[key] for key in ("x", "weight", "stride")}
    filtered = _run(inner, padding=padding.tolist(), groups=c_in)
    outer = {"x": filtered, "weight": arrays["pointwise"], "bias": arrays["bias"]}
    return arrays | {"padding": padding, "out": _run(outer)}


def _dilated(rng: np.random.Generator, draw: Draw) -> Arrays:
    c_in, c_out = (int(one) for one in rng.integers(1, 4, 2))
    arrays = _layer(rng, draw, c_in, (c_out, c_in))
    padding, dilation = rng.integers(3, 5, 2), rng.integers(1, 4, 2)
    arrays |= {"padding": padding, "dilation": dilation}
    pairs = {"padding": padding.tolist(), "dilation": dilation.tolist()}
    return arrays | {"out": _run(arrays, **pairs)}


def _same(rng: np.random.Generator, draw: Draw) -> Arrays:
    """Take PyTorch's own mode, or pad beforehand for strides, which it refuses."""
    arrays = _dilated(rng, draw)
    del arrays["padding"]
    if rng.random() < 0.5:
        arrays["stride"] = np.array([1, 1])
        dilation = arrays["dilation"].tolist()
        return arrays | {"out": _run(arrays, padding="same", dilation=dilation)}
    return arrays | {"out": _run_padded(arrays, causal=False)}


def _causal(rng: np.random.Generator, draw: Draw) -> Arrays:
    arrays = _dilated(rng, draw)
    del arrays["padding"]
    return arrays | {"out": _run_padded(arrays, causal=True)}


def _layer(
    rng: np.random.Generator, draw: Draw, c_in: int, kernels: tuple[int, int]
) -> Arrays:
    h, w = (int(one) for one in rng.integers(5, 9, 2))
    k_h, k_w = (int(one) for one in rng.integers(1, 5, 2))
    batch = (2,) if rng.random() < 0.6 else ()
    arrays = {"x": draw(*batch, c_in, h, w), "weight": draw(*kernels, k_h, k_w)}
    if rng.random() < 0.7:
        arrays["bias"] = draw(kernels[0])
    return arrays | {"stride": rng.integers(1, 4, 2)}


def _run_padded(arrays: Arrays, *, causal: bool) -> NDArray[Any]:
    sides, taps = arrays["x"].shape[-2:], arrays["weight"].shape[-2:]
    strides, gaps = arrays["stride"].tolist(), arrays["dilation"].tolist()
    margins = []
    for side, k, step, gap in zip(sides, taps, strides, gaps, strict=True):
        zeros = max(
            (int(np.ceil(side / step)) - 1) * step + gap * (k - 1) + 1 - side, 0
        )
        margins.append((zeros // 2, (zeros + 1) // 2))
    if causal:
        margins[0] = (gaps[0] * (taps[0] - 1), 0)
    padded = torch.nn.functional.pad(
        torch.from_numpy(arrays["x"]), (*margins[1], *margins[0])
    )
    return _run(arrays | {"x": padded.numpy()}, dilation=gaps)


def _run(arrays: Arrays, **options: Any) -> NDArray[Any]:  # noqa: ANN401 (PyTorch's)
    x, weight, bias = (
        torch.from_numpy(arrays[name]) if name in arrays else None
        for name in ("x", "weight", "bias")
    )
    stride = arrays["stride"].tolist() if "stride" in arrays else [1, 1]
    out = torch.nn.functional.conv2d(x, weight, bias, stride, **options)
    recorded: NDArray[Any] = out.numpy()
    return recorded


if __name__ == "__main__":
    main()

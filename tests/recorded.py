"""What PyTorch computed, as `tests/data/record_torch_variants.py` packed it."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RECORDING = Path(__file__).parent / "data" / "torch_variants.npz"


def recorded_cases(kind: str) -> list[dict[str, NDArray[Any]]]:
    """Give the arrays of each case of a kind by their names.

    Cases with an odd number are in float64, the others in float32.
    """
    with np.load(RECORDING, allow_pickle=False) as recording:
        packed = {name: recording[name] for name in recording.files}
    shapes = {
        name.split("_")[1]: table
        for name, table in packed.items()
        if name.startswith(f"{kind}_") and name.endswith("_shapes")
    }
    cases: list[dict[str, NDArray[Any]]] = [{} for _ in next(iter(shapes.values()))]
    for name, table in shapes.items():
        values = packed[f"{kind}_{name}"]
        for number, (case, row) in enumerate(zip(cases, table, strict=True)):
            shape = tuple(int(side) for side in row if side > 0)
            if shape:
                count = int(np.prod(shape))
                array, values = values[:count].reshape(shape), values[count:]
                if array.dtype.kind == "f":
                    array = array.astype(np.float64 if number % 2 else np.float32)
                case[name] = array
        assert not values.size
    return cases

"""What PyTorch computed, as `tests/data/record_torch.py` packed it."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RECORDING = Path(__file__).parents[1] / "data" / "torch.npz"

Array = NDArray[Any]
Arrays = dict[str, Array]
Pair = tuple[int, int]


def cases(kind: str) -> range:
    """Give the numbers of the cases of a kind."""
    return range(len(_unpack(kind)))


def integer_cases(kind: str) -> list[int]:
    """Give the numbers of those that hold small integers, whose sums are exact."""
    return [case for case in cases(kind) if case % 3 < 2]


def recorded(kind: str, case: int) -> Arrays:
    """Give the arrays of a case by their names, all of which it may not have."""
    return dict(_unpack(kind)[case])


def recorded_pair(found: Arrays, name: str) -> Pair:
    """Give an array of a case as (height, width)."""
    height, width = found[name].tolist()
    return height, width


def assert_alike(ours: Array, theirs: Array, bound: Array) -> None:
    """Check that two results, each of which may be off by the bound, agree."""
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
    assert (np.abs(ours.astype("g") - theirs) <= 2 * bound).all()


@cache
def _unpack(kind: str) -> list[Arrays]:
    with np.load(RECORDING, allow_pickle=False) as recording:
        packed = {name: recording[name] for name in recording.files}
    tables = {
        name.split("_")[1]: table
        for name, table in packed.items()
        if name.startswith(f"{kind}_") and name.endswith("_shapes")
    }
    unpacked: list[Arrays] = [{} for _ in tables["x"]]
    for name, table in tables.items():
        values = packed[f"{kind}_{name}"]
        for number, (case, row) in enumerate(zip(unpacked, table, strict=True)):
            shape = tuple(int(side) for side in row if side > 0)
            if shape:
                size = int(np.prod(shape))
                array, values = values[:size].reshape(shape), values[size:]
                if array.dtype.kind == "f":  # every other case was in float64
                    array = array.astype(np.float64 if number % 2 else np.float32)
                array.setflags(write=False)
                case[name] = array
        assert not values.size
    return unpacked

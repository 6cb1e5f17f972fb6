"""How fast `reference.conv2d_grouped` is against PyTorch, in float32 on one thread.

The contestants take turns, so that a drift of the machine's speed hits both alike. A
ratio is the median over the rounds of the ratio within one round; the "best" ratio is
that of the fastest calls, which other work disturbs least.
"""

import statistics
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# In this file's folder, where scripts look first, `reference` would be another file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.machine import Figure, forget_forced_kernel, publish
from benchmarks.race import fastest, median_ratio, race
from reference import conv2d_grouped

torch: Any = import_module("torch") if find_spec("torch") else None

RATIOS = ("x torch", "x torch best")
COLUMNS = ("shape", "kind", "MMAC", "ms", "torch ms", *RATIOS)


class Shape(NamedTuple):
    """A layer with a square image and kernel, padded so that the image's size stays."""

    name: str
    n: int
    c_in: int
    side: int
    c_out: int
    groups: int
    stride: int = 1
    k: int = 3

    @property
    def kind(self) -> str:
        """Tell layers with one input channel in each group from the others."""
        return "depthwise" if self.groups == self.c_in else "grouped"

    @property
    def multiply_adds(self) -> int:
        """Count the multiplications of the whole batch."""
        side = (self.side - 1) // self.stride + 1
        sizes = self.c_out, self.c_in, self.k, self.k, side, side
        return self.n * conv2d_grouped.multiply_add_count(*sizes, groups=self.groups)


# MobileNet: Howard et al. 2017, table 1. ResNeXt-50 (32x4d): Xie et al. 2017, table 1.
SHAPES = (
    Shape("mobile112", 1, 32, 112, 32, 32),
    Shape("mobile112s2", 1, 64, 112, 64, 64, 2),
    Shape("mobile56", 1, 128, 56, 128, 128),
    Shape("mobile56s2", 1, 128, 56, 128, 128, 2),
    Shape("mobile28", 1, 256, 28, 256, 256),
    Shape("mobile28s2", 1, 256, 28, 256, 256, 2),
    Shape("mobile14", 1, 512, 14, 512, 512),
    Shape("mobile14s2", 1, 512, 14, 512, 512, 2),
    Shape("mobile7", 1, 1024, 7, 1024, 1024),
    Shape("mobile56n8", 8, 128, 56, 128, 128),
    Shape("mobile28n8", 8, 256, 28, 256, 256),
    Shape("mobile14n8", 8, 512, 14, 512, 512),
    Shape("next56", 1, 128, 56, 128, 32),
    Shape("next56s2", 1, 256, 56, 256, 32, 2),
    Shape("next28", 1, 256, 28, 256, 32),
    Shape("next28s2", 1, 512, 28, 512, 32, 2),
    Shape("next14", 1, 512, 14, 512, 32),
    Shape("next14s2", 1, 1024, 14, 1024, 32, 2),
    Shape("next7", 1, 1024, 7, 1024, 32),
    Shape("next28n8", 8, 256, 28, 256, 32),
    Shape("next14n8", 8, 512, 14, 512, 32),
)


def measure(shape: Shape, rounds: int) -> dict[str, Figure]:
    """Time one layer in both ways, if PyTorch is there."""
    laps = race(_contestants(shape), rounds)
    ours = laps["reference"]
    row: dict[str, Figure] = {
        "shape": shape.name,
        "kind": shape.kind,
        "MMAC": shape.multiply_adds / 1e6,
        "ms": fastest(ours) * 1e3,
    }
    if "torch" in laps:
        theirs = laps["torch"]
        row["torch ms"] = fastest(theirs) * 1e3
        row["x torch"] = median_ratio(ours, theirs)
        row["x torch best"] = fastest(ours) / fastest(theirs)
    return row


def _contestants(shape: Shape) -> dict[str, Callable[[], object]]:
    rng = np.random.default_rng(0)
    sizes = (
        (shape.n, shape.c_in, shape.side, shape.side),
        (shape.c_out, shape.c_in // shape.groups, shape.k, shape.k),
        (shape.c_out,),
    )
    x, weight, bias = (rng.standard_normal(size).astype(np.float32) for size in sizes)
    margin = shape.k // 2
    pairs = (shape.stride, shape.stride), (margin, margin)
    contestants: dict[str, Callable[[], object]] = {
        "reference": lambda: conv2d_grouped.conv2d(
            x, weight, bias, *pairs, groups=shape.groups
        )
    }
    if torch is not None:
        tensors = [torch.from_numpy(array) for array in (x, weight, bias)]
        contestants["torch"] = lambda: torch.nn.functional.conv2d(
            *tensors, *pairs, groups=shape.groups
        )
    return contestants


def summarise(rows: list[dict[str, Figure]]) -> dict[str, Figure]:
    """Give the geometric mean of the ratios of each kind."""
    if torch is None:
        return {"x torch": "not measured, since PyTorch is not installed"}
    summary: dict[str, Figure] = {"torch": torch.__version__}
    for column in RATIOS:
        for kind in dict.fromkeys(row["kind"] for row in rows):
            chosen = [row[column] for row in rows if row["kind"] == kind]
            ratios = [ratio for ratio in chosen if isinstance(ratio, float)]
            mean = statistics.geometric_mean(ratios)
            summary[f"{column}, {kind}, geometric mean"] = mean
    return summary


@click.command(help=__doc__)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="few rounds")
def main(json_path: Path | None, *, quick: bool) -> None:
    """Measure all shapes and publish the table."""
    forget_forced_kernel()
    if torch is not None:
        torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        rows = [measure(shape, rounds=5 if quick else 25) for shape in SHAPES]
    publish("reference.conv2d_grouped", rows, COLUMNS, json_path, summarise(rows))


if __name__ == "__main__":
    main()

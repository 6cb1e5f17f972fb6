"""How fast `reference.conv2d_backward` is: against PyTorch's autograd, and loops.

The contestants take turns, so that a drift of the machine's speed hits them all
alike. PyTorch's forward pass is made once and not counted. A ratio is the median over
the rounds of the ratio within one round; the "best" ratio is that of the fastest
calls, which other work disturbs least; the "cpu" ratio is the median of that of the
thread's processor time, which work on other threads doesn't lengthen.
"""

import statistics
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# In this file's folder, where scripts look first, `reference` would be a file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.machine import Figure, forget_forced_kernel, publish
from benchmarks.race import fastest, median_ratio, race
from benchmarks.reference import SHAPES as FORWARD_SHAPES
from benchmarks.reference import Shape
from reference import naive
from reference.conv2d import conv2d
from reference.conv2d_backward import conv2d_backward

torch: Any = import_module("torch") if find_spec("torch") else None

LOOP_FLOPS = 1_000_000
COUNTED_FLOPS = 2_000_000
LARGEST_KERNEL = 31
RATIOS = ("x torch", "x torch best", "x torch cpu")
COLUMNS = ("shape", "MFLOP", "ms", *RATIOS, "loops x")


SHAPES = (
    *(shape for shape in FORWARD_SHAPES if shape.k < LARGEST_KERNEL),
    Shape("patch16", 2, 3, 224, 128, 16, 16),
)


def measure(shape: Shape, rounds: int) -> dict[str, Figure]:
    """Time one layer in float32 on one thread."""
    if torch is not None:
        torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        laps = race(_contestants(shape), rounds)
    row: dict[str, Figure] = {
        "shape": shape.name,
        "MFLOP": _flops(shape) / 1e6,
        "ms": fastest(laps["reference"]) * 1e3,
    }
    ours, theirs, loops = (laps.get(n, []) for n in ("reference", "torch", "loops"))
    if theirs:
        row["x torch"] = median_ratio(ours, theirs)
        row["x torch best"] = fastest(ours) / fastest(theirs)
        pairs = zip(ours, theirs, strict=True)
        row["x torch cpu"] = statistics.median(
            one.processor / other.processor for one, other in pairs
        )
    if loops:
        row["loops x"] = median_ratio(loops, ours)
    return row


def _flops(shape: Shape) -> int:
    """Count a multiplication and an addition for each term of dx and dweight."""
    return 2 * shape.flops


def _contestants(shape: Shape) -> dict[str, Callable[[], object]]:
    rng = np.random.default_rng(0)

    def draw(*sizes: int) -> Any:  # noqa: ANN401 (an array for both libraries)
        return rng.standard_normal(sizes).astype(np.float32)

    x = draw(shape.n, shape.c_in, shape.side, shape.side)
    weight = draw(shape.c_out, shape.c_in, shape.k, shape.k)
    bias = draw(shape.c_out)
    pairs = (shape.stride, shape.stride), (shape.padding, shape.padding)
    dout = draw(*conv2d(x, weight, bias, *pairs).shape)
    contestants: dict[str, Callable[[], object]] = {
        "reference": lambda: conv2d_backward(dout, x, weight, bias, *pairs)
    }
    if torch is not None:
        leaves = [torch.from_numpy(one).requires_grad_() for one in (x, weight, bias)]
        out, slope = torch.nn.functional.conv2d(*leaves, *pairs), torch.from_numpy(dout)
        contestants["torch"] = lambda: torch.autograd.grad(
            out, leaves, slope, retain_graph=True
        )
    if _flops(shape) <= LOOP_FLOPS:
        contestants["loops"] = lambda: naive.conv2d_backward(
            dout, x, weight, bias, *pairs
        )
    return contestants


def summarise(rows: list[dict[str, Figure]]) -> dict[str, Figure]:
    """Give geometric means over the larger shapes."""
    if torch is None:
        return {"x torch": "not measured, since PyTorch is not installed"}
    larger = [row for row in rows if _number(row, "MFLOP") * 1e6 >= COUNTED_FLOPS]
    return {
        f"{column}, geometric mean": statistics.geometric_mean(
            _number(row, column) for row in larger
        )
        for column in RATIOS
    }


def _number(row: dict[str, Figure], column: str) -> float:
    value = row[column]
    assert isinstance(value, float)
    return value


@click.command(help=__doc__)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="few rounds")
def main(json_path: Path | None, *, quick: bool) -> None:
    """Measure all shapes and publish the table."""
    forget_forced_kernel()
    rows = [measure(shape, rounds=5 if quick else 25) for shape in SHAPES]
    title = "reference.conv2d_backward, float32, one thread"
    publish(title, rows, COLUMNS, json_path, summarise(rows))


if __name__ == "__main__":
    main()

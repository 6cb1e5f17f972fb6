"""How fast `reference.conv2d` is: against PyTorch, its own GEMM and plain loops.

The contestants take turns, so that a drift of the machine's speed hits them all
alike. A ratio is the median over the rounds of the ratio within one round; the
"best" ratio is that of the fastest calls, which other work disturbs least. Slow
layers get fewer rounds, so that all four settings take two to three minutes.
"""

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# In this file's folder, where scripts look first, `reference` would be this file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.machine import Figure, cell, forget_forced_kernel, publish
from benchmarks.race import fastest, median_ratio, race
from reference import conv2d, naive

torch: Any = import_module("torch") if find_spec("torch") else None

# A layer has rounds for as long as this, but not fewer or more than these.
ROUNDS_SECONDS = 1.0
LEAST_ROUNDS, MOST_ROUNDS = 5, 25
WARM_UP_SECONDS = 0.2
# Idle threads of one library spin for tens of milliseconds, and would keep those of
# the next off the cores.
SETTLE_SECONDS = 0.05
LOOP_FLOPS = 300_000
COUNTED_FLOPS = 1_000_000
RATIOS = ("x torch", "x torch best", "x gemm", "x gemm best")
COLUMNS = ("shape", "dtype", "threads", "MFLOP", "rounds", "ms", *RATIOS, "loops x")


class Shape(NamedTuple):
    """A dense layer with a square image, kernel, stride and padding."""

    name: str
    n: int
    c_in: int
    side: int
    c_out: int
    k: int
    stride: int = 1
    padding: int = 0

    @property
    def pixels(self) -> int:
        """Count the output positions of the whole batch."""
        side = (self.side + 2 * self.padding - self.k) // self.stride + 1
        return self.n * side * side

    @property
    def flops(self) -> int:
        """Count a multiplication and an addition for each term."""
        return 2 * self.pixels * self.c_out * self.c_in * self.k * self.k


SHAPES = (
    Shape("tiny", 1, 1, 5, 1, 3, 1, 1),
    Shape("small", 1, 3, 8, 8, 3, 1, 1),
    Shape("lenet1", 1, 1, 28, 6, 5),
    Shape("lenet2", 32, 6, 14, 16, 5),
    Shape("r56k3", 8, 64, 56, 64, 3, 1, 1),
    Shape("r28k3", 8, 128, 28, 128, 3, 1, 1),
    Shape("r14k3", 8, 256, 14, 256, 3, 1, 1),
    Shape("r7k3", 8, 512, 7, 512, 3, 1, 1),
    Shape("s2k3", 4, 64, 56, 128, 3, 2, 1),
    Shape("r56k1", 8, 64, 56, 64, 1),
    Shape("stem7", 1, 3, 224, 64, 7, 2, 3),
    Shape("big11", 1, 8, 128, 16, 11, 1, 5),
    Shape("big11c1", 1, 1, 256, 1, 11, 1, 5),
    Shape("big31c1", 1, 1, 256, 1, 31, 1, 15),
)


def measure(
    shape: Shape, dtype: str, threads: int, most_rounds: int
) -> dict[str, Figure]:
    """Time one layer in all ways that are available and fast enough."""
    with _threads(threads):
        laps = race(
            _contestants(shape, dtype),
            most_rounds,
            least_rounds=LEAST_ROUNDS,
            seconds=ROUNDS_SECONDS,
            settle_seconds=SETTLE_SECONDS if threads > 1 else 0.0,
            warm_up_seconds=WARM_UP_SECONDS,
        )
    row: dict[str, Figure] = {
        "shape": shape.name,
        "dtype": dtype,
        "threads": threads,
        "MFLOP": shape.flops / 1e6,
        "rounds": len(laps["reference"]),
        "ms": fastest(laps["reference"]) * 1e3,
    }
    for rival in laps.keys() & {"torch", "gemm"}:
        row[f"x {rival}"] = median_ratio(laps["reference"], laps[rival])
        row[f"x {rival} best"] = fastest(laps["reference"]) / fastest(laps[rival])
    if "loops" in laps:
        row["loops x"] = median_ratio(laps["loops"], laps["reference"])
    return row


def _contestants(shape: Shape, dtype: str) -> dict[str, Callable[[], object]]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((shape.n, shape.c_in, shape.side, shape.side))
    x = x.astype(dtype)
    weight = rng.standard_normal((shape.c_out, shape.c_in, shape.k, shape.k))
    weight = weight.astype(dtype)
    bias = rng.standard_normal(shape.c_out).astype(dtype)
    pairs = (shape.stride, shape.stride), (shape.padding, shape.padding)
    matrix = weight.reshape(shape.c_out, -1)
    columns = np.ones((matrix.shape[1], shape.pixels), dtype)
    product = np.empty((shape.c_out, shape.pixels), dtype)
    contestants: dict[str, Callable[[], object]] = {
        "reference": lambda: conv2d.conv2d(x, weight, bias, *pairs),
        "gemm": lambda: np.matmul(matrix, columns, out=product),
    }
    if torch is not None:
        tensors = [torch.from_numpy(array) for array in (x, weight, bias)]
        contestants["torch"] = lambda: torch.nn.functional.conv2d(*tensors, *pairs)
    if shape.flops <= LOOP_FLOPS:
        contestants["loops"] = lambda: naive.conv2d(x, weight, bias, *pairs)
    return contestants


@contextmanager
def _threads(count: int) -> Iterator[None]:
    if torch is not None:
        torch.set_num_threads(count)
    with threadpool_limits(count, user_api="blas"):
        yield


def summarise(rows: list[dict[str, Figure]]) -> dict[str, Figure]:
    """Give geometric means over the larger shapes, and the worst of the 3x3 ones."""
    summary: dict[str, Figure] = {}
    larger = [row for row in rows if _number(row, "MFLOP") * 1e6 >= COUNTED_FLOPS]
    for setting in dict.fromkeys((row["dtype"], row["threads"]) for row in rows):
        chosen = [row for row in larger if (row["dtype"], row["threads"]) == setting]
        k3 = [row for row in chosen if str(row["shape"]).endswith("k3")]
        where = f"{setting[0]}, threads: {setting[1]}"
        for column in RATIOS:
            ratios = [_number(row, column) for row in chosen if column in row]
            if ratios:
                mean = statistics.geometric_mean(ratios)
                summary[f"{column}, {where}, geometric mean"] = mean
        for column in ("x gemm", "x gemm best"):
            worst = max(_number(row, column) for row in k3)
            summary[f"{column}, {where}, worst 3x3"] = worst
    if torch is None:
        summary["x torch"] = "not measured, since PyTorch is not installed"
    return summary


def _say(row: dict[str, Figure]) -> None:
    """Print the figures of a layer at once: the table has to wait for the last."""
    known = (f"{column} {cell(row[column])}" for column in COLUMNS if column in row)
    print(*known, sep=", ", file=sys.stderr, flush=True)


def _number(row: dict[str, Figure], column: str) -> float:
    value = row[column]
    assert isinstance(value, float)
    return value


@click.command(help=__doc__)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
@click.option("--quick", is_flag=True, help="float32 on one thread, few rounds")
def main(json_path: Path | None, *, quick: bool) -> None:
    """Measure all shapes, and publish the table."""
    forget_forced_kernel()
    settings = [("float32", 1)]
    if not quick:
        settings += [("float64", 1), ("float32", 2), ("float64", 2)]
    rows = []
    for dtype, threads in settings:
        for shape in SHAPES:
            row = measure(shape, dtype, threads, LEAST_ROUNDS if quick else MOST_ROUNDS)
            _say(row)
            rows.append(row)
    publish("reference.conv2d", rows, COLUMNS, json_path, summarise(rows))


if __name__ == "__main__":
    main()

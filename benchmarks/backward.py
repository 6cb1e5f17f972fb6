"""How fast `reference.conv2d_backward` is: against PyTorch's autograd, and loops.

The contestants take turns, so that a drift of the machine's speed hits them all
alike. PyTorch's forward pass is made once and not counted. A ratio is the median over
the rounds of the ratio within one round; the "best" ratio is that of the fastest
calls, which other work disturbs least; the "cpu" ratio is the median of that of the
thread's processor time, which work on other threads doesn't lengthen.
"""

import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# In this file's folder, where scripts look first, `reference` would be a file.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.machine import Figure, forget_forced_kernel, publish
from reference import naive
from reference.conv2d import conv2d
from reference.conv2d_backward import conv2d_backward

torch: Any = import_module("torch") if find_spec("torch") else None

Laps = list[tuple[float, float]]
"""Seconds of a call for each round: on the wall, and of the processor."""

ROUND_SECONDS = 0.002
WARM_UP_CALLS, WARM_UP_SECONDS = 25, 0.5
LOOP_FLOPS = 1_000_000
COUNTED_FLOPS = 2_000_000
RATIOS = ("x torch", "x torch best", "x torch cpu")
COLUMNS = ("shape", "MFLOP", "ms", *RATIOS, "loops x")


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
    def flops(self) -> int:
        """Count a multiplication and an addition for each term of dx and dweight."""
        side = (self.side + 2 * self.padding - self.k) // self.stride + 1
        return 4 * self.n * side * side * self.c_out * self.c_in * self.k * self.k


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
    Shape("patch16", 2, 3, 224, 128, 16, 16),
    Shape("big11", 1, 8, 128, 16, 11, 1, 5),
    Shape("big11c1", 1, 1, 256, 1, 11, 1, 5),
)


def measure(shape: Shape, rounds: int) -> dict[str, Figure]:
    """Time one layer in float32 on one thread."""
    if torch is not None:
        torch.set_num_threads(1)
    with threadpool_limits(1, user_api="blas"):
        laps = _interleave(_contestants(shape), rounds)
    row: dict[str, Figure] = {
        "shape": shape.name,
        "MFLOP": shape.flops / 1e6,
        "ms": min(laps["reference"])[0] * 1e3,
    }
    ours, theirs, loops = (laps.get(n, []) for n in ("reference", "torch", "loops"))
    if theirs:
        row["x torch"] = _median_ratio(ours, theirs, 0)
        row["x torch best"] = min(ours)[0] / min(theirs)[0]
        row["x torch cpu"] = _median_ratio(ours, theirs, 1)
    if loops:
        row["loops x"] = _median_ratio(loops, ours, 0)
    return row


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
    if shape.flops <= LOOP_FLOPS:
        contestants["loops"] = lambda: naive.conv2d_backward(
            dout, x, weight, bias, *pairs
        )
    return contestants


def _interleave(
    contestants: dict[str, Callable[[], object]], rounds: int
) -> dict[str, Laps]:
    for call in contestants.values():
        _warm_up(call)
    calls = {
        name: 1 + int(ROUND_SECONDS / _lap(call, 1)[0])
        for name, call in contestants.items()
    }
    laps: dict[str, Laps] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            laps[name].append(_lap(call, calls[name]))
    return laps


def _warm_up(call: Callable[[], object]) -> None:
    """Call until the speed has settled: first calls can take twice as long."""
    start = time.perf_counter()
    for _ in range(WARM_UP_CALLS):
        call()
        if time.perf_counter() - start > WARM_UP_SECONDS:
            return


def _lap(call: Callable[[], object], calls: int) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.thread_time()
    for _ in range(calls):
        call()
    return (time.perf_counter() - wall) / calls, (time.thread_time() - cpu) / calls


def _median_ratio(numerator: Laps, denominator: Laps, clock: int) -> float:
    pairs = zip(numerator, denominator, strict=True)
    return statistics.median(one[clock] / other[clock] for one, other in pairs)


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

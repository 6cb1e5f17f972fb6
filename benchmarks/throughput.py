"""Submissions a second: sandboxed and compared, against a fresh process for each.

Both sides judge the same files on the same cases, two at a time. The fresh process is
as cheap as it can be made: no sandbox, one BLAS thread, inputs and expected values
read from one file, and the comparison made beside the candidate's code.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import click
import numpy as np

from benchmarks.machine import forget_forced_kernel, publish
from grader.cores import Cores, deal_cores, keep_to_one
from grader.environment import environment_of
from grader.exam import Exam
from grader.grade import grade
from grader.loading import load_problem
from grader.problem import Problem
from grader.sandbox.sandbox import Sandbox
from grader.submission import read_submission
from grader.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("im2col", "as_strided", "sliding_windows", "per_tap")
FILES = [ROOT / "submissions/conv2d/accepted" / f"{name}.py" for name in NAMES]
GROUPS = ("examples", "layouts", "precision", "floats", "sums")
SEED = 1
TOGETHER = 2

FRESH = """
import sys
import numpy as np
from runpy import run_path
function = run_path(sys.argv[1])["conv2d"]
data = np.load(sys.argv[2])
for number in range(int(data["count"])):
    bias = data[f"{number}.bias"] if f"{number}.bias" in data else None
    stride = tuple(map(int, data[f"{number}.stride"]))
    padding = tuple(map(int, data[f"{number}.padding"]))
    x, weight = data[f"{number}.x"], data[f"{number}.weight"]
    actual = function(x, weight, bias, stride, padding)
    assert np.allclose(actual, data[f"{number}.expected"], 1e-3, 1e-3)
"""


def small_problem() -> Problem:
    """Give the problem with fewer groups: the cases that both sides judge."""
    problem = load_problem("conv2d")
    groups = tuple(one for one in problem.spec.groups if one.id in GROUPS)
    spec = problem.spec.model_copy(update={"groups": groups, "timing": None})
    return replace(problem, spec=spec)


class Lane:
    """What each process of the pool keeps."""

    sandbox: Sandbox
    exam: Exam


def open_lane(cores: Cores | None) -> None:
    """Start a sandbox in this process, and make the cases once."""
    keep_to_one(cores)
    Lane.exam = Exam(small_problem(), SEED)
    Lane.sandbox = Sandbox(Lane.exam.problem.spec.allowed_imports)


def grade_here(path: Path) -> Verdict:
    """Grade one file in this process's sandbox."""
    environment = environment_of(Lane.sandbox.isolation)
    submission = read_submission(path)
    return grade(Lane.exam, submission, Lane.sandbox, environment).verdict


def graded_a_second(count: int) -> float:
    """Grade files in the sandbox, two at a time."""
    context = get_context("spawn")
    pool = ProcessPoolExecutor(
        TOGETHER,
        mp_context=context,
        initializer=open_lane,
        initargs=(deal_cores(context, TOGETHER),),
    )
    with pool:
        list(pool.map(grade_here, FILES * 8))
        paths = [FILES[number % len(FILES)] for number in range(count)]
        begun = time.perf_counter()
        verdicts = list(pool.map(grade_here, paths, chunksize=8))
        seconds = time.perf_counter() - begun
    assert set(verdicts) == {Verdict.ACCEPTED}
    return count / seconds


def fresh_a_second(count: int, data: Path) -> float:
    """Run files in a fresh interpreter each, two at a time."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}

    def run(path: Path) -> None:
        command = [sys.executable, "-c", FRESH, str(path), str(data)]
        subprocess.run(command, check=True, env=environment)

    paths = [FILES[number % len(FILES)] for number in range(count)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(run, paths[:4]))
        begun = time.perf_counter()
        list(pool.map(run, paths))
        return count / (time.perf_counter() - begun)


def write_cases(exam: Exam, path: Path) -> None:
    """Write inputs and expected values for the fresh processes."""
    arrays = {"count": np.array(len(exam.cases))}
    for number, case in enumerate(exam.cases):
        for name, value in case.call.arguments.items():
            if value is not None:
                arrays[f"{number}.{name}"] = np.asarray(value)
        arrays[f"{number}.expected"] = np.asarray(case.expected.arrays[0], np.float64)
    np.savez(path, allow_pickle=False, **arrays)


@click.command()
@click.option("--count", default=400, show_default=True, help="Submissions to grade.")
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(count: int, json_path: Path | None) -> None:
    """Measure both in turns, and print the ratio."""
    forget_forced_kernel()
    exam = Exam(small_problem(), SEED)
    rows: list[dict[str, str | int | float | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "cases.npz"
        write_cases(exam, data)
        for turn in range(3):
            ours, fresh = graded_a_second(count), fresh_a_second(count // 10, data)
            rows.append(
                {
                    "round": turn + 1,
                    "cases": len(exam.cases),
                    "sandboxed a second": ours,
                    "fresh processes a second": fresh,
                    "ratio": ours / fresh,
                }
            )
    ratios = sorted(float(row["ratio"] or 0) for row in rows)
    publish(
        "Submissions a second, two at a time",
        rows,
        list(rows[0]),
        json_path,
        {"median ratio": ratios[1]},
    )


if __name__ == "__main__":
    main()

"""How soon after a file is saved its verdict is on the screen, in `grader practice`.

The command runs in a terminal of its own (a pty). Another version of the file is saved
each time, as editors do it: written beside the file and put in its place, or written
over it. Each prints a mark of its own, and the time ends when the terminal has been
sent both the mark and the verdict.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import click
import pexpect

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.machine import Figure, publish

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("accepted", "wrong_answer", "runtime_error")
PAUSE_SECONDS = 0.2
"""Between two saves, so that each finds the command at rest."""
PATIENCE_SECONDS = 30


def versions(problem: str, count: int) -> list[tuple[str, bytes]]:
    """Give as many versions, each printing a mark, with what the mark is."""
    files = [
        file
        for folder in FOLDERS
        for file in sorted((ROOT / "submissions" / problem / folder).glob("*.py"))
        if b"print(" not in file.read_bytes()  # the mark is to be the last word
    ]
    found = []
    for number in range(count):
        mark = f"version-{number:04d}"
        source = files[number % len(files)].read_bytes()
        found.append((mark, source + f"\nprint({mark!r})\n".encode()))
    return found


def save(file: Path, source: bytes, *, replace: bool) -> float:
    """Save a file, and give the time at which that was done."""
    if replace:
        beside = file.with_suffix(".new")
        beside.write_bytes(source)
        beside.replace(file)
    else:
        file.write_bytes(source)
    return time.perf_counter()


def latencies(problem: str, count: int, folder: Path) -> list[dict[str, float]]:
    """Save versions one after the other; give what each took, and of that a round."""
    file = folder / f"{problem}.py"
    file.write_bytes((ROOT / "problems" / problem / "starter.py").read_bytes())
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "XDG_DATA_HOME": str(folder),
        "NO_COLOR": "1",  # so that words are not broken by colours
    }
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader", "practice", str(file)],
        dimensions=(60, 120),
        env=environment,
        timeout=PATIENCE_SECONDS,
    )
    found = []
    child.expect(rb"round 1, ")
    time.sleep(1)  # the history is opened
    for number, (mark, source) in enumerate(versions(problem, count)):
        saved = save(file, source, replace=number % 2 == 0)
        child.expect(rb"round \d+, (\d+) ms")
        round_seconds = int(child.match[1]) / 1000
        child.expect(mark.encode())
        seen = time.perf_counter()
        found.append({"seen": seen - saved, "round": round_seconds})
        time.sleep(PAUSE_SECONDS)
    child.send("q")
    child.expect(pexpect.EOF)
    return found


@click.command()
@click.option("--saves", default=60, show_default=True, type=click.IntRange(min=10))
@click.option("--problem", default="conv2d", show_default=True)
@click.option("--json", "json_path", type=click.Path(path_type=Path))
def main(saves: int, problem: str, json_path: Path | None) -> None:
    """Print the latency of practice, over many saves of different files."""
    with tempfile.TemporaryDirectory() as folder:
        found = latencies(problem, saves, Path(folder))
    rows: list[dict[str, Figure]] = []
    for name, title in (("seen", "saved to on screen"), ("round", "of that, a round")):
        values = sorted(1000 * one[name] for one in found)
        rows.append(
            {
                "time": title,
                "median (ms)": statistics.median(values),
                "95 % (ms)": values[int(0.95 * (len(values) - 1))],
                "most (ms)": values[-1],
            }
        )
    publish(
        f"practice of {problem}, {saves} saves",
        rows,
        list(rows[0]),
        json_path,
        {"asked for (ms)": 150, "median (ms)": rows[0]["median (ms)"]},
    )


if __name__ == "__main__":
    main()

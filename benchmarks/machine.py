"""The machine that a benchmark runs on, and one way to publish its figures."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_info

Figure = str | int | float | None
CPU_INFO = Path("/proc/cpuinfo")
WIDTH = 120  # of what is piped into a file


def describe() -> dict[str, str | int]:
    """Say what the figures depend on: processor, system, versions, BLAS."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 1,
        "os": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": _blas(),
    }


def publish(
    title: str,
    rows: Sequence[Mapping[str, Figure]],
    columns: Sequence[str],
    json_path: Path | None = None,
    summary: Mapping[str, Figure] | None = None,
) -> None:
    """Print `rows` and `summary` with the machine, and write them if asked to."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(cell(row.get(column)) for column in columns))
    console.print(table)
    for name, value in (summary or {}).items():
        console.print(f"{name}: {cell(value)}", highlight=False)
    machine = describe()
    console.print("; ".join(f"{k} {v}" for k, v in machine.items()), highlight=False)
    if json_path is not None:
        figures = {"title": title, "machine": machine, "rows": [dict(r) for r in rows]}
        figures["summary"] = dict(summary or {})
        json_path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def forget_forced_kernel() -> None:
    """Start again if the environment forces a BLAS kernel on this processor.

    The wrong kernel makes NumPy several times slower, and BLAS reads the variable
    once, when it is loaded.
    """
    if "OPENBLAS_CORETYPE" not in os.environ:
        return
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    sys.stdout.flush()
    os.execve(sys.executable, sys.orig_argv, environment)


def cell(value: Figure) -> str:
    """Write a figure for people to read."""
    if value is None:
        return "–"  # noqa: RUF001 (an en dash is how tables show absence)
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _cpu_model() -> str:
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _blas() -> str:
    for pool in threadpool_info():
        if pool["user_api"] == "blas":
            keys = ("internal_api", "version", "architecture")
            return " ".join(str(pool[key]) for key in keys if pool.get(key))
    return "unknown"

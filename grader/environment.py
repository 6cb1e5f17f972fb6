"""Where a grading happens, for the record."""

import platform
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader import __version__
from grader.record import Environment
from grader.sandbox.isolation import Isolation


def environment_of(isolation: Isolation, *, host: str | None = None) -> Environment:
    """Describe this machine and what holds workers back on it.

    Parameters
    ----------
    isolation
        What was found to hold.
    host
        What the machine is called, where there are several.
    """
    return Environment(
        grader=__version__,
        python=platform.python_version(),
        numpy=np.__version__,
        blas=blas_name(),
        system=f"{platform.system()} {platform.release()}",
        machine=platform.machine(),
        processor=processor_name(),
        isolation=isolation.level.value,
        layers={layer.value: holds for layer, holds in isolation.layers.items()},
        additions=tuple(one.value for one in isolation.additions),
        host=host,
    )


@cache
def blas_name() -> str:
    """Name the BLAS that NumPy was built with, and its version."""
    built: Any = np.show_config(mode="dicts")
    blas = built.get("Build Dependencies", {}).get("blas", {})
    return f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()


@cache
def processor_name() -> str:
    """Name the processor, as the kernel does."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or "unknown"
    for line in text.splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"

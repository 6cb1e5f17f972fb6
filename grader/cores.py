"""The processor's cores that this process may use, and which of a pool has which."""

import os
from contextlib import suppress
from multiprocessing.context import SpawnContext
from multiprocessing.queues import SimpleQueue

Cores = SimpleQueue[int]
"""The numbers of cores, for processes to take one each."""


def usable_cores() -> int:
    """Count the cores that this process may run on: a container may have few."""
    if hasattr(os, "sched_getaffinity"):  # not on a Mac
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def deal_cores(context: SpawnContext, processes: int) -> Cores | None:
    """Set a core aside for each process of a pool, for it to take as it starts.

    Who grades hands over to a worker and back all the time. Where that wakes up
    another core, an eighth of the time goes by with nothing done
    (`benchmarks/throughput.py`).

    Parameters
    ----------
    context
        What the pool starts its processes with.
    processes
        How many there are.

    Returns
    -------
    Cores or None
        None unless there are as many processes as cores. Of fewer the kernel may
        choose those that nobody else uses; and more are there to wait for each other.
    """
    if processes != usable_cores() or not hasattr(os, "sched_getaffinity"):
        return None
    cores = Cores(ctx=context)
    for core in os.sched_getaffinity(0):
        cores.put(core)
    return cores


def keep_to_one(cores: Cores | None) -> None:
    """Have this process, and those that it starts, run on one of the cores alone.

    Where that can't be had, since a core was taken away since then, say, it is left.
    """
    if cores is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {cores.get()})

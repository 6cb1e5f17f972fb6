"""The processor's cores that this process may use, and which of a pool has which."""

import os
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
        None where there are fewer processes than cores, so that the kernel may choose
        those that nobody else uses; and where it can't be told.
    """
    if processes < usable_cores() or not hasattr(os, "sched_getaffinity"):
        return None
    own = sorted(os.sched_getaffinity(0))
    cores = Cores(ctx=context)
    for number in range(processes):
        cores.put(own[number % len(own)])
    return cores


def keep_to_one(cores: Cores | None) -> None:
    """Have this process, and those that it starts, run on one of the cores alone."""
    if cores is not None:
        os.sched_setaffinity(0, {cores.get()})

"""Keep the core that is timed on from going to sleep between two calls.

A core that has nothing to do sleeps, and one of a virtual machine is then lent to
others. What it wakes up for finds its caches cold, and the kernel counts the time that
this costs as the process's own: on an idle machine speeds were spread more than on a
busy one (`benchmarks/timing.py`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_KEEPER = """
import os, sys
core, parent = map(int, sys.argv[1:])
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
os.sched_setaffinity(0, {core})
while os.getppid() == parent:
    pass
"""


@contextmanager
def awake(core: int) -> Iterator[None]:
    """Keep a core busy with a process that gives way to any other at once.

    Parameters
    ----------
    core
        Its number, as `os.sched_getaffinity` has it.
    """
    command = [sys.executable, "-I", "-S", "-c", _KEEPER, f"{core}", f"{os.getpid()}"]
    with subprocess.Popen(  # noqa: S603 - our own words, and numbers
        command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as keeper:
        try:
            yield
        finally:
            keeper.kill()

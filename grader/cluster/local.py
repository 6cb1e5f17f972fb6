"""A cluster on this machine, for trying out what runs on others later."""

from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import Nanny, Scheduler
from distributed.deploy.spec import SpecCluster

LOCAL = "local"
"""What stands for it where an address is asked for."""
_HOST = "127.0.0.1"


@contextmanager
def open_local(workers: int) -> Iterator[str]:
    """Start a scheduler and workers, the first with the timing slot; give the address."""
    # Their processes may then have children, and end with ours all the same.
    with dask.config.set({"distributed.worker.daemon": False}):
        cluster = SpecCluster(
            scheduler={
                "cls": Scheduler,
                "options": {"host": _HOST, "port": 0, "dashboard": False},
            },
            workers={
                number: {"cls": Nanny, "options": _options(has_slot=number == 0)}
                for number in range(workers)
            },
            silence_logs=True,
        )
    try:
        yield cluster.scheduler_address
    finally:
        cluster.close()


def _options(*, has_slot: bool) -> dict[str, object]:
    return {
        "host": _HOST,
        "nthreads": 1,
        "dashboard": False,
        "resources": {"timing": 1} if has_slot else {},
    }

"""A cluster on this machine, for trying out what runs on others later."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import dask
from distributed import Nanny, Scheduler, SpecCluster
from distributed.security import Security

from grader.cluster import TIMING

_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""A terminal's Ctrl-C reaches workers too, which end when we do."""


@dataclass(frozen=True, slots=True)
class Local:
    """A cluster on this machine."""

    address: str
    security: Security
    """Who has this may have code run as this user; nobody else has it."""


@contextmanager
def open_local(workers: int) -> Iterator[Local]:
    """Start a scheduler and some workers; the first has the timing slot."""
    security = Security.temporary()
    common = {
        "host": "127.0.0.1",
        "protocol": "tls://",
        "security": security,
        "dashboard": False,
        "dashboard_address": "127.0.0.1:0",
    }
    worker = common | {
        "nthreads": 1,
        "silence_logs": logging.CRITICAL,
        "preload": [_DEAF],
    }
    slot = {"resources": {TIMING: 1}}
    settings = {
        "distributed.worker.daemon": False,  # they start sandboxes
        "distributed.worker.profile.enabled": False,  # a tenth of the time is its own
    }
    with dask.config.set(settings):
        cluster = SpecCluster(
            scheduler={"cls": Scheduler, "options": common | {"port": 0}},
            workers={
                number: {"cls": Nanny, "options": worker | (slot if not number else {})}
                for number in range(workers)
            },
            security=security,
            silence_logs=logging.CRITICAL,
        )
    try:
        yield Local(cluster.scheduler_address, security)
    finally:
        cluster.close()

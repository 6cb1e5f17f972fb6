"""The processes that judge several submissions at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, resource_tracker

import click

from grader.batch import Pool, open_session
from grader.cores import deal_cores
from grader.session import Settings

_AHEAD_EACH = 8
"""How many submissions wait for each process, or for their record to be written: more
would lie in memory where writing takes longer than judging."""


@contextmanager
def open_pool(settings: Settings, jobs: int) -> Iterator[Pool | None]:
    """Start processes that have opened a session; none for one at a time."""
    if jobs == 1:
        yield None
        return
    _start_tracker()
    context = get_context("spawn")
    try:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=context,
            initializer=open_session,
            initargs=(settings, deal_cores(context, jobs)),
        )
    except OSError as error:  # /dev/shm is full, say
        click.echo(f"grader: one at a time, since {error.strerror}", err=True)
        yield None
        return
    try:
        yield Pool(judges=pool, room=lambda: _AHEAD_EACH * jobs)
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _start_tracker() -> None:
    """Start the process that cleans up after us if we are killed, and have it be quiet.

    That it had something to clean up is its work, and no warning to whoever killed us.
    """
    sys.warnoptions.append("ignore:resource_tracker:UserWarning")
    try:
        resource_tracker.ensure_running()
    finally:
        sys.warnoptions.pop()

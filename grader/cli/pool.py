"""The processes that judge several submissions at once."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context

import click

from grader.batch import Pool, Settings, open_session


@contextmanager
def open_pool(settings: Settings, jobs: int) -> Iterator[Pool | None]:
    """Start processes that have opened a session; none for one at a time."""
    if jobs == 1:
        yield None
        return
    try:
        pool = ProcessPoolExecutor(
            jobs,
            mp_context=get_context("spawn"),
            initializer=open_session,
            initargs=(settings,),
        )
    except OSError as error:  # /dev/shm is full, say
        click.echo(f"grader: one at a time, since {error.strerror}", err=True)
        yield None
        return
    try:
        yield Pool(judges=pool)
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)

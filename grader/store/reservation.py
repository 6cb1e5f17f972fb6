"""A name that one process alone has, for as long as it lives."""

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What keeps a name from others."""

    end: Callable[[], object]
    lasts: Callable[[], bool] = lambda: True


class Reservation:
    """A name that no other process has.

    PostgreSQL forgets who has it when the connection ends, as when it is restarted: so
    it is taken again from time to time.
    """

    def __init__(
        self,
        guarded: Callable[[], AbstractContextManager[None]],
        take: Callable[[], Hold | None],
    ) -> None:
        self._guarded = guarded
        self._take = take
        self._hold: Hold | None = None

    def renew(self) -> bool:
        """Take the name again if it was forgotten.

        Returns
        -------
        bool
            Whether it is ours; else another was faster.

        Raises
        ------
        StoreError
            If that can't be told now.
        """
        with self._guarded():
            if self._hold is None or not self._hold.lasts():
                self._hold = None
                self._hold = self._take()
        return self._hold is not None

    def end(self) -> None:
        """Leave the name to others."""
        if self._hold is not None:
            self._hold.end()


def hold_file(path: Path, name: str) -> Hold | None:
    """Lock a file beside SQLite's: to close that itself would end its own locks."""
    beside = path.with_name(f"{path.name}-{name}")
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return Hold(end=partial(os.close, descriptor))


def hold_name(engine: Engine, name: str) -> Hold | None:
    """Lock a name for as long as a connection lasts; soon lost if its machine is."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    for setting in ("idle = 10", "interval = 5", "count = 3"):
        connection.exec_driver_sql(f"SET tcp_keepalives_{setting}")
    key = func.hashtextextended(name, 0)
    if connection.execute(select(func.pg_try_advisory_lock(key))).scalar():
        return Hold(end=connection.invalidate, lasts=partial(_lasts, connection))
    connection.invalidate()
    return None


def _lasts(connection: Connection) -> bool:
    """Tell whether a connection is still the one that was made."""
    try:
        connection.exec_driver_sql("SELECT 1")
    except DBAPIError:
        connection.invalidate()
        return False
    return True

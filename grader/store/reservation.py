"""A name that one process alone has, for as long as it lives."""

import fcntl
import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError

_HOLDER = text("""
    SELECT holder.pid, holder.backend_start
    FROM pg_locks AS held JOIN pg_stat_activity AS holder USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
        AND held.database = holder.datid AND holder.datname = current_database()
        AND (held.classid::bigint << 32 | held.objid::bigint)
            = hashtextextended(:name, 0)
""")
"""Who has a name, for certain: numbers of processes are given out again."""
Holder = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What keeps a name from others."""

    end: Callable[[], object]
    lasts: Callable[[], bool] = lambda: True
    holder: Holder | None = None
    """Whom the database takes for the one who has it."""


class Reservation:
    """A name that no other process has.

    PostgreSQL forgets who has it when the connection ends, as when it is restarted: so
    it is taken again from time to time.
    """

    def __init__(
        self,
        guarded: Callable[[], AbstractContextManager[None]],
        take: Callable[[Holder | None], Hold | None],
    ) -> None:
        self._guarded = guarded
        self._take = take
        self._hold: Hold | None = None
        self._holder: Holder | None = None

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
                self._hold = self._take(self._holder)
        if self._hold is not None:
            self._holder = self._hold.holder
        return self._hold is not None

    def end(self) -> None:
        """Leave the name to others."""
        hold, self._hold = self._hold, None
        if hold is not None:
            hold.end()


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


def hold_name(engine: Engine, name: str, before: Holder | None) -> Hold | None:
    """Lock a name for as long as a connection lasts; soon lost if its machine is.

    Parameters
    ----------
    engine
        Of a PostgreSQL.
    name
        What others may not have.
    before
        Who had it for us. A connection that broke may be missed only later: until then
        that one has it.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    key = func.hashtextextended(name, 0)
    with ExitStack() as left:
        left.callback(connection.invalidate)
        for setting in ("idle = 10", "interval = 5", "count = 3"):
            connection.exec_driver_sql(f"SET tcp_keepalives_{setting}")
        is_ours = connection.execute(select(func.pg_try_advisory_lock(key))).scalar()
        row = connection.execute(_HOLDER, {"name": name}).first()
        holder = None if row is None else tuple(row)
        if is_ours:
            end, lasts = left.pop_all().close, partial(_lasts, connection)
            return Hold(end=end, lasts=lasts, holder=holder)
    if before is None or holder != before:
        return None
    return Hold(end=lambda: None, lasts=lambda: False, holder=holder)


def _lasts(connection: Connection) -> bool:
    """Tell whether a connection is still the one that was made."""
    try:
        connection.exec_driver_sql("SELECT 1")
    except DBAPIError:
        connection.invalidate()
        return False
    return True

"""A database by URL: transactions, and one error for whatever goes wrong in it."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from platformdirs import user_data_path
from sqlalchemy import (
    URL,
    Connection,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from grader.errors import StoreError
from grader.store.reservation import Hold, Holder, Reservation, hold_file, hold_name

P = ParamSpec("P")
T = TypeVar("T")

_PAUSE_SECONDS = 0.2
"""Between attempts to connect."""
_LINK_LIMITS = {
    "connect_timeout": 10,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""When a link to PostgreSQL counts as broken, in libpq's words: a URL may say more."""
_ASKED = "`--store` or GRADER_STORE"
_FORMS = "write sqlite:///FILE, or postgresql://USER@HOST/NAME"


class Denied(Exception):  # noqa: N818 - an answer, which becomes a StoreError
    """Why what was asked for can't be had, though the database is well."""


def default_url() -> URL:
    """Give the place where this user's results are kept."""
    path = user_data_path("grader", appauthor=False) / "store.sqlite3"
    return URL.create("sqlite", database=str(path))


class Database:
    """Transactions on a database.

    Parameters
    ----------
    url
        Of SQLite or PostgreSQL.
    patience_seconds
        How long to wait for others who write, and for a server that has gone.

    Raises
    ------
    StoreError
        If it is no such URL, or the driver is not installed.
    """

    def __init__(self, url: URL, patience_seconds: float) -> None:
        typed = url.set(drivername=url.get_backend_name())
        self.place = typed.render_as_string(hide_password=True)
        self._patience_seconds = patience_seconds
        self._met = False
        with self.as_store_error():
            if url.get_backend_name() == "sqlite":
                self.place = _make_file(url)
                self._engine = create_engine(
                    url, connect_args={"timeout": patience_seconds}
                )
                event.listen(self._engine, "connect", _prepare_sqlite)
                event.listen(self._engine, "begin", _begin_sqlite)
            else:
                limits = {
                    name: value
                    for name, value in _LINK_LIMITS.items()
                    if name not in url.query
                }
                self._engine = create_engine(
                    url, pool_pre_ping=True, connect_args=limits
                )

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def reserved(self, name: str, issue: str) -> Iterator[Reservation]:
        """Be the only process that has a name; a dead one has it no more.

        Raises
        ------
        StoreError
            With what is given, if another has it.
        """
        reservation = Reservation(self.as_store_error, partial(self._take, name))
        with self.as_store_error():
            if not reservation.renew():
                raise Denied(issue)
        try:
            yield reservation
        finally:
            with suppress(SQLAlchemyError, OSError):  # lost, and the name with it
                reservation.end()

    def _take(self, name: str, before: Holder | None) -> Hold | None:
        if self._engine.dialect.name == "sqlite":
            return hold_file(Path(self.place), name)
        return hold_name(self._engine, name, before)

    def read(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call what reads, in a transaction; again if the connection is lost."""
        return self._repeat(
            partial(self._transaction, writes=False), operation, *arguments, **named
        )

    def write(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call what writes, in a transaction; again if the connection is lost.

        It may then have been done already, and must do no more the second time.
        """
        return self._repeat(
            partial(self._transaction, writes=True), operation, *arguments, **named
        )

    def write_once(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        """Call what writes, in a transaction, and what may not be repeated."""
        with self._transaction(writes=True) as connection:
            return operation(connection, *arguments, **named)

    def _repeat(
        self,
        transaction: Callable[[], AbstractContextManager[Connection]],
        operation: Callable[Concatenate[Connection, P], T],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T:
        until = time.monotonic() + self._patience_seconds
        while True:
            try:
                with transaction() as connection:
                    return operation(connection, *arguments, **named)
            except StoreError as error:
                if not error.is_passing or time.monotonic() >= until:
                    raise

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with (
            self.as_store_error(),
            self._connect(writes=writes) as connection,
            connection.begin(),
        ):
            yield connection

    def _connect(self, *, writes: bool) -> Connection:
        """Connect; if it is not for the first time, to a server that comes back too."""
        engine = self._engine.execution_options(writes=writes)
        until = time.monotonic() + (self._patience_seconds if self._met else 0)
        while True:
            try:
                connection = engine.connect()
            except OperationalError:
                if time.monotonic() >= until:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                self._met = True
                return connection

    @contextmanager
    def as_store_error(self) -> Iterator[None]:
        """Make one error of whatever a database, or what is in it, can give."""
        try:
            yield
        except Denied as error:
            raise StoreError(self.place, str(error)) from error
        except DBAPIError as error:
            passing = error.connection_invalidated
            words = _words(str(error.orig))
            raise StoreError(self.place, words, is_passing=passing) from error
        except sqlite3.Error as error:
            raise StoreError(self.place, _words(str(error))) from error
        except ImportError as error:
            issue = "its driver is not installed: pip install 'array-grader[postgres]'"
            raise StoreError(self.place, issue) from error
        except PoolTimeoutError as error:
            issue = "too many ask at once"
            raise StoreError(self.place, issue, is_passing=True) from error
        except OverflowError as error:
            raise StoreError(self.place, "no number there is as large") from error
        except OSError as error:
            raise StoreError(self.place, error.strerror or str(error)) from error
        except (
            SQLAlchemyError,
            ValueError,
            TypeError,
            KeyError,
            RecursionError,
        ) as error:
            raise StoreError(self.place, f"it is damaged: {error!r}") from error


def parse_url(url: str | None) -> URL:
    """Read the URL of a store; without one, give the user's own.

    Raises
    ------
    StoreError
        If it is none; it isn't repeated, since it may hold a password.

    Examples
    --------
    >>> str(parse_url("postgres://ann@db/grades"))
    'postgresql+psycopg://ann@db/grades'
    """
    if url is None:
        return default_url()
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(_ASKED, f"not a URL of a database: {_FORMS}") from error
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            if parsed.database in {None, "", ":memory:"} or parsed.query:
                issue = f"SQLite needs a file, and nothing else: {_FORMS}"
                raise StoreError(_ASKED, issue)
            return parsed.set(drivername="sqlite")
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case _:
            raise StoreError(_ASKED, f"neither SQLite nor PostgreSQL: {_FORMS}")


def lock(connection: Connection, name: str) -> None:
    """Have others who lock the same name wait until this transaction has ended.

    SQLite has one transaction at a time that writes; there it is so in any case.
    """
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(name, 0)
        connection.execute(select(func.pg_advisory_xact_lock(key)))


def storable(text: str) -> str:
    r"""Give text as any database takes it.

    Examples
    --------
    >>> storable("a\0b")
    'a\\0b'
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def now() -> datetime:
    """Give this moment in UTC."""
    return datetime.now(UTC)


def _make_file(url: URL) -> str:
    """Make the file if need be, so that only its owner reads it.

    A folder is made for the user's own store alone: another's may be mistyped.
    """
    assert url.database is not None
    path = Path(url.database)
    if url == default_url():
        path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return str(path)


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's
    connection.isolation_level = None  # transactions begin where `begin` says
    connection.execute("PRAGMA journal_mode = WAL")  # who reads waits for nobody
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction that is to write as one that writes, so that it can wait."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _words(issue: str) -> str:
    if "locked" in issue:
        return "another process keeps it to itself"
    if "not a database" in issue or "malformed" in issue:
        return f"it is damaged ({issue}): move it away to begin anew"
    return issue

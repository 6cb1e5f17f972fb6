"""What practice came to, kept from day to day in a small database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import (
    URL,
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from grader.attempts import Attempt
from grader.errors import HistoryError
from grader.shape import shaped

_VERSION = 1
"""Of the tables; a database of a later one is left alone."""
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
"""Beyond them a time may have no day in the zone of this machine."""
_LOCKED_SECONDS = 1.0
"""How long another process may keep the database to itself."""

_TABLES = MetaData()
_ATTEMPTS = Table(
    "attempts",
    _TABLES,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("problem", String, nullable=False, index=True),
    Column("sha256", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("points", Float),
    Column("maximum", Float),
    Column("ratio", Float),
)


def default_path() -> Path:
    """Give the place where this user's history is kept."""
    return user_data_path("grader", appauthor=False) / "history.sqlite3"


class History:
    """A database of attempts.

    Parameters
    ----------
    path
        The file; it and its folder are made if they are not there.

    Raises
    ------
    HistoryError
        If it can't be opened, is damaged, or another process keeps it to itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._as_history_error():
            path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": _LOCKED_SECONDS},
            poolclass=NullPool,  # nothing is left open between two entries
        )
        event.listen(self._engine, "connect", _keep_whole)
        with self._as_history_error(), self._engine.begin() as connection:
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > _VERSION:
                raise HistoryError(path, "it was written by a later grader")
            _TABLES.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt.

        Raises
        ------
        HistoryError
            If it can't be written.
        """
        row = asdict(attempt)
        row["at"] = attempt.at.astimezone(UTC).isoformat()
        with self._as_history_error(), self._engine.begin() as connection:
            connection.execute(insert(_ATTEMPTS).values(row))

    def attempts(self, problem: str | None = None) -> list[Attempt]:
        """List what was kept, the oldest first; of one problem, if it is named.

        Raises
        ------
        HistoryError
            If it can't be read.
        """
        wanted = select(_ATTEMPTS).order_by(_ATTEMPTS.c.number)
        if problem is not None:
            wanted = wanted.where(_ATTEMPTS.c.problem == problem)
        with self._as_history_error(), self._engine.connect() as connection:
            return [_attempt(row) for row in connection.execute(wanted)]

    @contextmanager
    def _as_history_error(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise HistoryError(self._path, _words(str(error.orig))) from error
        except OSError as error:
            raise HistoryError(self._path, error.strerror or str(error)) from error
        except (SQLAlchemyError, ValueError, TypeError) as error:
            raise HistoryError(self._path, f"it is damaged: {error}") from error


def _keep_whole(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's
    """Have a write survive a crash of the grader, if not one of the machine."""
    connection.execute("PRAGMA synchronous = NORMAL")


def _words(issue: str) -> str:
    if "locked" in issue:
        return "another process keeps it to itself"
    if "not a database" in issue or "malformed" in issue:
        return f"it is damaged ({issue}): move it away to begin anew"
    return issue


def _attempt(row: Row[Any]) -> Attempt:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's name for it
    del values["number"]
    attempt = shaped(Attempt, values)
    if attempt.at.tzinfo is None or not _FIRST_YEAR <= attempt.at.year <= _LAST_YEAR:
        raise ValueError(f"nothing was tried at {attempt.at}")
    return attempt

"""What practice came to, kept from day to day in a small database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
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

from grader.errors import HistoryError
from grader.verdict import Verdict

_VERSION = 1
"""Of the tables; a database of a later one is left alone."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One version of a file, and what was found about it."""

    at: datetime
    """When, with its time zone."""
    problem: str
    sha256: str
    """Of the file."""
    verdict: Verdict
    passed: int
    total: int
    """Cases, of those that were called."""
    whole: bool = False
    """Whether those were all cases, and not only those that candidates see."""
    points: float | None = None
    """If all cases were called."""
    maximum: float | None = None
    """Of the points that could be had."""
    ratio: float | None = None
    """The time to the reference's, if it was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best of a day, or of all days up to it."""

    day: date
    attempts: int
    """On that day."""
    accepted: int
    """Of them."""
    passed_share: float
    """The largest share of cases that passed, of those that candidates see."""
    points: float | None = None
    """The most, of those days on which all cases were called."""
    maximum: float | None = None
    ratio: float | None = None
    """The least."""


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
    values["at"] = datetime.fromisoformat(values["at"])
    values["verdict"] = Verdict(values["verdict"])
    return Attempt(**values)


def bests_by_day(attempts: Sequence[Attempt]) -> list[Best]:
    """Sum up attempts at one problem by day, in the time zone of this machine.

    Returns
    -------
    list of Best
        The first day first.
    """
    days: dict[date, list[Attempt]] = {}
    for one in sorted(attempts, key=lambda one: one.at):
        days.setdefault(one.at.astimezone().date(), []).append(one)
    return [_best(day, own) for day, own in days.items()]


def _best(day: date, own: Sequence[Attempt]) -> Best:
    seen = [one for one in own if not one.whole and one.total]
    scored = [(one.points, one.maximum) for one in own if one.points is not None]
    points, maximum = max(scored, key=lambda one: one[0], default=(None, None))
    return Best(
        day=day,
        attempts=len(seen),
        accepted=sum(one.verdict is Verdict.ACCEPTED for one in seen),
        passed_share=max((one.passed / one.total for one in seen), default=0.0),
        points=points,
        maximum=maximum,
        ratio=min((one.ratio for one in own if one.ratio is not None), default=None),
    )


def personal_bests(days: Sequence[Best]) -> list[Best]:
    """Give for each day the best of all days up to it; attempts stay the day's own."""
    best: list[Best] = []
    for day in days:
        before = best[-1] if best else day
        points, maximum = max(
            (
                (one.points, one.maximum)
                for one in (before, day)
                if one.points is not None
            ),
            key=lambda one: one[0],
            default=(None, None),
        )
        ratios = [one.ratio for one in (before, day) if one.ratio is not None]
        best.append(
            replace(
                day,
                passed_share=max(before.passed_share, day.passed_share),
                points=points,
                maximum=maximum,
                ratio=min(ratios, default=None),
            )
        )
    return best

"""The migrations lead to the tables, from nothing and back."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Inspector, create_engine, inspect, text

from grader.errors import StoreError
from grader.store import migration
from grader.store.database import parse_url
from grader.store.migration import VERSION_TABLE, config_for
from grader.store.store import Store
from grader.store.tables import METADATA
from tests.store.test_store import ANN


@contextmanager
def _config(url: str) -> Iterator[Config]:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        yield config_for(connection)
    engine.dispose()


def _tables(url: str) -> set[str]:
    engine = create_engine(parse_url(url))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def _execute(url: str, sentence: str) -> None:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text(sentence))
    engine.dispose()


def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    Store(url).close()

    assert _tables(url) == {*METADATA.tables, VERSION_TABLE}
    with _config(url) as config:
        command.check(config)


def test_a_database_goes_back_and_forth(url: str) -> None:
    for _ in range(2):
        with Store(url) as store:
            store.put_submission(ANN)
        with _config(url) as config:
            command.downgrade(config, "base")
        assert _tables(url) == {VERSION_TABLE}


def test_what_is_kept_stays_when_a_store_is_opened_again(url: str) -> None:
    with Store(url) as store:
        sha256 = store.put_submission(ANN)
    with Store(url) as store:
        assert store.kept([sha256]) == {sha256}


def test_a_database_of_a_later_grader_is_left_alone(url: str) -> None:
    Store(url).close()
    _execute(url, f"UPDATE {VERSION_TABLE} SET version_num = 'later'")

    with pytest.raises(StoreError, match="a later grader"):
        Store(url)


def test_a_database_of_another_program_is_left_alone(url: str) -> None:
    _execute(url, "CREATE TABLE jobs (id INTEGER)")

    with pytest.raises(StoreError, match="another program: jobs"):
        Store(url)
    assert _tables(url) == {"jobs"}


def test_a_store_that_another_makes_between_two_looks_is_ours(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(connection: Connection) -> Inspector:
        monkeypatch.undo()
        Store(url).close()
        return inspect(connection)

    monkeypatch.setattr(migration, "inspect", late)
    with Store(url) as store:
        assert store.jobs() == []

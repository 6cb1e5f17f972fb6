"""Stores to test: each in SQLite, and in a PostgreSQL that is started for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.store.store import Store
from tests.store.postgres import NotAvailableError, Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    pytest.importorskip("psycopg", reason="PostgreSQL: psycopg is not installed")
    try:
        server = Server()
    except NotAvailableError as error:
        pytest.skip(f"PostgreSQL: {error}")
    yield server
    server.close()


@pytest.fixture
def own_server(postgres: Server) -> Iterator[Server]:
    """Give the server, which the test may stop; it runs again afterwards."""
    yield postgres
    if not postgres.is_running:
        postgres.start()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database that is empty."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.sqlite3"
    server = request.getfixturevalue("postgres")
    assert isinstance(server, Server)
    return server.new_database()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url) as opened:
        yield opened

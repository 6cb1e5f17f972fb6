"""A database that can't be used is told of in one line, whatever is the matter."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from grader.errors import StoreError
from grader.store.database import default_url, parse_url
from grader.store.store import Store
from tests.report.records import accepted
from tests.store.postgres import Server
from tests.store.test_store import ANN


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("grades.sqlite3", "not a URL"),
        ("postgres//ann:hunter2@db/grades", "not a URL"),
        ("postgresql://ann:hunter2@db:port/grades", "not a URL"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///a?mode=memory", "needs a file"),
        ("mysql://ann:hunter2@db/grades", "neither SQLite nor PostgreSQL"),
        ("postgresql+psycopg2://ann:hunter2@db/grades", "neither SQLite nor"),
        ("postgresql://ann:hunter2@localhost:1/grades", "refused"),
        ("postgresql://ann:hunter2@/grades?host=/nowhere", "/nowhere"),
        ("postgresql://ann:hunter2@localhost:1/grades?speed=3", "speed"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_of_without_its_password(
    url: str, words: str
) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        Store(url)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_without_a_url_it_lies_in_the_user_s_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with Store() as store:
        assert store.place == str(tmp_path / "grader" / "store.sqlite3")
    assert Path(store.place).stat().st_mode & 0o077 == 0
    assert parse_url(None) == default_url()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    st.binary(max_size=300) | st.binary(max_size=300).map(b"SQLite format 3\0".__add__)
)
def test_bytes_that_are_no_database_are_told_of(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "store.sqlite3"
    for rest in tmp_path.iterdir():
        rest.unlink()
    path.write_bytes(data)
    told = f"{path}: told"
    try:
        Store(f"sqlite:///{path}").close()
    except StoreError as error:
        told = str(error)
    assert told.startswith(f"{path}: ")
    assert "\n" not in told


def test_a_place_that_can_t_be_written_to_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"Not a directory|File exists"):
        Store(f"sqlite:///{tmp_path}/file/store.sqlite3")


def test_no_folder_is_made_for_a_place_that_is_named(tmp_path: Path) -> None:
    place = tmp_path / "mistyped" / "store.sqlite3"
    with pytest.raises(StoreError, match="No such file or directory"):
        Store(f"sqlite:///{place}")
    assert not place.parent.exists()


def test_a_locked_file_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with Store(f"sqlite:///{path}", patience_seconds=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert store.rows() == []  # who reads does not wait
        with pytest.raises(StoreError, match="another process"):
            store.put_submission(ANN)
        other.close()
        store.put_submission(ANN)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("UPDATE records SET verdict = 'fine'", "damaged"),
        ("UPDATE records SET parts = '[{}]'", "damaged"),
        ("UPDATE records SET parts = '['", "damaged"),
        ("UPDATE records SET whole = '{}'", "damaged"),
        ("""UPDATE records SET basis = '"x"'""", "damaged: .*basis"),
        ("""UPDATE records SET basis = '{"grader": 7}'""", "damaged: .*basis.grader"),
        (f"UPDATE records SET basis = '{'[' * 100_000}'", "damaged: .*recursion"),
        ("""UPDATE records SET parts = '{"id": "a"}'""", "damaged: .*parts"),
        ("ALTER TABLE records RENAME COLUMN whole TO half", "whole"),
        ("ALTER TABLE records RENAME COLUMN points TO marks", "points"),
    ],
)
def test_a_database_with_something_else_in_it_is_told_of(
    sentence: str, words: str, url: str
) -> None:
    with Store(url) as store:
        number = store.put_record(accepted())
        engine = create_engine(parse_url(url))
        with engine.begin() as connection:
            connection.execute(text(sentence))
        engine.dispose()
        with pytest.raises(StoreError, match=words) as caught:  # noqa: PT012 - either
            store.rows()
            store.record(number)
        assert "\n" not in str(caught.value)


def test_a_server_that_comes_back_is_waited_for(own_server: Server) -> None:
    with Store(own_server.new_database()) as store:
        store.put_submission(ANN)
        own_server.stop()
        start = threading.Timer(0.5, own_server.start)
        start.start()
        assert store.kept([ANN.sha256]) == {ANN.sha256}
        start.join()


def test_a_server_that_stays_away_is_told_of(own_server: Server) -> None:
    with Store(own_server.new_database(), patience_seconds=0.3) as store:
        own_server.stop()
        with pytest.raises(StoreError, match="connection") as caught:
            store.rows()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("library", "url", "extra"),
    [
        ("alembic", "sqlite:///{}/store.sqlite3", "array-grader[store]"),
        ("psycopg", "postgresql://ann@db/grades", "array-grader[postgres]"),
    ],
)
def test_an_extra_that_is_missing_is_named(
    library: str, url: str, extra: str, tmp_path: Path
) -> None:
    program = f"""
import sys
sys.modules["{library}"] = None
from grader.cli import main
sys.exit(main(["store", "list", "--store", "{url.format(tmp_path)}"]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert f"pip install '{extra}'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_who_keeps_no_results_imports_nothing_of_it() -> None:
    program = """
import sys
from grader.cli import COMMANDS, cli
import click
for name in COMMANDS:
    if name not in {"store", "regrade", "serve", "links"}:
        cli.get_command(click.Context(cli), name)
assert not {"alembic", "psycopg", "grader.store"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)

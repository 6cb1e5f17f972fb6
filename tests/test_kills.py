"""Whatever part is killed during a run, each result is there once, and the same."""

from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytest.importorskip("fastapi", reason="the extra `web` is not installed")
pytest.importorskip("psycopg", reason="PostgreSQL: psycopg is not installed")

from benchmarks.kills import DOORS, survive
from tests.store.postgres import NotAvailableError

COUNT = 60


def test_whatever_is_killed_each_result_is_there_once_and_the_same(
    tmp_path: Path,
) -> None:
    try:
        outcome = survive(tmp_path, COUNT)
    except NotAvailableError as error:
        pytest.skip(f"PostgreSQL: {error}")

    assert tuple(one.what for one in outcome.kills) == (*DOORS[0], *DOORS[1])
    assert len(outcome.here) == COUNT
    assert outcome.by_cluster == outcome.by_server == outcome.here
    assert outcome.told == outcome.records == COUNT
    first, second, third, last = outcome.kills
    assert max(first.by_cluster, second.by_cluster) < COUNT  # both were on their way
    assert max(third.by_server, last.by_server) < COUNT

"""The history of practice: a real database, and sums by hand."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.attempts import Attempt, Best, bests_by_day, personal_bests
from grader.cli import main
from grader.errors import HistoryError
from grader.history import History, default_path
from grader.verdict import Verdict


def _attempt(day: int, passed: int = 0, **more: object) -> Attempt:
    fields = {
        "at": datetime(2026, 3, day, 12).astimezone(),
        "problem": "softmax",
        "sha256": "ab",
        "verdict": Verdict.WRONG_ANSWER,
        "passed": passed,
        "total": 4,
    }
    return Attempt(**(fields | more))  # type: ignore[arg-type]


ATTEMPTS = [
    _attempt(1, 1),
    _attempt(1, 3),
    _attempt(1, 50, total=100, whole=True, points=40.0, maximum=85.0),
    _attempt(2, 2),
    _attempt(4, 4, verdict=Verdict.ACCEPTED),
    _attempt(4, 100, total=100, whole=True, points=96.5, maximum=100.0, ratio=2.5),
    _attempt(5, 4, verdict=Verdict.ACCEPTED),
    _attempt(5, 100, total=100, whole=True, points=90.0, maximum=100.0, ratio=3.0),
]


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "history.sqlite3"
    for one in ATTEMPTS:
        History(path).add(one)
    history = History(path)
    history.add(_attempt(6, problem="attention"))

    assert history.attempts("softmax") == ATTEMPTS
    assert len(history.attempts()) == len(ATTEMPTS) + 1


def test_the_best_of_each_day_and_of_all_days_up_to_it() -> None:
    days = bests_by_day(ATTEMPTS[::-1])

    assert days == [
        Best(
            day=date(2026, 3, 1),
            attempts=2,
            accepted=0,
            passed_share=0.75,
            points=40.0,
            maximum=85.0,
        ),
        Best(day=date(2026, 3, 2), attempts=1, accepted=0, passed_share=0.5),
        Best(
            day=date(2026, 3, 4),
            attempts=1,
            accepted=1,
            passed_share=1.0,
            points=96.5,
            maximum=100.0,
            ratio=2.5,
        ),
        Best(
            day=date(2026, 3, 5),
            attempts=1,
            accepted=1,
            passed_share=1.0,
            points=90.0,
            maximum=100.0,
            ratio=3.0,
        ),
    ]
    best = personal_bests(days)
    assert [one.passed_share for one in best] == [0.75, 0.75, 1.0, 1.0]
    assert [one.points for one in best] == [40.0, 40.0, 96.5, 96.5]
    assert [one.ratio for one in best] == [None, None, 2.5, 2.5]


def test_a_locked_database_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite3"
    history = History(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HistoryError, match="another process"):
        history.add(ATTEMPTS[0])
    other.close()
    history.add(ATTEMPTS[0])

    assert history.attempts() == ATTEMPTS[:1]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.binary(max_size=300) | st.binary(max_size=300).map(b"SQLite format 3\0".__add__)
)
def test_bytes_that_are_no_database_are_told_of(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "history.sqlite3"
    path.write_bytes(data)
    told = f"{path}: told"
    try:
        assert History(path).attempts() == []
    except HistoryError as error:
        told = str(error)
    assert told.startswith(f"{path}: ")
    assert "\n" not in told


def _change(path: Path, sentence: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sentence)
    connection.close()


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("PRAGMA user_version = 9", "a later grader"),
        ("UPDATE attempts SET at = 'noon'", "damaged"),
        ("UPDATE attempts SET at = '2026-01-01T12:00:00'", "damaged"),
        ("UPDATE attempts SET at = '9999-12-31T23:59:59-12:00'", "damaged"),
        ("UPDATE attempts SET at = '0001-01-01T00:00:00+12:00'", "damaged"),
        ("UPDATE attempts SET verdict = 'fine'", "damaged"),
        ("UPDATE attempts SET points = 'many'", "damaged: points"),
        ("UPDATE attempts SET maximum = x'ff'", "damaged: maximum"),
        ("UPDATE attempts SET ratio = 'slow'", "damaged: ratio"),
        ("UPDATE attempts SET problem = x'ff'", "damaged: problem"),
        ("ALTER TABLE attempts RENAME COLUMN ratio TO speed", "ratio"),
    ],
)
def test_a_database_with_something_else_in_it_is_told_of(
    sentence: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "history.sqlite3"
    History(path).add(ATTEMPTS[0])
    _change(path, sentence)

    with pytest.raises(HistoryError, match=words) as caught:
        History(path).attempts()
    assert "\n" not in str(caught.value)


def test_a_place_that_can_t_be_written_to_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(HistoryError, match=r"Not a directory|File exists"):
        History(tmp_path / "file" / "history.sqlite3")


def test_the_command_prints_a_table_of_days(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["history", "softmax"]) == 0
    assert "no practice of softmax yet" in capsys.readouterr().out

    history = History(tmp_path / "grader" / "history.sqlite3")
    for one in ATTEMPTS:
        history.add(one)
    assert main(["history"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["2026-03-02", "1", "0", "50%", "-", "-"] in [row[:6] for row in rows]
    assert ["2026-03-05", "1", "1", "100%", "90", "of"] in [row[:6] for row in rows]
    assert [row[-1] for row in rows if row and row[0] == "2026-03-05"] == ["96%"]

    (tmp_path / "grader" / "history.sqlite3").write_bytes(b"no database" * 100)
    assert main(["history"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_id_is_shown_as_it_is_and_obeyed_by_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    name = "[/x] [red]conv \x1b[31m"
    History(default_path()).add(replace(ATTEMPTS[0], problem=name))

    assert main(["history"]) == 0
    assert "[/x] [red]conv \\x1b[31m" in capsys.readouterr().out


def test_the_moment_is_kept_whatever_the_time_zone(tmp_path: Path) -> None:
    at = datetime.fromisoformat("2026-03-01T23:30:00-05:00")
    history = History(tmp_path / "history.sqlite3")
    history.add(_attempt(1, at=at))

    (kept,) = history.attempts()
    assert kept.at == datetime(2026, 3, 2, 4, 30, tzinfo=UTC)

"""The table of grades opens in a spreadsheet and does nothing there."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.table import cell, render_csv, table_row, uncell, write_rows
from tests.report.records import HOSTILE, accepted, submission, wrong_answer


def _read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@given(st.text())
def test_no_cell_is_a_formula_and_none_is_lost(text: str) -> None:
    safe = cell(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert uncell(safe) == text


@pytest.mark.parametrize("sign", "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'")
def test_what_any_spreadsheet_takes_for_a_formula_is_a_text(sign: str) -> None:
    text = f"{sign}HYPERLINK(1)"
    assert cell(text) == f"'{text}"
    assert uncell(cell(text)) == text


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2))
)
def test_rows_stay_rows(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(write_rows(rows), newline="")))
    assert [[uncell(one) for one in row] for row in read] == rows


def test_what_was_not_measured_is_empty_and_numbers_are_numbers() -> None:
    right, wrong = accepted(), wrong_answer()
    untimed = right.model_copy(update={"timing": None, "memory": None})
    first, second, third = _read(render_csv(map(table_row, [right, wrong, untimed])))

    assert first["name"] == right.submission.name
    assert first["verdict"] == "accepted"
    assert float(first["points"]) == right.score.points
    assert float(first["maximum"]) == right.score.maximum
    assert right.timing is not None
    assert right.timing.ratio is not None
    assert float(first["time_ratio"]) == right.timing.ratio.estimate
    assert second["verdict"] == "wrong_answer"
    assert third["time_ratio"] == third["memory_multiple"] == ""
    for part in right.parts:
        shown = first[f"points_{part.id}"]
        assert shown == ("" if part.points is None else str(part.points))


def test_hostile_names_are_text() -> None:
    names = (*HOSTILE, "=HYPERLINK(1)", "@SUM(A1)", "-1", "+1", "a,b\nc")
    records = [
        accepted().model_copy(update={"submission": submission(name)}) for name in names
    ]
    rows = _read(render_csv(map(table_row, records)))
    assert [uncell(row["name"]) for row in rows] == list(names)
    assert not any(row["name"].startswith(("=", "+", "-", "@")) for row in rows)

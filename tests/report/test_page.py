"""What a page shows, and that it doesn't say it twice."""

import re
from collections.abc import Callable

import pytest

from grader.problem import Visibility
from grader.record import (
    CaseEntry,
    HeatMap,
    HeatPlane,
    Mismatch,
    Picture,
    Record,
)
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from grader.report.page import page_of
from grader.verdict import Verdict
from tests.report import records


def _text(page: str) -> str:
    """Give what is read of a page, in one line."""
    body = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def _first_screen(page: str) -> str:
    return _text(page.partition("<nav")[0].partition("<body>")[2])


def _failing(**changes: object) -> Record:
    """Give a record of which one case fails, in a way of its own."""
    record = records.wrong_answer()
    case = next(one for one in record.cases if one.credit < 1)
    fields: dict[str, object] = {"picture": None, "mismatch": None, "line": None}
    changed = case.model_copy(update=fields | changes)
    others = tuple(one for one in record.cases if one.credit == 1)
    return record.model_copy(
        update={"cases": (*others, changed), "diagnoses": (), "counterexample": None}
    )


def test_the_line_that_stops_loading_is_on_the_first_screen() -> None:
    record = records.not_loaded()
    assert record.error is not None
    assert record.error.line is not None
    line = record.submission.source.split("\n")[record.error.line - 1]
    shown = _first_screen(render_html(record))

    assert line.replace(" ", "") in shown.replace(" ", "")
    assert shown.count(record.error.message) <= 1


def test_the_line_that_raises_is_on_the_first_screen() -> None:
    record = _failing(line=3, verdict=Verdict.RUNTIME_ERROR, message="raised Oh: no")
    line = record.submission.source.split("\n")[2].replace(" ", "")

    assert line
    assert line in _first_screen(render_html(record)).replace(" ", "")
    spot = page_of(record).spot
    assert spot is not None
    assert spot.lines[0] == 1


@pytest.mark.parametrize("line", [None, 0, 10_000])
def test_a_line_that_is_not_there_is_not_shown(line: int | None) -> None:
    assert page_of(_failing(line=line)).spot is None


def test_a_message_of_several_lines_is_shown_in_full() -> None:
    record = records.not_loaded()
    assert record.error is not None
    error = record.error.model_copy(update={"message": "raised Oh: one\ntwo\nthree"})
    shown = _first_screen(render_html(record.model_copy(update={"error": error})))
    assert "two three" in shown


SHAPES = Mismatch(actual="an array of shape (2, 3)", expected="[[1. 2.]]")
ALL = Mismatch(
    actual="7.0", expected="9.0", first_index=(0, 0), differing=6, elements=6
)
SOME = ALL.model_copy(update={"differing": 2})


@pytest.mark.parametrize(
    ("message", "mismatch", "where", "is_told"),
    [
        ("the shape is (2, 3); (1, 2) is expected", SHAPES, "Axis 0 is 2 long", False),
        ("6 of 6 elements are wrong", ALL, "Every element differs", False),
        ("2 of 6 elements are wrong", SOME, "Exactly the last row differs", True),
    ],
    ids=["shapes", "all", "some"],
)
def test_a_case_is_told_once(
    message: str, mismatch: Mismatch, where: str, *, is_told: bool
) -> None:
    """What the message has is said by no sentence below it."""
    record = _failing(
        message=message, mismatch=mismatch, picture=Picture(where=f"{where}.")
    )
    page = render_html(record)
    card = _text(page.partition('<article class="card"')[2].partition("</article")[0])

    assert message in card
    assert (where in card) is is_told
    assert "an array of shape" not in card
    assert card.count(" of 6 ") == message.count(" of 6 ")
    assert ("actual 7.0, expected 9.0" in card) is (mismatch is not SHAPES)


def test_what_was_not_run_is_not_laid_out_group_by_group() -> None:
    page = render_html(records.not_loaded())

    assert 'id="groups"' not in page
    assert 'id="failing"' not in page
    assert 'id="not-run"' in page


INNER = ("rung", "floor", "slot", "frame", "arena", "zygote", "harness")


@pytest.mark.parametrize(
    "make", [records.complete, records.wrong_answer, records.not_loaded]
)
def test_no_page_has_words_of_the_inside(make: Callable[[], Record]) -> None:
    record = make()
    empty = record.submission.model_copy(update={"source": ""})
    text = _text(render_html(record.model_copy(update={"submission": empty})))
    assert not [
        word for word in INNER if re.search(rf"\b{word}s?\b", text, re.IGNORECASE)
    ]


def _drawn(name: str, *planes: str) -> CaseEntry:
    """Give a failing case with a map of rows by columns, in so many planes."""
    cells = "".join(planes).replace(" ", "")
    wrong = sum(cell != "0" for cell in cells)
    rows = planes[0].split(" ")
    return records.case(0, 0, verdict=Verdict.WRONG_ANSWER).model_copy(
        update={
            "id": name,
            "mismatch": Mismatch(
                actual="1", expected="2", differing=wrong, elements=len(cells)
            ),
            "picture": Picture(
                where="Somewhere.",
                heat_map=HeatMap(
                    rows=len(rows),
                    columns=len(rows[0]),
                    cell=(1, 1),
                    planes=tuple(
                        HeatPlane(index=(at,), cells=plane, wrong=0)
                        for at, plane in enumerate(planes)
                    ),
                ),
            ),
        }
    )


LARGE_COLUMN = _drawn("large-column", "0009 0009 0009", "0009 0009 0009")
SMALL_ROW = _drawn("small-row", "00 99")
ONE_PLANE = _drawn("one-plane", "999 999", "000 000")
DIAGONAL = _drawn("diagonal", "90 09")
EVERYWHERE = _drawn("all", "99 99")


@pytest.mark.parametrize(
    ("cases", "best"),
    [
        ((LARGE_COLUMN, SMALL_ROW), SMALL_ROW),
        ((EVERYWHERE, DIAGONAL, LARGE_COLUMN), LARGE_COLUMN),
        ((EVERYWHERE, ONE_PLANE, DIAGONAL), ONE_PLANE),
        ((EVERYWHERE, DIAGONAL), DIAGONAL),
        ((EVERYWHERE,), None),
    ],
    ids=["fewest", "a column", "a plane", "a part", "every element"],
)
def test_the_picture_is_the_smallest_that_shows_where_and_not_all_over(
    cases: tuple[CaseEntry, ...], best: CaseEntry | None
) -> None:
    record = records.wrong_answer().model_copy(update={"diagnoses": ()})
    shown = [
        page_of(record.model_copy(update={"cases": order})).telling
        for order in (cases, cases[::-1])
    ]
    ids = [None if one is None else one[0].id for one in shown]
    assert ids == [best and best.id] * 2


def test_hidden_cases_are_counted_by_group_and_folded_away() -> None:
    record = records.wrong_answer()
    page = render_html(for_candidate(record))
    hidden = [one for one in record.cases if one.visibility is Visibility.HIDDEN]
    failing = [one for one in hidden if one.verdict is not None and one.credit < 1]
    section = page.partition('id="failing"')[2].partition("</section>\n\n")[0]
    folded = section.partition('<h3 id="hidden">')[2]
    text = _text(folded.partition("</details>")[0])

    assert f"{len(failing)} hidden cases failing" in _text(section)
    assert section.count("<details><summary>") == 1
    # Of 24 cases on integers 8 are wrong; of 12 random ones 1 is, and 1 is too slow.
    assert "Index logic on integers 8 of 24 yes 8 wrong answer" in text
    assert "1 wrong answer; 1 time limit exceeded" in text
    assert "hidden-1" not in page


def test_of_hidden_cases_that_were_not_run_a_page_has_their_number() -> None:
    record = records.not_loaded()
    page = render_html(for_candidate(record))
    rows = page.partition('id="not-run"')[2].partition("</section>")[0]
    visible = [one for one in record.cases if one.visibility is Visibility.VISIBLE]

    assert rows.count('<th scope="row"') == len(visible)
    assert f"{len(record.cases) - len(visible)} hidden cases besides" in rows

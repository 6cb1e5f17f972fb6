"""What GitHub reads can't be forged, keeps its limits, and says where."""

from hypothesis import given
from hypothesis import strategies as st

from grader.record import LintEntry, PlaceEntry, Record, StyleEntry
from grader.report.github import (
    MOST_OF_A_LEVEL,
    Graded,
    _data,
    _property,
    render_annotations,
    render_outputs,
    render_step_summary,
)
from tests.report.records import accepted, hostile, wrong_answer


def _annotated(record: Record) -> str:
    return render_annotations([Graded(path="answer.py", record=record)])


@given(st.text())
def test_an_annotation_stays_in_its_line_and_property(text: str) -> None:
    data, value = _data(text), _property(text)

    assert not set("\r\n") & set(data)
    assert not set("\r\n,:") & set(value)
    assert _unescaped(value) == _unescaped(data)


def _unescaped(text: str) -> str:
    """Read what was escaped as GitHub's runner does: the percent sign last."""
    for code_, letter in (
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ):
        text = text.replace(code_, letter)
    return text


def test_no_command_is_forged_by_a_candidate() -> None:
    record = hostile()
    forged = "x\n::stop-commands::now\r::error::no"
    cases = tuple(
        one.model_copy(update={"message": forged, "id": "by_hand-1"})
        for one in record.cases
    )
    lines = _annotated(record.model_copy(update={"cases": cases})).split("\n")

    assert lines.pop() == ""
    for line in lines:
        assert line.startswith(("::error file=", "::warning file=", "::notice file="))


def test_annotations_come_worst_first_and_say_where() -> None:
    lines = _annotated(wrong_answer()).splitlines()

    levels = [line.split()[0] for line in lines]
    assert levels == ["::error"] * 3 + ["::warning"] * 3 + ["::notice"]
    assert lines[0] == (
        "::error file=answer.py,title=bob%3A Small cases%2C checked by hand"
        "::by_hand-2, wrong answer: 1 of 4 elements is wrong, by 2"
    )
    assert "file=answer.py,line=20," in lines[5]


def test_lint_is_a_notice_at_its_line() -> None:
    lint = LintEntry(code="E741", message="ambiguous name: l", line=12)
    record = accepted().model_copy(update={"style": StyleEntry(lint=(lint,))})

    assert _annotated(record).splitlines()[-1] == (
        "::notice file=answer.py,line=12,title=alice%3A E741::ambiguous name: l"
    )


def test_annotations_keep_the_limit_and_count_what_is_left_out() -> None:
    graded = [Graded(path=f"{at}.py", record=wrong_answer()) for at in range(7)]
    lines = render_annotations(graded).splitlines()

    for level in ("error", "warning"):
        own = [line for line in lines if line.startswith(f"::{level}")]
        assert len(own) == MOST_OF_A_LEVEL
        assert own[-1] == f"::{level}::12 more left out"  # of 7 times 3
    assert sum(line.startswith("::notice") for line in lines) == 7


def test_each_submission_has_room_for_its_worst() -> None:
    graded = [Graded(path=f"{at}.py", record=wrong_answer()) for at in range(9)]
    errors = render_annotations(graded).splitlines()[:9]

    assert [line.split(",")[0] for line in errors] == [
        f"::error file={at}.py" for at in range(9)
    ]


def test_a_notebook_s_lines_are_told_by_their_cell() -> None:
    record = wrong_answer()
    places = (
        PlaceEntry(first_line=1, title="cell 2"),
        PlaceEntry(first_line=14, title="cell 4"),
    )
    entry = record.submission.model_copy(update={"kind": "notebook", "places": places})
    text = _annotated(record.model_copy(update={"submission": entry}))

    assert "line=" not in text
    assert "::cell 4, line 7: refusals-2" in text
    assert "::cell 2, line 4: imports" in text


def test_a_step_summary_keeps_its_budget_and_says_what_is_missing() -> None:
    record = wrong_answer()
    whole = render_step_summary([record] * 40)
    part = render_step_summary([record] * 40, largest_bytes=20_000)

    assert whole.count("\n## ") == 40
    assert 10_000 < len(part.encode()) <= 20_000
    shown = part.count("\n## ")
    assert part.endswith(
        f"{40 - shown} submissions left out: there is no more room here.\n"
    )
    assert len(render_step_summary([record] * 1_000).encode()) <= 1000 << 10
    assert len(render_step_summary([record], largest_bytes=0).encode()) <= 80


def test_outputs_are_counts_and_of_one_submission_its_points() -> None:
    assert render_outputs([accepted(), wrong_answer()]) == "graded=2\naccepted=1\n"
    assert render_outputs([wrong_answer()]) == (
        "graded=1\naccepted=0\nverdict=wrong_answer\npoints=14.58\nmaximum=75\n"
    )

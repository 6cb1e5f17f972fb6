"""Candidates side by side: what tells them apart, and what they share."""

import json
from pathlib import Path

import pytest

from grader.cli import main
from grader.record import FunctionEntry, LoopEntry, Record, StyleEntry
from grader.report.comparison import Candidate, render_comparison
from tests.report.records import HOSTILE, SOURCE, accepted, submission, wrong_answer

ROOT = Path(__file__).parents[2]


def _named(record: Record, name: str, source: str = SOURCE) -> Record:
    return record.model_copy(update={"submission": submission(name, source)})


def _write(record: Record, folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    (folder / name / "record.json").write_text(_named(record, name).to_json())
    (folder / name / "report.html").write_text("")
    return folder / name


def test_a_row_for_each_part_with_the_points_of_each() -> None:
    right, wrong = accepted(), wrong_answer()
    page = render_comparison(
        [
            Candidate(record=_named(right, "ann")),
            Candidate(record=_named(wrong, "ben")),
        ],
        [],
    )
    for part in right.parts:
        assert part.title.replace("'", "&#39;") in page
    assert f"{right.score.points:g} of {right.score.maximum:g}" in page
    assert f"{wrong.score.points:g} of {wrong.score.maximum:g}" in page
    assert page.count('class="listing"') == 2
    assert "Alike" not in page


def test_what_has_one_id_in_two_problems_is_not_taken_for_the_same() -> None:
    ours = wrong_answer()
    part, *parts = ours.parts
    group, *groups = ours.groups
    theirs = ours.model_copy(
        update={
            "problem": ours.problem.model_copy(update={"title": "Another"}),
            "parts": (part.model_copy(update={"title": "Their part"}), *parts),
            "groups": (
                group.model_copy(update={"title": "Their group", "passed": 0}),
                *(one.model_copy(update={"passed": one.total}) for one in groups),
            ),
        }
    )
    page = render_comparison([Candidate(record=ours), Candidate(record=theirs)], [])
    rows = {
        title: row
        for row in page.split("<tr")[1:]
        for title in ("Their part", "Their group", part.title)
        if f'<th scope="row">{title}</th>' in row
    }

    assert set(rows) == {"Their part", "Their group", part.title}
    for row in rows.values():
        assert row.count('<span class="muted">') == 1
    assert "different problems" in page
    assert f"{ours.problem.title} · Another" in page
    same = render_comparison([Candidate(record=ours), Candidate(record=ours)], [])
    assert "different problems" not in same


def test_how_it_is_written_is_told_in_numbers() -> None:
    style = StyleEntry(
        loops=(
            LoopEntry(function="f", line=2, kind="for", depth=0, over="range(n)"),
            LoopEntry(function="f", line=3, kind="for", depth=1, over="range(m)"),
        ),
        functions=(
            FunctionEntry(
                name="f",
                line=1,
                lines=12,
                complexity=7,
                has_docstring=True,
                arguments=5,
                annotated=2,
                returns_annotated=False,
            ),
        ),
    )
    styled = accepted().model_copy(update={"style": style})
    page = render_comparison(
        [Candidate(record=styled), Candidate(record=wrong_answer())], []
    )
    for words in ("2, at most 2 deep", "1 function, the longest of 12 lines", "2 of 5"):
        assert words in page


def test_lines_that_are_alike_are_marked() -> None:
    one = Candidate(record=accepted(), alike_lines=frozenset({2, 3}))
    page = render_comparison([one, one], ["They are near-identical."])
    assert page.count('class="row alike"') == 4
    assert "not a verdict" in page


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_candidates_write_is_text(hostile: str) -> None:
    one = Candidate(record=_named(accepted(), hostile, hostile))
    page = render_comparison([one, one], [])
    assert "<script" not in page
    assert "<img" not in page
    assert "onload=alert(1)>" not in page
    assert "\u202e" not in page


def test_records_are_compared_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ann = _write(accepted(), tmp_path, "ann")
    ben = _write(wrong_answer(), tmp_path, "ben")
    place = tmp_path / "pages" / "both.html"

    record = ben / "record.json"
    assert main(["compare", str(ann), str(record), "-o", str(place)]) == 0
    page = place.read_text()
    assert 'href="../ann/report.html"' in page.replace("./../", "../").replace(
        "/./", "/"
    )
    # The sources are the same, and both are of a problem of ours.
    assert "ann and ben are near-identical" in page

    record.write_text(json.dumps([]))
    assert main(["compare", str(ann), str(record), "-o", str(place)]) == 2
    assert main(["compare", str(ann), "-o", str(place)]) == 2
    assert main(["compare", str(ann), str(tmp_path), "-o", str(place)]) == 2
    assert "Traceback" not in capsys.readouterr().err

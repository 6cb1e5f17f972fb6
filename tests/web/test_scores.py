"""Numbers for whoever learns from them: an error of ours is none."""

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.record import Score
from grader.verdict import Verdict
from grader.web.scores import part_scores, score_of
from tests.report import records


def test_the_score_is_the_share_of_all_points() -> None:
    record = records.wrong_answer()
    half = record.model_copy(update={"score": Score(points=21, maximum=42)})

    assert score_of(half) == 0.5


def test_each_part_has_its_share_and_none_where_it_was_not_measured() -> None:
    record = records.wrong_answer()
    shares = part_scores(record)

    for part in record.parts:
        expected = None if part.points is None else part.points / part.maximum
        assert shares[part.id] == expected


@pytest.mark.parametrize("points", [0, 10])
def test_what_we_failed_to_judge_is_neither_a_pass_nor_a_failure(points: float) -> None:
    failed = records.accepted().model_copy(
        update={
            "verdict": Verdict.JUDGE_ERROR,
            "score": Score(points=points, maximum=10),
        }
    )

    assert score_of(failed) is None
    assert set(part_scores(failed).values()) == {None}


def test_no_points_to_be_had_are_no_number() -> None:
    empty = records.accepted().model_copy(update={"score": Score(points=0, maximum=0)})

    assert score_of(empty) is None

"""Numbers for whoever learns from them: an error of ours is none."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

pytest.importorskip("fastapi", reason="the extra `web` is not installed")

from grader.store.rows import PartPoints, Row
from grader.verdict import Verdict
from grader.web.scores import part_scores, score_of

ROW = Row(
    id=1,
    sha256="5b" * 32,
    name="alice",
    filename="alice.py",
    problem="softmax",
    spec_sha256="5b" * 32,
    seed=0,
    verdict=Verdict.WRONG_ANSWER,
    points=4,
    maximum=10,
    timed=False,
    parts=(
        PartPoints(id="values", title="Values", points=2, maximum=8),
        PartPoints(id="refusals", title="Refusals", points=2, maximum=2),
        PartPoints(id="speed", title="Speed", points=None, maximum=5),
    ),
    grader="0.1.0",
    isolation="full",
    graded_at=datetime(2026, 1, 1, tzinfo=UTC),
    regrade_of=None,
    regrade=None,
)


def test_the_score_is_the_share_of_all_points() -> None:
    assert score_of(ROW) == 0.4


def test_each_part_has_its_share_and_none_where_it_was_not_measured() -> None:
    assert part_scores(ROW) == {"values": 0.25, "refusals": 1.0, "speed": None}


@pytest.mark.parametrize("points", [0, 10])
def test_what_we_failed_to_judge_is_neither_a_pass_nor_a_failure(points: float) -> None:
    failed = replace(ROW, verdict=Verdict.JUDGE_ERROR, points=points)

    assert score_of(failed) is None
    assert set(part_scores(failed).values()) == {None}


def test_no_points_to_be_had_are_no_number() -> None:
    assert score_of(replace(ROW, points=0, maximum=0)) is None


@pytest.mark.parametrize(("points", "score"), [(-1, 0), (11, 1)])
def test_a_score_is_from_0_to_1(points: float, score: float) -> None:
    assert score_of(replace(ROW, points=points)) == score

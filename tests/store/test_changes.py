"""Who gains and who loses, by hand."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.store.changes import Effect, PartChange, causes_of, change_between
from grader.store.rows import PartPoints, Row
from grader.verdict import Verdict

VALUES = PartPoints(id="values", title="Values", points=6.0, maximum=8.0)
SPEED = PartPoints(id="speed", title="Speed", points=None, maximum=2.0)
ROW = Row(
    id=1,
    sha256="ab",
    name="ann",
    filename="ann.py",
    problem="softmax",
    spec_sha256="cd",
    seed=1,
    verdict=Verdict.WRONG_ANSWER,
    points=6.0,
    maximum=8.0,
    timed=False,
    tested=False,
    parts=(VALUES, SPEED),
    grader="0.1.0",
    isolation="full",
    graded_at=datetime(2026, 3, 1, tzinfo=UTC),
    regrade_of=None,
    regrade=None,
)


@pytest.mark.parametrize(
    ("changed", "effect"),
    [
        ({}, "same"),
        ({"id": 2, "seed": 9, "spec_sha256": "ef"}, "same"),
        ({"points": 6.001}, "same"),
        ({"points": 6.01}, "gains"),
        ({"points": 5.99, "verdict": Verdict.ACCEPTED}, "loses"),
        ({"verdict": Verdict.ACCEPTED}, "differs"),
        ({"maximum": 10.0}, "differs"),
        ({"parts": (VALUES,)}, "differs"),
        ({"parts": (SPEED, VALUES)}, "same"),
    ],
)
def test_the_effect_is_in_points_first(
    changed: dict[str, object], effect: Effect
) -> None:
    after = replace(ROW, **changed)  # type: ignore[arg-type]

    assert change_between(ROW, after).effect == effect


def test_parts_that_change_come_go_or_are_measured_now_are_named() -> None:
    after = replace(
        ROW,
        parts=(
            replace(VALUES, maximum=9.0),
            replace(SPEED, points=1.5),
            replace(VALUES, id="types", title="Types"),
        ),
    )

    assert change_between(ROW, after).parts == (
        PartChange(
            id="values", title="Values", before=6.0, after=6.0, maximum_before=8.0, maximum_after=9.0
        ),
        PartChange(
            id="speed", title="Speed", before=None, after=1.5, maximum_before=2.0, maximum_after=2.0
        ),
        PartChange(
            id="types", title="Types", before=None, after=6.0, maximum_before=None, maximum_after=8.0
        ),
    )  # fmt: skip
    assert [one.after for one in change_between(after, ROW).parts] == [6.0, None, None]


BASIS = {"reference": "a", "grader": "b", "environment": "c"}


@pytest.mark.parametrize(
    ("spec_sha256", "basis", "causes"),
    [
        ("cd", BASIS, ()),
        ("ef", BASIS, ("spec",)),
        ("cd", BASIS | {"reference": "z"}, ("reference",)),
        ("cd", BASIS | {"grader": "z"}, ("grader",)),
        ("cd", BASIS | {"environment": "z"}, ("environment",)),
        ("ef", dict.fromkeys(BASIS, "z"), ("spec", *BASIS)),
    ],
)
def test_what_changed_since_is_named(
    spec_sha256: str, basis: dict[str, str], causes: tuple[str, ...]
) -> None:
    before = replace(ROW, basis=BASIS)
    after = replace(ROW, spec_sha256=spec_sha256, basis=basis)

    assert causes_of(before, spec_sha256, basis) == causes
    assert change_between(before, after).causes == causes


def test_what_does_not_tell_is_of_an_earlier_grader() -> None:
    assert causes_of(ROW, "cd", BASIS) == ("grader",)
    assert causes_of(ROW, "ef", BASIS) == ("spec", "grader")

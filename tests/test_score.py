"""Points and verdicts, worked out by hand from a small rubric."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import score
from grader.cases import Case
from grader.check import Judgement
from grader.expected import Expected
from grader.loading import parse_spec
from grader.outcome import Call, Crashed, Loaded, LoadOutcome, Raised, TimedOut
from grader.problem import Visibility
from grader.record import PartEntry
from grader.score import Judged, Share
from grader.verdict import Verdict

TEXT = b"""
id: sums
title: Sums
functions: [{name: f, reference: "numpy:sum", arguments: [{name: a}]}]
parts:
  - {id: values, title: Values, points: 60}
  - {id: extras, title: Extras, points: 12}
  - {id: speed, title: Speed, points: 15}
groups:
  - {id: hand, title: H, part: values, function: f, check: exact, required: true, cases: [{id: x, arguments: {a: 1}}]}
  - {id: many, title: M, part: values, function: f, check: exact, required: true, weight: 2, cases: [{id: x, arguments: {a: 1}}]}
  - {id: more, title: O, part: extras, function: f, check: exact, cases: [{id: x, arguments: {a: 1}}]}
  - {id: bad, title: B, part: extras, function: f, check: error, errors: [ValueError], cases: [{id: x, arguments: {a: 1}}]}
"""
SPEC = parse_spec(TEXT, Path("problem.yaml"))
GROUPS = {group.id: group for group in SPEC.groups}
LOADED = Loaded(bindings=())
RIGHT, WRONG = Verdict.ACCEPTED, Verdict.WRONG_ANSWER
ORDER = ["accepted", "wrong_answer", "runtime_error", "time_limit_exceeded", "memory_limit_exceeded"]  # fmt: skip
LOADS: list[tuple[LoadOutcome, str]] = [
    (Raised(type_names=("MemoryError", "Exception"), message=""), ORDER[4]),
    (Raised(type_names=("ImportError", "Exception"), message=""), "invalid_submission"),
    (Crashed(reason="signal 9"), "invalid_submission"),
    (TimedOut(limit_seconds=5), "time_limit_exceeded"),
    (LOADED, "wrong_answer"),
]
some = st.lists(st.floats(0, 1), min_size=1, max_size=5)


def _one(group: str, **found: Any) -> Judged:  # noqa: ANN401 - fields
    call = Call(function="f", arguments={}, output_bytes=0)
    more: dict[str, Any] = {"filled_with": {}, "expected": Expected()}
    case = Case(id=group, group=GROUPS[group], call=call, **more)
    return Judged(case=case, judgement=Judgement(message="stopped", **found))


def _found(group: str, verdict: Verdict | None, used: float | None = None) -> Judged:
    credit = float(verdict is RIGHT)
    return _one(group, verdict=verdict, credit=credit, normwise_used=used)


def _judged(**shares: list[float]) -> list[Judged]:
    return [
        _one(group, verdict=RIGHT, credit=share)
        for group, earned in shares.items()
        for share in earned
    ]


def _parts(judged: list[Judged], **others: Share) -> tuple[PartEntry, ...]:
    return score.part_entries(SPEC, judged, others)


def _points(judged: list[Judged]) -> list[float | None]:
    return [part.points for part in _parts(judged)]


def test_groups_share_a_part_by_weight_and_cases_share_a_group_alike() -> None:
    judged = _judged(hand=[1, 0], many=[1, 1, 1], more=[0], bad=[1, 0.5])
    parts = _parts(judged, speed=Share(credit=0.25, reason="half as fast"))
    total = score.total_of(parts)

    # 60 * (1/2 * 1 + 1 * 2) / 3, 12 * (0 + 3/4) / 2, and 15 / 4.
    assert [part.points for part in parts] == [50, 4.5, 3.75]
    assert (total.points, total.maximum, parts[2].reason) == (58.25, 87, "half as fast")


@pytest.mark.parametrize("others", [{}, {"speed": Share(credit=None, reason="no")}])
def test_what_was_not_measured_does_not_count(others: dict[str, Share]) -> None:
    parts = _parts(_judged(hand=[1], many=[1], more=[1], bad=[1]), **others)
    total = score.total_of(parts)

    assert [part.points for part in parts] == [60, 12, None]
    assert (total.points, total.maximum) == (72, 72)
    assert parts[2].reason == ("no" if others else "has no cases")


def test_points_have_two_decimals() -> None:
    # 60 * (1/7 + 2 * 1/7) / 3 = 8.5714..., and 12 * (1/7 + 1/7) / 2 = 1.714...
    seventh = [1.0] + [0.0] * 6
    judged = _judged(hand=seventh, many=seventh, more=seventh, bad=seventh)

    assert _points(judged) == [8.57, 1.71, None]


# By hand, 60 * (first + 2 * second) / 3; what is almost right still earns its share.
@pytest.mark.parametrize(
    "row", [(0, 0, 0, 0), (0.5, 0, 10, 12), (1, 0, 20, 12), (0, 1, 40, 12)]
)
def test_optional_parts_need_a_right_required_result(row: list[float]) -> None:
    judged = _judged(hand=[row[0]], many=[row[1]], more=[1], bad=[1])

    assert _points(judged) == [row[2], row[3], None]


def test_an_optional_part_needs_more_than_what_anyone_can_look_up() -> None:
    groups = [
        one.model_copy(update={"visibility": Visibility.VISIBLE})
        if one.id == "hand"
        else one
        for one in SPEC.groups
    ]
    judged = [
        replace(one, case=replace(one.case, group=group))
        for one in _judged(hand=[1], many=[0], more=[1], bad=[1])
        for group in groups
        if group.id == one.group.id
    ]

    assert _points(judged) == [20, 0, None]


def test_reasons_and_groups_count_what_passed() -> None:
    judged = _judged(hand=[1, 0.5, 0], more=[1], bad=[1])
    judged += [_found("many", None), _found("many", None)]
    entries = score.group_entries(SPEC, judged)

    assert (
        _parts(judged)[0].reason
        == "1 of 5 cases passed, 1 in part, 2 not run (stopped)"
    )
    assert _parts(judged)[1].reason == "2 of 2 cases passed"
    assert [entry.passed for entry in entries] == [1, 0, 1, 1]
    assert [entry.total for entry in entries] == [3, 2, 1, 1]
    assert [entry.id for entry in entries if entry.required] == ["hand", "many"]


@given(st.fixed_dictionaries(dict.fromkeys(GROUPS, some)), st.sampled_from([*GROUPS]))
def test_points_are_within_their_maximum_add_up_and_grow_with_credit(
    shares: dict[str, list[float]], group: str
) -> None:
    parts = _parts(_judged(**shares))
    total = score.total_of(parts)
    full = {name: [1.0] * len(one) for name, one in shares.items()}
    better = score.total_of(_parts(_judged(**shares | {group: full[group]})))

    assert all(0 <= (part.points or 0) <= part.maximum for part in parts)
    assert total.points == pytest.approx(sum(part.points or 0 for part in parts))
    assert total.points <= better.points <= total.maximum
    assert _points(_judged(**full)) == [60, 12, None]


@pytest.mark.parametrize(("load", "verdict"), LOADS)
def test_loading_comes_before_any_case(load: LoadOutcome, verdict: str) -> None:
    judged = [_found("hand", WRONG), _found("many", RIGHT)]

    assert score.verdict_of(load, judged) == verdict


@given(st.lists(st.sampled_from(ORDER), min_size=1), st.lists(st.sampled_from(ORDER)))
def test_the_verdict_is_the_worst_of_the_required_cases_alone(
    required: list[str], optional: list[str]
) -> None:
    judged = [_found("hand", Verdict(word)) for word in required]
    judged += [_found("more", Verdict(word)) for word in optional]

    assert score.verdict_of(LOADED, judged) == max(required, key=ORDER.index)


@pytest.mark.parametrize("fault", ORDER[2:])
def test_a_case_not_run_takes_the_verdict_of_what_stopped_it(fault: str) -> None:
    judged = [_found("hand", RIGHT), _found("many", None)]
    judged += [_found("bad", Verdict(fault))]

    assert score.verdict_of(LOADED, judged) == fault
    assert score.verdict_of(LOADED, [*judged, _found("hand", WRONG)]) == "wrong_answer"


@pytest.mark.parametrize("used", [1.0, 1.01, None])
def test_normwise_accuracy_is_needed_on_every_case(used: float | None) -> None:
    judged = [_found("hand", WRONG, 0.5), _found("many", RIGHT, used)]
    judged += [_found("more", WRONG, 0.5), _found("more", WRONG, 2)]
    judged += [_found("bad", WRONG, 0.5)]
    after, changed = score.excuse_normwise(judged)

    assert changed is (used == 1)
    assert [one.passed for one in after] == [changed, True, changed, False, False]
    assert score.verdict_of(LOADED, after) == (RIGHT if changed else WRONG)


@pytest.mark.parametrize("far", [101, 1e12, None])
def test_a_transform_that_is_wrong_in_some_cases_keeps_what_is_right_in_others(
    far: float | None,
) -> None:
    judged = [_found("hand", WRONG, 0.5), _found("many", WRONG, far)]
    judged += [_found("more", WRONG, 0.5), _found("bad", WRONG, 0.5)]
    after, changed = score.excuse_normwise(judged)

    assert changed
    assert [one.passed for one in after] == [True, False, True, False]
    assert score.verdict_of(LOADED, after) == WRONG


@pytest.mark.parametrize(
    ("hand", "many"), [(0.0, 1e12), (101, 1e12), (None, 1e12), (0.5, 100)]
)
def test_direct_sums_are_excused_nothing(hand: float | None, many: float) -> None:
    verdict = RIGHT if hand == 0 else WRONG
    judged = (
        _found("hand", verdict, hand),
        _found("many", WRONG, many),
        _found("more", WRONG, 0.5),
    )

    assert score.excuse_normwise(judged) == (judged, False)


def test_nothing_is_excused_where_all_required_cases_are_right() -> None:
    judged = (_found("hand", RIGHT, 0.1), _found("more", WRONG, 0.1))

    assert score.excuse_normwise(judged) == (judged, False)

"""A record holds together, or is refused in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.errors import RecordError
from grader.record import Record, TestEntry
from tests.report.records import wrong_answer


def _in_a_case(document: dict[str, Any]) -> None:
    document["cases"][0]["part"] = "nowhere"


def _in_the_group_of_a_case(document: dict[str, Any]) -> None:
    document["cases"][0]["group"] = "nowhere"


def _in_a_group(document: dict[str, Any]) -> None:
    document["groups"][0]["part"] = "nowhere"


def _in_a_diagnosis(document: dict[str, Any]) -> None:
    diagnosis = {"part": "nowhere", "misconceptions": [], "title": "", "hints": []}
    counts = {"explanation": "", "cases_explained": 1, "cases_failed": 1, "case": ""}
    document["diagnoses"] = [diagnosis | counts]


def _among_what_is_unexplained(document: dict[str, Any]) -> None:
    document["unexplained"] = ["nowhere"]


@pytest.mark.parametrize(
    "misname",
    [
        _in_a_case,
        _in_the_group_of_a_case,
        _in_a_group,
        _in_a_diagnosis,
        _among_what_is_unexplained,
    ],
)
def test_names_of_what_is_not_there_are_refused(
    misname: Callable[[dict[str, Any]], None],
) -> None:
    document = json.loads(wrong_answer().to_json())
    misname(document)

    with pytest.raises(RecordError, match=r"`nowhere` that it does not have$"):
        Record.from_json(json.dumps(document).encode(), Path("record.json"))


@pytest.mark.parametrize(
    ("about", "counts"),
    [
        ({}, True),
        ({"outcome": "failed"}, False),
        ({"outcome": "skipped"}, False),
        ({"refused": ("the reference",)}, False),
        ({"leans_on": "pad"}, False),
        ({"by_chance": True}, False),
    ],
)
def test_a_test_counts_if_it_always_passes_on_all_that_is_right(
    about: dict[str, Any], *, counts: bool
) -> None:
    assert (
        TestEntry(**{"name": "test_a", "outcome": "passed", **about}).counts is counts
    )

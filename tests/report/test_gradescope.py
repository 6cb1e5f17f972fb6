"""results.json keeps Gradescope's specification."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from grader.errors import SandboxError
from grader.grade import record_of_failure
from grader.loading import load_problem
from grader.record import Record
from grader.report.feedback import for_candidate
from grader.report.gradescope import NAMESPACE, render_gradescope
from grader.submission import Submission
from grader.verdict import Verdict
from tests.report.records import (
    ENVIRONMENT,
    SEED,
    accepted,
    hostile,
    not_loaded,
    wrong_answer,
)

# Written from https://gradescope-autograders.readthedocs.io/en/latest/specs/
_FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}


_VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}


_TEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["status", "name", "visibility"],
    "dependentRequired": {"score": ["max_score"]},
    "properties": {
        "score": {"type": "number"},
        "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"},
        "name_format": _FORMAT,
        "number": {"type": "string"},
        "output": {"type": "string"},
        "output_format": _FORMAT,
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": _VISIBILITY,
        "extra_data": {"type": "object"},
    },
}


GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": _FORMAT,
        "test_output_format": _FORMAT,
        "test_name_format": _FORMAT,
        "visibility": _VISIBILITY,
        "stdout_visibility": _VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {"type": "array", "items": _TEST},
    },
}


def _results(record: Record) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    results = json.loads(render_gradescope(record), parse_constant=refuse)
    assert isinstance(results, dict)
    return results


@pytest.mark.parametrize("make", [accepted, wrong_answer, not_loaded, hostile])
def test_gradescope_keeps_its_specification(make: Callable[[], Record]) -> None:
    record = make()
    results = _results(record)

    jsonschema.validate(results, GRADESCOPE)
    assert "stdout_visibility" not in results
    assert results["score"] == record.score.points
    scores = [one["score"] for one in results["tests"] if "score" in one]
    assert sum(scores) == pytest.approx(record.score.points)


def test_gradescope_s_own_data_is_a_record_of_the_candidate_s() -> None:
    data = _results(wrong_answer())["extra_data"][NAMESPACE]
    read = Record.model_validate_json(json.dumps(data["record"]))

    assert data["schema_version"] == 1
    assert read == for_candidate(wrong_answer())


def test_a_fault_of_ours_gives_no_points_and_takes_none() -> None:
    submission = Submission(name="ann", source=b"")
    failure = SandboxError("the zygote is gone")
    problem = load_problem("conv2d")
    record = record_of_failure(problem, submission, ENVIRONMENT, SEED, failure)
    results = _results(record)

    assert record.verdict is Verdict.JUDGE_ERROR
    jsonschema.validate(results, GRADESCOPE)
    assert not {"score", "tests"} & set(results)
    assert "zygote" not in json.dumps(results)


def test_a_group_with_partial_credit_has_a_status() -> None:
    tests = _results(wrong_answer())["tests"]
    validation = [one for one in tests if one["number"].startswith("3")]

    assert [(one["number"], one["status"]) for one in validation] == [
        ("3", "failed"),
        ("3.1", "failed"),
    ]
    assert (validation[0]["score"], validation[0]["max_score"]) == (11.25, 15)

"""A record as Gradescope's results.json.

https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json
from collections.abc import Iterator
from typing import Any

from grader.problem import Visibility
from grader.record import GroupEntry, PartEntry, Record
from grader.report import words
from grader.report.feedback import for_candidate
from grader.report.plain import LONGEST_MESSAGE, error_text, failures_text
from grader.report.summary import failures, headline, hints_sentence
from grader.text import cases_passed
from grader.verdict import Verdict

NAMESPACE = "array_grader"
"""The key of our own data among `extra_data`."""

_Json = dict[str, Any]


def render_gradescope(record: Record) -> str:
    """Write a record as results.json.

    Each part of the rubric is a test with points, and each group of cases a test
    without, below it: what a group is worth depends on others. Hidden groups are tests
    that Gradescope shows to staff only, and those alone hold what is hidden.

    Parameters
    ----------
    record
        All that is known of one grading.

    Returns
    -------
    str
        The file. `stdout_visibility` is not in it, so that what the grader prints
        stays with staff.
    """
    own = for_candidate(record)
    document: _Json = {
        "output": "\n\n".join(_summary(own)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "extra_data": {NAMESPACE: _own_data(own)},
    }
    if record.verdict is not Verdict.JUDGE_ERROR:
        # Where the grader failed, no points are given and none are lost: Gradescope
        # then says that the autograder failed, and it can be run again.
        document["score"] = record.score.points
        document["tests"] = list(_tests(record, own))
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _own_data(own: Record) -> _Json:
    """Give the candidate's record.

    Students don't see `extra_data` on the page. But it has no visibility that could be
    set, it is in what Gradescope exports, and the results of earlier submissions lie
    in `submission_metadata.json` beside the next one while that is run. So nothing
    hidden is in it. The full record can be made again: the seed follows from the file.
    """
    return {"schema_version": own.schema_version, "record": json.loads(own.to_json())}


def _summary(own: Record) -> Iterator[str]:
    score = f"{words.points(own.score.points)} of {words.points(own.score.maximum)}"
    yield f"{own.verdict.words}, {score} points"
    yield words.visible(" ".join(headline(own)))
    if own.error is not None:
        yield error_text(own)
    for entry in own.diagnoses:
        yield words.visible(hints_sentence(own, entry))
        for hints in entry.hints:
            # One step: the next is for those who have tried.
            yield words.visible(f"  {hints[0]}")


def _tests(record: Record, own: Record) -> Iterator[_Json]:
    numbered = enumerate((one for one in own.parts if one.points is not None), 1)
    for number, part in numbered:
        yield _part_test(part, number)
        groups = [group for group in own.groups if group.part == part.id]
        for place, group in enumerate(groups, 1):
            match group.visibility:
                case Visibility.VISIBLE:
                    yield _group_test(own, group, f"{number}.{place}")
                case Visibility.HIDDEN:
                    yield _group_test(record, group, f"{number}.{place}")


def _part_test(part: PartEntry, number: int) -> _Json:
    points = part.points or 0.0
    return {
        "name": words.visible(part.title),
        "number": str(number),
        "score": points,
        "max_score": part.maximum,
        "status": _status(passed=points >= part.maximum),
        "output": words.visible(words.clip(part.reason, LONGEST_MESSAGE)),
        "visibility": "visible",
    }


def _group_test(record: Record, group: GroupEntry, number: str) -> _Json:
    """Make a test of a group, of the record that its readers may see."""
    passed = group.passed == group.total
    failing = [one for one in failures(record) if one.group == group.id]
    texts = [cases_passed(group.passed, group.total)]
    texts += [failures_text(record, one) for one in failing]
    not_run = sum(
        case.verdict is None for case in record.cases if case.group == group.id
    )
    if not_run:
        texts.append(f"{words.count(not_run, 'case')} not run")
    return {
        "name": words.visible(group.title),
        "number": number,
        "status": _status(passed=passed),
        "output": "\n\n".join(texts),
        "visibility": group.visibility.value,
        "tags": ["required"] if group.required else [],
    }


def _status(*, passed: bool) -> str:
    return "passed" if passed else "failed"

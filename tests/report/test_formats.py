"""Formats that other tools read: each by its own rules, and none tells what is hidden."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from junitparser.xunit2 import JUnitXml
from markdown_it import MarkdownIt

from grader.batch import Item, Session, Settings
from grader.errors import SandboxError
from grader.grade import record_of_failure
from grader.problem import Visibility
from grader.record import (
    Counterexample,
    DiagnosisEntry,
    Finding,
    Mismatch,
    PlaceEntry,
    Record,
)
from grader.report.feedback import for_candidate
from grader.report.github import (
    MOST_OF_A_LEVEL,
    Graded,
    _data,
    _property,
    render_annotations,
    render_outputs,
    render_step_summary,
)
from grader.report.gradescope import NAMESPACE, render_gradescope
from grader.report.html import render_html
from grader.report.junit import render_junit
from grader.report.markdown import code, escape, fenced, render_markdown
from grader.submission import Submission
from grader.verdict import Verdict
from tests.report.records import (
    ENVIRONMENT,
    HOSTILE,
    SEED,
    accepted,
    hostile,
    not_loaded,
    wrong_answer,
)

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "submissions" / "conv2d"
XSD = xmlschema.XMLSchema10(ROOT / "tests" / "data" / "junit-10.xsd")
BY_HAND = (accepted, wrong_answer, not_loaded, hostile)
MARK = "neverforcandidates"

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


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d", seed=SEED)) as session:
        yield session


@pytest.fixture(
    scope="module",
    params=[
        "wrong_answer/kernel_flipped.py",
        "invalid_submission/not_utf8.py",
        "runtime_error/markup_in_message.py",
    ],
)
def graded(request: pytest.FixtureRequest, session: Session) -> Record:
    path = EXAMPLES / request.param
    return session.grade(Item(name=path.stem, path=path), timing=False)


def _results(record: Record) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is no JSON")

    results = json.loads(render_gradescope(record), parse_constant=refuse)
    assert isinstance(results, dict)
    return results


def _visible_results(record: Record) -> str:
    results = _results(record)
    tests = results.get("tests", [])
    shown = [one for one in tests if one["visibility"] == "visible"]
    return json.dumps(results | {"tests": shown}, ensure_ascii=False)


def _annotated(record: Record) -> str:
    return render_annotations([Graded(path="answer.py", record=record)])


FOR_CANDIDATES: dict[str, Callable[[Record], str]] = {
    "html": lambda record: render_html(for_candidate(record)),
    "json": lambda record: for_candidate(record).to_json(),
    "markdown": lambda record: render_markdown(for_candidate(record)),
    "junit": lambda record: render_junit([record]),
    "gradescope": _visible_results,
    "annotations": _annotated,
    "step summary": lambda record: render_step_summary([record, record]),
    "step outputs": lambda record: render_outputs([record]),
}


@pytest.mark.parametrize("view", FOR_CANDIDATES)
def test_what_a_candidate_sees_tells_nothing_of_hidden_cases(
    view: str, graded: Record
) -> None:
    text = FOR_CANDIDATES[view](graded)
    hidden = [one for one in graded.cases if one.visibility is Visibility.HIDDEN]
    shown = [one for one in graded.cases if one.visibility is Visibility.VISIBLE]
    known = "\n".join(one.model_dump_json() for one in shown) + graded.submission.source

    assert hidden
    assert str(SEED) not in text
    for case in hidden:
        assert case.id not in text
        secrets = [one.text for one in case.arguments]
        if case.mismatch is not None:
            secrets += [case.mismatch.expected, case.mismatch.actual]
        for secret in secrets:
            assert len(secret) < 20 or secret in known or secret not in text


def _marked() -> Record:
    """Give a record with a mark in all that a candidate must not learn."""
    record = wrong_answer()
    number = int.from_bytes(MARK[:7].encode())
    cases = tuple(
        case
        if case.visibility is Visibility.VISIBLE
        else case.model_copy(
            update={
                "id": f"{MARK}-{at}",
                "message": f"raised ValueError: {MARK}",
                "line": 31_337,
                "bound_used": 31_337.0,
                "arguments": tuple(
                    one.model_copy(update={"name": MARK, "text": MARK})
                    for one in case.arguments
                ),
                "mismatch": Mismatch(actual=MARK, expected=MARK),
            }
        )
        for at, case in enumerate(record.cases)
    )
    assert record.timing is not None
    return record.model_copy(
        update={
            "seed": number,
            "cases": cases,
            "timing": record.timing.model_copy(update={"seed": number}),
            "diagnoses": (
                DiagnosisEntry(
                    part="values",
                    misconceptions=(MARK,),
                    title=MARK,
                    explanation=MARK,
                    hints=(("a nudge", "where to look", "what to check"),),
                    alike=(MARK,),
                    cases_explained=8,
                    cases_failed=8,
                    case=MARK,
                ),
            ),
            "counterexample": Counterexample(
                function="conv2d",
                is_case=True,
                numbers=2,
                arguments=(),
                message=MARK,
                snippet=MARK,
            ),
            "findings": (Finding(kind="modified input", message=MARK),),
            "stdout": MARK,
        }
    )


@pytest.mark.parametrize("view", FOR_CANDIDATES)
def test_each_thing_that_is_hidden_is_left_out(view: str) -> None:
    record = _marked()
    text = FOR_CANDIDATES[view](record)

    assert MARK in record.to_json()
    for secret in (MARK, str(record.seed), "31337", "31,337"):
        assert secret not in text


def test_staff_see_hidden_cases_at_gradescope_and_in_a_report() -> None:
    record = _marked()
    tests = _results(record)["tests"]
    hidden = [one["name"] for one in tests if one["visibility"] == "hidden"]

    assert hidden == [
        "Index logic on integers",
        "Random float32 data",
        "The type of the result",
    ]
    told = [one["name"] for one in tests if MARK in one["output"]]
    assert told == hidden
    assert MARK in render_markdown(record)


@pytest.mark.parametrize("make", BY_HAND)
def test_junit_keeps_its_schema(make: Callable[[], Record]) -> None:
    XSD.validate(render_junit([make(), accepted()]))


def test_junit_of_a_grading_keeps_its_schema(graded: Record) -> None:
    XSD.validate(render_junit([graded]))


def test_junit_counts_what_fails() -> None:
    document = JUnitXml.fromstring(
        render_junit([wrong_answer(), not_loaded()]).encode()
    )
    wrong, broken = document

    # 49 cases and loading; the case that took too long is hidden, and an error.
    assert (wrong.tests, wrong.failures, wrong.errors, wrong.skipped) == (50, 13, 1, 2)
    # Else all that was skipped would be a success.
    assert (broken.tests, broken.errors, broken.skipped) == (50, 1, 49)
    assert document.errors == 2
    properties = {one.name: one.value for one in wrong.properties()}
    assert properties["verdict"] == "wrong_answer"
    assert (properties["points"], properties["maximum"]) == ("14.58", "75")


@pytest.mark.parametrize("make", BY_HAND)
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


def test_a_fault_of_ours_gives_no_points_and_takes_none(session: Session) -> None:
    submission = Submission(name="ann", source=b"")
    failure = SandboxError("the zygote is gone")
    record = record_of_failure(session.problem, submission, ENVIRONMENT, SEED, failure)
    results = _results(record)

    assert record.verdict is Verdict.JUDGE_ERROR
    jsonschema.validate(results, GRADESCOPE)
    assert not {"score", "tests"} & set(results)
    assert "zygote" not in json.dumps(results)
    XSD.validate(render_junit([record]))


def test_a_group_with_partial_credit_has_a_status() -> None:
    tests = _results(wrong_answer())["tests"]
    validation = [one for one in tests if one["number"].startswith("3")]

    assert [(one["number"], one["status"]) for one in validation] == [
        ("3", "failed"),
        ("3.1", "failed"),
    ]
    assert (validation[0]["score"], validation[0]["max_score"]) == (11.25, 15)


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


def test_annotations_keep_the_limit_and_count_what_is_left_out() -> None:
    graded = [Graded(path=f"{at}.py", record=wrong_answer()) for at in range(7)]
    lines = render_annotations(graded).splitlines()

    for level in ("error", "warning"):
        own = [line for line in lines if line.startswith(f"::{level}")]
        assert len(own) == MOST_OF_A_LEVEL
        assert own[-1] == f"::{level}::12 more left out"  # of 7 times 3
    assert sum(line.startswith("::notice") for line in lines) == 7


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


_MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def _kinds(markdown: str) -> set[str]:
    tokens = _MARKDOWN.parse(markdown)
    return {one.type for one in tokens} | {
        child.type for one in tokens for child in one.children or ()
    }


@pytest.mark.parametrize("view", ["markdown", "step summary"])
def test_no_markup_of_a_candidate_s_acts_in_markdown(view: str) -> None:
    kinds = _kinds(FOR_CANDIDATES[view](hostile()))

    assert "table_open" in kinds
    assert not {"html_inline", "html_block", "link_open", "image"} & kinds


@given(st.text() | st.sampled_from(HOSTILE), st.text("`|\\ a\n"))
def test_text_of_any_kind_stays_what_it_is_in_markdown(one: str, other: str) -> None:
    text = one + other
    cell = f"| a |\n| --- |\n| {code(text, in_table=True)} |\n| {escape(text)} |"
    tokens = _MARKDOWN.parse(
        f"{fenced(text)}\n\nSee {code(text)}, {escape(text)}\n\n{cell}"
    )
    kinds = [token.type for token in tokens]

    assert kinds[:4] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert kinds[-1] == "table_close"
    assert kinds.count("tr_open") == 3
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "text_special"}

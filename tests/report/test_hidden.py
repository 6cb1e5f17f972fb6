"""What candidates see, in any format, tells nothing of what is hidden."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.problem import Visibility
from grader.record import Counterexample, DiagnosisEntry, Finding, Mismatch, Record
from grader.report.feedback import for_candidate
from grader.report.github import (
    Graded,
    render_annotations,
    render_outputs,
    render_step_summary,
)
from grader.report.gradescope import render_gradescope
from grader.report.html import render_html
from grader.report.junit import render_junit
from grader.report.markdown import render_markdown
from grader.session import Item, Session, Settings
from tests.report.records import SEED, wrong_answer

ROOT = Path(__file__).parent.parent.parent


EXAMPLES = ROOT / "submissions" / "conv2d"


MARK = "neverforcandidates"


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


def _visible_results(record: Record) -> str:
    results = json.loads(render_gradescope(record))
    tests = results.get("tests", [])
    shown = [one for one in tests if one["visibility"] == "visible"]
    return json.dumps(results | {"tests": shown}, ensure_ascii=False)


def _annotated(record: Record) -> str:
    return render_annotations([Graded(path="answer.py", record=record)])


FOR_CANDIDATES: dict[str, Callable[[Record], str]] = {
    "html": lambda record: render_html(for_candidate(record)),
    "json": lambda record: for_candidate(record).to_json(),
    "markdown": lambda record: render_markdown(for_candidate(record)),
    "junit": lambda record: "".join(render_junit([record])),
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
    tests = json.loads(render_gradescope(record))["tests"]
    hidden = [one["name"] for one in tests if one["visibility"] == "hidden"]

    assert hidden == [
        "Index logic on integers",
        "Random float32 data",
        "The type of the result",
    ]
    told = [one["name"] for one in tests if MARK in one["output"]]
    assert told == hidden
    assert MARK in render_markdown(record)

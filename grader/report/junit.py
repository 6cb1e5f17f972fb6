"""Records as JUnit XML, in the form that Jenkins calls junit-10 and pytest xunit2.

A suite is a submission and a test a case. CI systems show it to all who may read the
repository, the candidate among them, so it holds what candidates may see.
"""

from collections.abc import Iterator, Sequence

from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import TestCase, TestSuite

from grader.record import CaseEntry, Record
from grader.report import words
from grader.report.feedback import for_candidate
from grader.report.plain import LONGEST_MESSAGE, case_text, error_text
from grader.report.summary import error_sentence
from grader.verdict import Verdict

LONGEST_PRINT = 10_000
"""Characters of what a submission printed."""


def render_junit(records: Sequence[Record]) -> Iterator[str]:
    """Write records as one JUnit document, a piece for each.

    Parameters
    ----------
    records
        Of one submission each, which may come from disk; what is hidden is left out
        here. All are gone through twice, since the sums come first.

    Yields
    ------
    str
        The document. Its times are 0: cases are not timed, and many readers of this
        format can't do without.
    """
    tests = failures = errors = 0
    for record in records:
        suite = _suite(record)
        tests += suite.tests
        failures += suite.failures
        errors += suite.errors
    sums = f'tests="{tests}" failures="{failures}" errors="{errors}" time="0"'
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="grader" {sums}>'
    for record in records:
        yield _suite(record).tostring().decode()
    yield "</testsuites>\n"


def _suite(whole: Record) -> TestSuite:
    record = for_candidate(whole)
    suite = TestSuite(_line(record.submission.name))
    suite.add_property("verdict", record.verdict.value)
    suite.add_property("points", words.points(record.score.points))
    suite.add_property("maximum", words.points(record.score.maximum))
    for part in record.parts:
        if part.points is not None:
            suite.add_property(f"points.{part.id}", words.points(part.points))
    suite.add_testcases(
        [
            _loading(record),
            *(_case(record, case) for case in record.cases),
        ]
    )
    if record.stdout:
        printed = words.clip(record.stdout, LONGEST_PRINT)
        suite.system_out = words.visible(printed)
    return suite


def _loading(record: Record) -> TestCase:
    """Make a test of loading itself.

    Of a file that can't be loaded all cases are skipped, and that alone is a success.
    """
    test = TestCase("the submission loads", classname=record.problem.id)
    if record.error is not None:
        message = _line(error_sentence(record) or "")
        error = Error(message, record.error.kind.value)
        error.text = error_text(record)
        test.result = [error]
    return test


def _case(record: Record, case: CaseEntry) -> TestCase:
    classname = _line(f"{record.problem.id}.{case.group}")
    test = TestCase(_line(case.id), classname=classname)
    message = _line(words.clip(case.message, LONGEST_MESSAGE))
    result: Error | Failure | Skipped
    match case.verdict:
        case None:
            test.result = [Skipped(message, "not_run")]
            return test
        case Verdict.ACCEPTED if case.credit >= 1:
            return test
        case Verdict.ACCEPTED:
            result = Failure(message, "partial_credit")
        case Verdict.WRONG_ANSWER:
            result = Failure(message, case.verdict.value)
        case (
            Verdict.RUNTIME_ERROR
            | Verdict.TIME_LIMIT_EXCEEDED
            | Verdict.MEMORY_LIMIT_EXCEEDED
            | Verdict.INVALID_SUBMISSION
            | Verdict.JUDGE_ERROR
        ):
            result = Error(message, case.verdict.value)
    result.text = case_text(record, case)
    test.result = [result]
    return test


def _line(text: str) -> str:
    return words.visible(" ".join(text.split("\n")))

"""What a candidate's own tests are worth: the known mistakes that they notice.

A test counts if it passes on the candidate's code and on all correct implementations;
else it asks for what the statement doesn't. What it notices are the known mistakes that
it fails on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.candidate_tests.expected_mistakes import asked_for
from grader.candidate_tests.implementations import CORRECT, Implementations
from grader.candidate_tests.marking import Marking
from grader.candidate_tests.results import Results
from grader.candidate_tests.suite_runs import Suite
from grader.candidate_tests.weak_tests import is_constant, weak_assertions
from grader.exam import Exam
from grader.findings import WEAK_TEST
from grader.misconceptions import bank_of
from grader.outcome import Returned
from grader.panel import Tested
from grader.record import CandidateTestsEntry, Finding, SurvivorEntry, TestEntry
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.witness import Witness
from grader.score import Share
from grader.submission import Submission, has_tests

_SHAPE_ALONE = 0.5
"""What it counts to notice a mistake by a shape alone: half of the mistakes that are
known would be, and the numbers may be anything."""
_CONSTANT = (
    "has the same number everywhere in each array, which hides what is flipped, "
    "swapped or moved"
)
_BLIND = "passes though every number of the result is wrong"
_MOST_FINDINGS = 10
_ERROR = 300
"""Characters of why a test fails, or some could not be run."""
_NAME = 120
"""Characters of a test's name."""


@dataclass(frozen=True, slots=True)
class Proctor:
    """Runs the tests that submissions carry."""

    sandbox: Sandbox
    progress: Callable[[str], None] = lambda _: None
    """Told what is being done."""

    def run_tests(self, exam: Exam, submission: Submission) -> Tested:
        """Run them on the submission, on correct code, and on known mistakes."""
        problem, spec = exam.problem, exam.problem.spec
        bank = bank_of(problem)
        if not has_tests(submission):
            return _unmarked("not provided", provided=False)
        if bank is None:
            entry = CandidateTestsEntry(provided=True)
            reason = "there are no known mistakes to try them on"
            return Tested(entry=entry, share=Share(credit=None, reason=reason))
        self.progress("running the candidate's tests")
        with (
            Implementations(self.sandbox, problem) as known,
            Witness(self.sandbox, submission, spec.signatures, spec.limits) as witness,
        ):
            suite = Suite(self.sandbox, problem, submission)
            results = Marking(suite, known, witness, asked_for(problem, bank)).make()
        return _tested(results, submission)


def _unmarked(reason: str, *, provided: bool) -> Tested:
    entry = CandidateTestsEntry(provided=provided, error=reason if provided else "")
    return Tested(entry=entry, share=Share(credit=0, reason=reason))


def _tested(results: Results, submission: Submission) -> Tested:
    first = results.first
    if first.fault:
        return _unmarked(first.fault, provided=True)
    if not first.tests:
        words = [one.text for one in first.report.errors]
        return _unmarked(next(iter(words), "no tests found"), provided=True)
    kills = {name: one.first for name, one in results.notices.items()}
    noticed = [one.id for one in results.mistakes if kills.get(one.id)]
    alone = [name for name in noticed if not results.notices[name].tests]
    entry = CandidateTestsEntry(
        provided=True,
        files=tuple(dict.fromkeys(one.filename for one in first.report.tests)),
        tests=tuple(
            _test_entry(results, test, [one for one in noticed if test in kills[one]])
            for test in first.tests
        ),
        correct=tuple(CORRECT.values()),
        killed=len(noticed),
        by_shape_alone=len(alone),
        total=len(results.mistakes),
        survivors=tuple(
            SurvivorEntry(id=one.id, title=one.title)
            for one in results.mistakes
            if one.id not in noticed
        ),
        cut_short=_cut_short(results),
    )
    points = len(noticed) - (1 - _SHAPE_ALONE) * len(alone)
    findings = tuple(_findings(results, submission))
    return Tested(
        entry=entry,
        share=Share(credit=points / max(entry.total, 1), reason=_reason(entry)),
        findings=findings[:_MOST_FINDINGS],
    )


def _cut_short(results: Results) -> str:
    errors = [f"{one.filename}: {one.text}" for one in results.first.report.errors]
    if results.is_cut_short:
        errors.append("they took too long to be tried on all known mistakes")
    return "; ".join(errors)[:_ERROR]


def _test_entry(results: Results, test: str, kills: Iterable[str]) -> TestEntry:
    told = results.first.tests[test]
    runs = [*results.all_right(), results.own]
    failed = [
        run.tests[test]
        for run in runs
        if test in run.tests and run.outcome(test) == "failed"
    ]
    return TestEntry(
        name=told.name[:_NAME],
        filename=told.filename,
        line=told.line or None,
        outcome=results.own.outcome(test),
        refused=tuple(
            title
            for name, title in CORRECT.items()
            if any(run.outcome(test) == "failed" for run in results.right[name])
        ),
        failed_line=failed[0].failed_line or None if failed else None,
        message=failed[0].text[:_ERROR] if failed else "",
        by_chance=results.is_by_chance(test),
        leans_on=results.leans_on(test),
        kills=tuple(kills),
    )


def _findings(results: Results, submission: Submission) -> Iterable[Finding]:
    counting, first = results.counting(), results.first
    constant, of_values = [], 0
    blind = []
    for test, told in first.tests.items():
        asked = first.asked_by(test) if test in counting else ()
        returned = [one for one in asked if isinstance(one.outcome, Returned)]
        if returned and results.is_blind(test):
            blind.append(told)
        elif returned:
            of_values += 1
            if all(is_constant(one.call) for one in returned):
                constant.append(told)
    # A few such tests beside others hide nothing.
    if 2 * len(constant) <= of_values:
        constant = []
    for found, words in ((blind, _BLIND), (constant, _CONSTANT)):
        # Once for a function, however many parameters it is tried with.
        for told in {(one.filename, one.line): one for one in found}.values():
            name = told.name.partition("[")[0]
            message = f"the test `{name}` {words}"
            yield _finding(submission, told.filename, told.line, message)
    files = {one.filename for one in first.tests.values()}
    for weak in weak_assertions(submission, files):
        yield _finding(submission, weak.filename, weak.line, weak.message)


def _finding(submission: Submission, filename: str, line: int, message: str) -> Finding:
    if filename != submission.filename:
        return Finding(kind=WEAK_TEST, message=f"{filename}:{line}: {message}")
    return Finding(kind=WEAK_TEST, message=message, line=line or None)


def _reason(entry: CandidateTestsEntry) -> str:
    counting = sum(test.counts for test in entry.tests)
    words = f"{entry.killed} of {entry.total} known mistakes noticed"
    if entry.by_shape_alone:
        words += f", {entry.by_shape_alone} by a shape alone"
    if counting < len(entry.tests):
        words += f"; {counting} of {len(entry.tests)} tests count"
    return words

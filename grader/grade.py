"""The one verb: a problem, a submission and an executor give a record.

Nothing here runs a candidate's code, reads a file or prints: the executor does the
first, and is an interface, so that this can be tested without a process.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from grader.entries import (
    binding_entries,
    case_entry,
    load_error,
    parameter_entries,
    submission_entry,
)
from grader.errors import ProblemError
from grader.exam import Exam
from grader.findings import findings_of
from grader.outcome import Run, Signature
from grader.panel import Clock, Explained, Measured, Panel, Proctor, Tested
from grader.problem import Limits, Problem, ProblemSpec
from grader.record import (
    CaseEntry,
    Environment,
    ErrorEntry,
    ErrorKind,
    ProblemEntry,
    Record,
    Score,
)
from grader.sandbox.protocol import Exchange
from grader.score import (
    NOT_MEASURED,
    Judged,
    Share,
    excuse_normwise,
    group_entries,
    judge_all,
    part_entries,
    total_of,
    verdict_of,
)
from grader.signals import signal_entries
from grader.submission import Submission
from grader.verdict import Verdict

_NOBODY = Panel()


class Executor(Protocol):
    """Whatever can call a submission's functions: the sandbox, or a stand-in."""

    def run(
        self,
        submission: Submission,
        signatures: Sequence[Signature],
        limits: Limits,
        exchanges: Sequence[Exchange],
    ) -> Run:
        """Load a submission and make the calls of some exchanges, one by one."""
        ...


def grade(
    exam: Exam,
    submission: Submission,
    executor: Executor,
    environment: Environment,
    panel: Panel = _NOBODY,
) -> Record:
    """Grade one submission.

    Parameters
    ----------
    exam
        The problem and the seed.
    submission
        What was handed in.
    executor
        What calls its functions.
    environment
        Where this happens, for the record.
    panel
        Who else looks at it.

    Raises
    ------
    GraderError
        If something of ours fails; never for what the submission does.
    """
    spec = exam.problem.spec
    run = executor.run(submission, spec.signatures, spec.limits, exam.exchanges)
    judged, normwise = excuse_normwise(judge_all(exam.cases, run.outcomes))
    error = load_error(exam.problem, submission, run.load)
    verdict = verdict_of(run.load, judged, provided=error is None)
    measured = _measure(exam, submission, verdict, panel.clock)
    explained = Explained()
    if panel.tutor is not None and any(one.failed for one in judged):
        explained = panel.tutor.explain(
            exam, submission, run, judged, normwise=normwise
        )
    tested = style = None
    if panel.proctor is not None and error is None:
        tested = panel.proctor.run_tests(exam, submission)
    if panel.reader is not None and error is None:
        style = panel.reader.read(exam, submission)
    found = findings_of(exam.problem, submission, run, normwise=normwise)
    kinds = {one.kind for one in found}
    parts = part_entries(spec, judged, _shares(spec, measured, tested, panel.proctor))
    record = Record(
        problem=_problem_entry(exam.problem),
        submission=submission_entry(submission),
        environment=environment,
        seed=exam.seed,
        verdict=measured.fault or verdict,
        loaded=error is None,
        score=total_of(parts),
        parts=parts,
        groups=tuple(group_entries(spec, judged)),
        cases=_case_entries(exam, judged, explained),
        diagnoses=explained.diagnoses,
        unexplained=explained.unexplained,
        counterexample=explained.counterexample,
        bindings=binding_entries(run.load),
        parameters=parameter_entries(spec.functions, run.load, judged),
        timing=measured.timing,
        memory=measured.memory,
        candidate_tests=tested.entry if tested else None,
        style=style,
        findings=(
            *found,
            *explained.findings,
            # What cases show as well is told once.
            *(one for one in measured.findings if one.kind not in kinds),
            *(tested.findings if tested else ()),
        ),
        stdout=run.stdout,
        visible_stdout=run.first_stdout,
        error=error,
    )
    signals = signal_entries(spec.signals, record)
    return record.model_copy(update={"signals": signals})


def _measure(
    exam: Exam, submission: Submission, verdict: Verdict, clock: Clock | None
) -> Measured:
    if clock is None or exam.problem.spec.timing is None:
        return Measured(share=NOT_MEASURED)
    if verdict is not Verdict.ACCEPTED:
        return Measured(share=Share(credit=0, reason="earned only with right values"))
    return clock.measure(exam, submission)


def _shares(
    spec: ProblemSpec,
    measured: Measured,
    tested: Tested | None,
    proctor: Proctor | None,
) -> Mapping[str, Share]:
    """Give what the parts without cases earn."""
    shares = {}
    if spec.timing is not None:
        shares[spec.timing.part] = measured.share
    if spec.tests is not None:
        shares[spec.tests.part] = _share_of_tests(tested, proctor)
    return shares


def _share_of_tests(tested: Tested | None, proctor: Proctor | None) -> Share:
    if tested is not None:
        return tested.share
    if proctor is None:
        return NOT_MEASURED
    return Share(credit=0, reason="not run, since the submission can't be graded")


def _case_entries(
    exam: Exam, judged: Sequence[Judged], explained: Explained
) -> tuple[CaseEntry, ...]:
    return tuple(
        case_entry(
            one, exam.arguments[one.case.id], explained.pictures.get(one.case.id)
        )
        for one in judged
    )


def _problem_entry(problem: Problem) -> ProblemEntry:
    spec = problem.spec
    return ProblemEntry(id=spec.id, title=spec.title, sha256=problem.sha256)


def record_of_failure(
    problem: Problem,
    submission: Submission,
    environment: Environment,
    seed: int,
    failure: Exception,
) -> Record:
    """Make the record of a grading that we failed; it costs no points."""
    return Record(
        problem=_problem_entry(problem),
        submission=submission_entry(submission),
        environment=environment,
        seed=seed,
        verdict=Verdict.JUDGE_ERROR,
        loaded=False,
        score=Score(points=0, maximum=0),
        parts=(),
        groups=(),
        cases=(),
        error=ErrorEntry(
            kind=ErrorKind.PROBLEM
            if isinstance(failure, ProblemError)
            else ErrorKind.GRADER,
            exception=type(failure).__name__,
            message=str(failure) or repr(failure),
        ),
    )

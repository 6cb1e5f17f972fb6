"""Explain a submission that is wrong: ask it more, in the sandbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.entries import binding_entries
from grader.exam import Exam
from grader.explanation.diagnosis import diagnose
from grader.explanation.picture import pictures_of
from grader.explanation.suspect import Ask
from grader.findings import STATE
from grader.outcome import Call, Loaded, Outcome, Run
from grader.panel import Explained
from grader.problem import Problem
from grader.record import DiagnosisEntry, Finding
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.witness import Witness
from grader.score import Judged
from grader.submission import Submission, lines_that_raise

_STATE = (
    "what fails is right when it is called first: something is kept between calls and "
    "is no longer true in the next, or memory is read that nothing was written to"
)


@dataclass(frozen=True, slots=True)
class Tutor:
    """Explains submissions, with a sandbox to ask them in."""

    sandbox: Sandbox
    progress: Callable[[str], None] = lambda _: None
    """Told what is being done."""

    def explain(
        self,
        exam: Exam,
        submission: Submission,
        run: Run,
        judged: Sequence[Judged],
        *,
        normwise: bool,
    ) -> Explained:
        """Find the known mistakes that explain what failed, and the smallest input."""
        if not isinstance(run.load, Loaded):
            return Explained()
        # With Hypothesis, which takes longer to import than most files to grade.
        from grader.explanation.counterexample import (  # noqa: PLC0415
            find_counterexample,
        )

        with witness_of(self.sandbox, exam.problem, submission) as witness:
            self.progress("looking for the mistake")
            diagnoses, unexplained = name(
                exam, submission, run, judged, witness.ask, normwise=normwise
            )
            self.progress("looking for the smallest input")
            counterexample = find_counterexample(
                exam,
                judged,
                binding_entries(run.load),
                submission.filename,
                witness.ask,
                lambda calls: self._ask_first(exam.problem, submission, calls),
            )
            findings: tuple[Finding, ...] = ()
            if counterexample is None or counterexample.after_another:
                findings = (Finding(kind=STATE, message=_STATE),)
        return Explained(
            diagnoses=diagnoses,
            unexplained=unexplained,
            counterexample=counterexample,
            pictures=pictures_of(exam.problem, judged),
            findings=findings,
        )

    def _ask_first(
        self, problem: Problem, submission: Submission, calls: Sequence[Call]
    ) -> Sequence[Outcome]:
        """Make calls in a worker that has made no other."""
        with witness_of(self.sandbox, problem, submission) as witness:
            return witness.ask(calls)


def name(
    exam: Exam,
    submission: Submission,
    run: Run,
    judged: Sequence[Judged],
    ask: Ask,
    *,
    normwise: bool,
) -> tuple[tuple[DiagnosisEntry, ...], tuple[str, ...]]:
    """Find the known mistakes; what is given is as by `diagnose`."""
    bound = {one.found_as: one.function for one in binding_entries(run.load)}
    return diagnose(
        exam,
        judged,
        run.outcomes,
        ask,
        normwise=normwise,
        raising_lines=lines_that_raise(submission, bound),
    )


def witness_of(sandbox: Sandbox, problem: Problem, submission: Submission) -> Witness:
    """Give a submission to ask, for a problem's functions and within its limits."""
    spec = problem.spec
    return Witness(sandbox, submission, spec.signatures, spec.limits)

"""Sessions and namers that the tests of a module share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache

import pytest

from grader.environment import environment_of
from grader.exam import Exam
from grader.explanation.tutor import name, witness_of
from grader.grade import grade
from grader.loading import load_problem
from grader.outcome import Run
from grader.panel import Explained, Panel
from grader.record import Record
from grader.sandbox.sandbox import Sandbox
from grader.score import Judged
from grader.session import Session, Settings
from grader.submission import Submission


class Namer:
    """Grades as a session does, but only names mistakes: the rest takes far longer."""

    def __init__(self, exam: Exam, sandbox: Sandbox) -> None:
        self._exam, self._sandbox = exam, sandbox

    def grade(self, source: str) -> Record:
        submission = Submission(
            name="answer", source=source.encode(), filename="answer.py"
        )
        environment = environment_of(self._sandbox.isolation)
        panel = Panel(tutor=self)
        return grade(self._exam, submission, self._sandbox, environment, panel)

    def explain(
        self,
        exam: Exam,
        submission: Submission,
        run: Run,
        judged: Sequence[Judged],
        *,
        normwise: bool,
    ) -> Explained:
        with witness_of(self._sandbox, exam.problem, submission) as asked:
            diagnoses, unexplained = name(
                exam, submission, run, judged, asked.ask, normwise=normwise
            )
        return Explained(diagnoses=diagnoses, unexplained=unexplained)


@pytest.fixture(scope="module")
def namers() -> Iterator[Callable[[str], Namer]]:
    with ExitStack() as stack:

        @cache
        def namer(name: str) -> Namer:
            exam = Exam(load_problem(name), 1)
            imports = exam.problem.spec.allowed_imports
            return Namer(exam, stack.enter_context(Sandbox(imports)))

        yield namer


@pytest.fixture(scope="module")
def sessions() -> Iterator[Callable[[str], Session]]:
    with ExitStack() as stack:
        yield cache(
            lambda name: stack.enter_context(
                Session(Settings(problem=name, seed=1, style=False))
            )
        )

"""Keep the history of practice, or say once why it is not kept."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.attempts import Attempt
from grader.errors import HistoryError
from grader.practice import Round
from grader.problem import Problem
from grader.record import Record

if TYPE_CHECKING:
    from grader.history import History


class Diary:
    """The history of practice, opened at its first entry.

    Practice goes on without it if it can't be kept.
    """

    def __init__(self) -> None:
        self._history: History | None = None
        self._given_up = False

    def add_round(self, problem: Problem, found: Round) -> str:
        """Keep a round; give the reason if that fails for the first time."""
        return self._add(
            Attempt(
                at=datetime.now(UTC),
                problem=problem.spec.id,
                sha256=found.submission.sha256,
                verdict=found.verdict,
                passed=found.passed,
                total=found.total,
            )
        )

    def add_record(self, record: Record) -> str:
        """Keep a grading on all cases; give the reason if that fails, as above."""
        timing = record.timing
        return self._add(
            Attempt(
                at=datetime.now(UTC),
                problem=record.problem.id,
                sha256=record.submission.sha256,
                verdict=record.verdict,
                passed=sum(group.passed for group in record.groups),
                total=sum(group.total for group in record.groups),
                whole=True,
                points=record.score.points,
                maximum=record.score.maximum,
                ratio=timing.ratio.estimate if timing and timing.ratio else None,
            )
        )

    def _add(self, attempt: Attempt) -> str:
        if self._given_up:
            return ""
        try:
            if self._history is None:
                # slow, and not needed first
                from grader.history import History, default_path  # noqa: PLC0415

                self._history = History(default_path())
            self._history.add(attempt)
        except HistoryError as error:
            self._given_up = True
            return f"no history is kept: {error}"
        return ""

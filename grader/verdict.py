"""The verdicts, and which of several is the worst."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What was found about a submission or one of its cases, mildest first."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    INVALID_SUBMISSION = "invalid_submission"
    JUDGE_ERROR = "judge_error"

    @property
    def words(self) -> str:
        """The verdict as people say it.

        Examples
        --------
        >>> Verdict.WRONG_ANSWER.words
        'wrong answer'
        """
        return self.value.replace("_", " ")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the most severe verdict; none at all is accepted.

    Examples
    --------
    >>> worst([Verdict.ACCEPTED, Verdict.RUNTIME_ERROR, Verdict.WRONG_ANSWER])
    <Verdict.RUNTIME_ERROR: 'runtime_error'>
    """
    found = set(verdicts)
    return next((one for one in reversed(Verdict) if one in found), Verdict.ACCEPTED)

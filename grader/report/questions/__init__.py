"""Questions that an interviewer may ask next, each from something that was found.

They are put together from the record alone: the same record gives the same questions.
Candidates' records give none.
"""

from itertools import islice

from grader.record import Record
from grader.report.questions import of_code, of_results
from grader.report.questions.question import Question
from grader.verdict import Verdict

__all__ = ["MOST_QUESTIONS", "Question", "questions"]

MOST_QUESTIONS = 8
_MOST_OF_A_KIND = 2


def questions(record: Record) -> tuple[Question, ...]:
    """Give up to `MOST_QUESTIONS` questions, what weighs most first.

    Parameters
    ----------
    record
        All that is known of one grading.
    """
    if record.audience == "candidate" or record.verdict is Verdict.JUDGE_ERROR:
        return ()
    kinds = (
        of_results.of_error(record),
        of_results.of_diagnoses(record),
        of_results.of_exceptions(record, required=True),
        of_results.of_unexplained(record, required=True),
        of_code.of_loops(record),
        of_results.of_exceptions(record, required=False),
        of_results.of_unexplained(record, required=False),
        of_results.of_other_cases(record),
        of_code.of_memory(record),
        of_results.of_tests(record),
        of_code.of_speed(record),
        of_results.of_findings(record),
        of_code.of_readability(record),
        of_code.of_anything(record),
    )
    found: dict[str, Question] = {}
    for kind in kinds:
        for question in islice(kind, _MOST_OF_A_KIND):
            found.setdefault(question.text, question)
    return tuple(found.values())[:MOST_QUESTIONS]

"""What a candidate's own tests are worth, in sentences."""

from collections.abc import Iterator

from grader.record import CandidateTestsEntry, SubmissionEntry, TestEntry
from grader.report.calls import line_of
from grader.report.words import count


def sentence_of_all(entry: CandidateTestsEntry) -> str:
    """Sum up the tests in a sentence or two.

    Examples
    --------
    >>> sentence_of_all(CandidateTestsEntry(provided=False))
    'No tests came with it.'
    >>> sentence_of_all(CandidateTestsEntry(provided=True, killed=8, total=10))
    'Its own tests notice 8 of 10 known mistakes.'
    """
    if not entry.provided:
        return "No tests came with it."
    if not entry.total:
        why = entry.error or "there is nothing to hold them against"
        return f"Its own tests could not be judged: {why}."
    words = f"Its own tests notice {entry.killed} of {entry.total} known mistakes"
    if entry.by_shape_alone:
        words += f", {entry.by_shape_alone} of them by a shape alone, which counts half"
    left_out = sum(not test.counts for test in entry.tests)
    if left_out:
        words += f". {left_out} of {count(len(entry.tests), 'test')} "
        words += "doesn't count" if left_out == 1 else "don't count"
    return f"{words}."


def sentence_of(test: TestEntry, submission: SubmissionEntry) -> str:
    """Say what came of one test.

    Examples
    --------
    >>> ann = SubmissionEntry(
    ...     name="ann", kind="file", filename="ann.py", sha256="", source=""
    ... )
    >>> sentence_of(TestEntry(name="test_a", outcome="passed", kills=("a", "b")), ann)
    'counts; the first to notice 2 known mistakes'
    >>> test = TestEntry(name="test_a", outcome="passed",
    ...     refused=("the reference",), failed_line=7, message="AssertionError")
    >>> print(sentence_of(test, ann))
    asks for what the statement does not: it fails on the reference, in line 7 with \
AssertionError
    """
    where = ""
    if test.failed_line:
        inside = test.filename in {"", submission.filename}
        line = line_of(submission, test.failed_line)
        where = f", in {line if inside else f'line {test.failed_line}'}"
    where += f" with {test.message}" if test.message else ""
    if test.by_chance:
        return f"passes once and fails once on the same code{where}"
    if test.refused:
        on = " and on ".join(test.refused)
        return f"asks for what the statement does not: it fails on {on}{where}"
    if test.leans_on:
        return f"compares the code with a part of itself, `{test.leans_on}`"
    if test.outcome == "failed":
        return f"fails on the candidate's own code{where}"
    if test.outcome == "skipped":
        return "is skipped"
    found = "notices no known mistake that those before it don't"
    if test.kills:
        found = f"the first to notice {count(len(test.kills), 'known mistake')}"
    return f"counts; {found}"


def lines(
    entry: CandidateTestsEntry, submission: SubmissionEntry, most: int
) -> Iterator[str]:
    """Say all that a short summary has room for: what doesn't count, what survives.

    Parameters
    ----------
    entry
        What is known of the tests.
    submission
        That they came with.
    most
        Tests that don't count, and survivors, that are named.
    """
    yield sentence_of_all(entry)
    if entry.cut_short:
        yield f"Not all of it: {entry.cut_short}."
    for test in [one for one in entry.tests if not one.counts][:most]:
        yield f"{test.name} {sentence_of(test, submission)}"
    if entry.survivors:
        yield "They would not notice if"
        yield from (f"- {one.title}" for one in entry.survivors[:most])
        if len(entry.survivors) > most:
            yield f"- and {len(entry.survivors) - most} more"

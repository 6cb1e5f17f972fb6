"""Three sentences that sum a record up, for those who read no more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.findings import STATE
from grader.loading import available_problems, load_problem
from grader.misconceptions import bank_of
from grader.record import (
    ArgumentEntry,
    Counterexample,
    ErrorEntry,
    ErrorKind,
    Finding,
    PlaceEntry,
    Record,
)
from grader.report.feedback import for_candidate
from grader.report.gist import gist_of
from grader.report.html import render_html
from grader.report.summary import diagnosis_sentence
from grader.session import Item, Session, Settings
from grader.verdict import Verdict
from tests.report import records
from tests.report.telling import assert_tells_what_to_do

EXAMPLES = Path(__file__).parents[2] / "submissions" / "conv2d"
SAMPLE = (
    "invalid_submission/syntax_error.py",
    "runtime_error/index_out_of_range.py",
    "runtime_error/segfault.py",
    "wrong_answer/bias_last_axis.py",
    "wrong_answer/cached_by_identity.py",
    "wrong_answer/kernel_flipped.py",
    "wrong_answer/stride_axes_swapped.py",
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d", seed=1)) as session:
        yield session


@pytest.fixture(scope="module", params=SAMPLE)
def record(request: pytest.FixtureRequest, session: Session) -> Record:
    path = EXAMPLES / request.param
    return session.grade(Item(name=path.stem, path=path), timing=False)


def test_a_page_tells_what_is_wrong_where_and_what_to_do_next(record: Record) -> None:
    for one in (record, for_candidate(record)):
        assert_tells_what_to_do(one)
        page = render_html(one)

        assert all(f"<dt>{word}</dt>" in page for word in ("What", "Why", "Next"))
        assert len(page) <= 400_000


def test_a_candidate_is_not_told_the_mistake_s_name(record: Record) -> None:
    names = [entry.title for entry in record.diagnoses if entry.misconceptions]
    own = gist_of(for_candidate(record))

    assert not any(name in own.why + own.next for name in names)


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        (3, "All 3 failing cases of “Correct values” let bad input pass, as when "),
        (2, "Both failing cases of “Correct values” let bad input pass, as when "),
        (1, "The only failing case of “Correct values” lets bad input pass, as when "),
    ],
)
def test_of_bad_input_that_is_let_pass_no_output_is_explained(
    cases: int, words: str
) -> None:
    told = {"lets_pass": True, "cases_explained": cases, "cases_failed": cases}
    entry = records.DIAGNOSIS.model_copy(update=told)
    record = records.wrong_answer().model_copy(update={"diagnoses": (entry,)})

    assert diagnosis_sentence(record, entry) == f"{words}{entry.title}."


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        (2, "Both failing cases of “Correct values” fail as they do when "),
        (1, "The only failing case of “Correct values” fails as it does when "),
    ],
)
def test_where_nothing_comes_but_exceptions_no_output_is_explained(
    cases: int, words: str
) -> None:
    told = {"exactly": False, "cases_explained": cases, "cases_failed": cases}
    entry = records.DIAGNOSIS.model_copy(update=told)
    record = records.wrong_answer().model_copy(update={"diagnoses": (entry,)})

    assert diagnosis_sentence(record, entry) == f"{words}{entry.title}."


def test_a_diagnosis_says_why_and_its_hint_what_to_check() -> None:
    gist = gist_of(records.wrong_answer())

    assert (
        gist.what
        == "13 of 40 required cases are not accepted, the first in “Small cases, checked by hand”."
    )
    assert (
        gist.why
        == "On all 10 failing cases of “Correct values” the output is exactly what you get when the bias is added along the width."
    )
    assert gist.next == "Look at the bias. To check: Is each channel shifted?"


def _hinted(*hints: str) -> Record:
    record = records.wrong_answer()
    diagnosis = record.diagnoses[0].model_copy(update={"hints": (hints,)})
    return record.model_copy(update={"diagnoses": (diagnosis,)})


def test_only_the_candidate_is_told_of_their_own_code() -> None:
    record = _hinted(
        "Does your code see it?",
        "Look at where your code reads your formula.",
        "What does your code give?",
    )

    assert gist_of(record).next == (
        "Look at where the submission reads the submission's formula. "
        "To check: What does the submission give?"
    )
    assert gist_of(for_candidate(record)).next.startswith("Does your code see it?")


@pytest.mark.parametrize("name", available_problems())
def test_no_hint_that_interviewers_see_is_about_what_they_do(name: str) -> None:
    """They may expect something, and get it; the code is someone else's."""
    bank = bank_of(load_problem(name))
    assert bank is not None
    for mistake in bank.misconceptions:
        told = gist_of(_hinted(*mistake.hints)).next
        assert not re.search(r"\byours?\b|\byou (?!expect|get|would)", told), told


@pytest.mark.parametrize(
    ("view", "whose"),
    [(lambda record: record, "the submission"), (for_candidate, "your code")],
    ids=["interviewer", "candidate"],
)
def test_a_line_is_in_the_code_of_whoever_wrote_it(
    view: Callable[[Record], Record], whose: str
) -> None:
    record = records.wrong_answer()
    case = record.cases[0].model_copy(
        update={"verdict": Verdict.RUNTIME_ERROR, "credit": 0.0, "line": 20}
    )
    failing = _unexplained(cases=(case, *record.cases[4:]), counterexample=None)
    page = render_html(view(failing))

    assert gist_of(view(failing)).next.startswith(f"Look at line 20 of {whose}, and")
    assert f"</a> of {whose}.</p>" in page


def _unexplained(**changes: object) -> Record:
    """Give a record of wrong answers that no known mistake explains."""
    return records.wrong_answer().model_copy(update={"diagnoses": (), **changes})


def _example(rows: int, *, after_another: bool = False) -> Counterexample:
    return Counterexample(
        function="conv2d",
        is_case=False,
        after_another=after_another,
        numbers=rows,
        arguments=(ArgumentEntry(name="x", shape=(rows,), dtype="float64", text=""),),
        message="1 element is wrong",
        snippet="",
    )


def test_what_is_small_is_worked_out_by_hand_and_no_more() -> None:
    small, large = (
        gist_of(_unexplained(counterexample=_example(rows))).next for rows in (64, 65)
    )

    call = "conv2d(x: float64 (64,))"
    assert small == f"Work out by hand the smallest input that shows it, below: {call}."
    call = "conv2d(x: float64 (65,))"
    assert (
        large == f"Look below where {call} differs: no smaller input was found to fail."
    )


@pytest.mark.parametrize("has_loop", [False, True])
def test_who_has_no_loop_is_not_sent_to_look_for_one(*, has_loop: bool) -> None:
    record = records.complete()
    assert record.style is not None
    loops = record.style.loops if has_loop else ()
    style = record.style.model_copy(update={"loops": loops})
    case = record.cases[0].model_copy(
        update={"verdict": Verdict.TIME_LIMIT_EXCEEDED, "credit": 0.0, "line": None}
    )
    shown = gist_of(record.model_copy(update={"style": style, "cases": (case,)})).next
    assert ("Look for the loop" in shown) is has_loop
    assert ("the source has no loop" in shown) is not has_loop


def test_what_is_kept_between_calls_is_shown_by_two_calls() -> None:
    kept = Finding(kind=STATE, message="something is kept between calls")
    example = _example(1, after_another=True)
    record = _unexplained(counterexample=example, findings=(kept,))

    for one in (record, for_candidate(record)):
        gist = gist_of(one)
        assert gist.why.endswith("Something is kept between calls.")
        assert gist.next == (
            "Call it twice: first with other numbers in arrays of the same shapes, then "
            "conv2d(x: float64 (1,)). Look for what is kept from the one to the other."
        )


def test_an_example_that_is_a_hidden_case_is_not_called_twice() -> None:
    kept = Finding(kind=STATE, message="something is kept between calls")
    example = _example(1, after_another=True).model_copy(update={"is_case": True})
    record = _unexplained(counterexample=example, findings=(kept,))
    own = gist_of(for_candidate(record))

    assert own.next == (
        "Call it several times, each time with other arrays, and look for what is kept "
        "from one call to the next."
    )


def test_what_can_t_be_loaded_is_told_by_its_line() -> None:
    gist = gist_of(records.not_loaded())

    assert gist.what == "The file could not be loaded: SyntaxError in line 3."
    assert gist.why == "'(' was never closed."
    assert gist.next == "Mend line 3: no case is run before the file loads."


def test_a_notebook_is_told_by_its_cells() -> None:
    record = records.not_loaded()
    place = PlaceEntry(first_line=2, title="cell 5")
    submission = record.submission.model_copy(update={"places": (place,)})
    gist = gist_of(record.model_copy(update={"submission": submission}))

    assert gist.what == "The file could not be loaded: SyntaxError in cell 5, line 2."
    assert gist.next.startswith("Mend cell 5, line 2:")


def test_what_is_right_is_told_by_its_speed_and_where_it_can_gain() -> None:
    gist = gist_of(records.accepted())

    assert not gist.is_fault
    assert gist.what == "All 40 required cases are accepted, and so are the 9 others."
    assert "1.40 (1.30 to 1.48) times as long as the reference's" in gist.why
    assert gist.next.startswith("Most is left to gain in “Speed”, 7.4 of 10 points:")


def test_a_fault_of_the_problem_is_for_its_author_to_mend() -> None:
    fault = ErrorEntry(kind=ErrorKind.PROBLEM, message="case a.1: the reference fails")
    record = records.not_loaded().model_copy(
        update={"error": fault, "verdict": Verdict.JUDGE_ERROR}
    )
    gist = gist_of(record)
    assert gist.what == "The problem can't be used."
    assert gist.why == "Case a.1: the reference fails."
    assert "Mend the problem" in gist.next
    assert "no points" in gist.next

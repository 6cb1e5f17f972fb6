"""Questions come from what was found, each with the line or case it is about."""

import pytest

from grader.problem import Idiom
from grader.record import (
    CandidateTestsEntry,
    DiagnosisEntry,
    EvidenceEntry,
    FunctionEntry,
    IdiomEntry,
    LintEntry,
    LoopEntry,
    MemoryEntry,
    Mismatch,
    PlaceEntry,
    Record,
    SignalEntry,
    StyleEntry,
    SurvivorEntry,
)
from grader.report.feedback import for_candidate
from grader.report.questions import MOST_QUESTIONS, Question, questions
from grader.verdict import Verdict
from tests.report import records

ACCEPTED = records.accepted()


def _asked(record: Record, word: str) -> Question:
    found = [one for one in questions(record) if word in one.text]
    assert len(found) == 1, [one.text for one in questions(record)]
    return found[0]


def _with(**more: object) -> Record:
    return ACCEPTED.model_copy(update=more)


def _loop(line: int, depth: int, turns: tuple[int, ...], *sizes: str) -> LoopEntry:
    return LoopEntry(
        function="f",
        line=line,
        kind="for",
        depth=depth,
        over="range(h_out)",
        turns=turns,
        grows_with=sizes,
    )


def test_the_loop_that_turns_most_is_asked_about_with_those_around_it() -> None:
    loops = (
        _loop(3, 0, (3, 3)),
        _loop(12, 0, (1, 2), "N"),
        _loop(13, 1, (6, 24), "N", "H x W"),
        _loop(14, 2, (36, 576), "N", "H x W"),
    )
    style = StyleEntry.model_validate(
        {"loops": loops, "counted": [{"title": "smallest", "arguments": ()}] * 2}
    )

    question = _asked(_with(style=style), "Line 14 loops over `range(h_out)`")

    assert "N and H x W" in question.text
    assert question.lines == (12, 13, 14)
    assert "36 turns" in question.finding


@pytest.mark.parametrize(
    ("state", "words"),
    [("not shown", "How would you do without"), ("shown", "When would you keep")],
)
def test_a_loop_that_nothing_speaks_against_may_stay(state: str, words: str) -> None:
    evidence = EvidenceEntry(text="There is a loop.", lines=(14,))
    signal = SignalEntry.model_validate(
        {"id": "a", "title": "A", "state": state, "evidence": (evidence,)}
    )
    style = StyleEntry(loops=(_loop(14, 0, (3, 6), "K"),))

    assert words in _asked(_with(style=style, signals=(signal,)), "Line 14").text


def test_lines_are_told_as_their_author_counts_them() -> None:
    cells = (
        PlaceEntry(first_line=1, title="cell 2"),
        PlaceEntry(first_line=9, title="cell 4"),
    )
    submission = ACCEPTED.submission.model_copy(update={"places": cells})
    style = StyleEntry(loops=(_loop(14, 0, (3, 6), "K"),))

    question = _asked(_with(style=style, submission=submission), "Cell 4, line 6 loops")

    assert question.lines == (14,)


def test_memory_is_asked_about_with_the_lines_that_may_take_it() -> None:
    memory = MemoryEntry(rung="large", peak_bytes=94, output_bytes=10, multiple=9.4)
    idiom = IdiomEntry(kind=Idiom.PADDING, line=9, text="np.pad(x, 1)")

    record = _with(memory=memory, style=StyleEntry(idioms=(idiom,)))
    question = _asked(record, "Peak memory was 9.40 times the output")

    assert question.lines == (9,)


def test_little_memory_is_not_asked_about() -> None:
    memory = MemoryEntry(rung="large", peak_bytes=20, output_bytes=10, multiple=2.0)

    assert not any("memory was" in one.text for one in questions(_with(memory=memory)))


def test_a_mistake_that_tests_miss_asks_for_a_test() -> None:
    survivor = SurvivorEntry(id="s", title="stride's height and width are swapped")
    tests = CandidateTestsEntry(
        provided=True, survivors=(survivor,), killed=3, total=10
    )

    question = _asked(_with(candidate_tests=tests), "Your tests would pass if stride's")

    assert question.finding == "The tests find 3 of 10 known mistakes."


def test_no_tests_ask_for_some() -> None:
    tests = CandidateTestsEntry(provided=False)

    question = _asked(_with(candidate_tests=tests), "three tests")

    assert question.finding == "There are no tests with it."


def _diagnosed() -> Record:
    mismatch = Mismatch(actual="2.0", expected="4.0", first_index=(0, 1))
    case = records.case(0, 0, verdict=Verdict.WRONG_ANSWER)
    case = case.model_copy(update={"mismatch": mismatch})
    entry = DiagnosisEntry(
        part="values",
        misconceptions=("a",),
        title="the stride is ignored",
        explanation="",
        hints=(),
        cases_explained=1,
        cases_failed=1,
        case=case.id,
    )
    update = {
        "cases": (case, *ACCEPTED.cases[1:]),
        "diagnoses": (entry,),
        "verdict": Verdict.WRONG_ANSWER,
    }
    return _with(**update)


def test_a_diagnosis_asks_first_and_does_not_tell_the_answer() -> None:
    first, *_ = questions(_diagnosed())

    assert "stride=(2, 1)" in first.text
    assert "you get 2.0 at (0, 1) and not 4.0" in first.text
    assert "ignored" not in first.text
    assert "the stride is ignored" in first.finding
    assert first.case == "by_hand-1"


def test_readability_asks_about_branches_and_what_a_review_would_find() -> None:
    function = FunctionEntry(
        name="f",
        line=3,
        lines=60,
        complexity=15,
        has_docstring=True,
        arguments=1,
        annotated=0,
        returns_annotated=False,
    )
    lint = (
        LintEntry(code="E501", message="Line too long", line=2),
        LintEntry(code="F841", message="`y` is never used", line=5),
    )
    style = StyleEntry(functions=(function,), lint=lint, linter="ruff 1")

    assert _asked(_with(style=style), "`f` has 60 lines and 14 branches").lines == (3,)
    assert _asked(_with(style=style), "Line 5: `y` is never used").lines == (5,)


@pytest.mark.parametrize(
    "record",
    [records.wrong_answer(), records.not_loaded(), records.hostile(), ACCEPTED],
    ids=["wrong answer", "not loaded", "hostile", "accepted"],
)
def test_there_are_a_few_different_ones_for_every_record(record: Record) -> None:
    asked = questions(record)

    assert 0 < len(asked) <= MOST_QUESTIONS
    assert len({one.text for one in asked}) == len(asked)
    assert asked == questions(record)
    assert questions(for_candidate(record)) == ()


def test_a_fault_of_ours_asks_nothing() -> None:
    assert questions(_with(verdict=Verdict.JUDGE_ERROR)) == ()

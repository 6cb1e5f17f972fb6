"""Signals are put together from what a record holds, and claim no more than that."""

from fnmatch import fnmatchcase

import pytest

from grader.loading import available_problems, load_problem
from grader.misconceptions import bank_of
from grader.problem import Idiom, Signal
from grader.record import (
    CandidateTestsEntry,
    CountedCall,
    DiagnosisEntry,
    FunctionEntry,
    IdiomEntry,
    LintEntry,
    LoopEntry,
    MemoryEntry,
    Record,
    SignalEntry,
    StyleEntry,
    TestEntry,
)
from grader.report.feedback import for_candidate
from grader.report.signals import signals_sentence
from grader.signals import signal_entries
from grader.verdict import Verdict
from tests.report import records

ACCEPTED, WRONG = records.accepted(), records.wrong_answer()


def _signal(record: Record, **evidence: object) -> SignalEntry:
    signal = Signal.model_validate({"id": "a", "title": "A", **evidence})
    (entry,) = signal_entries([signal], record)
    return entry


def _with(style: StyleEntry | None = None, **more: object) -> Record:
    return ACCEPTED.model_copy(update={"style": style, **more})


def _loop(**more: object) -> LoopEntry:
    values = {"function": "f", "line": 7, "kind": "for", "depth": 1, "over": "range(h)"}
    return LoopEntry.model_validate(values | more)


def _tests(killed: int, *, refused: tuple[str, ...] = ()) -> CandidateTestsEntry:
    one = TestEntry(name="test_a", line=40, outcome="passed", refused=refused)
    return CandidateTestsEntry(provided=True, tests=(one,), killed=killed, total=10)


def test_cases_that_pass_show_it() -> None:
    entry = _signal(ACCEPTED, cases=("by_hand",))

    assert entry.state == "shown"
    assert entry.evidence[0].text == (
        "All 4 cases of “Small cases, checked by hand” pass."
    )


def _failing() -> Record:
    cases = tuple(
        records.case(1, number, verdict=verdict)
        for number, verdict in enumerate((Verdict.ACCEPTED, Verdict.WRONG_ANSWER))
    )
    return ACCEPTED.model_copy(
        update={"cases": cases, "groups": records.groups(cases), "diagnoses": ()}
    )


def _diagnosed(*misconceptions: str) -> Record:
    entry = DiagnosisEntry(
        part="values",
        misconceptions=misconceptions,
        title="the stride is ignored",
        explanation="",
        hints=(),
        cases_explained=1,
        cases_failed=1,
        case="index_logic-2",
    )
    return _failing().model_copy(update={"diagnoses": (entry,)})


def test_cases_that_fail_are_named() -> None:
    entry = _signal(_failing(), cases=("index_logic",))

    assert entry.state == "partly"
    assert entry.evidence[0].cases == ("index_logic-2",)
    assert entry.evidence[0].text.startswith("1 of 2 cases")


def test_a_known_mistake_speaks_against_the_signal_that_names_it() -> None:
    entry = _signal(
        _diagnosed("stride-ignored"),
        cases=("index_logic",),
        misconceptions=("stride-*",),
    )

    assert entry.state == "partly"
    assert entry.evidence[-1].cases == ("index_logic-2",)


def test_what_fails_for_another_reason_says_nothing_of_a_signal() -> None:
    entry = _signal(
        _diagnosed("stride-ignored"), cases=("index_logic",), misconceptions=("pad-*",)
    )

    assert entry.state == "shown"
    assert (
        "a mistake of another kind explains: the stride is ignored"
        in entry.evidence[0].text
    )


def test_cases_that_were_not_run_are_not_measured() -> None:
    entry = _signal(records.not_loaded(), cases=("by_hand",))

    assert (entry.state, entry.evidence) == ("not measured", ())


def test_array_expressions_are_told_by_line() -> None:
    found = IdiomEntry(kind=Idiom.SLICING, line=12, text="x[:, 1:]")
    style = StyleEntry(idioms=(found, found.model_copy(update={"line": 14})))

    shown = _signal(_with(style), idioms=("slicing", "windows"))
    missing = _signal(_with(style), idioms=("padding",))

    assert (shown.state, shown.evidence[0].lines) == ("shown", (12, 14))
    assert missing.state == "not shown"
    assert _signal(_with(), idioms=("padding",)).state == "not measured"


@pytest.mark.parametrize(
    ("style", "state"),
    [
        (None, "not measured"),
        (StyleEntry(), "shown"),
        (StyleEntry(loops=(_loop(),)), "not measured"),
        (StyleEntry(loops=(_loop(turns=(3, 6), grows_with=("K",)),)), "shown"),
        (StyleEntry(loops=(_loop(turns=(3, 9), grows_with=("K", "H")),)), "not shown"),
    ],
)
def test_loops_speak_against_it_if_they_grow_with_a_size(
    style: StyleEntry | None, state: str
) -> None:
    if style is not None and style.loops and style.loops[0].turns:
        call = CountedCall(title="smallest", arguments=())
        style = style.model_copy(update={"counted": (call,)})

    entry = _signal(_with(style), no_loops_over=("H",))

    assert entry.state == state
    assert all(7 in one.lines for one in entry.evidence if one.lines)


@pytest.mark.parametrize(
    ("multiple", "state"),
    [(4.0, "shown"), (4.1, "partly"), (8.0, "partly"), (8.1, "not shown")],
)
def test_memory_speaks_by_its_multiple(multiple: float, state: str) -> None:
    memory = MemoryEntry(rung="a", peak_bytes=1, output_bytes=1, multiple=multiple)

    assert _signal(_with(memory=memory), memory_multiple=4.0).state == state
    assert _signal(_with(memory=None), memory_multiple=4.0).state == "not measured"


@pytest.mark.parametrize(
    ("tests", "state"),
    [
        (None, "not measured"),
        (CandidateTestsEntry(provided=False), "not shown"),
        (CandidateTestsEntry(provided=True, error="no pytest"), "not shown"),
        (_tests(0), "not shown"),
        (_tests(8), "partly"),
        (_tests(9), "shown"),
        (_tests(9, refused=("another",)), "partly"),
    ],
)
def test_own_tests_speak_by_what_they_find(
    tests: CandidateTestsEntry | None, state: str
) -> None:
    assert _signal(_with(candidate_tests=tests), tests=True).state == state


def test_readability_is_for_people_to_judge() -> None:
    function = FunctionEntry(
        name="f",
        line=3,
        lines=20,
        complexity=12,
        has_docstring=False,
        arguments=2,
        annotated=1,
        returns_annotated=False,
    )
    lint = LintEntry(code="F401", message="`os` imported but unused", line=1)
    style = StyleEntry(functions=(function,), lint=(lint,), linter="ruff 1")

    entry = _signal(_with(style), readability=True)
    both = _signal(_with(style), readability=True, cases=("by_hand",))

    assert (entry.state, both.state) == ("to judge", "shown")
    assert [one.lines for one in entry.evidence] == [(3,), (), (3,), (1,)]


def test_candidates_see_states_and_no_evidence() -> None:
    signals = signal_entries([Signal(id="a", title="A", cases=("index_logic",))], WRONG)
    record = WRONG.model_copy(update={"signals": signals})

    (own,) = for_candidate(record).signals

    assert record.signals[0].evidence
    assert (own.title, own.evidence) == ("A", ())
    assert for_candidate(for_candidate(record)) == for_candidate(record)


def test_a_sentence_names_what_is_not_all_there() -> None:
    states = {"A": "shown", "B": "partly", "C": "not shown", "D": "not measured"}
    signals = tuple(
        SignalEntry.model_validate({"id": "a", "title": title, "state": state})
        for title, state in states.items()
    )

    assert signals_sentence(_with(signals=signals)) == (
        "1 of 4 things to look for are shown; partly: “B”; not shown: “C”."
    )
    assert signals_sentence(_with(signals=signals[3:])) == ""


@pytest.mark.parametrize("name", available_problems())
def test_what_signals_name_is_in_the_bank(name: str) -> None:
    problem = load_problem(name)
    bank = bank_of(problem)
    assert bank is not None
    ids = [one.id for one in bank.misconceptions]
    patterns = {
        pattern for one in problem.spec.signals for pattern in one.misconceptions
    }

    assert len(problem.spec.signals) == 9
    assert all(any(fnmatchcase(one, pattern) for one in ids) for pattern in patterns)

"""The author's proof holds for every problem, and fails where something is broken."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.loading import available_problems
from grader.verify import Proof, verify

SOFTMAX = Path(__file__).parent / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()
BANK = """
from types import SimpleNamespace
import numpy as np

class Bank:
    misconceptions = [
        SimpleNamespace(id="none", step="f", title="", explanation="", hints=("",) * 3)
    ]

    def functions(self, *ids, checked=True):
        return {"softmax": softmax}

def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    if x.ndim != 2:
        raise ValueError
    return e / e.sum(-1, keepdims=True)

BANK = Bank()
"""


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Give the folder of a problem that can be changed, with an example."""
    folder = tmp_path / "problems" / "softmax"
    shutil.copytree(SOFTMAX, folder)
    example = tmp_path / "submissions" / "softmax" / "accepted" / "right.py"
    example.parent.mkdir(parents=True)
    example.write_text(RIGHT)
    return folder


def _change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


@pytest.mark.parametrize("name", available_problems())
def test_our_problems_tell_right_from_wrong(name: str) -> None:
    proof = verify(name, quick=True)

    assert proof.faults == ()
    assert proof.kills
    assert all(proof.kills.values())


def test_a_sound_problem_is_proven(problem: Path) -> None:
    assert verify(str(problem)).faults == ()


def test_what_was_not_compared_is_not_said_to_agree(problem: Path) -> None:
    steps = {step.title: step.text for step in verify(str(problem), quick=True).steps}

    assert steps["reference"] == "no independent implementation is named"


def test_a_table_holds_every_case_in_a_quick_proof_too(problem: Path) -> None:
    (problem / "bank.py").write_text(BANK.replace("return e /", "return e + 0 *"))
    _change(
        problem / "problem.yaml",
        "functions:\n",
        "misconceptions: bank:BANK\nfunctions:\n",
    )
    quick, table = (
        verify(str(problem), quick=True, table=table).kills["none"]
        for table in (False, True)
    )

    assert len(quick) == 1
    assert len(table) > 1


def _wrong_oracle(problem: Path) -> None:
    (problem / "oracle.py").write_text("def softmax(x): return x * 0 + 0.5\n")
    _change(
        problem / "problem.yaml",
        "    reference: reference:softmax\n",
        "    reference: reference:softmax\n    oracle: oracle:softmax\n",
    )


def _no_mistake(problem: Path) -> None:
    (problem / "bank.py").write_text(BANK)
    _change(
        problem / "problem.yaml",
        "functions:\n",
        "misconceptions: bank:BANK\nfunctions:\n",
    )


def _wrong_folder(problem: Path) -> None:
    accepted = problem.parent.parent / "submissions" / "softmax" / "accepted"
    (accepted / "wrong.py").write_text(RIGHT.replace("(1)[:, None]", "(0)[None]"))


def _misplaced(problem: Path) -> None:
    examples = problem.parent.parent / "submissions" / "softmax"
    (examples / "accepted").rename(examples / "wrong_answer")


def _forged(problem: Path) -> None:
    examples = problem.parent.parent / "submissions" / "softmax"
    for aim in ("honest", "hurry", "forge"):
        (examples / "hostile" / aim).mkdir(parents=True)
        (examples / "hostile" / aim / "right.py").write_text(RIGHT)


def _weak_cases(problem: Path) -> None:
    path = problem / "problem.yaml"
    text = path.read_text()
    start, end = (
        text.index("  - id: random\n"),
        text.index("  - id: refusals\n    title"),
    )
    path.write_text(text[:start] + text[end:])


def _broken_reference(problem: Path) -> None:
    path = problem / "reference.py"
    path.write_text(path.read_text() + "\ndef softmax(x): raise RuntimeError('oh')\n")


def _misspelt_key(problem: Path) -> None:
    _change(
        problem / "problem.yaml", "title: Row-wise softmax", "titel: Row-wise softmax"
    )


BREAKAGES: list[tuple[Callable[[Path], None], str]] = [
    (_wrong_oracle, "reference and oracle differ: case random.01, seed 1"),
    (_no_mistake, "no case finds the known mistake none"),
    (_wrong_folder, "wrong.py gets wrong_answer"),
    (_misplaced, "right.py gets accepted"),
    (_forged, "forge/right.py gets accepted"),
    (_weak_cases, "a submission that returns one number everywhere would be accepted"),
    (_broken_reference, "the reference fails"),
    (_misspelt_key, "did you mean `title`?"),
]


@pytest.mark.parametrize(("break_it", "words"), BREAKAGES)
def test_what_is_broken_is_said(
    problem: Path, break_it: Callable[[Path], None], words: str
) -> None:
    break_it(problem)
    proof: Proof = verify(str(problem))

    assert any(words in fault for fault in proof.faults), proof.faults

"""Practice as a person meets it: a file, a terminal, and keys."""

import io
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from grader.errors import ProblemError
from grader.loading import load_problem
from grader.mismatch import array_text
from grader.practice import Practice, Round
from grader.problem import Visibility
from grader.report.feedback import for_candidate
from grader.report.practice import View, hint_steps, render_view
from grader.submission import Submission
from grader.verdict import Verdict
from tests.terminal import PATIENCE_SECONDS, ROOT, Terminal

EXAMPLES = ROOT / "submissions" / "conv2d"
RIGHT = (EXAMPLES / "accepted" / "im2col.py").read_bytes()
FLIPPED = (EXAMPLES / "wrong_answer" / "kernel_flipped.py").read_bytes()
SWAPPED = (EXAMPLES / "wrong_answer" / "stride_axes_swapped.py").read_bytes()
PICKY = (EXAMPLES / "accepted" / "no_validation.py").read_bytes()


@pytest.fixture(scope="module")
def session() -> Iterator[Practice]:
    with Practice(load_problem("conv2d")) as opened:
        yield opened


def _played(session: Practice, source: bytes) -> Round:
    return session.play(Submission(name="conv2d.py", source=source))


def test_a_round_calls_the_visible_cases_alone(session: Practice) -> None:
    found = _played(session, RIGHT)

    assert found.verdict is Verdict.ACCEPTED
    assert (found.passed, found.total) == (13, 13)
    assert {one.group.visibility for one in found.judged} == {Visibility.VISIBLE}
    assert found.first_failure is None


def test_the_first_failure_is_the_smallest_that_the_verdict_depends_on(
    session: Practice,
) -> None:
    failure = _played(session, FLIPPED).first_failure

    assert failure is not None
    assert failure.group.required
    # x [1, 2] with the kernel [10, 1]: no other case that fails has fewer numbers.
    assert failure.case.id == "examples.does-not-flip-the-kernel"
    assert failure.judgement.mismatch is not None
    assert failure.judgement.mismatch.actual == "[[[21.]]]"
    assert failure.judgement.mismatch.expected == "[[[12.]]]"


def test_an_endless_loop_is_told_soon_and_the_next_round_is_as_ever(
    session: Practice,
) -> None:
    found = _played(session, b"while True: pass")

    assert found.verdict is Verdict.TIME_LIMIT_EXCEEDED
    assert found.error is not None
    assert "was stopped after" in found.error.message
    assert _played(session, RIGHT).verdict is Verdict.ACCEPTED


def test_a_lost_zygote_is_replaced(session: Practice) -> None:
    _played(session, RIGHT)
    assert session._sandbox is not None
    session._sandbox._launcher._process.kill()

    assert _played(session, RIGHT).verdict is Verdict.ACCEPTED


def test_all_cases_are_those_of_a_grading(session: Practice) -> None:
    record = session.grade(Submission(name="a", source=PICKY))

    assert record.verdict is Verdict.ACCEPTED
    assert len(record.cases) > 100
    assert record.timing is None


def test_what_progress_raises_ends_a_grading_and_the_sandbox_goes_on(
    session: Practice,
) -> None:
    class _Enough(Exception):  # noqa: N818
        pass

    def stop(_: str) -> None:
        raise _Enough

    with pytest.raises(_Enough):
        session.grade(Submission(name="a", source=FLIPPED), explain=True, progress=stop)
    assert _played(session, RIGHT).verdict is Verdict.ACCEPTED


def test_a_problem_without_visible_cases_can_t_be_practised() -> None:
    problem = load_problem("conv2d")
    hidden = tuple(
        group for group in problem.spec.groups if group.visibility is Visibility.HIDDEN
    )
    spec = problem.spec.model_copy(update={"groups": hidden})

    with pytest.raises(ProblemError, match="candidates may see"):
        Practice(replace(problem, spec=spec))


def test_asking_for_more_shows_nothing_of_hidden_cases(session: Practice) -> None:
    submission = Submission(name="conv2d.py", source=SWAPPED)
    exam = session._exam_of(submission)
    hidden = [one for one in exam.cases if one.group.visibility is Visibility.HIDDEN]
    secrets = {one.id for one in hidden} | {str(exam.seed)}
    secrets |= {
        array_text(value)
        for one in hidden
        for value in (*one.call.arguments.values(), *one.expected.arrays)
        if isinstance(value, np.ndarray) and value.size > 4
    }
    record = for_candidate(session.grade(submission, explain=True))
    view = View(
        title="",
        filename="conv2d.py",
        round=session.play(submission),
        hints=record,
        steps=len(hint_steps(record)),
        whole=record,
    )
    console = Console(width=200, file=io.StringIO())
    console.print(render_view(view))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()

    assert "all cases: wrong answer" in text
    assert "What to check" in text
    assert not [one for one in secrets if one in text]


def _hinted(session: Practice, source: bytes) -> str:
    """Give the screen after a hint was asked for."""
    submission = Submission(name="conv2d.py", source=source)
    hints = for_candidate(session.grade(submission, explain=True))
    played = session.play(submission)
    view = View(title="", filename="conv2d.py", round=played, hints=hints, steps=1)
    console = Console(width=400, file=io.StringIO())
    console.print(render_view(view))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


KEEPS = b"""
right, kept = conv2d, {}

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    return right(x, kept.setdefault(weight.shape, weight), bias, stride, padding)
"""
LATE = b"""
right = conv2d

def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    out = right(x, weight, bias, stride, padding)
    out[..., 8:, :] = 0
    return out
"""
CRASHES_LATE = LATE.replace(
    b"out[..., 8:, :] = 0", b"import os; out.shape[-2] > 8 and os._exit(1)"
)


def test_what_is_kept_between_calls_is_a_hint(session: Practice) -> None:
    text = _hinted(session, RIGHT + KEEPS)

    assert "No known mistake" in text
    assert "something is kept between calls" in text
    assert "Call it twice: first with other numbers in arrays of the same" in text
    # One number in each array is enough.
    assert "(1, 1, 1, 1), weight: " in text


def test_where_hidden_cases_alone_fail_the_smallest_input_is_shown(
    session: Practice,
) -> None:
    text = _hinted(session, RIGHT + LATE)

    assert "all 13 visible cases pass" in text
    assert "Smallest input: conv2d with" in text
    # The ninth row is the first that is wrong.
    assert "1 of 9 elements is wrong" in text


def test_where_a_hidden_case_is_the_smallest_input_others_are_to_be_tried(
    session: Practice,
) -> None:
    text = _hinted(session, RIGHT + CRASHES_LATE)

    assert "all 13 visible cases pass" in text
    assert "Smallest input" not in text
    assert "Try inputs of your own" in text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "conv2d.py"
    path.write_bytes(FLIPPED)
    return path


def _save(file: Path, data: bytes) -> None:
    """Write a file in one step, so that it makes one round."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_bytes(data)
    beside.replace(file)


def _practice(file: Path, lines: int = 50, **more: str) -> Terminal:
    environment = {"XDG_DATA_HOME": str(file.parent / "data")} | more
    return Terminal("practice", file, environment=environment, lines=lines)


def test_keys_show_hints_one_by_one_and_counts_of_all_cases(file: Path) -> None:
    with _practice(file) as terminal:
        shown = terminal.wait_for("wrong answer, 5 of 13 visible cases", "[[[21.]]]")
        assert "nudge" not in shown
        assert "all cases:" not in shown

        terminal.press("\x1b[A")  # an arrow is no `a`
        terminal.press("h")
        shown = terminal.wait_for("A nudge (Correct values): ")
        assert "Where to look" not in shown
        assert "all cases:" not in shown
        terminal.press("h")
        shown = terminal.wait_for("Where to look (Correct values): ")
        assert "What to check" not in shown
        terminal.press("h")
        terminal.wait_for("What to check (Correct values): ")

        terminal.press("a")
        shown = terminal.wait_for("all cases: wrong answer", "of 189 cases passed")
        assert "flipped" not in shown  # the mistake is the candidate's to find

        _save(file, RIGHT)
        terminal.wait_for("all 13 visible cases pass round 2", gone="nudge")
        terminal.press("r")
        terminal.wait_for("round 3")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_restored


def test_saving_the_file_ends_what_is_being_done(file: Path) -> None:
    _save(file, RIGHT)
    with _practice(file) as terminal:
        terminal.wait_for("round 1")
        terminal.press("t")
        terminal.wait_for("channels-4 ...")
        _save(file, FLIPPED)
        shown = terminal.wait_for("round 2, ", "wrong answer")
        assert "..." not in shown
        terminal.press("q")
        assert terminal.end() == 0


def test_whatever_is_saved_the_watch_goes_on(file: Path) -> None:
    with _practice(file) as terminal:
        terminal.wait_for("round 1")
        _save(file, RIGHT[:300] + b"\ndef half(")
        terminal.wait_for("invalid submission", ": SyntaxError: ")
        _save(file, b"\xff\x00\x1b[2Jnot Python")
        terminal.wait_for("round 3", "SyntaxError")
        file.unlink()
        terminal.wait_for(": not a file")
        _save(file, RIGHT + b"\nprint('\\x1b[31mred')\n")
        terminal.wait_for("all 13 visible cases pass", r"\x1b[31mred")
        terminal.press("\x04")
        assert terminal.end() == 0


def test_a_folder_is_watched_with_all_that_belongs_to_it(file: Path) -> None:
    """Its modules count, in folders of their own too; what is no code doesn't."""
    folder = file.parent / "mine"
    below = folder / "parts"
    below.mkdir(parents=True)
    file.unlink()
    (folder / "conv2d.py").write_text("from parts.inner import conv2d\n")
    inner = below / "inner.py"
    inner.write_bytes(FLIPPED)
    with _practice(folder) as terminal:
        terminal.wait_for("mine: wrong answer, 5 of 13 visible cases", "round 1")
        (folder / "notes.txt").write_text("not code")
        cache = folder / "__pycache__"
        cache.mkdir()
        (cache / "inner.py").write_bytes(SWAPPED)
        _save(inner, RIGHT)
        terminal.wait_for("all 13 visible cases pass", "round 2")
        inner.unlink()
        terminal.wait_for("invalid submission", "round 3")
        terminal.press("q")
        assert terminal.end() == 0


def test_the_syntax_error_of_a_half_written_file_is_one_line(file: Path) -> None:
    file.write_text("import numpy as np\n\ndef conv2d(x, weight:\n")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "practice", file, "--once"],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "/usr/bin",
            "PYTHONPATH": str(ROOT),
            "XDG_DATA_HOME": str(file.parent),
        },
    )
    told = [line for line in done.stdout.splitlines() if "SyntaxError" in line]

    assert done.returncode == 4
    assert done.stderr == ""
    assert len(told) == 1
    assert told[0].startswith("line 3: SyntaxError: ")


def test_ctrl_c_ends_it_cleanly(file: Path) -> None:
    with _practice(file, NO_COLOR="1") as terminal:
        terminal.wait_for("round 1")
        terminal.press("\x03")
        assert terminal.end() == 130
        assert terminal.is_restored
        assert "interrupted" in terminal.text
        assert b"Traceback" not in terminal.sent
        assert b"\x1b[3" not in terminal.sent  # no colour was asked for


def test_without_a_terminal_each_save_is_a_report(file: Path) -> None:
    words = [sys.executable, "-m", "grader", "practice", str(file)]
    environment = {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(file.parent / "data")}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("conv2d.py: wrong answer")
        file.write_bytes(RIGHT)
        end = time.monotonic() + PATIENCE_SECONDS
        for line in process.stdout:
            if "all 13" in line or time.monotonic() > end:
                break
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)

    assert "all 13 visible cases pass" in line
    assert "\x1b" not in line
    assert process.returncode == 130


def test_it_goes_on_without_a_history_that_is_damaged(file: Path) -> None:
    folder = file.parent / "data" / "grader"
    folder.mkdir(parents=True)
    (folder / "history.sqlite3").write_bytes(b"no database" * 100)

    with _practice(file) as terminal:
        terminal.wait_for("no history is kept: ", "it is damaged", "round 1")
        file.write_bytes(RIGHT)
        shown = terminal.wait_for("round 2", "all 13")
        assert "history" not in shown
        terminal.press("q")
        assert terminal.end() == 0


def test_what_does_not_fit_is_said_to_go_on(file: Path) -> None:
    with _practice(file, lines=10) as terminal:
        terminal.wait_for("round 1", "... and more, in a taller window")
        terminal.press("q")
        terminal.end()

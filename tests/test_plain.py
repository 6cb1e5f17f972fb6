"""The sandbox that holds nothing back, on a system that seems to lack the other.

These run on Linux, in a Python from which what only Linux has was taken away.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.loading import load_problem
from grader.outcome import (
    AskedArgument,
    Call,
    Crashed,
    Loaded,
    NotRun,
    Raised,
    Returned,
    Run,
    Signature,
    TimedOut,
)
from grader.practice import Practice
from grader.problem import Limits
from grader.sandbox.layers import Level
from grader.sandbox.plain import PlainSandbox
from grader.sandbox.protocol import encode_calls
from grader.submission import Submission
from grader.verdict import Verdict
from tests.terminal import ROOT

EXAMPLES = ROOT / "submissions" / "conv2d"
LIMITS = Limits(load_seconds=2, call_seconds=1, wall_factor=1.5, faults=2)
F = Signature(name="f", arguments=(AskedArgument(name="x"),))

WITHOUT_LINUX = """
import fcntl, os, resource, select, signal, socket, sys
for module, names in {
    os: ("memfd_create", "eventfd", "eventfd_read", "eventfd_write", "pidfd_open",
         "sched_setaffinity", "sched_getaffinity", "MFD_CLOEXEC", "EFD_CLOEXEC"),
    signal: ("pidfd_send_signal",),
    fcntl: ("F_ADD_SEALS", "F_SEAL_SHRINK", "F_SEAL_GROW", "F_SEAL_SEAL"),
    select: ("epoll",),
    socket: ("SOCK_SEQPACKET",),
    resource: ("prlimit",),
}.items():
    for name in names:
        delattr(module, name)
sys.modules["pyseccomp"] = None
from grader.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[PlainSandbox]:
    with PlainSandbox() as opened:
        yield opened


def _run(sandbox: PlainSandbox, source: str, *values: float) -> Run:
    calls = [
        Call(function="f", arguments={"x": np.array([one])}, output_bytes=1024)
        for one in values
    ]
    submission = Submission(name="it", source=source.encode())
    return sandbox.run(submission, [F], LIMITS, [encode_calls(calls, sequence=1)])


def test_calls_return_what_they_return_and_prints_are_kept(
    sandbox: PlainSandbox,
) -> None:
    source = "import os\ndef f(x):\n    print('hi'); os.write(1, b'...'); return x * 2"
    run = _run(sandbox, source, 1.5, 2.5)

    assert [one.value.tolist() for one in run.outcomes] == [[3.0], [5.0]]  # type: ignore[union-attr]
    assert run.stdout == "hi\nhi\n"


def test_exceptions_loops_and_crashes_are_outcomes_each_of_its_call(
    sandbox: PlainSandbox,
) -> None:
    source = """
import os
def f(x):
    if x == 1: raise ValueError("one")
    if x == 2: os._exit(3)
    while x == 3: pass
    return x
"""
    run = _run(sandbox, source, 0, 1, 2, 0, 3, 0)

    kinds = [type(one) for one in run.outcomes]
    assert kinds == [Returned, Raised, Crashed, Returned, TimedOut, NotRun]


def test_a_file_that_does_not_load_is_told_as_elsewhere(sandbox: PlainSandbox) -> None:
    assert isinstance(_run(sandbox, "def f(x: ").load, Raised)
    assert isinstance(_run(sandbox, "while True: pass").load, TimedOut)
    assert isinstance(_run(sandbox, "import os; os._exit(0)").load, Crashed)
    missing = _run(sandbox, "import click").load
    assert isinstance(missing, Raised)
    assert missing.type_names[0] == "ModuleNotFoundError"
    assert isinstance(_run(sandbox, "def f(x): return x").load, Loaded)


def test_nothing_is_left_when_it_is_closed() -> None:
    with PlainSandbox() as sandbox:
        _run(sandbox, "def f(x): return x", 1)
        spare = sandbox._plain._spare
        assert spare is not None
        assert spare.process.poll() is None

    assert spare.process.poll() is not None
    assert spare.arena.closed
    assert sandbox.isolation.level is Level.NONE


def test_it_has_nothing_in_the_file_system_that_could_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    source = f"import os\ndef f(x): print(os.listdir({str(tmp_path)!r})); return x"
    with PlainSandbox() as sandbox:
        assert _run(sandbox, source, 1).stdout == "[]\n"


def test_practice_takes_it_where_the_other_can_t_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "memfd_create")
    flipped = (EXAMPLES / "wrong_answer" / "kernel_flipped.py").read_bytes()
    with Practice(load_problem("conv2d")) as session:
        submission = Submission(name="it", source=flipped)
        found = session.play(submission)
        record = session.grade(submission, explain=True)

    assert found.verdict is Verdict.WRONG_ANSWER
    assert (found.passed, found.total) == (5, 13)
    assert record.environment.isolation == "none"
    assert record.diagnoses[0].misconceptions
    assert not session.can_time


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ("accepted/im2col.py", 0),
        ("wrong_answer/kernel_flipped.py", 1),
        ("invalid_submission/syntax_error.py", 4),
    ],
)
def test_practice_works_where_linux_is_taken_away(
    example: str, code: int, tmp_path: Path
) -> None:
    words = ["practice", str(EXAMPLES / example), "--once", "--problem", "conv2d"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LINUX, *words],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == code


def test_grading_says_that_it_takes_linux(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LINUX, "doctor"],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert "it takes Linux" in done.stdout + done.stderr

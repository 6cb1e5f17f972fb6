"""What breaks around the grader ends with a reason, never in a hang or a lost result."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from grader.session import Item, Session, Settings
from grader.verdict import Verdict
from tests.processes import descendants

ROOT = Path(__file__).parent.parent
ACCEPTED = ROOT / "submissions" / "conv2d" / "accepted"
RIGHT = ACCEPTED / "im2col.py"
NAMESPACE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
WORKS = (
    shutil.which("unshare") is not None
    and subprocess.run(
        [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    ).returncode
    == 0
)
needs_mounts = pytest.mark.skipif(not WORKS, reason="no mount namespaces here")


def grade(*words: str | Path, around: str = 'exec "$@"') -> tuple[int, str, str]:
    """Run `grader grade` within a shell command; give its code and its words."""
    command = [sys.executable, "-m", "grader", "grade", "-p", "conv2d", "--no-timing"]
    done = subprocess.run(
        ["sh", "-c", around, "sh", *command, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return done.returncode, done.stdout, done.stderr


def mounted(*commands: str) -> str:
    inner = " && ".join([*commands, 'exec "$@"'])
    return f"exec {' '.join(NAMESPACE)} sh -c '{inner}' sh \"$@\""


@needs_mounts
def test_on_a_full_disk_the_result_is_told_all_the_same(tmp_path: Path) -> None:
    around = mounted(f"mount -t tmpfs -o size=16k tmpfs {tmp_path}")
    code, told, complaint = grade(RIGHT, "--output", tmp_path / "out", around=around)

    assert "im2col: accepted" in told
    assert "No space left on device" in complaint
    assert str(tmp_path / "out") in complaint
    assert "Traceback" not in complaint
    assert code == 2


@needs_mounts
def test_full_temporary_folders_change_nothing() -> None:
    # But for one that holds this checkout: it would be gone.
    needed = [Path(one).resolve() for one in (ROOT, sys.prefix)]
    folders = [
        one
        for one in ("/dev/shm", "/tmp", "/var/tmp")
        if not any(path.is_relative_to(one) for path in needed)
    ]
    commands = [
        *(f"mount -t tmpfs -o size=4k tmpfs {one}" for one in folders),
        *(f"head -c 4096 /dev/zero > {one}/full" for one in folders),
    ]
    several = [ACCEPTED / f"{name}.py" for name in ("im2col", "per_tap", "as_strided")]
    code, told, complaint = grade(
        *several,
        "--output",
        "-",
        "--format",
        "json",
        "--jobs",
        "2",
        around=mounted(*commands),
    )

    assert code == 0, complaint
    verdicts = [one["verdict"] for one in json.loads(told)]
    assert verdicts == ["accepted"] * len(several)
    assert "one at a time" in complaint


@pytest.mark.parametrize("descriptors", [6, 8, 10, 12, 16])
def test_without_descriptors_there_is_a_reason_and_no_traceback(
    descriptors: int, tmp_path: Path
) -> None:
    around = f'ulimit -n {descriptors}; exec "$@"'
    code, told, complaint = grade(RIGHT, "--output", tmp_path, around=around)

    assert "Traceback" not in told + complaint
    if code != 0:
        assert code == 70
        # The second is the kernel's answer when a number is asked for that is too high.
        words = " ".join((told + complaint).split())
        assert re.search("Too many open files|Bad file descriptor", words)


def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    code, _, complaint = grade(
        RIGHT, "--output", tmp_path, around='ulimit -n 32; exec "$@"'
    )

    assert code == 0, complaint


def kill_all_below(pid: int, but: Collection[int] = ()) -> None:
    for one in descendants(pid).difference(but):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def test_a_zygote_that_was_killed_is_started_anew() -> None:
    others = descendants(os.getpid())  # servers of other tests among them
    with Session(Settings(problem="conv2d", explain=False)) as session:
        first = session.grade(Item(name="a", path=RIGHT), timing=False)
        kill_all_below(os.getpid(), but=others)
        second = session.grade(Item(name="a", path=RIGHT), timing=False)

    assert first.verdict is Verdict.ACCEPTED
    assert second.to_json() == first.to_json()


KILLER = """
import contextlib, os, signal, sys
from tests.test_faults import kill_all_below
while True:
    kill_all_below(int(sys.argv[1]))
"""


def test_a_zygote_that_is_always_killed_ends_as_our_fault() -> None:
    grading = f"""
from grader.session import Item, Session, Settings
from pathlib import Path
with Session(Settings(problem="conv2d", explain=False)) as session:
    print(session.grade(Item(name="a", path=Path({str(RIGHT)!r})), timing=False).to_json())
"""
    grader = subprocess.Popen(
        [sys.executable, "-c", grading], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    killer = subprocess.Popen([sys.executable, "-c", KILLER, str(grader.pid)], cwd=ROOT)
    try:
        written, _ = grader.communicate()
    finally:
        killer.kill()
        killer.wait()

    record = json.loads(written)
    assert record["verdict"] == Verdict.JUDGE_ERROR
    assert "sandbox failed" in record["error"]["message"]
    assert record["submission"]["name"] == "a"

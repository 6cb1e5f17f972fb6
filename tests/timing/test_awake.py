"""The core that is timed on is kept awake, and by nobody afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.timing.awake import awake
from tests.processes import descendants

CORE = max(os.sched_getaffinity(0))
PATIENCE_SECONDS = 60
ASLEEP = f"""
import time
from grader.timing.awake import awake
with awake({CORE}):
    print("awake", flush=True)
    time.sleep({PATIENCE_SECONDS})
"""


def test_who_keeps_a_core_awake_gives_way_to_all_others_and_ends_with_it() -> None:
    before = descendants(os.getpid())
    with awake(CORE):
        (keeper,) = descendants(os.getpid()) - before
        wait_until(lambda: os.sched_getscheduler(keeper) == os.SCHED_IDLE)
        wait_until(lambda: os.sched_getaffinity(keeper) == {CORE})

    assert keeper not in descendants(os.getpid())
    assert not Path(f"/proc/{keeper}").exists()


def test_it_ends_with_a_grader_that_is_killed() -> None:
    grader = subprocess.Popen(
        [sys.executable, "-c", ASLEEP], stdout=subprocess.PIPE, text=True
    )
    with grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "awake\n"
        (keeper,) = descendants(grader.pid)
        grader.send_signal(signal.SIGKILL)

    wait_until(lambda: not Path(f"/proc/{keeper}").exists())


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)

"""What was left out is said at the end, and not only counted."""

import gc
import signal

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

# In the background of a script it is ignored, and so it would be by all that is started.
signal.signal(signal.SIGINT, signal.default_int_handler)

LEFT_OUT = ("PostgreSQL", "Network namespaces")
"""What a machine may lack; the reason for leaving a test out begins with it."""


def pytest_collection_finish() -> None:
    """Keep thousands of tests, which stay to the end, out of the search for garbage.

    It takes an eighth of the time all the same if it is begun as often as by default.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [
        one.longrepr[2].removeprefix("Skipped: ")
        for one in skipped
        if isinstance(one.longrepr, tuple)
        and any(f"{what}: " in one.longrepr[2] for what in LEFT_OUT)
    ]
    for reason in sorted(set(reasons)):
        count = reasons.count(reason)
        terminalreporter.write_line(f"LEFT OUT: {count} tests. {reason}", yellow=True)

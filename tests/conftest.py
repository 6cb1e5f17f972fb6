"""What was left out is said at the end, and not only counted."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [
        one.longrepr[2].removeprefix("Skipped: ")
        for one in skipped
        if isinstance(one.longrepr, tuple) and "PostgreSQL: " in one.longrepr[2]
    ]
    for reason in sorted(set(reasons)):
        count = reasons.count(reason)
        terminalreporter.write_line(f"LEFT OUT: {count} tests. {reason}", yellow=True)

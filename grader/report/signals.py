"""What a problem wants to see in a submission, as reports tell it."""

from collections import Counter

from grader.record import Record, SignalEntry


def signals(record: Record) -> tuple[SignalEntry, ...]:
    """Give the signals in the problem's order."""
    return record.signals


def signals_sentence(record: Record) -> str:
    """Sum the signals up in one sentence; nothing if there are none, or none is told.

    It counts, and doesn't weigh.
    """
    counts = Counter[str](one.state for one in record.signals)
    states = ("shown", "partly", "not shown")
    told = [f"{counts[one]} {one}" for one in states if counts[one]]
    if not told:
        return ""
    left = sum(counts.values()) - sum(counts[one] for one in states)
    rest = f"; {left} for you to judge, or not measured" if left else ""
    return f"Of {sum(counts.values())} things to look for: {', '.join(told)}{rest}."

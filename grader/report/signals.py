"""What a problem wants to see in a submission, as reports tell it."""

from grader.record import Record, SignalEntry


def signals(record: Record) -> tuple[SignalEntry, ...]:
    """Give the signals in the problem's order."""
    return record.signals


def signals_sentence(record: Record) -> str:
    """Sum the signals up in one sentence; nothing if there are none, or none is told.

    It counts and names, and doesn't weigh.
    """
    titles: dict[str, list[str]] = {}
    for one in record.signals:
        titles.setdefault(one.state, []).append(f"“{one.title}”")
    told = [
        f"{state}: {', '.join(titles[state])}"
        for state in ("partly", "not shown")
        if state in titles
    ]
    shown = len(titles.get("shown", ()))
    if not told and not shown:
        return ""
    start = f"{shown} of {len(record.signals)} things to look for are shown"
    return f"{'; '.join([start, *told])}."

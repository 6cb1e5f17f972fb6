"""What a record says of signals: things that the problem wants to see."""

from typing import Literal

from grader.record.entry import Entry, Whole


class EvidenceEntry(Entry):
    """What speaks for or against a signal."""

    text: str
    lines: tuple[Whole, ...] = ()
    """Of the submission."""
    cases: tuple[str, ...] = ()
    """Ids of cases: the first of those that speak against it."""


SignalState = Literal["shown", "partly", "not shown", "not measured", "to judge"]
"""`to judge`: there is evidence, and what it amounts to is for people to say."""


class SignalEntry(Entry):
    """Something that the problem wants to see, and what there is to be seen of it."""

    id: str
    title: str
    state: SignalState
    evidence: tuple[EvidenceEntry, ...] = ()

"""What a store holds, and what a regrade changed: tables, and JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from grader.report import words
from grader.store.changes import Cause, Change, Effect, PartChange
from grader.store.rows import Link, Row
from grader.text import message

SCHEMA_VERSION = 1
_EFFECTS: dict[Effect, str] = {
    "loses": "with fewer points",
    "gains": "with more points",
    "differs": "with other differences",
    "same": "as before",
}
_CAUSES: dict[Cause, str] = {
    "spec": "the spec",
    "reference": "its reference, or code beside it",
    "grader": "the grader",
    "environment": "versions or isolation",
}


def render_rows(rows: Iterable[Row]) -> Table:
    """Draw a table of records."""
    table = Table(box=None, pad_edge=False)
    table.add_column("id", justify="right", no_wrap=True)
    for title in ("name", "problem", "verdict"):
        table.add_column(title, overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("graded (UTC)", no_wrap=True)
    table.add_column("after", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.id),
            Text(message(row.name)),
            Text(message(row.problem)),
            row.verdict.words,
            f"{words.points(row.points)} of {words.points(row.maximum)}",
            f"{row.graded_at:%Y-%m-%d %H:%M}",
            "" if row.regrade_of is None else str(row.regrade_of),
        )
    return table


def row_json(row: Row) -> dict[str, Any]:
    """Give a row as plain data."""
    return {**asdict(row), "graded_at": row.graded_at.isoformat()}


def render_links(links: Iterable[Link]) -> Table:
    """Draw a table of links."""
    table = Table(box=None, pad_edge=False)
    table.add_column("id", no_wrap=True)
    for title in ("name", "as", "made by"):
        table.add_column(title, overflow="fold")
    table.add_column("until (UTC)", no_wrap=True)
    table.add_column("revoked by", overflow="fold")
    for link in links:
        table.add_row(
            link.id,
            Text(message(link.name)),
            link.role,
            Text(message(link.made_by)),
            f"{link.expires:%Y-%m-%d %H:%M}",
            Text(message(link.revoked_by or "")),
        )
    return table


def link_json(link: Link) -> dict[str, Any]:
    """Give a link as plain data."""
    revoked_at = link.revoked_at and link.revoked_at.isoformat()
    return {
        **asdict(link),
        "made_at": link.made_at.isoformat(),
        "expires": link.expires.isoformat(),
        "revoked_at": revoked_at,
    }


def render_changes(changes: Iterable[Change]) -> Table:
    """Draw a table of those that are not as they were."""
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for title in ("name", "verdict", "points", "parts"):
        table.add_column(title, overflow="fold")
    for change in changes:
        if change.effect != "same":
            before, after = change.before, change.after
            verdicts = dict.fromkeys((before.verdict.words, after.verdict.words))
            table.add_row(
                change.effect,
                Text(message(after.name)),
                " → ".join(verdicts),
                _points(change),
                Text("\n".join(map(_part, change.parts))),
            )
    return table


def _points(change: Change) -> str:
    before, after = change.before, change.after
    if before.maximum == after.maximum:
        whole = f" of {words.points(after.maximum)}"
        return f"{words.points(before.points)} → {words.points(after.points)}{whole}"
    return " → ".join(
        f"{words.points(one.points)} of {words.points(one.maximum)}"
        for one in (before, after)
    )


def _part(part: PartChange) -> str:
    before, after = (
        "-" if points is None else words.points(points)
        for points in (part.before, part.after)
    )
    told = f"{message(part.title)} {before} → {after}"
    if part.maximum_before != part.maximum_after and part.maximum_after is not None:
        told += f" of {words.points(part.maximum_after)}"
    return told


def count_changes(changes: Sequence[Change]) -> str:
    """Say how many were graded again, and what came of it."""
    if not changes:
        return "nothing to grade again"
    counts = Counter(change.effect for change in changes)
    told = [f"{counts[effect]} {what}" for effect, what in _EFFECTS.items()]
    told = [one for one in told if not one.startswith("0 ")]
    return f"{len(changes)} graded again: {', '.join(told)}"


def count_causes(changes: Sequence[Change]) -> str:
    """Say what had changed since these were graded; nothing if nothing had."""
    counts = Counter(cause for change in changes for cause in change.causes)
    return ", ".join(
        f"{what} ({counts[cause]})" for cause, what in _CAUSES.items() if counts[cause]
    )


def change_json(change: Change) -> dict[str, Any]:
    """Give a change as plain data."""
    sides = {"before": change.before, "after": change.after}
    return {
        "name": change.after.name,
        "sha256": change.after.sha256,
        "effect": change.effect,
        "causes": list(change.causes),
        **{
            side: {
                "record": row.id,
                "verdict": row.verdict,
                "points": row.points,
                "maximum": row.maximum,
                "spec_sha256": row.spec_sha256,
                "seed": row.seed,
                "grader": row.grader,
            }
            for side, row in sides.items()
        },
        "parts": [asdict(part) for part in change.parts],
    }

"""The grades of a batch as CSV: a row for each submission, safe to open anywhere."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.record import Record
from grader.report.summary import reason

_OBEYED = tuple("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n'")
"""A spreadsheet takes what starts so for a formula, in full width too; the last keeps
cells distinct."""


def cell(text: str) -> str:
    """Make a text one that no spreadsheet takes for a formula.

    Examples
    --------
    >>> cell("=1+1"), cell("ann"), cell("'=1+1")
    ("'=1+1", 'ann', "''=1+1")
    """
    return f"'{text}" if text.startswith(_OBEYED) else text


def uncell(text: str) -> str:
    """Give the text that was made safe.

    Examples
    --------
    >>> uncell("'=1+1"), uncell("ann"), uncell("''=1+1")
    ('=1+1', 'ann', "'=1+1")
    """
    return text.removeprefix("'")


def write_rows(rows: Iterable[Sequence[str | float | None]]) -> str:
    """Write rows as CSV: texts made safe, numbers as they are, nothing where None."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([cell(one) if isinstance(one, str) else one for one in row])
    return text.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One submission in the table."""

    first: tuple[str | float | None, ...]
    points: Mapping[str, float | None]
    """By the ids of parts."""
    last: tuple[str | float | None, ...]


def render_csv(rows: Iterable[TableRow]) -> str:
    """Give the table of several records.

    Parameters
    ----------
    rows
        In the order of the table.

    Returns
    -------
    str
        Points are of the parts that were measured: an empty cell is not 0.
    """
    shown = list(rows)
    parts = list(dict.fromkeys(part for one in shown for part in one.points))
    head = (
        "name",
        "problem",
        "verdict",
        "points",
        "maximum",
        *(f"points_{part}" for part in parts),
        "reason",
        "diagnoses",
        "time_ratio",
        "time_ratio_low",
        "time_ratio_high",
        "memory_multiple",
        "mistakes_killed",
        "mistakes",
        "sha256",
    )
    return write_rows(
        [
            head,
            *(
                (*one.first, *(one.points.get(part) for part in parts), *one.last)
                for one in shown
            ),
        ]
    )


def table_row(record: Record) -> TableRow:
    """Sum up a record in one row."""
    ratio = record.timing.ratio if record.timing is not None else None
    tests = record.candidate_tests
    found = [" and ".join(one.misconceptions) or one.title for one in record.diagnoses]
    first = (
        record.submission.name,
        record.problem.id,
        record.verdict.value,
        record.score.points,
        record.score.maximum,
    )
    last = (
        reason(record),
        "; ".join(dict.fromkeys(found)),
        ratio.estimate if ratio is not None else None,
        ratio.low if ratio is not None else None,
        ratio.high if ratio is not None else None,
        record.memory.multiple if record.memory is not None else None,
        tests.killed if tests is not None and tests.provided else None,
        tests.total if tests is not None and tests.provided else None,
        record.submission.sha256,
    )
    points = {part.id: part.points for part in record.parts}
    return TableRow(first=first, points=points, last=last)

"""How large reports are, and how long they take to draw, for every kind of record.

Seconds are of processor time, so that other work on the machine changes little.
Run it as `python benchmarks/report.py`, or with the record.json of gradings.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import Figure, publish
from grader.record import HeatMap, HeatPlane, Picture, Record
from grader.report.feedback import for_candidate
from grader.report.html import render_html
from tests.report import records

ALLOWED_BYTES, ALLOWED_SECONDS = 400_000, 0.5
REPEATS = 5


def main() -> int:
    """Draw each record several times; the exit code is 1 if one is too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="*", type=Path)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    started = time.process_time()
    render_html(records.complete())
    first = time.process_time() - started
    rows: list[dict[str, Figure]] = []
    sizes, times = [], []
    for name, record in _records(options.records):
        text, seconds = _timed(record)
        own, _ = _timed(for_candidate(record))
        sizes.append(len(text.encode()))
        times.append(seconds)
        rows.append(
            {
                "record": name,
                "report_bytes": sizes[-1],
                "feedback_bytes": len(own.encode()),
                "report_seconds": seconds,
            }
        )
    largest, slowest = max(sizes), max(times)
    publish(
        "Reports",
        rows,
        ["record", "report_bytes", "feedback_bytes", "report_seconds"],
        options.json,
        {
            "largest_bytes": largest,
            "slowest_seconds": slowest,
            "first_in_a_process_seconds": first,
        },
    )
    return int(largest > ALLOWED_BYTES or slowest > ALLOWED_SECONDS)


def _records(paths: list[Path]) -> Iterator[tuple[str, Record]]:
    if paths:
        for path in paths:
            yield path.parent.name, Record.from_json(path.read_bytes(), path)
        return
    for make in (
        records.complete,
        records.wrong_answer,
        records.not_loaded,
        records.hostile,
    ):
        yield make.__name__, make()
    yield "everything at its largest", _largest()


def _largest() -> Record:
    """Make a record in which all that a page has a limit for is beyond it."""
    record = records.wrong_answer()
    picture = Picture(
        where="What differs lies in all rows and columns.",
        heat_map=HeatMap(
            rows=64,
            columns=64,
            cell=(2, 2),
            planes=(
                HeatPlane(
                    index=(0,),
                    cells=" ".join(
                        "".join(str((3 * row + 5 * one) % 10) for one in range(32))
                        for row in range(32)
                    ),
                    wrong=4_000,
                ),
            ),
        ),
    )
    failing = [one for one in record.cases if one.mismatch is not None]
    many = [
        one.model_copy(
            update={
                "id": f"{one.id}-{at}",
                "group": f"group-{at % 40}",
                "picture": picture,
                "message": "a long message " * 100,
            }
        )
        for at in range(600)
        for one in failing[:1]
    ]
    source = "".join(f"x_{at} = conv2d({at}, 'text')  # why\n" for at in range(6_000))
    return record.model_copy(
        update={
            "cases": (*record.cases, *many),
            "submission": record.submission.model_copy(update={"source": source}),
        }
    )


def _timed(record: Record) -> tuple[str, float]:
    text, times = "", []
    for _ in range(REPEATS):
        started = time.process_time()
        text = render_html(record)
        times.append(time.process_time() - started)
    return text, statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())

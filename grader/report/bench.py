"""What known code takes on this machine: a table, a page with a chart, and JSON."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.record import RungEntry
from grader.report import words
from grader.report.chart import timing_chart
from grader.report.html import fill
from grader.timing.bench import Bench, Overtaking

SCHEMA_VERSION = 1


def render_bench(bench: Bench) -> RenderableType:
    """Draw a table of times, and say who overtakes the plain code."""
    title = f"{bench.title}: milliseconds a call"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    first, *others = columns(bench)
    table.add_column(first)
    for title in others:
        table.add_column(title, justify="right")
    for row in rows(bench):
        table.add_row(*row)
    sentences = [Text(one) for one in overtaking_sentences(bench)]
    return Group(table, Text(), *sentences)


def columns(bench: Bench) -> tuple[str, ...]:
    """Give the titles of a table of times."""
    titles = (one.title for one in bench.timing.rungs[0].baselines)
    return ("size", "products", *titles, "reference")


def rows(bench: Bench) -> Iterable[tuple[str, ...]]:
    """Give the rows of a table of times, in words."""
    for rung in bench.timing.rungs:
        yield (
            rung.title,
            words.si(rung.work),
            *_times(rung),
            words.milliseconds(rung.reference_seconds or 0.0),
        )


def _times(rung: RungEntry) -> Iterable[str]:
    for one in rung.baselines:
        told = words.milliseconds(one.processor_seconds)
        yield told if one.measured else f"about {told}"


def overtaking_sentences(bench: Bench) -> Iterable[str]:
    """Say for each who is not the plain code from which size on it is faster."""
    found = {one.title: one for one in bench.overtakings}
    for title in bench.others.values():
        one = found.get(title)
        if one is None:
            yield (
                f"{title} does not overtake {bench.plain} on the sizes that both were "
                "timed on."
            )
        else:
            yield _sentence(bench, one)


def _sentence(bench: Bench, one: Overtaking) -> str:
    there = f"there it is {words.interval(one.times)} times as fast"
    if one.work is None:
        start = f"{one.title} is faster than {bench.plain} from the smallest size on"
        return f"{start}, {one.rung}; {there}."
    return (
        f"{one.title} overtakes {bench.plain} at about {words.si(one.work)} "
        f"products, and is faster from the size “{one.rung}” on; {there}."
    )


def bench_document(bench: Bench) -> dict[str, Any]:
    """Give all numbers as what JSON can hold."""
    return {
        "schema_version": SCHEMA_VERSION,
        "problem": bench.problem,
        "plain": bench.plain,
        "timing": bench.timing.model_dump(mode="json", exclude_none=True),
        "times_as_fast": [
            {name: one.model_dump() for name, one in own.items()} for own in bench.times
        ],
        "overtakings": [
            {
                "title": one.title,
                "rung": one.rung,
                "work": one.work,
                "times_as_fast": one.times.model_dump(),
            }
            for one in bench.overtakings
        ],
    }


def render_bench_page(bench: Bench) -> str:
    """Draw the chart and the table as one HTML page."""
    return fill(
        "bench.html.j2",
        title=bench.title,
        chart=timing_chart(bench.timing),
        sentences=list(overtaking_sentences(bench)),
        columns=columns(bench),
        rows=list(rows(bench)),
        protocol=bench.timing.protocol,
    )

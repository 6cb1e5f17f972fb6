"""Two or more candidates side by side, as one page that needs nothing else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.record import Record
from grader.report import words
from grader.report.html import fill
from grader.report.source import Listing, list_source
from grader.report.summary import reason

MOST_CANDIDATES = 8
"""More have no room beside one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of those that are compared."""

    record: Record
    link: str | None = None
    """The path of its report, relative to the page."""
    alike_lines: frozenset[int] = frozenset()
    """Lines that another has too, but for names, comments and layout."""

    @property
    def name(self) -> str:
        """What reports call it."""
        return self.record.submission.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One thing that is compared."""

    title: str
    cells: tuple[str, ...]
    """For each candidate; empty where it was not measured."""

    @property
    def differs(self) -> bool:
        """Whether it tells candidates apart."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """What belongs together."""

    title: str
    rows: tuple[_Row, ...]


def render_comparison(candidates: Sequence[Candidate], alike: Sequence[str]) -> str:
    """Draw candidates side by side.

    Parameters
    ----------
    candidates
        Two or more.
    alike
        Sentences about pairs of them whose sources are near-identical.

    Returns
    -------
    str
        The page, the same for the same records.
    """
    records = [one.record for one in candidates]
    titles = dict.fromkeys(one.problem.title for one in records)
    return fill(
        "compare.html.j2",
        candidates=candidates,
        problem_titles=tuple(titles),
        blocks=[block for block in _blocks(records) if block.rows],
        listings=[_listing(one) for one in candidates],
        alike=alike,
    )


def _listing(candidate: Candidate) -> Listing:
    return list_source(candidate.record.submission.source)


def _blocks(records: Sequence[Record]) -> Iterable[_Block]:
    yield _Block(title="Points", rows=tuple(_points(records)))
    yield _Block(title="What is wrong", rows=tuple(_faults(records)))
    yield _Block(title="Speed and memory", rows=_filled(records, _SPEED))
    yield _Block(title="How it is written", rows=_filled(records, _STYLE))
    yield _Block(title="Own tests", rows=_filled(records, _TESTS))


def _points(records: Sequence[Record]) -> Iterable[_Row]:
    yield _Row(
        title="In all",
        cells=tuple(
            f"{words.points(one.score.points)} of {words.points(one.score.maximum)}"
            for one in records
        ),
    )
    own = [{(part.id, part.title): part for part in one.parts} for one in records]
    for key in dict.fromkeys(key for parts in own for key in parts):
        cells = [
            f"{words.points(points)} of {words.points(parts[key].maximum)}"
            if key in parts and (points := parts[key].points) is not None
            else ""
            for parts in own
        ]
        yield _Row(title=key[1], cells=tuple(cells))


def _faults(records: Sequence[Record]) -> Iterable[_Row]:
    yield _Row(title="First fault", cells=tuple(map(reason, records)))
    found = tuple(
        "; ".join(dict.fromkeys(entry.title for entry in one.diagnoses))
        for one in records
    )
    if any(found):
        yield _Row(title="Known mistakes that explain it", cells=found)
    # Problems give one id to groups that are not the same.
    own = [{(group.id, group.title): group for group in one.groups} for one in records]
    for key in dict.fromkeys(key for groups in own for key in groups):
        entries = [groups.get(key) for groups in own]
        if any(one is not None and one.passed < one.total for one in entries):
            cells = [
                f"{one.passed:,} of {words.count(one.total, 'case')} passed"
                if one
                else ""
                for one in entries
            ]
            yield _Row(title=key[1], cells=tuple(cells))


def _filled(
    records: Sequence[Record], measures: Mapping[str, Callable[[Record], str]]
) -> tuple[_Row, ...]:
    rows = (
        _Row(title=title, cells=tuple(map(measure, records)))
        for title, measure in measures.items()
    )
    return tuple(row for row in rows if any(row.cells))


def _ratio(record: Record) -> str:
    ratio = record.timing.ratio if record.timing is not None else None
    return f"{words.interval(ratio)} times the reference's" if ratio else ""


def _growth(record: Record) -> str:
    growth = record.timing.growth if record.timing is not None else ()
    return "; ".join(
        f"{one.title}: power {words.interval(one.exponent)}" for one in growth
    )


def _memory(record: Record) -> str:
    memory = record.memory
    return f"{words.multiple(memory.multiple)} times the output" if memory else ""


_SPEED = {
    "Time of a call": _ratio,
    "How the time grows": _growth,
    "Memory": _memory,
}


def _loops(record: Record) -> str:
    if record.style is None:
        return ""
    loops = record.style.loops
    deepest = max((one.depth + 1 for one in loops), default=0)
    return f"{len(loops)}, at most {deepest} deep" if loops else "none"


def _size(record: Record) -> str:
    if record.style is None:
        return ""
    functions = record.style.functions
    longest = max((one.lines for one in functions), default=0)
    most = words.count(longest, "line")
    return f"{words.count(len(functions), 'function')}, the longest of {most}"


def _complexity(record: Record) -> str:
    functions = record.style.functions if record.style is not None else ()
    known = [one.complexity for one in functions if one.complexity is not None]
    return str(max(known)) if known else ""


def _documented(record: Record) -> str:
    if record.style is None or not record.style.functions:
        return ""
    functions = record.style.functions
    return f"{sum(one.has_docstring for one in functions)} of {len(functions)}"


def _typed(record: Record) -> str:
    if record.style is None or not record.style.functions:
        return ""
    functions = record.style.functions
    total = sum(one.arguments for one in functions)
    return f"{sum(one.annotated for one in functions)} of {total}"


def _lint(record: Record) -> str:
    if record.style is None or not record.style.linter:
        return ""
    return f"{len(record.style.lint)}, by {record.style.linter}"


_STYLE = {
    "Loops": _loops,
    "Length": _size,
    "Most complex function (McCabe)": _complexity,
    "Functions with a docstring": _documented,
    "Arguments with types": _typed,
    "Remarks of the linter": _lint,
}


def _tests(record: Record) -> str:
    tests = record.candidate_tests
    if tests is None:
        return ""
    return words.count(len(tests.tests), "test") if tests.provided else "none"


def _kills(record: Record) -> str:
    tests = record.candidate_tests
    if tests is None or not tests.total:
        return ""
    return f"{tests.killed} of {tests.total}"


def _refused(record: Record) -> str:
    tests = record.candidate_tests
    if tests is None or not tests.tests:
        return ""
    return str(sum(bool(one.refused) for one in tests.tests))


_TESTS = {
    "Tests": _tests,
    "Known mistakes that they notice": _kills,
    "Tests that refuse correct code": _refused,
}

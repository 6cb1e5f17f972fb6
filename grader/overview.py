"""Write what lies above the records of a batch: one page, one table, comparisons."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import GraderError, ProblemError, RecordError
from grader.loading import available_problems, load_problem
from grader.misconceptions import bank_of
from grader.output import make_folder, read_record, write_whole
from grader.problem import Problem
from grader.record import Record
from grader.report.table import render_csv
from grader.similarity import Pair, Similarity, find_similar, given_code

if TYPE_CHECKING:
    from grader.report.index import Alike, Batch, IndexRow

COMPARISONS = "compare"
"""The folder of the pages that show two side by side."""


def write_index(records: Mapping[str, Record], folder: Path, problem: Problem) -> Path:
    """Write the page of several submissions, and the table and comparisons it links to.

    Parameters
    ----------
    records
        By the path of their folder within the folder.
    folder
        Where to write to.
    problem
        What they are submissions to.
    """
    return _write_index(records, folder, problem.spec.title, problem)


def _write_index(
    records: Mapping[str, Record],
    folder: Path,
    title: str,
    problem: Problem | None,
) -> Path:
    from grader.report.index import index_row, render_index  # noqa: PLC0415 - slow

    ordered = sorted(records.items())
    rows = [index_row(record, _report_of(place)) for place, record in ordered]
    sorted_records = [record for _, record in ordered]
    alike = None
    titles: Mapping[str, str] = {}
    if problem is not None:
        titles = _titles_of_mistakes(problem)
        similarity = find_similar(sorted_records, given_code(problem))
        alike = _write_pairs(sorted_records, rows, folder, similarity)
    write_table(sorted_records, folder)
    path = folder / "index.html"
    write_whole(path, render_index(rows, title, alike, titles))
    return path


def _titles_of_mistakes(problem: Problem) -> Mapping[str, str]:
    try:
        bank = bank_of(problem)
    except ProblemError:
        return {}
    return {one.id: one.title for one in bank.misconceptions} if bank else {}


def _report_of(place: str) -> str:
    return str(PurePosixPath(place) / "report.html")


def _write_pairs(
    records: Sequence[Record],
    rows: "Sequence[IndexRow]",
    folder: Path,
    similarity: Similarity,
) -> "Alike":
    from grader.report.index import MOST_PAIRS, Alike, AlikePair  # noqa: PLC0415

    listed = []
    for at, pair in enumerate(similarity.pairs[:MOST_PAIRS], start=1):
        link = f"{COMPARISONS}/{at}.html"
        make_folder(folder / COMPARISONS)
        write_whole(folder / link, _pair_page(pair, records, rows))
        listed.append(
            AlikePair(
                first=rows[pair.first],
                second=rows[pair.second],
                share=pair.share,
                rank=pair.rank,
                link=link,
            )
        )
    return Alike(
        pairs=tuple(listed),
        missing=len(similarity.pairs) - len(listed),
        compared=similarity.compared,
        left_out=tuple(rows[at] for at in similarity.left_out),
        failure=similarity.failure,
    )


def _pair_page(
    pair: Pair, records: Sequence[Record], rows: "Sequence[IndexRow]"
) -> str:
    from grader.report.comparison import Candidate, render_comparison  # noqa: PLC0415

    both = ((pair.first, pair.first_lines), (pair.second, pair.second_lines))
    candidates = [
        Candidate(record=records[one], link=f"../{rows[one].link}", alike_lines=lines)
        for one, lines in both
    ]
    return render_comparison(candidates, [_sentence(pair, records)])


def _sentence(pair: Pair, records: Sequence[Record]) -> str:
    first, second = (records[one].submission.name for one in (pair.first, pair.second))
    share = f"{pair.share:.0%}".replace("%", " %")
    return (
        f"{first} and {second} are near-identical: the longer has {share} of what is "
        f"its own in common with the other."
    )


def write_comparison(paths: Sequence[Path], place: Path) -> Path:
    """Write the page that shows some candidates side by side.

    Parameters
    ----------
    paths
        Of their records.
    place
        Where to write to.

    Raises
    ------
    RecordError
        If one can't be read.
    """
    from grader.report.comparison import Candidate, render_comparison  # noqa: PLC0415

    records = [read_record(path) for path in paths]
    problem = _ours(records)
    similarity = Similarity()
    if problem is not None:
        similarity = find_similar(records, given_code(problem))
    alike: list[set[int]] = [set() for _ in records]
    for pair in similarity.pairs:
        alike[pair.first] |= pair.first_lines
        alike[pair.second] |= pair.second_lines
    candidates = [
        Candidate(
            record=record,
            link=_link(path.with_name("report.html"), place),
            alike_lines=frozenset(lines),
        )
        for path, record, lines in zip(paths, records, alike, strict=True)
    ]
    sentences = [_sentence(pair, records) for pair in similarity.pairs]
    make_folder(place.parent)
    write_whole(place, render_comparison(candidates, sentences))
    return place


def _link(report: Path, place: Path) -> str | None:
    """Give the way from a page to a report, if there is one."""
    if not report.is_file():
        return None
    way = os.path.relpath(report.resolve(), place.parent.resolve())
    return PurePath(way).as_posix()


def write_table(records: Sequence[Record], folder: Path) -> Path:
    """Write the grades of several submissions as CSV."""
    make_folder(folder)
    path = folder / "grades.csv"
    write_whole(path, render_csv(records))
    return path


def write_overview(folder: Path) -> Path:
    """Write the page above all records that lie in a folder.

    Records of one problem are listed, as `write_index` does it. Those of several get
    a line for each folder within, with a link to its page.

    Parameters
    ----------
    folder
        Where gradings were written to.

    Raises
    ------
    RecordError
        If one can't be read, or there is none.
    """
    from grader.report.index import render_overview  # noqa: PLC0415 - slow to import

    records = {
        path.parent.relative_to(folder).as_posix(): read_record(path)
        for path in sorted(folder.rglob("record.json"))
    }
    if not records:
        raise RecordError(folder, "there is no record.json in it")
    titles = {record.problem.title for record in records.values()}
    if len(titles) == 1:
        problem = _ours(list(records.values()))
        return _write_index(records, folder, titles.pop(), problem)
    path = folder / "index.html"
    write_whole(path, render_overview(_batches(records, folder)))
    return path


def _ours(records: Sequence[Record]) -> Problem | None:
    """Give the problem that all are of, if it comes with the grader."""
    names = {record.problem.id for record in records}
    if len(names) > 1 or names.isdisjoint(available_problems()):
        return None
    try:
        return load_problem(names.pop())
    except GraderError:
        return None


def _batches(records: Mapping[str, Record], folder: Path) -> "Sequence[Batch]":
    from grader.report.index import Batch, index_row  # noqa: PLC0415 - as above

    rows: dict[tuple[str, str], list[IndexRow]] = {}
    for place, record in records.items():
        row = index_row(record, _report_of(place))
        key = (PurePosixPath(row.link).parts[0], record.problem.title)
        rows.setdefault(key, []).append(row)
    return [
        Batch(
            title=title, folder=name, rows=tuple(own), link=_page_of(folder, name, own)
        )
        for (name, title), own in rows.items()
    ]


def _page_of(folder: Path, name: str, rows: "Sequence[IndexRow]") -> str:
    has_index = (folder / name / "index.html").is_file()
    return f"{name}/index.html" if has_index else rows[0].link

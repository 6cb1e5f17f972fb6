"""Write what lies above the records of a batch: one page, one table, comparisons.

Of each record only its rows stay in memory: there may be a hundred thousand.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import GraderError, ProblemError, RecordError
from grader.loading import available_problems, load_problem
from grader.misconceptions import bank_of
from grader.output import make_folder, read_record, write_whole
from grader.problem import Problem
from grader.record import ProblemEntry, Record
from grader.report.table import TableRow, render_csv, table_row
from grader.shelf import Shelf
from grader.similarity import Pair, Similarity, find_similar, given_code

if TYPE_CHECKING:
    from grader.report.index import Alike, Batch, IndexRow

COMPARISONS = "compare"
"""The folder of the pages that show two side by side."""


class Overview:
    """Rows of the records of a batch; the records are on a shelf.

    Parameters
    ----------
    shelf
        Has the records, by the paths of their folders.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.rows: dict[str, IndexRow] = {}
        """By the paths of their folders."""
        self._table: dict[str, TableRow] = {}

    def add(self, place: str, record: Record) -> None:
        """Take in a record that is on the shelf, in place of one that was there.

        Parameters
        ----------
        place
            The path of its folder, within that of the page.
        record
            What is known of a submission.
        """
        from grader.report.index import index_row  # noqa: PLC0415 - slow

        self.rows[place] = index_row(record, _report_of(place))
        self._table[place] = table_row(record)

    def write_table(self, folder: Path, places: Iterable[str]) -> Path:
        """Write the table of grades, in an order."""
        return write_table([self._table[place] for place in places], folder)

    def write_index(self, folder: Path, title: str, problem: Problem | None) -> Path:
        """Write the page of all, and the table and comparisons that it links to.

        Parameters
        ----------
        folder
            Where to write to.
        title
            The problem's.
        problem
            If it is not known, sources are not compared.
        """
        from grader.report.index import (  # noqa: PLC0415 - slow
            MOST_PAIRS,
            render_index,
        )

        places = sorted(self.rows)
        rows = [self.rows[place] for place in places]
        alike = None
        titles: Mapping[str, str] = {}
        if problem is not None:
            titles = _titles_of_mistakes(problem)
            submissions = self._shelf.submissions(places)
            similarity = find_similar(submissions, given_code(problem), MOST_PAIRS)
            records = self._shelf.records(places)
            alike = _write_pairs(records, rows, folder, similarity)
        self.write_table(folder, places)
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
    from grader.report.index import Alike, AlikePair  # noqa: PLC0415

    listed = []
    for at, pair in enumerate(similarity.pairs, start=1):
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
        missing=similarity.missing,
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
    return render_comparison(
        candidates, [_sentence(pair, [rows[one].name for one, _ in both])]
    )


def _sentence(pair: Pair, names: Sequence[str]) -> str:
    first, second = names
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
    problem = _ours({record.problem.id for record in records})
    similarity = Similarity()
    if problem is not None:
        submissions = [record.submission for record in records]
        similarity = find_similar(submissions, given_code(problem))
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
    names = [record.submission.name for record in records]
    sentences = [
        _sentence(pair, [names[pair.first], names[pair.second]])
        for pair in similarity.pairs
    ]
    make_folder(place.parent)
    write_whole(place, render_comparison(candidates, sentences))
    return place


def _link(report: Path, place: Path) -> str | None:
    """Give the way from a page to a report, if there is one."""
    if not report.is_file():
        return None
    way = os.path.relpath(report.resolve(), place.parent.resolve())
    return PurePath(way).as_posix()


def write_table(rows: Iterable[TableRow], folder: Path) -> Path:
    """Write the grades of several submissions as CSV."""
    make_folder(folder)
    path = folder / "grades.csv"
    write_whole(path, render_csv(rows))
    return path


def write_overview(folder: Path) -> Path:
    """Write the page above all records that lie in a folder.

    Records of one problem are listed, as `Overview` does it. Those of several get
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

    problems: dict[str, ProblemEntry] = {}
    with Shelf(folder) as shelf:
        overview = Overview(shelf)
        for path in sorted(folder.rglob("record.json")):
            place = path.parent.relative_to(folder).as_posix()
            record = read_record(path)
            shelf.put(place, record)
            overview.add(place, record)
            problems[place] = record.problem
        if not problems:
            raise RecordError(folder, "there is no record.json in it")
        titles = {problem.title for problem in problems.values()}
        if len(titles) == 1:
            known = _ours({problem.id for problem in problems.values()})
            return overview.write_index(folder, titles.pop(), known)
        batches = _batches(overview.rows, problems, folder)
    path = folder / "index.html"
    write_whole(path, render_overview(batches))
    return path


def _ours(names: set[str]) -> Problem | None:
    """Give the problem that all are of, if it comes with the grader."""
    if len(names) > 1 or names.isdisjoint(available_problems()):
        return None
    try:
        return load_problem(*names)
    except GraderError:
        return None


def _batches(
    found: "Mapping[str, IndexRow]", problems: Mapping[str, ProblemEntry], folder: Path
) -> "Sequence[Batch]":
    from grader.report.index import Batch  # noqa: PLC0415 - as above

    rows: dict[tuple[str, str], list[IndexRow]] = {}
    for place, row in found.items():
        key = (PurePosixPath(row.link).parts[0], problems[place].title)
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

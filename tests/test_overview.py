"""What lies above the records of a batch leads to all that is there."""

import re
from pathlib import Path
from urllib.parse import unquote

from grader.cli import main
from grader.loading import load_problem
from grader.output import FORMATS, write_record
from grader.overview import Overview, write_overview
from grader.record import ProblemEntry, Record
from grader.shelf import Shelf
from grader.submission.finding import OUR_FILES
from tests.report.records import SOURCE, accepted, submission, wrong_answer

SOFTMAX = Path(__file__).parent / "softmax"
PROBLEM = load_problem("conv2d")
ENTRY = ProblemEntry(id="conv2d", title=PROBLEM.spec.title, sha256=PROBLEM.sha256)


def _batch() -> dict[str, Record]:
    other = (
        "def conv2d(x, weight):\n    raise NotImplementedError('later', x, weight)\n"
    )
    sources = {"b/ben": SOURCE, "ann": f"# mine\n{SOURCE}", "c d": other}
    return {
        name: (accepted() if name == "ann" else wrong_answer()).model_copy(
            update={"submission": submission(name, source), "problem": ENTRY}
        )
        for name, source in sources.items()
    }


def _write_index(batch: dict[str, Record], folder: Path) -> Path:
    with Shelf(folder) as shelf:
        overview = Overview(shelf)
        for name, record in batch.items():
            shelf.put(name, record)
            overview.add(name, record)
        return overview.write_index(folder, PROBLEM.spec.title, PROBLEM)


def _links(page: Path) -> set[Path]:
    found = re.findall(r'href="([^"#]+)"', page.read_text())
    return {(page.parent / unquote(link)).resolve() for link in found}


def test_all_links_lead_somewhere_and_pairs_back_to_reports(tmp_path: Path) -> None:
    batch = _batch()
    for name, record in batch.items():
        write_record(record, tmp_path / name, ["json", "html"])
    index = _write_index(batch, tmp_path)
    pair = tmp_path / "compare" / "1.html"

    reports = {tmp_path / name / "report.html" for name in batch}
    assert _links(index) == {*reports, pair, tmp_path / "grades.csv"}
    assert _links(pair) == {
        tmp_path / name / "report.html" for name in ("ann", "b/ben")
    }
    assert not list(tmp_path.glob("compare/2.html"))

    # From the records alone it comes out the same, whatever their order.
    before = {
        path: path.read_bytes() for path in (index, pair, tmp_path / "grades.csv")
    }
    write_overview(tmp_path)
    assert {path: path.read_bytes() for path in before} == before
    _write_index(dict(reversed(batch.items())), tmp_path)
    assert {path: path.read_bytes() for path in before} == before


def test_sources_are_not_compared_without_what_all_were_given(tmp_path: Path) -> None:
    for name, record in _batch().items():
        theirs = record.problem.model_copy(update={"id": "theirs"})
        write_record(
            record.model_copy(update={"problem": theirs}), tmp_path / name, ["json"]
        )
    assert 'id="alike"' not in write_overview(tmp_path).read_text()


def test_a_table_can_be_all_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("ann", "ben"):
        (tmp_path / "in" / f"{name}.py").write_text((SOFTMAX / "right.py").read_text())
    output = tmp_path / "out"
    words = ["-p", str(SOFTMAX), "-o", str(output), "--format", "csv", "--jobs", "1"]

    assert main(["grade", str(tmp_path / "in"), *words]) == 0
    rows = (output / "grades.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["name", "ann", "ben"]
    assert not list(output.rglob("*.html"))
    assert not list(output.rglob("record.json"))


def test_no_submission_has_the_name_of_a_file_of_ours(tmp_path: Path) -> None:
    names = {one.filename for documents in FORMATS.values() for one in documents}
    _write_index({"ann": accepted()}, tmp_path)
    names |= {path.name for path in tmp_path.iterdir()}

    assert names <= OUR_FILES

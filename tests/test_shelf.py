"""However many submissions there are, few records are in memory at once."""

import gc
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from grader.cli.run import Task, Writer, run
from grader.loading import load_problem
from grader.output import FORMATS, FORMATS_OF_ONE, render_together
from grader.overview import Overview
from grader.record import Record
from grader.session import Session, Settings
from grader.shelf import Shelf
from tests.copies import SOFTMAX, write_copies
from tests.report.records import accepted, submission, wrong_answer

MANY = 12
FEW = 3


@pytest.fixture
def _only_what_is_new() -> Iterator[None]:
    """Have the collector, which is asked often here, pass over what tests before made."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def _alive() -> int:
    gc.collect()
    return sum(isinstance(one, Record) for one in gc.get_objects())


def _named(name: str, source: str) -> Record:
    return accepted().model_copy(update={"submission": submission(name, source)})


def test_what_is_put_away_comes_back_and_what_is_put_again_is_as_it_was_last(
    tmp_path: Path,
) -> None:
    with Shelf(tmp_path) as shelf:
        for name in ("ann", "ben"):
            shelf.put(name, _named(name, "x = 1"))
        shelf.put("ann", wrong_answer())

        assert shelf.record("ann") == wrong_answer()
        assert shelf.record("ben") == _named("ben", "x = 1")
        assert shelf.submission("ben") == submission("ben", "x = 1")
        names = [one.submission.name for one in shelf.records(["ben", "ann", "ben"])]
        assert names == ["ben", wrong_answer().submission.name, "ben"]
        assert len(shelf.submissions(["ann", "ben"])[1:]) == 1
    assert not list(tmp_path.iterdir())


def test_without_a_disk_nothing_is_lost(tmp_path: Path) -> None:
    with Shelf(tmp_path / "nowhere") as shelf:
        shelf.put("ann", accepted())
        assert shelf.record("ann") == accepted()


def test_on_a_full_disk_nothing_is_lost() -> None:
    shelf = Shelf()
    shelf.put("ann", accepted())
    with Path("/dev/full").open("r+b", buffering=0) as full:
        shelf._file, disk = full, shelf._file
        shelf.put("ben", wrong_answer())
        shelf._file = disk
    shelf.put("cleo", accepted())

    records = shelf.records(["ann", "ben", "cleo"])
    assert list(records) == [accepted(), wrong_answer(), accepted()]
    shelf.close()


def _add(shelf: Shelf, overview: Overview, name: str, source: str) -> None:
    record = _named(name, source)
    shelf.put(name, record)
    overview.add(name, record)


@pytest.mark.usefixtures("_only_what_is_new")
def test_an_overview_has_few_records_in_memory_at_once(tmp_path: Path) -> None:
    before = _alive()
    with Shelf(tmp_path) as shelf:
        overview = Overview(shelf)
        for at in range(MANY):
            _add(shelf, overview, f"c{at}", f"def conv2d():\n    return {at}\n" * 40)
        assert _alive() <= before + FEW
        page = overview.write_index(tmp_path, "2D convolution", load_problem("conv2d"))
        assert _alive() <= before + FEW

    text = page.read_text()
    assert text.count("/report.html") >= MANY
    assert "near-identical" in text


def _peak(shelf: Shelf, format_: str, names: Sequence[str]) -> int:
    """Give the most bytes in use while records are rendered as one text."""
    tracemalloc.start()
    for _ in render_together(shelf.records(names), format_, several=True):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    "format_", [one for one in FORMATS if one not in {*FORMATS_OF_ONE, "github"}]
)
def test_a_text_of_many_records_takes_no_more_memory_than_that_of_few(
    tmp_path: Path, format_: str
) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.put("ann", accepted())
        _peak(shelf, format_, ["ann"])  # what is imported and kept is no part of it
        few, many = (_peak(shelf, format_, ["ann"] * one) for one in (FEW, 4 * MANY))
    assert many < 1.5 * few


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(
        items=write_copies(tmp_path, MANY),
        settings=Settings(problem=str(SOFTMAX)),
        timing=False,
        jobs=2,
        formats=frozenset({"json"}),
        folder=tmp_path / "out",
        several=True,
        fresh=False,
    )


def _counted(task: Task) -> Iterator[tuple[str, int]]:
    with Session(task.settings) as session:
        for item, record in run(task, session, Writer(task)):
            yield f"{item.name} {record.verdict}", _alive()


@pytest.mark.usefixtures("_only_what_is_new")
def test_a_run_has_few_records_in_memory_at_once_and_taking_over_has_no_more(
    task: Task,
) -> None:
    before = _alive()
    first = dict(_counted(task))
    second = dict(_counted(task))

    assert sorted(first) == sorted(second)
    assert len(first) == MANY
    assert max(*first.values(), *second.values()) <= before + FEW

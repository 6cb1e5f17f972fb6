"""Of what a pool of processes is given, little is on its way at once."""

from pathlib import Path

from grader.batch import grade_many
from grader.cli.pool import open_pool
from grader.session import Session, Settings
from tests.copies import SOFTMAX, write_copies


def test_few_submissions_are_on_their_way_and_all_arrive(tmp_path: Path) -> None:
    settings = Settings(problem=str(SOFTMAX), explain=False)
    items = write_copies(tmp_path, 40)
    with Session(settings) as session, open_pool(settings, 2) as pool:
        assert pool is not None
        assert pool.room() < len(items)
        graded = list(grade_many(items, session, timing=False, pool=pool))

    assert sorted(one.item.name for one in graded) == [one.name for one in items]
    assert {one.record.verdict for one in graded} == {"accepted"}

"""Of what a pool of processes is given, little is on its way at once."""

from pathlib import Path

from grader.batch import grade_many
from grader.cli.pool import open_pool
from grader.session import Item, Session, Settings

SOFTMAX = Path(__file__).parent / "softmax"


def test_few_submissions_are_on_their_way_and_all_arrive(tmp_path: Path) -> None:
    right = (SOFTMAX / "right.py").read_text()
    settings = Settings(problem=str(SOFTMAX), explain=False)
    items = []
    for at in range(40):
        path = tmp_path / f"c{at:02}.py"
        path.write_text(f"{right}# {at}\n")
        items.append(Item(name=path.stem, path=path))
    with Session(settings) as session, open_pool(settings, 2) as pool:
        assert pool is not None
        assert pool.room() < len(items)
        graded = list(grade_many(items, session, timing=False, pool=pool))

    assert sorted(one.item.name for one in graded) == [one.name for one in items]
    assert {one.record.verdict for one in graded} == {"accepted"}

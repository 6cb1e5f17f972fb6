"""A second problem needs a folder of its own, and no line of the grader."""

from pathlib import Path

import pytest

from grader.session import Item, Session, Settings
from grader.verdict import Verdict

FOLDER = Path(__file__).parent / "softmax"

RIGHT = (FOLDER / "right.py").read_text()
COLUMNS = RIGHT.replace("(1)[:, None]", "(0)[None]")


@pytest.mark.parametrize(
    ("source", "verdict"),
    [(RIGHT, Verdict.ACCEPTED), (COLUMNS, Verdict.WRONG_ANSWER)],
)
def test_a_softmax_is_graded(source: str, verdict: Verdict, tmp_path: Path) -> None:
    path = tmp_path / "softmax.py"
    path.write_text(source)
    with Session(Settings(problem=str(FOLDER))) as session:
        record = session.grade(Item(name="softmax", path=path), timing=False)

    assert record.verdict is verdict
    assert record.score.maximum == 10

"""Every example submission gets the verdict that its folder promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.batch import Item, Session, Settings
from grader.verdict import Verdict

EXAMPLES = sorted((Path(__file__).parent.parent / "submissions").glob("*/*/*.py"))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d")) as session:
        yield session


@pytest.mark.parametrize(
    "path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_folder_is_a_promise(path: Path, session: Session) -> None:
    record = session.grade(Item(name=path.stem, path=path), timing=False)

    assert record.verdict == path.parent.name


def test_each_verdict_of_a_candidate_has_an_example() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(Verdict) - {
        Verdict.JUDGE_ERROR
    }


def test_the_same_submission_and_seed_give_the_same_bytes(session: Session) -> None:
    item = Item(name="fft", path=EXAMPLES[0].parents[1] / "accepted" / "fft.py")
    records = {session.grade(item, timing=False).to_json() for _ in range(10)}

    assert len(records) == 1


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    "name", ["fft", "fft_double", "im2col", "per_tap", "promotes_to_float64"]
)
def test_an_honest_submission_is_accepted_whatever_the_seed(
    name: str, seed: int
) -> None:
    path = EXAMPLES[0].parents[1] / "accepted" / f"{name}.py"
    with Session(Settings(problem="conv2d", seed=seed)) as session:
        record = session.grade(Item(name=name, path=path), timing=False)

    assert record.verdict is Verdict.ACCEPTED, [
        case.message for case in record.cases if case.verdict is not Verdict.ACCEPTED
    ]

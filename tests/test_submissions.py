"""Every example submission gets the verdict that its folder promises."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from grader.batch import Item, Session, Settings
from grader.loading import load_problem
from grader.report.feedback import for_candidate
from grader.submission import find_submissions
from grader.verdict import Verdict
from grader.verify import HOSTILE, promised
from tests.report.telling import assert_tells_what_to_do

SUBMISSIONS = Path(__file__).parent.parent / "submissions"
EXAMPLES = sorted(
    path
    for folder in SUBMISSIONS.iterdir()
    for _, path in find_submissions([folder], load_problem(folder.name).spec.functions)
    if HOSTILE not in path.parts
)
ACCEPTED = SUBMISSIONS / "conv2d" / "accepted"
FOLLOW_UPS = [
    path
    for path in EXAMPLES
    if path.parent.name == "accepted" and path.parent != ACCEPTED
]

HONEST = ("fft", "fft_double", "im2col", "per_tap", "promotes_to_float64")
Sessions = Callable[[str], Session]


def name_of(path: Path) -> str:
    return path.relative_to(SUBMISSIONS).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def sessions() -> Iterator[Sessions]:
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(_session(name)))


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_folder_is_a_promise(path: Path, sessions: Sessions) -> None:
    session = sessions(path.parents[1].name)
    record = session.grade(Item(name=path.stem, path=path), timing=False)

    assert record.verdict in promised(path)
    if record.verdict is not Verdict.ACCEPTED:
        assert_tells_what_to_do(record)
        assert_tells_what_to_do(for_candidate(record))


def test_each_verdict_of_a_candidate_has_an_example() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(Verdict) - {
        Verdict.JUDGE_ERROR
    }


def test_the_same_submission_and_seed_give_the_same_bytes(sessions: Sessions) -> None:
    item = Item(name="fft", path=ACCEPTED / "fft.py")
    session = sessions("conv2d")
    records = {session.grade(item, timing=False).to_json() for _ in range(10)}

    assert len(records) == 1


@pytest.mark.parametrize("seed", range(20))
def test_honest_submissions_are_accepted_whatever_the_seed(seed: int) -> None:
    with _session("conv2d", seed) as session:
        for name in HONEST:
            assert_accepted(session, ACCEPTED / f"{name}.py")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "problem", sorted({path.parents[1].name for path in FOLLOW_UPS})
)
def test_so_are_those_of_the_follow_ups(problem: str, seed: int) -> None:
    with _session(problem, seed) as session:
        for path in FOLLOW_UPS:
            if path.parents[1].name == problem:
                assert_accepted(session, path)


def assert_accepted(session: Session, path: Path) -> None:
    record = session.grade(Item(name=path.stem, path=path), timing=False)

    assert record.verdict is Verdict.ACCEPTED, [
        case.message for case in record.cases if case.verdict is not Verdict.ACCEPTED
    ]


def _session(problem: str, seed: int | None = None) -> Session:
    # Why examples are wrong is tested elsewhere, and takes long.
    return Session(Settings(problem=problem, seed=seed, explain=False))

"""Every example submission gets the verdict that its folder promises."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from grader.environment import environment_of
from grader.exam import Exam
from grader.grade import grade
from grader.loading import load_problem
from grader.report.feedback import for_candidate
from grader.sandbox.sandbox import Sandbox
from grader.session import Item, Session, Settings
from grader.submission import find_submissions, read_submission
from grader.verdict import Verdict
from grader.verify import HOSTILE, promised
from tests.limits import limited
from tests.report.telling import assert_tells_what_to_do

SUBMISSIONS = Path(__file__).parent.parent / "submissions"
EXAMPLES = sorted(
    path
    for folder in SUBMISSIONS.iterdir()
    for _, path in find_submissions([folder], load_problem(folder.name).spec.functions)
    if HOSTILE not in path.parts
)
ACCEPTED = SUBMISSIONS / "conv2d" / "accepted"
FOLLOW_UPS = sorted({path.parents[1].name for path in EXAMPLES} - {"conv2d"})
HONEST = {
    "conv2d": [
        ACCEPTED / f"{name}.py"
        for name in ("fft", "fft_double", "im2col", "per_tap", "promotes_to_float64")
    ]
} | {
    name: [
        path
        for path in EXAMPLES
        if (path.parents[1].name, path.parent.name) == (name, "accepted")
    ]
    for name in FOLLOW_UPS
}
IMPATIENT = {"load_seconds": 0.4, "call_seconds": 0.2, "wall_factor": 2, "faults": 2}
Sandboxes = Callable[[tuple[str, ...]], Sandbox]
Sessions = Callable[[Path], Session]


def name_of(path: Path) -> str:
    return path.relative_to(SUBMISSIONS).with_suffix("").as_posix()


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """Give the session for an example: what never ends is stopped soon."""
    impatient = tmp_path_factory.mktemp("impatient")
    with ExitStack() as stack:

        @cache
        def session(name: str, *, patient: bool) -> Session:
            problem = name if patient else str(limited(name, impatient, **IMPATIENT))
            # Why examples are wrong, and what their tests are worth, is tested
            # elsewhere, and takes long.
            settings = Settings(problem=problem, seed=1, explain=False, tests=False)
            return stack.enter_context(Session(settings))

        yield lambda path: session(
            path.parents[1].name,
            patient=path.parent.name != Verdict.TIME_LIMIT_EXCEEDED,
        )


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_a_folder_is_a_promise(path: Path, sessions: Sessions) -> None:
    record = sessions(path).grade(Item(name=path.stem, path=path), timing=False)

    assert record.verdict in promised(path)
    if record.verdict is not Verdict.ACCEPTED:
        assert_tells_what_to_do(record)
        assert_tells_what_to_do(for_candidate(record))


def test_each_verdict_of_a_candidate_has_an_example() -> None:
    assert {path.parent.name for path in EXAMPLES} == set(Verdict) - {
        Verdict.JUDGE_ERROR
    }


def test_the_same_submission_and_seed_give_the_same_bytes(sessions: Sessions) -> None:
    path = ACCEPTED / "fft.py"
    item = Item(name="fft", path=path)
    records = {sessions(path).grade(item, timing=False).to_json() for _ in range(10)}

    assert len(records) == 1


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[Sandboxes]:
    with ExitStack() as stack:
        yield cache(lambda imports: stack.enter_context(Sandbox(imports)))


@pytest.mark.parametrize(
    ("problem", "seed"),
    [("conv2d", seed) for seed in range(20)]
    + [(name, seed) for name in FOLLOW_UPS for seed in range(3)],
)
def test_honest_submissions_are_accepted_whatever_the_seed(
    problem: str, seed: int, sandboxes: Sandboxes
) -> None:
    exam = Exam(load_problem(problem), seed)
    spec = exam.problem.spec
    sandbox = sandboxes(spec.allowed_imports)
    environment = environment_of(sandbox.isolation)
    for path in HONEST[problem]:
        submission = read_submission(path, functions=spec.functions)
        record = grade(exam, submission, sandbox, environment)

        assert record.verdict is Verdict.ACCEPTED, [
            case.message
            for case in record.cases
            if case.verdict is not Verdict.ACCEPTED
        ]

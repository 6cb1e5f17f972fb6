import shutil
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from grader.cluster.order import Order, order_of
from grader.errors import ProblemError
from grader.loading import PROBLEMS, load_problem
from grader.sandbox.layers import Level
from grader.session import Settings

SOFTMAX = Path(__file__).parent.parent / "softmax"


def copy_of_problem(folder: Path) -> Path:
    place = folder / "softmax"
    shutil.copytree(SOFTMAX, place, ignore=shutil.ignore_patterns("__pycache__"))
    return place


def test_a_problem_of_ours_does_not_travel() -> None:
    assert order_of(Settings(problem="conv2d")).archive is None


def test_a_problem_travels_by_what_is_in_it(tmp_path: Path) -> None:
    one, two = (copy_of_problem(tmp_path / name) for name in ("one", "two"))
    first, second = (order_of(Settings(problem=str(place))) for place in (one, two))

    assert first == second
    (two / "reference.py").write_text((one / "reference.py").read_text() + "# new\n")
    assert order_of(Settings(problem=str(two))).key != first.key


def test_settings_arrive_as_they_were_sent(tmp_path: Path) -> None:
    sent = Settings(
        problem=str(SOFTMAX), isolation=Level.PARTIAL, explain=False, seed=7
    )

    got = order_of(sent).settings_in(tmp_path)

    assert (got.isolation, got.explain, got.seed) == (Level.PARTIAL, False, 7)
    assert Path(got.problem).is_relative_to(tmp_path)
    assert load_problem(got.problem).sha256 == load_problem(str(SOFTMAX)).sha256


def test_a_problem_with_code_outside_of_it_is_known_where_it_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROBLEMS / "conv2d", tmp_path / "ours" / "conv2d")
    monkeypatch.chdir(tmp_path)

    got = order_of(Settings(problem="ours/conv2d")).settings_in(tmp_path / "there")

    assert Path(got.problem).is_relative_to(tmp_path / "there")


def test_a_worker_with_other_code_refuses(tmp_path: Path) -> None:
    order = order_of(Settings(problem=str(SOFTMAX)))
    other = Order(settings=order.settings, problem_sha256="0", archive=order.archive)

    with pytest.raises(ProblemError, match="it, or its code, differs there"):
        other.settings_in(tmp_path)


def test_a_folder_that_is_too_large_is_refused_by_name(tmp_path: Path) -> None:
    place = copy_of_problem(tmp_path)
    (place / "data.bin").write_bytes(bytes(9 << 20))

    with pytest.raises(ProblemError, match="more than the 8 MiB that travel"):
        order_of(Settings(problem=str(place)))

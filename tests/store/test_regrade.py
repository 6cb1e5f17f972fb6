"""A real problem is changed, and what is kept is graded again in a real sandbox."""

import json
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from grader import fingerprint
from grader.cli import main
from grader.exam import seed_of
from grader.loading import load_problem
from grader.record import Record
from grader.session import Item, Session, Settings
from grader.store.regrade import Regrade
from grader.store.store import Store
from grader.submission import Submission, read_submission
from grader.verdict import Verdict
from tests.report.records import accepted
from tests.store.test_store import ANN, record_of

SOFTMAX = Path(__file__).parent.parent / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()
SOURCES = {
    "right": RIGHT,
    "lenient": RIGHT.replace('raise ValueError("rank")', "return logits"),
    "several": RIGHT.replace("e.sum(1)[:, None]", "e.sum(1)[:, None] * (len(e) > 1)"),
}
"""All points; none for refusals; right only where there are several rows."""


def _no_pool(settings: Settings, left: int) -> AbstractContextManager[None]:
    assert settings.problem
    assert left
    return nullcontext()


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Give a copy of a problem that may be changed."""
    return Path(shutil.copytree(SOFTMAX, tmp_path / "softmax"))


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Give a folder of submissions."""
    folder = tmp_path / "handed in"
    folder.mkdir()
    for name, source in SOURCES.items():
        (folder / f"{name}.py").write_text(source)
    return folder


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Record]:
    """Give the files of all submissions with their records; `right` has a seed of 7."""
    folder = tmp_path_factory.mktemp("graded")
    made = {}
    with Session(_settings(SOFTMAX)) as session:
        for name in ("lenient", "several", "right"):
            path = folder / f"{name}.py"
            path.write_text(SOURCES[name])
            if name == "right":
                session.use_seed(7)
            made[path] = session.grade(Item(name=name, path=path), timing=False)
    return made


@pytest.fixture
def graded(store: Store, records: dict[Path, Record]) -> dict[str, int]:
    """Keep all submissions, and give the ids of their records."""
    ids = {}
    for path, record in records.items():
        store.put_submission(read_submission(path))
        ids[path.stem] = store.put_record(record)
    return ids


def _settings(problem: Path, seed: int | None = None) -> Settings:
    return Settings(problem=str(problem), explain=False, style=False, seed=seed)


def _change(problem: Path) -> None:
    """Make values worth 6 points, not 8, and refusals 4, not 2."""
    spec = problem / "problem.yaml"
    text = spec.read_text()
    text = text.replace("points: 8", "points: 6").replace("points: 2", "points: 4")
    spec.write_text(text)


def _run(regrade: Regrade) -> list[tuple[str, Record]]:
    return [(one.item.name, one.record) for one in regrade.run(_no_pool)]


def test_who_gains_and_who_loses_and_each_record_has_its_successor(
    store: Store, problem: Path, graded: dict[str, int]
) -> None:
    assert not Regrade(store, _settings(problem)).left
    _change(problem)
    regrade = Regrade(store, _settings(problem))
    assert {name for name, _ in _run(regrade)} == set(SOURCES)
    changes = regrade.changes()

    assert [(one.effect, one.before.name) for one in changes] == [
        ("loses", "lenient"),
        ("gains", "several"),
        ("differs", "right"),
    ]
    loss, gain, other = changes
    assert (loss.before.points, loss.after.points) == (8, 6)
    assert gain.before.verdict is gain.after.verdict is Verdict.WRONG_ANSWER
    assert other.before.points == other.after.points == 10
    assert [(one.before, one.after) for one in other.parts] == [(8, 6), (2, 4)]
    for one in changes:
        assert one.before.id == one.after.regrade_of == graded[one.after.name]
        assert store.record(one.after.id).submission.name == one.before.name
    sha256 = load_problem(str(problem)).sha256
    assert {one.after.spec_sha256 for one in changes} == {sha256}


def test_a_seed_that_was_given_stays_and_others_follow_from_the_bytes(
    store: Store, problem: Path, graded: dict[str, int]
) -> None:
    _change(problem)
    assert len(graded) == len(_run(Regrade(store, _settings(problem, seed=99))))
    changed = load_problem(str(problem))

    for row in store.newest("softmax"):
        derived = seed_of(changed, store.submission(row.sha256))
        assert row.seed == (7 if row.name == "right" else derived)


@pytest.mark.parametrize("which", ["affected", "all"])
def test_a_regrade_that_was_stopped_goes_on_and_is_done_once(
    store: Store, problem: Path, graded: dict[str, int], which: str
) -> None:
    everything = which == "all"
    if not everything:
        _change(problem)
    stopped = Regrade(store, _settings(problem), everything=everything)
    running = stopped.run(_no_pool)
    next(running)
    running.close()  # type: ignore[attr-defined]

    again = Regrade(store, _settings(problem), everything=everything)
    assert len(again.left) == 2
    _run(again)
    assert {one.before.id for one in again.changes()} == set(graded.values())
    assert len(store.rows()) == 6

    third = Regrade(store, _settings(problem))
    assert (third.left, third.changes()) == ([], [])


@pytest.mark.parametrize("cause", ["spec", "reference", "grader", "environment"])
def test_whatever_a_grading_follows_from_may_change(
    store: Store,
    problem: Path,
    graded: dict[str, int],
    cause: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    match cause:
        case "spec":
            _change(problem)
        case "reference":
            with (problem / "reference.py").open("a") as file:
                file.write("# otherwise\n")
        case "grader":
            monkeypatch.setattr(fingerprint, "own_code", lambda: "another")
        case _:
            own = fingerprint._tool_versions()
            newer = {**own, "pytest": "99"}
            monkeypatch.setattr(fingerprint, "_tool_versions", lambda: newer)
    regrade = Regrade(store, _settings(problem))
    _run(regrade)

    assert {one.before.id for one in regrade.changes()} == set(graded.values())
    assert {one.causes for one in regrade.changes()} == {(cause,)}
    assert not Regrade(store, _settings(problem)).left


def test_a_regrade_that_was_stopped_is_another_once_the_reference_has_changed(
    store: Store, problem: Path, graded: dict[str, int]
) -> None:
    stopped = Regrade(store, _settings(problem), everything=True)
    running = stopped.run(_no_pool)
    next(running)
    running.close()  # type: ignore[attr-defined]
    with (problem / "reference.py").open("a") as file:
        file.write("# otherwise\n")

    again = Regrade(store, _settings(problem), everything=True)
    assert len(again.left) == len(graded)


def test_a_fault_of_the_problem_is_told_by_the_exit_code(
    url: str, store: Store, problem: Path, graded: dict[str, int]
) -> None:
    assert graded
    (problem / "reference.py").write_text("raise RuntimeError('not today')\n")

    words = ["--problem", str(problem), "--store", url, "--jobs", "1"]
    assert main(["regrade", *words]) == 3
    assert len(store.rows()) == len(graded)


def test_a_fault_of_ours_leaves_the_old_record_the_last(
    store: Store, problem: Path, graded: dict[str, int]
) -> None:
    _change(problem)
    reference = problem / "reference.py"
    text = reference.read_text()
    reference.write_text("raise RuntimeError('not today')\n")
    broken = Regrade(store, _settings(problem))
    _run(broken)
    assert {one.row.id for one in broken.failed} == set(graded.values())
    assert "not today" in broken.failed[0].reason
    assert broken.changes() == []

    reference.write_text(text)
    sys.modules.pop("softmax.reference", None)
    mended = Regrade(store, _settings(problem))
    _run(mended)
    assert len(mended.changes()) == 3


def test_the_same_bytes_are_graded_once_for_all_who_handed_them_in(
    store: Store, problem: Path, graded: dict[str, int]
) -> None:
    record = store.record(graded["right"])
    twin = record.submission.model_copy(update={"name": "twin"})
    store.put_record(record.model_copy(update={"submission": twin}))
    _change(problem)
    regrade = Regrade(store, _settings(problem))
    (shared,) = [one for one in regrade.left if len(one.rows) == 2]
    assert shared.seed == 7
    _run(regrade)

    assert {row.name for row in store.newest("softmax")} == {*SOURCES, "twin"}
    newest = [row for row in store.newest("softmax") if row.seed == 7]
    assert {store.record(row.id).submission.name for row in newest} == {"right", "twin"}


def test_what_was_handed_in_and_is_not_kept_is_told_of(
    store: Store, problem: Path
) -> None:
    entry = accepted().problem.model_copy(update={"id": "softmax"})
    number = store.put_record(accepted().model_copy(update={"problem": entry}))
    regrade = Regrade(store, _settings(problem))

    assert [row.id for row in regrade.without_source] == [number]
    assert _run(regrade) == []


def test_a_command_that_can_t_grade_all_again_says_so(
    url: str, problem: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = accepted().problem.model_copy(update={"id": "softmax"})
    with Store(url) as store:
        store.put_record(accepted().model_copy(update={"problem": entry}))
    code = main(["regrade", "--problem", str(problem), "--store", url])

    assert code == 1
    assert "1 can't be graded again" in capsys.readouterr().err


UNMEASURED = accepted().model_copy(update={"timing": None, "candidate_tests": None})


def _with(record: Record, part_id: str, points: float | None) -> Record:
    """Give a record that has a part of the real problem."""
    part = accepted().parts[0].model_copy(update={"id": part_id, "points": points})
    return record.model_copy(update={"parts": (*record.parts, part)})


@pytest.mark.parametrize(
    ("record", "timing"),
    [
        (accepted(), True),
        (_with(accepted(), "timing", None), True),
        (_with(UNMEASURED, "timing", None), False),
        (_with(UNMEASURED, "timing", 0.0), True),
        (UNMEASURED, True),
    ],
)
def test_speed_is_measured_where_it_was(
    record: Record, timing: object, tmp_path: Path
) -> None:
    with Store(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        store.put_submission(ANN)
        store.put_record(record_of(ANN, record))
        settings = Settings(problem="conv2d")
        for asked, expected in ((None, timing), (True, True), (False, False)):
            (again,) = Regrade(store, settings, timing=asked).left
            assert again.timing is expected


def test_own_tests_are_run_where_they_were(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        store.put_submission(ANN)
        settings = Settings(problem="conv2d")
        untested = UNMEASURED.model_copy(update={"parts": ()})
        for record, tests in (
            (_with(untested, "tests", None), False),
            (_with(untested, "tests", 0.0), True),
            (untested, True),
        ):
            store.put_record(record_of(ANN, record))
            for asked, expected in ((None, tests), (True, True), (False, False)):
                (again,) = Regrade(store, settings, tests=asked).left
                assert again.tests is expected


def test_from_a_folder_of_reports_to_a_table_of_changes(
    problem: Path,
    handed_in: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADER_STORE", f"sqlite:///{tmp_path}/store.sqlite3")
    monkeypatch.setenv("COLUMNS", "200")
    common = ["--problem", str(problem)]
    out = str(tmp_path / "reports")
    words = ["--jobs", "1", "-o", out, "--format", "json"]
    assert main(["grade", str(handed_in), *common, *words]) == 1
    assert main(["store", "import", out]) == 0
    assert main(["store", "import", out]) == 0
    assert "0 taken in, 3 were there" in capsys.readouterr().out

    _change(problem)
    assert main(["regrade", *common, "--jobs", "2"]) == 0
    printed = capsys.readouterr().out
    assert "softmax: changed since: the spec (3)\n" in printed
    counts = "1 with fewer points, 1 with more points, 1 with other differences"
    assert f"softmax: 3 graded again: {counts}" in printed
    (line,) = [one for one in printed.splitlines() if one.startswith("loses")]
    assert line.split()[1:7] == ["lenient", "accepted", "8", "→", "6", "of"]

    assert main(["regrade", *common, "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["problems"]
    assert (told["regraded"], told["changes"], told["failed"]) == (0, [], [])

    assert main(["store", "list", "--json", "--name", "lenient"]) == 0
    new, old = json.loads(capsys.readouterr().out)["records"]
    assert (new["regrade_of"], new["points"], old["points"]) == (old["id"], 6, 8)
    assert main(["store", "show", str(new["id"]), "--json"]) == 0
    shown = Record.from_json(capsys.readouterr().out.encode(), Path())
    assert shown.score.points == 6


def test_a_record_does_not_choose_the_code_that_is_run(
    problem: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite3"
    entry = accepted().problem.model_copy(update={"id": str(problem)})
    record = accepted().model_copy(update={"problem": entry})
    with Store(url) as store:
        store.put_submission(Submission(name="ann", source=b""))
        store.put_record(record)

    assert main(["regrade", "--store", url]) == 0
    assert "give its path as `--problem`" in capsys.readouterr().err


def test_a_regrade_that_is_killed_goes_on_and_no_record_has_two_successors(
    url: str, problem: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = accepted().problem.model_copy(update={"id": "softmax"})
    old = accepted().model_copy(update={"problem": entry, "seed": 7})
    with Store(url) as store:
        ids = set()
        for at in range(20):
            source = f"{RIGHT}# {at}\n".encode()
            submission = Submission(name=f"candidate-{at}", source=source)
            store.put_submission(submission)
            ids.add(store.put_record(record_of(submission, old)))
        command = ["regrade", "--problem", str(problem), "--store", url, "--jobs", "1"]
        command += ["--no-explain", "--no-style"]
        killed = subprocess.Popen([sys.executable, "-m", "grader", *command])
        while len(store.rows(limit=1000)) < 25 and killed.poll() is None:
            time.sleep(0.01)
        killed.kill()
        killed.wait()

        assert main([*command, "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)["problems"]
        assert told["regraded"] == 20
        new = [row for row in store.rows(limit=1000) if row.regrade_of is not None]
        assert sorted(row.regrade_of or 0 for row in new) == sorted(ids)
        assert {row.verdict for row in new} == {Verdict.ACCEPTED}

"""A batch that was killed goes on where it was; what changed is graded again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from grader.batch import grade_many
from grader.cli import main
from grader.fingerprint import hash_problem
from grader.loading import PROBLEMS, load_problem
from grader.output import clear_parts, missing_from, write_record
from grader.report.feedback import for_candidate
from grader.resume import take_over
from grader.session import Item, Session, Settings
from grader.verdict import Verdict
from tests.copies import RIGHT, SOFTMAX, write_copies
from tests.processes import descendants

ROOT = Path(__file__).parent.parent
WRONG = "def softmax(x, axis=-1):\n    return x\n"
CONV2D = ROOT / "submissions" / "conv2d"


def grade(folder: Path, output: Path, *words: str) -> int:
    """Grade a folder in this process, one after the other."""
    where = ["-p", str(SOFTMAX), "-o", str(output), "--jobs", "1"]
    return main(["grade", str(folder), "--no-timing", *where, *words])


def records_in(folder: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in folder.rglob("record.json")}


def start(folder: Path, output: Path) -> subprocess.Popen[str]:
    where = ["-p", str(SOFTMAX), "-o", str(output), "--jobs", "2", "--format", "json"]
    where += ["--no-style", "--no-explain"]
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", str(folder), "--no-timing", *where],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def kill_when(process: subprocess.Popen[str], output: Path, number: int) -> None:
    """Kill all processes of a run as soon as there are so many records."""
    while process.poll() is None and len(list(output.rglob("record.json"))) < number:
        time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_a_batch_that_is_killed_three_times_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    folder, output, whole = (tmp_path / name for name in ("in", "out", "whole"))
    write_copies(folder, 40, (WRONG, RIGHT, RIGHT, RIGHT))

    for number in (6, 14, 24):
        kill_when(start(folder, output), output, number)
    before = records_in(output)
    last = start(folder, output)
    _, said = last.communicate()
    grade(folder, whole, "--format", "json", "--no-style", "--no-explain")

    assert len(before) >= 24
    assert f"{len(before)} of 40 taken over from {output}" in said
    assert said.count(": accepted") + said.count(": wrong answer") == 40 - len(before)
    assert last.returncode == 1
    assert records_in(output) == records_in(whole)
    assert len(records_in(output)) == 40
    assert not list(output.rglob("*.part"))


def test_whoever_kills_a_batch_is_told_nothing_of_its_inside(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    write_copies(folder, 20)
    process = start(folder, output)
    while process.poll() is None and not records_in(output):
        time.sleep(0.002)
    process.kill()
    _, said = process.communicate()  # until all that it started has ended

    lines = [line for line in said.splitlines() if line]
    assert process.returncode == -signal.SIGKILL
    assert [line for line in lines if not line.endswith(": accepted")] == []


@pytest.mark.parametrize("ticks", [1, 5, 10, 15, 20, 25, 30, 40])
def test_whoever_is_killed_while_others_start_leaves_none_of_them(
    ticks: int, tmp_path: Path
) -> None:
    write_copies(tmp_path / "in", 20)
    process = start(tmp_path / "in", tmp_path / "out")
    used: dict[int, int] = {}
    # A pool's process can be at any point of its start.
    while process.poll() is None and max(used.values(), default=0) < ticks:
        used = {one: _ticks_of(one) for one in descendants(process.pid)}
        time.sleep(0.001)
    process.kill()
    process.communicate()  # until all that it started has ended
    while any(Path(f"/proc/{pid}/exe").exists() for pid in used):
        time.sleep(0.01)  # what doesn't write to its streams

    assert process.returncode == -signal.SIGKILL


def _ticks_of(pid: int) -> int:
    """Give how much processor time a process has used itself; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def test_only_what_changed_is_graded_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("ann", "ben", "cleo"):
        (folder / f"{name}.py").write_text(f"{RIGHT}# {name}\n")
    grade(folder, output)
    (folder / "ben.py").write_text(WRONG)
    # As if ours had failed on one.
    path = output / "cleo" / "record.json"
    failed = json.loads(path.read_text()) | {"verdict": "judge_error"}
    del failed["fingerprint"]
    path.write_text(json.dumps(failed))
    capsys.readouterr()

    grade(folder, output)
    said = capsys.readouterr().err
    assert "1 of 3 taken over" in said
    assert "ann:" not in said
    assert "ben: wrong answer" in said
    assert "cleo: accepted" in said

    grade(folder, output, "--fresh")
    assert "taken over" not in capsys.readouterr().err


def test_what_is_asked_for_otherwise_is_graded_again(
    session: Session, tmp_path: Path
) -> None:
    write_record(session.grade(RIGHT_ITEM, timing=False), tmp_path, ["json"])
    for settings, holds in (
        (Settings(problem="conv2d", explain=False), True),
        (Settings(problem="conv2d", explain=True), False),
        (Settings(problem="conv2d", explain=False, seed=7), False),
    ):
        with Session(settings) as other:
            earlier = list(take_over({RIGHT_ITEM: tmp_path}, other, timing=False))
        assert bool(earlier) is holds


def test_what_candidates_could_have_put_there_is_not_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ann.py").write_text(RIGHT)
    output = tmp_path / "reports"
    grade(tmp_path, output)
    forged = output / "ann" / "record.json"
    record = json.loads(forged.read_text())
    record["score"]["points"] = 999
    forged.write_text(json.dumps(record))
    capsys.readouterr()

    grade(tmp_path, output)
    assert "lies within what is graded" in capsys.readouterr().err
    assert json.loads(forged.read_text())["score"]["points"] != 999


def test_a_record_in_a_submission_s_own_folder_is_not_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # The reports go beside what was handed in, folder into folder.
    words = ["-p", str(SOFTMAX), "-o", str(tmp_path), "--jobs", "1", "--no-timing"]
    folders = [tmp_path / name for name in ("ann", "ben")]
    for folder in folders:
        folder.mkdir()
        (folder / f"{folder.name}.py").write_text(WRONG)
    main(["grade", *map(str, folders), *words])
    forged = next(tmp_path.rglob("record.json"))
    record = json.loads(forged.read_text())
    forged.write_text(json.dumps(record | {"verdict": "accepted"}))
    capsys.readouterr()

    assert main(["grade", *map(str, folders), *words]) == 1
    assert "taken over" not in capsys.readouterr().err.replace("is taken over", "")
    assert json.loads(forged.read_text())["verdict"] == "wrong_answer"


def test_a_report_that_is_missing_or_older_is_written_again(tmp_path: Path) -> None:
    folder, output = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "ann.py").write_text(RIGHT)
    grade(folder, output)
    place = output / "ann"
    pages = {
        name: (place / name).read_bytes() for name in ("report.html", "feedback.html")
    }
    assert missing_from(place, {"html", "json"}) == frozenset()

    (place / "report.html").unlink()
    os.utime(place / "feedback.html", ns=(0, 0))
    assert missing_from(place, {"html", "json"}) == {"html"}
    grade(folder, output)
    assert {name: (place / name).read_bytes() for name in pages} == pages


def test_only_files_that_were_being_written_are_removed(tmp_path: Path) -> None:
    ours = [".record.json.abcd_123.part", ".report.html.00000000.part"]
    others = [".part", ".notes.part", "record.json.abcd1234.part", ".x.y.short.part"]
    for name in (*ours, *others):
        (tmp_path / name).write_text("x")

    clear_parts(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == set(others)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(Settings(problem="conv2d", explain=False)) as session:
        yield session


RIGHT_ITEM = Item(name="a", path=CONV2D / "accepted" / "im2col.py")
WRONG_ITEM = Item(name="b", path=CONV2D / "wrong_answer" / "returns_zeros.py")


def test_what_is_judged_only_has_to_be_timed(session: Session, tmp_path: Path) -> None:
    places = {item: tmp_path / item.name for item in (RIGHT_ITEM, WRONG_ITEM)}
    for item, place in places.items():
        record = session.grade(item, timing=False, later=True)
        write_record(record, place, ["json"])

    first, second = take_over(places, session, timing=True)
    assert (first.item.name, first.is_final) == ("a", False)
    assert (second.item.name, second.is_final) == ("b", True)  # nothing to be timed
    assert second.record.score.maximum == 100
    (untimed,) = take_over(places, session, timing=False)
    assert (untimed.item.name, untimed.is_final) == ("a", True)


def test_what_is_cut_off_or_is_no_record_is_not_taken_over(
    session: Session, tmp_path: Path
) -> None:
    whole = session.grade(WRONG_ITEM, timing=False)
    write_record(whole, tmp_path, ["json"])
    assert list(take_over({WRONG_ITEM: tmp_path}, session, timing=False))
    text = (tmp_path / "record.json").read_bytes()

    for left in (b"", text[:100], text[:-3], b"[]", b"\xff"):
        (tmp_path / "record.json").write_bytes(left)
        assert not list(take_over({WRONG_ITEM: tmp_path}, session, timing=False))


def test_later_is_as_if_not_at_all_for_what_is_right(session: Session) -> None:
    now = session.grade(RIGHT_ITEM, timing=False)
    assert session.grade(RIGHT_ITEM, timing=False, later=True) == now


def test_without_a_ladder_nothing_is_put_off() -> None:
    with Session(Settings(problem=str(SOFTMAX))) as session:
        item = Item(name="a", path=SOFTMAX / "right.py")
        (one,) = grade_many([item], session, timing=True)
        untimed = session.fingerprint(item, timing=False)
    assert one.is_final
    assert one.record.verdict is Verdict.ACCEPTED
    assert one.record.fingerprint == untimed


def test_names_count_and_candidates_see_no_fingerprint(session: Session) -> None:
    record = session.grade(RIGHT_ITEM, timing=False)
    renamed = replace(RIGHT_ITEM, name="c")
    assert session.fingerprint(RIGHT_ITEM, timing=False) == record.fingerprint
    assert session.fingerprint(renamed, timing=False) != record.fingerprint
    missing = replace(RIGHT_ITEM, path=Path("/no/such/file.py"))
    assert session.fingerprint(missing, timing=False) is None
    assert for_candidate(record).fingerprint is None
    assert for_candidate(record).basis is None


def test_the_code_of_a_problem_counts_as_its_spec_does(tmp_path: Path) -> None:
    for name in ("problem.yaml", "reference.py"):
        (tmp_path / name).write_bytes((SOFTMAX / name).read_bytes())
    first = hash_problem(load_problem(str(tmp_path)))
    assert hash_problem(load_problem(str(tmp_path))) == first

    with (tmp_path / "reference.py").open("a") as file:
        file.write("# another\n")
    second = hash_problem(load_problem(str(tmp_path)))
    with (tmp_path / "problem.yaml").open("a") as file:
        file.write("# another\n")
    third = hash_problem(load_problem(str(tmp_path)))
    assert len({first, second, third}) == 3


def test_where_a_problem_lies_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its code lies in the folder, and outside of it as well.
    copytree(PROBLEMS / "conv2d", tmp_path / "conv2d")
    monkeypatch.chdir(tmp_path)
    places = (str(PROBLEMS / "conv2d"), str(tmp_path / "conv2d"), "./conv2d")
    assert len({hash_problem(load_problem(one)) for one in places}) == 1

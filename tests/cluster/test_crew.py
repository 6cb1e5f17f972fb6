import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from grader.batch import Graded, grade_many
from grader.cli import main
from grader.cluster import crew
from grader.cluster.crew import Crew, open_crew
from grader.errors import ClusterError
from grader.record import Record
from grader.session import Item, Session, Settings
from grader.verdict import Verdict
from tests.cluster.loopback import ROOT, Loopback, kill

SOFTMAX = Path(__file__).parent.parent / "softmax"
RIGHT = (SOFTMAX / "right.py").read_text()
WRONG = "def softmax(x):\n    return x\n"
RAISES = "def softmax(x):\n    raise KeyError('no')\n"
SETTINGS = Settings(problem=str(SOFTMAX))
TIMING = """
timing:
  part: speed
  function: softmax
  arguments:
    x: {shape: [M, N], values: normal}
  worker_pairs: 6
  calls: 2
  rungs:
    - {id: small, sizes: {M: 20, N: 50}}
    - {id: large, sizes: {M: 200, N: 200}}
  baselines:
    - {id: plain, title: Plain, function: "reference:softmax"}
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    place = tmp_path_factory.mktemp("cluster")
    with Loopback(place) as loopback:
        loopback.start_worker("--name", "timer", "--resources", "timing=1")
        loopback.start_worker("--name", "other")
        loopback.start_worker(path=old_grader(place))
        loopback.start_worker(lacking="landlock")
        loopback.wait_for_workers(4)
        yield loopback


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty submissions, among them twins, and one that isn't there."""
    place = tmp_path_factory.mktemp("submissions")
    for number in range(20):
        text = (RIGHT, WRONG, RAISES, RIGHT)[number % 4]
        own = "" if number in {0, 4, 2, 6, 1, 5} else f"# {number}\n"
        (place / f"c{number:02}.py").write_text(text + own)
    return place


def old_grader(folder: Path) -> Path:
    """Make a folder in which another version of the grader is found."""
    (folder / "old" / "grader").mkdir(parents=True)
    (folder / "old" / "grader" / "__init__.py").write_text('__version__ = "0.0.9"')
    return folder / "old"


def items_in(folder: Path) -> list[Item]:
    return [Item(name=path.stem, path=path) for path in sorted(folder.glob("*.py"))]


def grade_all(
    found: Crew,
    items: list[Item],
    settings: Settings = SETTINGS,
    *,
    timing: bool = False,
) -> Iterator[Graded]:
    with Session(settings, elsewhere=found.environment) as session:
        yield from grade_many(items, session, timing=timing, pool=found.pool)


def without_host(record: Record) -> str:
    environment = record.environment.model_copy(update={"host": None})
    return record.model_copy(update={"environment": environment}).to_json()


def test_a_cluster_finds_what_one_process_finds(
    cluster: Loopback, folder: Path
) -> None:
    items = items_in(folder)
    with Session(SETTINGS) as session:
        here = {item.name: session.grade(item, timing=False) for item in items}
        with open_crew(cluster.address, SETTINGS, jobs=1) as found:
            there = list(grade_all(found, items))

    assert sorted(one.item.name for one in there) == sorted(here)
    assert all(one.record.environment.host for one in there)
    for one in there:
        assert without_host(one.record) == here[one.item.name].to_json()
    assert {one.record.verdict for one in there} == {
        Verdict.ACCEPTED,
        Verdict.WRONG_ANSWER,
        Verdict.RUNTIME_ERROR,
    }


def test_a_file_that_can_not_be_read_costs_no_other_its_result(
    cluster: Loopback, folder: Path
) -> None:
    items = [*items_in(folder)[:2], Item(name="none", path=folder / "none.py")]

    with open_crew(cluster.address, SETTINGS, jobs=1) as found:
        graded = {one.item.name: one.record for one in grade_all(found, items)}

    assert graded["none"].verdict is Verdict.JUDGE_ERROR
    assert graded["c00"].verdict is Verdict.ACCEPTED
    assert len(graded) == 3


def test_speed_is_measured_where_there_is_a_timing_slot(
    cluster: Loopback, folder: Path, tmp_path: Path
) -> None:
    problem = tmp_path / "timed"
    problem.mkdir()
    spec = (SOFTMAX / "problem.yaml").read_text()
    part = "parts:\n  - {id: speed, title: Speed, points: 5}"
    (problem / "problem.yaml").write_text(spec.replace("parts:", part) + TIMING)
    (problem / "reference.py").write_text((SOFTMAX / "reference.py").read_text())
    settings = Settings(problem=str(problem), explain=False)

    with open_crew(cluster.address, settings, jobs=1) as found:
        items = items_in(folder)[:2]
        graded = list(grade_all(found, items, settings, timing=True))

    assert [one.can_time for one in found.members].count(True) == 1
    final = {one.item.name: one.record for one in graded if one.is_final}
    assert final["c00"].timing is not None
    assert len(final["c00"].timing.rungs) == 2
    assert final["c01"].timing is None
    assert [one.item.name for one in graded if not one.is_final] == ["c00"]


def test_the_command_grades_on_a_cluster_and_takes_over_what_is_there(
    cluster: Loopback, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(tmp_path / "out")]
    words += ["--no-timing", "--format", "json", "--cluster", cluster.address]

    first = main(words)
    said = capsys.readouterr()
    before = sorted(path.stat().st_mtime_ns for path in tmp_path.rglob("record.json"))
    second = main(words)

    assert (first, second) == (1, 1)
    assert "workers: 2; hosts: 1; of these with a timing slot: 1" in said.err
    assert "20 graded: 10 accepted, 5 wrong answer, 5 runtime error" in said.out
    assert "20 of 20 taken over" in capsys.readouterr().err
    assert len(before) == 20
    assert before == sorted(
        path.stat().st_mtime_ns for path in tmp_path.rglob("record.json")
    )
    record = json.loads((tmp_path / "out" / "c00" / "record.json").read_text())
    assert record["environment"]["host"]


def test_who_takes_no_work_is_named(
    cluster: Loopback, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["grade", str(folder / "c00.py"), "-p", str(SOFTMAX), "--format", "json"]

    code = main([*words, "-o", str(tmp_path), "--cluster", cluster.address])

    assert code == 0
    lines = [one for one in capsys.readouterr().err.splitlines() if "no work" in one]
    assert len(lines) == 2
    assert any("grader 0.0.9 there, 0.1.0 here" in line for line in lines)
    assert any("isolation here is 'partial'" in line for line in lines)


def test_where_nobody_takes_work_that_is_said_at_once(tmp_path: Path) -> None:
    with Loopback(tmp_path) as other:
        other.start_worker(path=old_grader(tmp_path))
        other.wait_for_workers(1)
        with (
            pytest.raises(ClusterError, match=r"no worker takes work: .*0\.0\.9 there"),
            open_crew(other.address, SETTINGS, jobs=1),
        ):
            pass


def test_a_worker_that_is_killed_loses_and_doubles_nothing(
    folder: Path, tmp_path: Path
) -> None:
    with Loopback(tmp_path) as loopback:
        loopback.start_worker()
        loopback.start_worker()
        loopback.wait_for_workers(2)
        with open_crew(loopback.address, SETTINGS, jobs=1) as found:
            graded = grade_all(found, items_in(folder))
            names = [next(graded).item.name]
            kill(loopback.workers[0])
            rest = list(graded)

    names += [one.item.name for one in rest]
    assert sorted(names) == [item.name for item in items_in(folder)]
    assert all(one.record.error is None for one in rest if one.record.loaded)
    assert Verdict.JUDGE_ERROR not in {one.record.verdict for one in rest}


def test_a_scheduler_that_is_killed_and_started_again_loses_and_doubles_nothing(
    folder: Path, tmp_path: Path
) -> None:
    with Loopback(tmp_path) as loopback:
        loopback.start_worker()
        with open_crew(loopback.address, SETTINGS, jobs=1) as found:
            graded = grade_all(found, items_in(folder))
            names = [next(graded).item.name]
            assert loopback.scheduler is not None
            kill(loopback.scheduler)
            kill(loopback.workers[0])
            loopback.start_scheduler()
            loopback.start_worker()
            rest = list(graded)

    names += [one.item.name for one in rest]
    assert sorted(names) == [item.name for item in items_in(folder)]
    assert Verdict.JUDGE_ERROR not in {one.record.verdict for one in rest}


def test_a_scheduler_that_stays_away_ends_the_run_and_says_how_to_go_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "CONNECT_SECONDS", 5.0)
    with Loopback(tmp_path) as loopback:
        loopback.start_worker()
        with open_crew(loopback.address, SETTINGS, jobs=1) as found:
            graded = grade_all(found, items_in(folder))
            next(graded)
            assert loopback.scheduler is not None
            kill(loopback.scheduler)
            with pytest.raises(ClusterError, match="the same command goes on"):
                list(graded)


def test_where_no_scheduler_is_that_is_one_line(
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(crew, "CONNECT_SECONDS", 0.2)
    words = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(tmp_path)]

    code = main([*words, "--cluster", "tcp://127.0.0.1:9"])
    first = capsys.readouterr().err
    main([*words, "--cluster", "what://ever"])

    assert code == 2
    assert first == "grader: cluster tcp://127.0.0.1:9: no scheduler answers there\n"
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_address_that_nobody_can_have_is_one_line_and_the_end(
    tmp_path: Path, folder: Path
) -> None:
    addresses = [
        "",
        "foo",
        "tcp://127.0.0.1",
        "http://[::1]:1",
        "tcp://:x",
        "tls://h:1",
    ]
    code = (
        "import sys; from grader.cli import main; "
        f"sys.exit({{main([*sys.argv[1:], one]) for one in {addresses}}} != {{2}})"
    )
    words = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(tmp_path), "--cluster"]
    ended = subprocess.run(
        [sys.executable, "-c", code, *words],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )

    lines = ended.stderr.splitlines()
    assert ended.returncode == 0
    assert [line.split(": ")[1] for line in lines] == [
        f"cluster {one}" for one in addresses
    ]


def test_without_the_extra_the_command_says_how_to_install_it(
    tmp_path: Path, folder: Path
) -> None:
    code = (
        "import sys; sys.modules['distributed'] = None; "
        "from grader.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["grade", str(folder), "-p", "conv2d", "-o", str(tmp_path), "--cluster"]
    run = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert "pip install 'array-grader[cluster]'" in run.stderr


def test_a_cluster_on_this_machine_is_started_and_ended(
    tmp_path: Path, folder: Path
) -> None:
    words = ["grade", str(folder), "-p", str(SOFTMAX), "-o", str(tmp_path)]
    run = subprocess.run(
        [sys.executable, "-m", "grader", *words, "--jobs", "1", "--cluster"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert run.stdout.startswith("20 graded: 10 accepted")
    assert "Warning" not in run.stderr


def test_who_interrupts_a_cluster_on_this_machine_is_shown_nothing_of_its_inside(
    tmp_path: Path,
) -> None:
    for name in "ab":
        (tmp_path / f"{name}.py").write_text(f"while {name!r}:\n    pass\n")
    words = ["grade", str(tmp_path), "-p", str(SOFTMAX), "-o", str(tmp_path)]
    run = subprocess.Popen(
        [sys.executable, "-m", "grader", *words, "--jobs", "2", "--cluster"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert run.stderr is not None
    with run.stderr as lines:
        next(line for line in lines if line.startswith("cluster local: workers: 2"))
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does
        told = lines.read()

    assert run.wait() == 130, told
    assert told.splitlines()[-1] == "interrupted"
    assert "Traceback" not in told

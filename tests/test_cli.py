"""The command line as a user meets it: files, exit codes, and one clear message."""

import gc
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest

from grader.cli import main
from grader.cli.ends import Exit
from grader.schema import record_schema
from tests.report.records import accepted, wrong_answer

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "submissions" / "conv2d"


def _grade(*arguments: str | Path) -> int:
    return main(["grade", "--problem", "conv2d", "--no-timing", *map(str, arguments)])


@pytest.mark.parametrize(
    ("example", "code"),
    [
        ("accepted/im2col.py", 0),
        ("wrong_answer/kernel_flipped.py", 1),
        ("invalid_submission/syntax_error.py", 4),
        ("invalid_submission/missing_function.py", 4),
    ],
)
def test_one_submission_gives_a_record_two_pages_and_its_code(
    example: str, code: int, tmp_path: Path
) -> None:
    assert _grade(EXAMPLES / example, "--output", tmp_path) == code
    assert {path.name for path in tmp_path.iterdir()} == {
        "record.json",
        "report.html",
        "feedback.html",
    }
    record = json.loads((tmp_path / "record.json").read_text())
    jsonschema.validate(record, record_schema())


def test_nothing_is_left_in_the_folder_that_one_is_in(tmp_path: Path) -> None:
    here, out = tmp_path / "here", tmp_path / "out"
    here.mkdir()
    example = EXAMPLES / "wrong_answer/kernel_flipped.py"
    words = ["grade", example, "--problem", "conv2d", "--no-timing", "--output", out]
    paths = {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    ended = subprocess.run(
        [sys.executable, "-m", "grader", *map(str, words)],
        cwd=here,
        env=os.environ | paths,
        capture_output=True,
        check=False,
    )

    assert ended.returncode == Exit.NOT_ACCEPTED
    assert list(here.iterdir()) == []


def test_several_get_a_folder_each_and_an_index(tmp_path: Path) -> None:
    paths = (EXAMPLES / "accepted/fft.py", EXAMPLES / "wrong_answer/returns_zeros.py")

    assert _grade(*paths, "--output", tmp_path, "--jobs", "2") == 1
    assert (tmp_path / "index.html").is_file()
    assert (tmp_path / "grades.csv").is_file()
    assert (tmp_path / "fft" / "record.json").is_file()
    assert (tmp_path / "returns_zeros" / "report.html").is_file()


def test_what_a_command_leaves_is_taken_away_like_any_garbage() -> None:
    # Who fuzzes runs thousands in one process.
    main(["schema"])
    main(["schema"])
    kept = gc.get_freeze_count()
    main(["schema"])

    assert gc.isenabled()
    assert gc.get_freeze_count() <= kept


def test_json_alone_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    code = _grade(EXAMPLES / "accepted/fft.py", "--format", "json", "--output", "-")

    assert code == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "accepted"


def test_json_stays_json_when_things_fail(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["grade", "none.py", "-p", "conv2d", "--format", "json", "--output", "-"]
    )

    assert code == 2
    assert "error" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["grade", "no-such-file.py", "-p", "conv2d"], 2, "no such file"),
        (["grade", str(EXAMPLES), "-p", "conv3d"], 3, "did you mean `conv2d`"),
        (["grade"], 2, "PATHS"),
        (["grade", "--jobs", "0", "x"], 2, "jobs"),
        (["grade", "/dev/null", "-p", "conv2d"], 2, "neither a file nor a folder"),
        (["serve", "--hours", "nan"], 2, "no number"),
        (["serve", "--hours", "-1"], 2, "--hours"),
        (["serve", "--url", "example.org"], 2, "`--url` is like"),
        (["report", "README.md"], 2, "not a record"),
        (["index", str(EXAMPLES)], 2, "no record.json"),
        (["frobnicate"], 2, "frobnicate"),
        (["new", "conv3d"], 3, "did you mean `conv2d`"),
        (["new", "conv2d", "no-such-folder/mine.py"], 2, "No such file"),
        (["practice", "no-such-file.py"], 2, "`grader new PROBLEM FILE` writes one"),
        (["grade", "", "-p", "conv2d"], 2, "it is empty"),
        (["practice", ""], 2, "it is empty"),
        (["practice", "docs"], 2, "say which `--problem`"),
        (["practice", "README.md", "--once"], 2, "say which `--problem`"),
        (["bench", "conv3d"], 3, "did you mean `conv2d`"),
    ],
)
def test_bad_input_gets_one_message_and_a_code(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code

    complaint = capsys.readouterr().err
    assert words in complaint
    assert complaint.startswith("grader: ")
    assert "Traceback" not in complaint
    assert "Error:" not in complaint
    assert all(
        line.startswith("`grader ") and line.endswith("--help` shows its use")
        for line in complaint.splitlines()[1:]
    )


def test_a_command_that_is_missing_shows_all_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    assert "practice" in capsys.readouterr().err


@pytest.mark.parametrize("place", [".", "out", "out/of/it"])
def test_what_can_t_be_written_to_is_refused_before_anything_is_graded(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()

    assert _grade(EXAMPLES / "accepted/fft.py", "--output", file / place) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "it is a file, and a folder is needed" in told.err


@pytest.mark.parametrize("points", ["nan", "inf", "-inf"])
def test_points_to_fail_under_are_numbers(
    points: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _grade(EXAMPLES / "accepted/fft.py", "--fail-under", points) == 2
    assert "is no number" in capsys.readouterr().err


@pytest.mark.parametrize(
    "binding",
    [
        {"found_as": "f; import os"},
        {"by_position": ["nothing"]},
        {"missing": ["nothing"]},
        {"renamed": [["nothing", "w"]]},
        {"renamed": [["weight", "w, os"]]},
    ],
)
def test_a_record_does_not_write_the_call_that_explains_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], binding: dict[str, Any]
) -> None:
    path = tmp_path / "record.json"
    document = json.loads(wrong_answer().to_json())
    known = {"function": "conv2d", "found_as": "conv2d"}
    document["bindings"] = [known | binding]
    path.write_text(json.dumps(document))

    assert main(["explain", str(path), "samples.01"]) == 2
    assert "`conv2d` of conv2d can't be bound as it says" in capsys.readouterr().err


def test_a_record_does_not_say_which_code_explains_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = wrong_answer().to_json()
    for name in ("../tests/softmax", str(Path(__file__).parent / "softmax"), "", "\0"):
        path = tmp_path / "record.json"
        record = json.loads(text)
        record["problem"]["id"] = name
        path.write_text(json.dumps(record))

        assert main(["explain", str(path), "samples.01"]) == 2
        assert "give `--problem`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value"), [("seed", -1), ("seed", 10**30), ("memory", 10**400)]
)
def test_a_record_with_impossible_numbers_is_refused(
    key: str, value: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads(accepted().to_json())
    if key == "memory":
        record["memory"]["peak_bytes"] = value
    else:
        record[key] = value
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record))

    assert main(["report", str(path)]) == 2
    assert key in capsys.readouterr().err


def test_an_empty_folder_is_nothing_to_grade(tmp_path: Path) -> None:
    assert _grade(tmp_path) == 5


def test_enough_points_are_enough_if_asked(tmp_path: Path) -> None:
    path = EXAMPLES / "accepted/no_validation.py"

    assert _grade(path, "--output", tmp_path, "--fail-under", "60") == 0
    assert _grade(path, "--output", tmp_path, "--fail-under", "84") == 1


def test_a_report_is_rendered_again_to_the_same_bytes(tmp_path: Path) -> None:
    _grade(EXAMPLES / "accepted/fft.py", "--output", tmp_path)
    before = (tmp_path / "report.html").read_bytes()

    assert main(["report", str(tmp_path / "record.json")]) == 0
    assert (tmp_path / "report.html").read_bytes() == before


def test_an_index_lies_above_what_was_graded(tmp_path: Path) -> None:
    softmax = Path(__file__).parent / "softmax"
    made = tmp_path / "made" / "accepted"
    made.mkdir(parents=True)
    for name in ("accepted/fft.py", "wrong_answer/returns_zeros.py"):
        shutil.copy(EXAMPLES / name, made)
    _grade(made.parent, "--output", tmp_path / "out" / "conv2d", "--jobs", "1")
    one = ["grade", str(softmax / "right.py"), "--no-timing"]
    main([*one, "-p", str(softmax), "-o", str(tmp_path / "out" / "softmax")])

    assert main(["index", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert 'href="./conv2d/index.html"' in page
    assert 'href="./softmax/report.html"' in page
    # It is not what its folder promises; the other is, and the third promises nothing.
    assert 'href="./conv2d/accepted/returns_zeros/report.html"' in page
    assert "accepted/fft" not in page
    assert page.count('href="./softmax/') == 1

    # Of one problem it is the list that there is already.
    before = (tmp_path / "out" / "conv2d" / "index.html").read_bytes()
    assert main(["index", str(tmp_path / "out" / "conv2d")]) == 0
    assert (tmp_path / "out" / "conv2d" / "index.html").read_bytes() == before


def test_the_doctor_and_the_lists_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert main(["problems"]) == 0
    assert main(["schema", "record"]) == 0
    assert "conv2d" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("raise ValueError", "return x  #"),
        ("powers = np.exp", "powers = np.no_such_function"),
    ],
)
def test_a_reference_that_fails_is_an_invalid_problem(
    old: str, new: str, tmp_path: Path
) -> None:
    softmax = Path(__file__).parent / "softmax"
    broken = (softmax / "reference.py").read_text().replace(old, new)
    (tmp_path / "problem.yaml").write_text((softmax / "problem.yaml").read_text())
    (tmp_path / "reference.py").write_text(broken)
    paths = (str(EXAMPLES / "accepted/fft.py"), "--output", str(tmp_path / "out"))

    assert main(["grade", *paths, "--problem", str(tmp_path), "--no-timing"]) == 3
    record = json.loads((tmp_path / "out" / "record.json").read_text())
    assert record["verdict"] == "judge_error"
    assert "problem.yaml" in record["error"]["message"]


def test_a_starter_is_written_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"

    assert main(["new", "conv2d", str(file)]) == 0
    starter = Path(__file__).parent.parent / "problems" / "conv2d" / "starter.py"
    assert file.read_bytes() == starter.read_bytes()
    out = capsys.readouterr().out
    assert "statement.md" in out
    assert f"grader practice {file} --problem conv2d" in out

    file.write_text("my work")
    assert main(["new", "conv2d", str(file)]) == 2
    assert file.read_text() == "my work"
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_one_whatever_a_library_makes_of_it(
    number: signal.Signals,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command
    def problems() -> None:
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt as error:
            raise ValueError("not to be serialised") from error

    monkeypatch.setattr("grader.cli.problems.problems", problems)
    code = main(["problems"])

    assert code == 130
    assert capsys.readouterr().err == "interrupted\n"

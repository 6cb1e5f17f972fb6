"""Formats on the command line: which files, what is printed, and what can't be."""

import json
import re
from pathlib import Path

import pytest

from grader.cli import grade as grade_command
from grader.cli import main
from tests.report.records import SEED, wrong_answer

EXAMPLES = Path(__file__).parent.parent / "submissions" / "conv2d"
BROKEN = EXAMPLES / "invalid_submission" / "syntax_error.py"
EMPTY = EXAMPLES / "invalid_submission" / "empty.py"


@pytest.fixture(autouse=True)
def _no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "GITHUB_ACTIONS",
        "GITHUB_OUTPUT",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_WORKSPACE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(wrong_answer().to_json())
    return path


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("html", {"report.html", "feedback.html"}),
        ("json", set()),
        ("junit", {"junit.xml"}),
        ("gradescope", {"results.json"}),
        ("github", set()),
        ("markdown", {"report.md", "feedback.md"}),
    ],
)
def test_each_format_has_its_files(name: str, files: set[str], record: Path) -> None:
    assert main(["report", str(record), "--format", name]) == 0

    assert {path.name for path in record.parent.iterdir()} == {"record.json", *files}


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("html", "<!doctype html>"),
        ("json", '{\n  "schema_version": 1'),
        ("junit", '<?xml version="1.0"'),
        ("gradescope", '{\n  "output"'),
        ("github", "::error file=bob.py,title=bob%3A"),
        ("markdown", "## `bob`: wrong answer"),
    ],
)
def test_a_format_alone_goes_to_standard_output(
    name: str, start: str, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(record), "--format", name, "--output", "-"]) == 0

    printed = capsys.readouterr()
    assert printed.out.casefold().startswith(start.casefold())
    assert printed.err == ""


def test_several_submissions_share_one_junit_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [str(BROKEN), str(EMPTY)]
    code = main(
        ["grade", *paths, "-p", "conv2d", "-j1", "--format", "junit", "--output", "-"]
    )

    assert code == 4
    printed = capsys.readouterr().out
    assert printed.count("<testsuites ") == 1
    assert re.findall(r'<testsuite name="(\w+)"', printed) == ["syntax_error", "empty"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--output", "-"], "one `--format`"),
        (["--output", "-", "--format", "json", "--format", "html"], "one `--format`"),
        (["--output", "-", "--format", "gradescope"], "one submission, not 2"),
        (["--output", "-", "--format", "html"], "one submission, not 2"),
    ],
)
def test_what_can_t_be_printed_gets_one_message(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", str(BROKEN), str(EMPTY), "-p", "conv2d", *options]) == 2

    assert words in capsys.readouterr().err


@pytest.mark.parametrize("name", ["json", "gradescope"])
def test_formats_in_json_stay_json_when_things_fail(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["-p", "conv2d", f"--format={name}", "--output=-"]

    assert main(["grade", "none.py", *options]) == 2
    assert "no such file" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_gradescope_s_own_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grade_command, "GRADESCOPE_RESULTS", tmp_path)
    options = ["-p", "conv2d", "--format", "gradescope"]

    assert main(["grade", str(BROKEN), *options]) == 4
    assert json.loads((tmp_path / "results.json").read_text())["score"] == 0
    assert main(["grade", str(BROKEN), str(EMPTY), *options]) == 2
    assert "one submission, not 2, goes into Gradescope" in capsys.readouterr().err


def test_a_job_gets_annotations_a_summary_and_outputs(
    record: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    summary.write_text("what was there\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))

    assert main(["report", str(record), "--format", "github"]) == 0
    assert summary.read_text().startswith("what was there\n## `bob`: wrong answer")
    assert "verdict=wrong_answer\n" in outputs.read_text()

    held, after = capsys.readouterr().out.split("::error", 1)
    first, *middle, last = held.strip().split("\n")
    token = first.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert last == f"::{token}::"
    assert any("bob: wrong answer" in line for line in middle)
    assert "hidden cases earn less" in after
    # Whoever may read the log may be the candidate.
    assert "index_logic" not in held + after
    assert str(SEED) not in held + after


def test_a_summary_leaves_room_for_what_is_there(
    record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("x" * ((1000 << 10) - 100))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))

    assert main(["report", str(record), "--format", "github"]) == 0
    assert summary.stat().st_size <= 1000 << 10
    assert summary.read_text().endswith("there is no more room here.\n")


def test_annotations_name_files_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "week 1" / "answers"
    folder.mkdir(parents=True)
    (folder / "ann.py").write_text(BROKEN.read_text())
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(folder.parent)
    options = ["-p", "conv2d", "--format", "github", "--output", "-"]

    assert main(["grade", "answers", *options]) == 4
    assert "::error file=week 1/answers/ann.py,line=" in capsys.readouterr().out


def test_a_summary_that_can_t_be_written_gets_one_message(
    record: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "summary.md"))

    assert main(["report", str(record), "--format", "github"]) == 2
    assert "summary.md: can't be written" in capsys.readouterr().err
